"""Plain values that cross the storage's doors."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class JobStatus(StrEnum):
    """The life of a job; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing will change any more."""
        return self in (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


class Stage(StrEnum):
    """What a running job is busy with, in this order."""

    WAITING = "waiting"
    STAGING = "staging"
    CHECKING = "checking"
    POSE = "pose"
    JUDGING = "judging"
    DRAWING = "drawing"
    PUBLISHING = "publishing"
    DONE = "done"


class Priority(StrEnum):
    """Whose turn comes first, the first first; each still gets its share (`storage/jobs/scripts/claim.lua`)."""

    INTERACTIVE = "interactive"
    """Somebody waits for it right now. Ours to give: to requests that wait, and to what takes a second."""
    NORMAL = "normal"
    BATCH = "batch"
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """A stored object.

    Attributes:
        key: Path inside the store, such as `temp/video/user/<email>/exercise_Squat_2305092259.mp4`.
        size: Bytes.
        fingerprint: Changes whenever the content does (a checksum or generation); opaque.
        content_type: MIME type.
        updated_at: When it was last written, UTC.
    """

    key: str
    size: int
    fingerprint: str
    content_type: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """How a video is to be analysed, beside the exercise; requests that differ in any of it are different jobs.

    Attributes:
        blur_faces: Make the faces in every published picture and video unrecognisable.
        video: Also make `annotated.mp4`.
        language: Language of the results' sentences, such as `en`: a primary subtag of BCP 47 in lower case.
        height_m: The person's height in metres, or None: then lengths stay in body heights.
    """

    blur_faces: bool = False
    video: bool = False
    language: str = "en"
    height_m: float | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a client asks for.

    Attributes:
        owner: The user's e-mail address, from the video's path.
        video_key: Object path of the video.
        video_fingerprint: Of the object when it was asked for; part of what makes two requests the same.
        exercise: Name as given or as in the path; the worker resolves aliases.
        request_id: Of the HTTP request, for the logs.
        traceparent: Of the HTTP request's span (W3C Trace Context), or "" where no trace is kept.
        options: How it is to be analysed.
        rejudge_of: Id of the job whose kept landmarks are to be judged again, or "" to analyse the video.
        priority: Whose turn comes first; makes no different job.
    """

    owner: str
    video_key: str
    video_fingerprint: str
    exercise: str
    request_id: str = ""
    traceparent: str = ""
    options: AnalysisOptions = AnalysisOptions()
    rejudge_of: str = ""
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many jobs may wait before a new one is refused; None for any number.

    Attributes:
        of_owner: Of the one who asks.
        of_all: Of everybody.
    """

    of_owner: int | None = None
    of_all: int | None = None


NO_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Job:
    """The record of one analysis, from acceptance to its end.

    Attributes:
        id: 32 lower-case hex digits.
        owner: The user's e-mail address.
        video_key: Object path of the video.
        exercise: As asked for.
        status: See `JobStatus`.
        stage: See `Stage`.
        progress: 0 to 1, from real frames.
        frames_done: Frames whose pose is known.
        frames_total: Frames of the video; 0 until it is known.
        attempts: Times that a worker has begun it.
        error_code: Stable code of the failure, or "".
        error_message: A sentence for the owner, or "".
        created_at: When it was accepted, UTC; likewise the other times, None until they come.
        started_at: Start of the latest attempt.
        finished_at: When it came to its end.
        updated_at: Last change.
        cancel_requested: Whether the owner asked to stop it.
        results_prefix: Folder of the results in the store, without a slash at the end, or "".
        result_files: Names in that folder, in the order of importance.
        worker: Name of the worker that holds or held it, or "".
        lease_expires_at: When the claim of that worker ends, or None.
        request_id: Of the HTTP request that made it.
        traceparent: Likewise its span's (W3C Trace Context), or "".
        options: How it is to be analysed.
        rejudge_of: Id of the job whose kept landmarks it judges again, or "".
        priority: See `Priority`.
        frames_resumed: Of `frames_done`, those that the latest attempt took over from one that was cut short.
    """

    id: str
    owner: str
    video_key: str
    exercise: str
    status: JobStatus
    stage: Stage
    created_at: datetime
    updated_at: datetime
    progress: float = 0.0
    frames_done: int = 0
    frames_total: int = 0
    attempts: int = 0
    error_code: str = ""
    error_message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_requested: bool = False
    results_prefix: str = ""
    result_files: tuple[str, ...] = ()
    worker: str = ""
    lease_expires_at: datetime | None = None
    request_id: str = ""
    traceparent: str = ""
    options: AnalysisOptions = AnalysisOptions()
    rejudge_of: str = ""
    priority: Priority = Priority.NORMAL
    frames_resumed: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to work on a job, until the lease expires.

    Attributes:
        job: The record as it was when claimed.
        token: Fencing token; rises with every claim of the job, so a stale holder can be told apart.
        worker: Who holds it.
        lease_s: Seconds for which each renewal holds.
    """

    job: Job
    token: int
    worker: str
    lease_s: float


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of a user's jobs, newest first; `next_cursor` is "" on the last one."""

    jobs: tuple[Job, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One change of a job, as it was told to listeners; `id` rises and can be resumed from."""

    id: str
    job: Job


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a queued job stands.

    Attributes:
        position: 1 is next; by priority and fairness, so whoever comes later can still come in before it.
        wait_s: Estimated seconds until it begins; None while there is no experience, or no worker that takes jobs.
        left_s: Likewise, until it ends.
    """

    position: int
    wait_s: float | None
    left_s: float | None


@dataclass(frozen=True, slots=True)
class ExerciseName:
    """An exercise that the workers can judge, as they announce it."""

    name: str
    aliases: tuple[str, ...] = field(default=())

    def means(self, name: str) -> bool:
        """Whether that is one of its names: `Bench Press`, `bench-press` and `benchpress` are one."""
        return _bare(name) in map(_bare, (self.name, *self.aliases))


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " _-")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A video that is set aside.

    Attributes:
        fingerprint: Of the video's content.
        since: When it was set aside, UTC.
        message: What whoever sends it is told.
        reason: For the operator.
        job_id: The job in which that came about; its record may be gone.
        job: That record, or None.
    """

    fingerprint: str
    since: datetime
    message: str
    reason: str
    job_id: str
    job: Job | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A job that failed for a reason that lies with us; `reason` is for the operator, not for the owner."""

    job: Job
    reason: str
