"""The doors of the storage room, as protocols that name what they raise."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from storage.types import (
    NO_BOUNDS,
    Bounds,
    Claim,
    ExerciseName,
    GivenUp,
    Job,
    JobEvent,
    JobPage,
    NewJob,
    ObjectInfo,
    Quarantined,
    QueuePlace,
    Stage,
)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class ObjectStore(Protocol):
    """Files by path. Every method raises `InvalidKey` for a path that may not be, `StorageUnavailable` when away."""

    def stat(self, key: str) -> ObjectInfo:
        """What lies under `key`. Raises `ObjectNotFound`."""
        ...

    def download(self, key: str, path: Path) -> ObjectInfo:
        """Write the object to `path`, whole and verified or not at all. Raises `ObjectNotFound`."""
        ...

    def upload(self, path: Path, key: str, content_type: str) -> ObjectInfo:
        """Put the file under `key`, replacing what was there, visible only when whole."""
        ...

    def upload_stream(self, stream: BinaryIO, key: str, content_type: str, max_bytes: int) -> ObjectInfo:
        """As `upload`, from a stream. Raises `ObjectTooLarge` past `max_bytes`, `StorageFull`."""
        ...

    def open(self, key: str) -> BinaryIO:
        """A seekable stream of the object. Raises `ObjectNotFound`."""
        ...

    def list(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key begins with `prefix`, by key; with `after`, those whose key comes after that one."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens where there is none."""
        ...

    def link(self, key: str, *, lifetime_s: float, filename: str) -> str | None:
        """A URL by which whoever holds it reads the object for `lifetime_s`, named `filename` when saved.

        None where the store has no such links: then the API serves the object. Nothing is sent, so the object may be
        missing.
        """
        ...


class Database(Protocol):
    """A tree of JSON values by path, as Firebase's Realtime Database is one. Raises `StorageUnavailable`."""

    def get(self, path: str) -> Json:
        """The value at `path`, or None."""
        ...

    def set(self, path: str, value: Json) -> None:
        """Replace the value at `path`; None removes it."""
        ...

    def names(self, path: str) -> Sequence[str]:
        """What lies directly below `path`, by name, without reading it; none where there is nothing, or a value."""
        ...


