"""`landmarks.npz`: the poses of a video, exactly as they were found, so that they can be judged again without it.

A NumPy archive without pickles: for `user`, and where there was one `professional`, the arrays `<who>_landmarks`
float32 (frames, 33, 4), `<who>_world` float32 (frames, 33, 3) and `<who>_timestamps_s` float64 (frames,), as in
`PoseTrack`; and `about`, JSON as bytes, with the rest. It holds no picture.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, LandmarksUnreadable
from analysis.motion.landmarks import LANDMARK_COUNT
from analysis.texts.speech import Speech
from analysis.types import PoseTrack, VideoInfo
from analysis.verdicts import Remark

LANDMARKS = "landmarks.npz"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class KeptPose:
    """A person's pose.

    Attributes:
        track: As it was found.
        people: Most people seen at one time.
    """

    track: PoseTrack
    people: int


@dataclass(frozen=True, slots=True)
class Kept:
    """All that an analysis found out about poses.

    Attributes:
        exercise: Canonical name of what was asked for.
        pose_model_sha256: Of the model that found them.
        user: The person who exercises.
        professional: The professional, where there was one.
        warnings: What was wrong with the professional's video.
    """

    exercise: str
    pose_model_sha256: str
    user: KeptPose
    professional: KeptPose | None = None
    warnings: tuple[Remark, ...] = ()


def write_kept(kept: Kept, path: Path) -> None:
    """Write `landmarks.npz`. Raises `OSError`."""
    people = {"user": kept.user} | ({"professional": kept.professional} if kept.professional else {})
    about = {
        "format": _FORMAT,
        "exercise": kept.exercise,
        "pose_model_sha256": kept.pose_model_sha256,
        "warnings": [asdict(warning) for warning in kept.warnings],
        **{who: {"people": pose.people, "video": asdict(pose.track.video)} for who, pose in people.items()},
    }
    arrays: dict[str, NDArray[Any]] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for who, pose in people.items():
        arrays[f"{who}_landmarks"] = pose.track.landmarks.astype(np.float32, copy=False)
        arrays[f"{who}_world"] = pose.track.world.astype(np.float32, copy=False)
        arrays[f"{who}_timestamps_s"] = pose.track.timestamps_s.astype(np.float64, copy=False)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_kept(path: Path) -> Kept:
    """What `write_kept` wrote.

    Raises:
        LandmarksUnreadable: The file is no such archive, or of a later version.
        OSError: It cannot be read at all.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = json.loads(bytes(arrays["about"]))
            if about["format"] != _FORMAT:
                raise LandmarksUnreadable("The landmarks were written by a later version.")
            return Kept(
                exercise=str(about["exercise"]),
                pose_model_sha256=str(about["pose_model_sha256"]),
                user=_pose(about["user"], arrays, "user"),
                professional=_pose(about["professional"], arrays, "professional") if "professional" in about else None,
                warnings=tuple(map(_remark, about["warnings"])),
            )
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise LandmarksUnreadable("The file holds no landmarks that an analysis has kept.") from error


def _remark(about: dict[str, Any] | str) -> Remark:
    if isinstance(about, str):  # English, as it was kept before there were codes
        return Remark("professional_unusable", {"problem": (AnalysisError.code,)})
    kept = Remark(str(about["code"]), {str(hole): tuple(map(str, names)) for hole, names in about["names"].items()})
    Speech().remark(kept)  # what nobody can tell was not kept by an analysis
    return kept


def _pose(about: dict[str, Any], arrays: Any, who: str) -> KeptPose:
    video = VideoInfo(**about["video"])
    landmarks, world, timestamps_s = (arrays[f"{who}_{name}"] for name in ("landmarks", "world", "timestamps_s"))
    frames = timestamps_s.size
    if landmarks.shape != (frames, LANDMARK_COUNT, 4) or world.shape != (frames, LANDMARK_COUNT, 3) or not frames:
        raise ValueError("shapes that do not fit")
    return KeptPose(
        PoseTrack(landmarks.astype(np.float32), world.astype(np.float32), timestamps_s.astype(np.float64), video),
        int(about["people"]),
    )
