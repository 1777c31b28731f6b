"""What clients send and get when they ask about their data."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Email, Failure
from storage.people.data_requests import DataRequestKind
from storage.types import JobStatus


class UserPath(BaseModel):
    """Names a user."""

    email: Email


class DataRequestPath(BaseModel):
    """Names a request."""

    data_request_id: str = Field(
        description="The request's id", json_schema_extra={"example": "7c9e6679f5a84b5e9a2e1d0f3c4b5a69"}
    )


class EraseQuery(BaseModel):
    """What goes beside the analysis."""

    video: bool | None = Field(
        default=None,
        description="Whether the uploaded video goes too; by default when no other analysis is of it. Analyses of it "
        "that still wait will fail",
    )


class ArchiveReply(BaseModel):
    """Everything of a user, as a zip archive."""

    url: str = Field(description="Opens for a while; asking for the request again gives a new one")
    expires_at: datetime | None = Field(description="Then `url` stops working; null where nobody is asked who they are")
    kept_until: datetime | None = Field(description="Then the archive is removed; null for never")
    size: int = Field(description="Bytes")
    sha256: str = Field(description="Of the archive, hexadecimal")
    files: int = Field(description="Entries in it")


class DataRequestLinks(BaseModel):
    """Where to go on, relative to this server."""

    self: str


class DataRequestReply(BaseModel):
    """An erasure or an export, and how far it has come."""

    id: str
    kind: DataRequestKind
    user: str = Field(description="Whose data it is about")
    analysis: str | None = Field(description="Id of the analysis that is erased; null where it is everything")
    status: JobStatus = Field(description="`cancelled`: an export whose user was erased meanwhile")
    attempts: int = Field(description="Times that a worker has begun it")
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    error: Failure | None = Field(description="Why it failed")
    proof: dict[str, Any] | None = Field(description="Of an erasure that is done: what was removed, signed")
    archive: ArchiveReply | None = Field(description="Of an export that is done")
    links: DataRequestLinks


class ProofBody(BaseModel):
    """A proof of erasure, as it was given out."""

    model_config = ConfigDict(extra="forbid")

    proof: dict[str, Any] = Field(description="All of it, with its `signature`")


class ProofReply(BaseModel):
    """Whether this service signed exactly this."""

    genuine: bool