class Jobs(Protocol):
    """Job records and their queue. Every method raises `StorageUnavailable` when Redis does not answer.

    Methods that take a `Claim` raise `LeaseLost` when the token is stale, the lease has run out and another took
    the job, or the job has ended; then nothing was written.
    """

    def create(self, new: NewJob, *, force: bool = False, bounds: Bounds = NO_BOUNDS) -> tuple[Job, bool]:
        """The job for this request and whether it is new.

        The same owner, video, fingerprint and exercise give the job made before, unless that was cancelled or
        failed for a reason that lies with us, or `force` is set.

        A job that was made before and still waits goes on with the higher of both priorities.

        Raises `TooManyJobsWaiting`, `QueueFull` where a new job would pass the bounds; one that was made before is
        never refused. Raises `BeingErased` while everything of the owner is being erased, `VideoQuarantined` for a
        video that is set aside.
        """
        ...

    def get(self, job_id: str) -> Job:
        """Raises `JobNotFound`."""
        ...

    def list(self, owner: str, *, cursor: str = "", limit: int = 20) -> JobPage:
        """The owner's jobs, newest first. Raises `InvalidKey` for a cursor that was not given out."""
        ...

    def place(self, job_id: str) -> QueuePlace | None:
        """Where a queued job stands; None when it is not queued."""
        ...

    def seconds_left(self, job: Job) -> float | None:
        """Estimated seconds until a queued or running job ends; None while there is no experience."""
        ...

    def request_cancel(self, job_id: str) -> Job:
        """Cancel at once when queued, else ask the worker. Raises `JobNotFound`, `JobAlreadyEnded`."""
        ...

    def events(self, job_id: str, *, after: str = "", timeout_s: float = 15.0) -> Iterator[JobEvent | None]:
        """Changes after event `after`, as they come; None after each silent `timeout_s`; ends with the job's end.

        Without `after`, or with what is no event's id, it begins with the job as it is now. The newest few hundred
        events can be resumed from; after longer, or an hour after the end, the job's last state comes at once.

        Raises `JobNotFound`.
        """
        ...

    def claim(self, job_id: str, *, worker: str, lease_s: float, max_attempts: int) -> Claim:
        """Take a queued job, or a running one whose lease has expired.

        Raises `JobNotFound`, `ClaimRefused`. A job that was begun `max_attempts` times already is failed with code
        `too_many_attempts`, then refused; one that is to be cancelled is cancelled, then refused.
        """
        ...

    def claim_next(self, *, worker: str, lease_s: float, max_attempts: int, most_per_owner: int) -> Claim | None:
        """Take the job whose turn it is, or None where none can be begun now.

        What was begun before and whose worker is lost goes first; then by priority, each class with a share; then
        everybody in turn, a job each. Who has `most_per_owner` jobs running steps back while anybody else in the
        class waits.
        """
        ...

    def renew(self, claim: Claim) -> bool:
        """Prolong the lease; True when the owner asked to cancel."""
        ...

    def progress(
        self, claim: Claim, stage: Stage, *, frames_done: int = 0, frames_total: int = 0, frames_resumed: int = 0
    ) -> None:
        """Record the stage and real progress, and tell listeners; `frames_resumed` of them an earlier attempt did."""
        ...

    def succeed(self, claim: Claim, *, results_prefix: str, result_files: Sequence[str]) -> Job:
        """End the job well."""
        ...

    def fail(self, claim: Claim, *, code: str, message: str, lasting: bool, reason: str = "") -> Job:
        """End the job badly; `lasting` when the same request would fail again, so that asking again gives this job.

        A failure that is not lasting lies with us: it is kept in `given_up`, with `reason` for the operator.
        """
        ...

    def cancelled(self, claim: Claim) -> Job:
        """End the job as its owner asked."""
        ...

    def release(
        self,
        claim: Claim,
        *,
        counts: bool = True,
        delay_s: float = 0.0,
        message: str = "",
        reason: str = "",
        died_of_video: bool = False,
    ) -> Job:
        """Back to the queue for another attempt, or to its end when the owner asked to cancel meanwhile.

        Args:
            claim: What is given back.
            counts: Whether this attempt counts towards the most that are made.
            delay_s: Seconds for which `unattended` shall not name the job.
            message: A sentence for the owner, should this have been the last attempt.
            reason: Likewise for the operator.
            died_of_video: Whether a process that read the video has died. It is tried once more, behind others; the
                second time the job is failed with code `video_quarantined`, and so is the video for everybody.
        """
        ...

    def unattended(self, *, queued_for_s: float) -> Sequence[str]:
        """Ids whose message may be lost: queued for so long without a claim, or running past their lease."""
        ...

    def take_turn(self, what: str, *, for_s: float) -> bool:
        """Whether the caller is the first to ask for this turn within `for_s`; so one of many does a chore."""
        ...

    def given_up(self, *, limit: int = 100) -> Sequence[GivenUp]:
        """Jobs that failed for a reason that lies with us, latest first."""
        ...

    def child_died(self, job_id: str, token: int, *, delay_s: float, reason: str) -> Job | None:
        """The process that did a job with this token is gone, though nobody stopped it; the job, or None if another's.

        Where the video was being read, it is to blame, as with `died_of_video` of `release`. Else the job goes on at
        once.
        """
        ...

    def quarantined(self) -> Sequence[Quarantined]:
        """Every video that is set aside, the latest first."""
        ...

    def quarantine(self, job_id: str, *, reason: str = "", message: str = "") -> Job:
        """Set the video of a job aside by hand; the job ends so, if it has not ended. Raises `JobNotFound`."""
        ...

    def lift_quarantine(self, video: str) -> str:
        """Let a video be sent again, by its fingerprint or by a job's id; its fingerprint. Raises `NotInQuarantine`."""
        ...

    def run_again(self, job_id: str) -> Job:
        """Put a failed job back into the queue, with all its attempts. Raises `JobNotFound`, `ClaimRefused`."""
        ...

    def announce_exercises(self, exercises: Sequence[ExerciseName]) -> None:
        """What this version of the workers can judge."""
        ...

    def exercises(self) -> Sequence[ExerciseName]:
        """What the workers announced; empty before the first of them started."""
        ...

    def ping(self) -> None:
        """Return when Redis answers."""
        ...
