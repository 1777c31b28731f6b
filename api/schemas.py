"""What clients send and get: the models behind the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field, field_validator
from werkzeug.datastructures import FileStorage as UploadedFile

from storage.types import JobStatus, Priority, Stage

SECURITY_SCHEMES: dict[str, Any] = {
    "login": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A Firebase ID token of the project; the open service asks for none",
    },
    "api_key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "For services; made with `python -m api keys add`",
    },
    "link": {
        "type": "apiKey",
        "in": "query",
        "name": "link",
        "description": "As in the addresses of a job's `results`: opens this one file for a while",
    },
}
PROVEN: list[dict[str, list[str]]] = [{"login": []}, {"api_key": []}]
"""What a route that touches what belongs to somebody wants: one of these."""

EXAMPLE_VIDEO = "temp/video/user/jane.doe@example.com/exercise_Squat_2305092259.mp4"

JobId = Annotated[
    str, Field(description="The job's id", json_schema_extra={"example": "0f8fad5bd9cb469fa16570867728950e"})
]
Email = Annotated[
    str,
    Field(
        min_length=1,
        max_length=254,
        description="The user's e-mail address",
        json_schema_extra={"example": "jane.doe@example.com"},
    ),
]


class WantedOptions(BaseModel):
    """How the video is to be analysed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    blur_faces: bool = Field(
        default=False, description="Make the faces in every published picture and video unrecognisable"
    )
    video: bool = Field(
        default=False, description="Also make `annotated.mp4`, the whole video with skeleton, count and verdicts"
    )
    language: str | None = Field(
        default=None,
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        max_length=35,
        description="Language of everything that people read in the results: `en`, `ko`, `es` or `de`; English is told "
        "instead of any other. By default the one of them that `Accept-Language` likes best, else English",
        json_schema_extra={"example": "ko"},
    )
    height_m: float | None = Field(
        default=None,
        ge=0.5,
        le=2.75,
        description="The person's height in metres; without it lengths are given in body heights",
        json_schema_extra={"example": 1.72},
    )


class NewAnalysis(BaseModel):
    """What is to be analysed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    video: str = Field(
        min_length=1,
        description="Path of the video in the store, taken literally: nothing is percent-decoded",
        json_schema_extra={"example": EXAMPLE_VIDEO},
    )
    exercise: str | None = Field(
        default=None,
        max_length=64,
        description="Name or alias; by default the one in the video's path",
        json_schema_extra={"example": "Bench Press"},
    )
    options: WantedOptions = Field(
        default=WantedOptions(), description="Requests that differ in them are different jobs"
    )
    priority: Literal["normal", "batch"] = Field(
        default="normal", description="`batch` lets others go first; it makes no different job"
    )
    force: bool = Field(default=False, description="Make a new job even where the same one was asked for before")


class Rejudge(BaseModel):
    """How an analysis is to be judged again; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid", strict=True)

    exercise: str | None = Field(
        default=None, min_length=1, max_length=64, description="Name or alias", json_schema_extra={"example": "Lunge"}
    )
    language: str | None = Field(
        default=None,
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        max_length=35,
        description="Language of the results' sentences",
        json_schema_extra={"example": "ko"},
    )
    height_m: float | None = Field(
        default=None, ge=0.5, le=2.75, description="The person's height", json_schema_extra={"example": 1.72}
    )


class AnalysisHeaders(BaseModel):
    """What a client says about its user."""

    accept_language: str = Field(
        default="", alias="Accept-Language", description="Chooses `options.language` where the body does not"
    )


class JobPath(BaseModel):
    """Names a job."""

    job_id: JobId


class FilePath(JobPath):
    """Names a result file of a job."""

    name: str = Field(
        description="One of the names in the job's `results`", json_schema_extra={"example": "report.json"}
    )


class LinkQuery(BaseModel):
    """Takes the place of a login."""

    link: str = Field(default="", max_length=200, description="As in the address that the job gave out")


class JobQuery(BaseModel):
    """Which of a user's jobs to list."""

    user: Email
    cursor: str = Field(default="", max_length=200, description="As in `next` of the page before; empty for the first")
    limit: int = Field(default=20, ge=1, le=100, description="Jobs on a page")


class EventHeaders(BaseModel):
    """Where to resume a stream of events."""

    last_event_id: str = Field(
        default="", alias="Last-Event-ID", max_length=64, description="Id of the last event that was received"
    )


