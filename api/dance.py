"""What the dance app sends and gets (../shared/contracts/dance.md), in both versions of its reply; docs/poses.md."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

Report = Mapping[str, Any]
"""The content of a `report.json`."""


class DanceQuery(BaseModel):
    """Which reply."""

    version: int | None = Field(
        default=None, ge=1, le=2, description="Of the reply; by default as the operator has set it"
    )


class DanceForm(BaseModel):
    """An upload."""

    model_config = ConfigDict(json_schema_extra={"required": ["video"]})

    video: Annotated[Any, WithJsonSchema({"type": "string", "format": "binary"})] = Field(
        default_factory=lambda: None,  # what is missing is refused in the app's own words
        description="The video: mp4, avi, mov or mkv",
    )


class DanceReply1(BaseModel):
    """Version 1."""

    detected_poses: dict[str, list[int]] = Field(description="Frames of each pose that was held, from 0")
    total_frames: int


class DetectedPose(BaseModel):
    """A pose that was held."""

    frames: list[int] = Field(description="In which it was held, from 0")
    count: int = Field(description="How many these are")
    average_confidence: float


class MovementAnalysis(BaseModel):
    """How the body moved as a whole."""

    movement_intensity: dict[str, float] = Field(description="Of 12 joints, in torsos a second; 0 where never seen")
    symmetry_score: float = Field(description="1 where left and right are mirror images; 0 where nobody was seen")
    high_movement_frames: list[int] = Field(description="In which the whole body travels fast, from 0")


class DanceReply(BaseModel):
    """Version 2."""

    total_frames: int
    duration_seconds: float
    detected_poses: dict[str, DetectedPose] = Field(description="By the pose's name; only those that were held")
    movement_analysis: MovementAnalysis


class DanceError(BaseModel):
    """A refusal; in version 1 there is only `error`, and it is the sentence."""

    error: str = Field(description="What is wrong, in a word or two", json_schema_extra={"example": "Empty filename"})
    message: str = Field(default="", description="A sentence; only in version 2")


_TITLES = {
    "missing_parameter": "No video file provided",
    "file_name_missing": "Empty filename",
    "file_type_refused": "Invalid file type",
    "invalid_parameter": "Invalid parameter",
    "file_too_large": "File too large",
    "internal_error": "Internal server error",
}
"""As the old server wrote them, where it knew the case."""
_FAILED = "Video processing failed"


def dance_reply(report: Report, version: int) -> BaseModel:
    """The reply about an analysed video."""
    frames = _frames_of_poses(report)
    total_frames = report["video"]["frame_count"]
    if version == 1:
        return DanceReply1(detected_poses=frames, total_frames=total_frames)
    movement = report["movement"]
    return DanceReply(
        total_frames=total_frames,
        duration_seconds=round(report["video"]["duration_s"], 2),
        detected_poses={
            name: DetectedPose(frames=each, count=len(each), average_confidence=_confidence(report, name))
            for name, each in frames.items()
        },
        movement_analysis=MovementAnalysis(
            movement_intensity={joint: speed or 0.0 for joint, speed in movement["intensity"].items()},
            symmetry_score=movement["symmetry"] or 0.0,
            high_movement_frames=[frame for run in movement["high_movement_frames"] for frame in _frames(run)],
        ),
    )


def dance_error(code: str, message: str, status: int, version: int) -> dict[str, str]:
    """The body of a refusal: our code and sentence, in the words that the app knows."""
    if version == 1:
        return {"error": message}
    title = _TITLES.get(code) or (_FAILED if status in (400, 500) else HTTPStatus(status).phrase)
    return {"error": title, "message": message}


def _frames_of_poses(report: Report) -> dict[str, list[int]]:
    frames: dict[str, list[int]] = {}
    for held in report["poses"]:
        frames.setdefault(held["name"], []).extend(_frames(held))
    return frames


def _confidence(report: Report, name: str) -> float:
    """Mean over all frames in which the pose was held."""
    held = [(len(_frames(each)), each["confidence"]) for each in report["poses"] if each["name"] == name]
    return round(float(sum(count * confidence for count, confidence in held)) / sum(count for count, _ in held), 3)


def _frames(run: Mapping[str, int]) -> range:
    return range(run["start_frame"], run["end_frame"] + 1)
