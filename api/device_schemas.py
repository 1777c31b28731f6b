"""What clients send and get about devices."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas import Email
from storage.signals.devices import AddressKind, Platform

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

DeviceId = Annotated[
    str, Field(description="The device's id", json_schema_extra={"example": "5e2f6a0c9b8d4f1e8a7c6b5d4e3f2a1b"})
]


class NewDevice(BaseModel):
    """Where messages shall go: a `token` or a `fid`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    user: Email
    token: str | None = Field(
        default=None,
        max_length=4096,
        pattern=r"^[!-~]+$",
        description="Registration token, as the app has it from Cloud Messaging",
        json_schema_extra={"example": "cX5vYw0rRb2nKq8sT1uE_-:APA91bH..."},
    )
    fid: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{11,64}$",
        description="Firebase installation id, for apps that are registered by it",
        json_schema_extra={"example": "cX5vYw0rRb2nKq8sT1uE_-"},
    )
    language: str = Field(
        default="en",
        max_length=35,
        description="What the person reads, as BCP 47 has it; English where there are no texts in it",
        json_schema_extra={"example": "ko-KR"},
    )
    platform: Platform = Field(default=Platform.OTHER, strict=False)

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, value: str) -> str:
        tag = value.replace("_", "-")  # as phones write it
        if not _LANGUAGE.fullmatch(tag):
            raise ValueError("it must be a language such as 'en' or 'ko-KR'")
        return tag


class DevicePath(BaseModel):
    """Names a device."""

    device_id: DeviceId


class DeviceQuery(BaseModel):
    """Whose devices to list."""

    user: Email


class DeviceReply(BaseModel):
    """A registered device. Its token is shown to nobody."""

    id: DeviceId
    user: str = Field(description="Whose device it is")
    address: AddressKind = Field(description="What it was registered with")
    language: str
    platform: Platform
    registered_at: datetime
    seen_at: datetime = Field(description="When it was registered last")
    expires_at: datetime = Field(description="Then it is forgotten, unless it is registered again")


class DevicesReply(BaseModel):
    """A user's devices, last seen first."""

    devices: list[DeviceReply]
