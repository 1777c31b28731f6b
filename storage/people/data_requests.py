"""What people ask about their data: to erase an analysis, to erase everything of a user, to export everything.

Each is a record in Redis that outlives whoever works on it, as a job does (`storage/jobs/queue.py`): a claim with a
lease and a fencing token, and a list of what is open, from which lost messages are sent again. What an erasure removes
is noted here before it is removed, so that a killed worker's successor can still say all of it.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from storage.errors import BeingErased, ClaimRefused, DataRequestNotFound, LeaseLost
from storage.redis.client import ANSWER_TIMEOUT_S, connect, redis_errors
from storage.redis.scripts import Scripts
from storage.redis.times import clock_us, microseconds_of, time_of, time_or_none
from storage.types import JobStatus

EXPORT_ATTEMPTS = 5
_SCRIPTS = Path(__file__).parent / "scripts"
_OPEN = "goodrep:data_requests"
_ERASING = "goodrep:erasing"
_NOTES_LAST_S = 90 * 24 * 3600
_SCAN_COUNT = 500
_LOST_SENTENCE = "It was begun several times and was cut short on our side each time. Please ask again."


class DataRequestKind(StrEnum):
    """What is asked for."""

    ERASE_ANALYSIS = "erase_analysis"
    ERASE_USER = "erase_user"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class NewDataRequest:
    """What a client asks for.

    Attributes:
        kind: See `DataRequestKind`.
        owner: Whose data it is about.
        job_id: Of the analysis to erase, or "".
        video: Whether the analysis' video goes too; None: when no other analysis is of it.
        asked_by: How the client was known: `id_token`, `api_key <id>` or `none`.
        request_id: Of the HTTP request.
    """

    kind: DataRequestKind
    owner: str
    job_id: str = ""
    video: bool | None = None
    asked_by: str = "none"
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class DataRequest:
    """The record of one request.

    Attributes:
        id: 32 lower-case hex digits.
        asked: What was asked for.
        status: As a job's; `cancelled` is an export whose user was erased meanwhile.
        attempts: Times that a worker has begun it.
        created_at: UTC, as `updated_at` and `finished_at`, which is None until the end.
        error_code: Of one that failed, or "".
        error_message: A sentence for the owner, or "".
        result: At the end: the proof of an erasure, or what is known of an archive.
    """

    id: str
    asked: NewDataRequest
    status: JobStatus
    attempts: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    error_code: str = ""
    error_message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataClaim:
    """A worker's right to work on a request until the lease expires; `token` rises with every claim."""

    request: DataRequest
    token: int
    lease_s: float