class LegacyQuery(BaseModel):
    """The old app's only parameter."""

    data: str = Field(
        default="",
        description="Path of the video without `.mp4`. A `+` means a space, as forms write it; where no such video "
        "exists, one whose path really holds `+` is looked for",
        json_schema_extra={"example": EXAMPLE_VIDEO.removesuffix(".mp4")},
    )


class LegacyHeaders(BaseModel):
    """Whether the caller waits."""

    prefer: str = Field(default="", alias="Prefer", description="`respond-async` answers at once with 202 and the job")


class NewVideo(BaseModel):
    """An upload."""

    file: FileStorage = Field(description="The video")
    user: Email
    exercise: str = Field(
        default="unselected", min_length=1, max_length=64, description="Name or alias; becomes part of the path"
    )

    @field_validator("file")
    @classmethod
    def _is_a_file(cls, value: Any) -> Any:
        if not isinstance(value, UploadedFile):
            raise ValueError("it must be sent as a file, with a file name")  # noqa: TRY004 - pydantic wants ValueError
        return value


class StoredVideo(BaseModel):
    """A video in the store."""

    video: str = Field(
        description="Its path, to be sent to POST /v1/analyses", json_schema_extra={"example": EXAMPLE_VIDEO}
    )
    size: int = Field(description="Bytes")


class Failure(BaseModel):
    """What went wrong."""

    code: str = Field(description="Stable; for programs", json_schema_extra={"example": "video_not_found"})
    message: str = Field(description="A sentence; for people")


class ErrorReply(BaseModel):
    """What every refused request gets."""

    error: Failure
    request_id: str = Field(description="Name it when you report the error")


class Place(BaseModel):
    """Where a queued job stands."""

    position: int = Field(
        description="1 is next; others may still come in before it, by priority and everybody's turns"
    )
    wait_s: float | None = Field(
        description="Estimated seconds until it begins; null while there is no experience, or no worker that takes jobs"
    )


class ResultFile(BaseModel):
    """A file that the analysis made."""

    name: str = Field(json_schema_extra={"example": "report.json"})
    url: str = Field(json_schema_extra={"example": "/v1/analyses/0f8fad5bd9cb469fa16570867728950e/files/report.json"})


class Options(BaseModel):
    """How the video is analysed."""

    blur_faces: bool
    video: bool
    language: str = Field(json_schema_extra={"example": "en"})
    height_m: float | None


class Links(BaseModel):
    """Where to go on, relative to this server."""

    self: str
    events: str
    deliveries: str


class JobReply(BaseModel):
    """A job as its owner sees it."""

    id: JobId
    user: str = Field(description="Whose job it is")
    video: str = Field(description="Path of the video in the store")
    exercise: str = Field(description="What is looked for in it")
    options: Options
    rejudge_of: JobId | None = Field(description="The analysis whose landmarks it judges again; null for an analysis")
    priority: Priority = Field(description="Whose turn comes first: `interactive`, `normal`, `batch`")
    status: JobStatus
    stage: Stage
    progress: float = Field(description="0 to 1, from real frames")
    frames_done: int
    frames_total: int = Field(description="0 until it is known")
    seconds_left: float | None = Field(description="Estimate until the end; null while there is no experience")
    place: Place | None = Field(description="In the queue; null when it is not queued")
    attempts: int = Field(description="Times that a worker has begun it")
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    error: Failure | None = Field(description="Why it failed")
    results_folder: str | None = Field(description="Folder of the results in the store, once it has succeeded")
    results: list[ResultFile] = Field(description="The most important first")
    results_expire_at: datetime | None = Field(
        description="Then the addresses of `results` stop working, and asking again gives new ones; null for never"
    )
    links: Links


class JobPageReply(BaseModel):
    """A page of a user's jobs, newest first."""

    jobs: list[JobReply]
    next: str | None = Field(description="Address of the next page; null on the last one")


class ExerciseReply(BaseModel):
    """An exercise that can be judged."""

    name: str = Field(json_schema_extra={"example": "bench_press"})
    aliases: list[str] = Field(
        description="Other names under which it is known", json_schema_extra={"example": ["Bench Press"]}
    )


class ExercisesReply(BaseModel):
    """All exercises; empty until a worker has started for the first time."""

    exercises: list[ExerciseReply]


class HealthReply(BaseModel):
    """The process is up."""

    status: str = Field(json_schema_extra={"example": "healthy"})


class ReadyReply(BaseModel):
    """Everything that a request needs is there."""

    status: str = Field(json_schema_extra={"example": "ready"})
    workers: int = Field(
        description="Workers that take jobs; at 0 jobs are accepted and wait.", json_schema_extra={"example": 2}
    )