class RedisDataRequests:
    """The records. Every method raises `StorageUnavailable`; those that take a claim raise `LeaseLost`."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._scripts = Scripts(_SCRIPTS, self._redis)

    def create(self, new: NewDataRequest) -> tuple[DataRequest, bool]:
        """The request, and whether it is new: while one of the same subject is open, asking again gives that one.

        One that erases an analysis is given again after its end, too. Raises `BeingErased` for an export of what is
        being erased.
        """
        word, fields = self._scripts.ask_for_record(
            "create",
            id=uuid.uuid4().hex,
            once=new.kind is DataRequestKind.ERASE_ANALYSIS,
            fields={
                "kind": new.kind.value,
                "subject": _subject(new.kind, new.job_id or new.owner),
                "owner": new.owner,
                "job_id": new.job_id,
                "video": json.dumps(new.video),
                "asked_by": new.asked_by,
                "request_id": new.request_id,
            },
        )
        if word == "erasing":
            raise BeingErased("Everything of this user is being erased.")
        return _request_from(fields), word == "created"

    def get(self, request_id: str) -> DataRequest:
        """Raises `DataRequestNotFound`."""
        with redis_errors():
            fields = self._redis.hgetall(f"goodrep:data_request:{request_id}")
        if not fields:
            raise DataRequestNotFound("There is no such request.")
        return _request_from(fields)

    def latest(self, kind: DataRequestKind, subject: str) -> DataRequest | None:
        """The latest request of the kind about this job or user, as long as it is kept."""
        with redis_errors():
            request_id = self._redis.get(f"goodrep:data_request_of:{_subject(kind, subject)}")
        try:
            return self.get(request_id) if request_id else None
        except DataRequestNotFound:
            return None

    def erasing(self, owner: str) -> bool:
        """Whether everything of the user is being erased."""
        with redis_errors():
            return bool(self._redis.sismember(_ERASING, owner))

    def forget_exports(self, owner: str) -> bool:
        """Remove the record of the user's latest export; whether there was one. Those before it expire."""
        pointer = f"goodrep:data_request_of:{_subject(DataRequestKind.EXPORT, owner)}"
        with redis_errors():
            request_id = self._redis.get(pointer)
            if request_id:
                self._redis.delete(f"goodrep:data_request:{request_id}", pointer)
        return bool(request_id)

    # What a worker does.

    def claim(self, request_id: str, *, lease_s: float) -> DataClaim:
        """Take an open request that nobody holds. Raises `DataRequestNotFound`, `ClaimRefused`.

        An erasure is tried for ever, an export `EXPORT_ATTEMPTS` times.
        """
        export = self.get(request_id).asked.kind is DataRequestKind.EXPORT
        word, fields = self._scripts.ask_for_record(
            "claim",
            id=request_id,
            nonce=uuid.uuid4().hex,
            lease_us=microseconds_of(lease_s),
            max_attempts=EXPORT_ATTEMPTS if export else 0,
            message=_LOST_SENTENCE,
        )
        if word != "claimed":
            raise ClaimRefused(f"The request is not there to be claimed: {word}.")
        return DataClaim(_request_from(fields), int(fields["token"]), lease_s)

    def renew(self, claim: DataClaim) -> None:
        """Prolong the lease."""
        self._held("renew", claim, lease_us=microseconds_of(claim.lease_s))

    def release(self, claim: DataClaim, *, delay_s: float = 0.0, counts: bool = True) -> None:
        """Back to those that wait, for somebody to take it after `delay_s`."""
        self._held("release", claim, delay_us=microseconds_of(delay_s), counts=counts)

    def finish(
        self,
        claim: DataClaim,
        status: JobStatus,
        *,
        result: Mapping[str, Any] | None = None,
        error_code: str = "",
        error_message: str = "",
        kept_s: int = 0,
    ) -> None:
        """End it; the record is kept for `kept_s`, 0 for ever."""
        fields = {
            "result": json.dumps(result or {}, ensure_ascii=False),
            "error_code": error_code,
            "error_message": error_message,
        }
        self._held("finish", claim, status=status.value, fields=fields, kept_s=kept_s)

    def note(self, claim: DataClaim, removed: Mapping[str, str]) -> None:
        """Write down what is about to be removed; told again, it replaces."""
        if removed:
            name = f"goodrep:data_request_notes:{claim.request.id}"
            with redis_errors():
                self._redis.hset(name, mapping=dict(removed))
                self._redis.expire(name, _NOTES_LAST_S)  # should it never be finished

    def notes(self, claim: DataClaim) -> dict[str, str]:
        """All that was noted, in whichever attempt."""
        with redis_errors():
            return dict(self._redis.hscan_iter(f"goodrep:data_request_notes:{claim.request.id}", count=_SCAN_COUNT))

    def unattended(self, *, queued_for_s: float) -> Sequence[str]:
        """Ids of what waits for so long, or whose worker is gone."""
        with redis_errors():
            before = clock_us(self._redis.time()) - microseconds_of(queued_for_s)
            return list(self._redis.zrangebyscore(_OPEN, "-inf", before))

    def open(self) -> Sequence[DataRequest]:
        """All that are not done."""
        with redis_errors():
            ids = self._redis.zrange(_OPEN, 0, -1)
        found = (self._found(request_id) for request_id in ids)
        return [request for request in found if request]

    # What Redis holds of jobs, when they go.

    def forget_job(self, job_id: str, *, noted_in: str = "") -> bool:
        """Remove whatever Redis holds of a job that has ended; whether there was anything.

        What was removed is noted in the data request `noted_in`, in the same step. Raises `ClaimRefused` for a job
        that has not ended.
        """
        word, _ = self._scripts.ask_for_record("forget_job", id=job_id, noted_in=noted_in)
        if word == "busy":
            raise ClaimRefused("The job has not ended.")
        return word == "forgotten"

    def _found(self, request_id: str) -> DataRequest | None:
        try:
            return self.get(request_id)
        except DataRequestNotFound:
            return None

    def _held(self, script: str, claim: DataClaim, **ask: object) -> None:
        word, _ = self._scripts.ask_for_record(script, id=claim.request.id, token=claim.token, **ask)
        if word == "lost":
            raise LeaseLost(f"The claim {claim.token} on request {claim.request.id} holds no more.")


def _subject(kind: DataRequestKind, of: str) -> str:
    return f"{kind.value}:{of}"


def _request_from(fields: Mapping[str, str]) -> DataRequest:
    return DataRequest(
        id=fields["id"],
        asked=NewDataRequest(
            kind=DataRequestKind(fields["kind"]),
            owner=fields["owner"],
            job_id=fields["job_id"],
            video=json.loads(fields["video"]),
            asked_by=fields["asked_by"],
            request_id=fields["request_id"],
        ),
        status=JobStatus(fields["status"]),
        attempts=int(fields["attempts"]),
        created_at=time_of(fields["created_us"]),
        updated_at=time_of(fields["updated_us"]),
        finished_at=time_or_none(fields.get("finished_us")),
        error_code=fields.get("error_code", ""),
        error_message=fields.get("error_message", ""),
        result=json.loads(fields.get("result", "{}")),
    )
