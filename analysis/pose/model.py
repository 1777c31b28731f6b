"""MediaPipe's pose landmarker: where its networks lie, that they are the right ones, and one landmarker per video."""

import hashlib
import importlib.util
import os
import sys
import types
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analysis.pose.native import preload_graphics_libraries

LANDMARK_COUNT = 33
# x, y, z in widths and heights of the picture as MediaPipe gives them, visibility, then x, y, z in metres.
VALUES_PER_LANDMARK = 7

DEFAULT_MODEL = Path(__file__).parents[2] / "models" / "pose_landmarker_lean.task"
# As `make setup` builds it, and the same networks with the outline of the body that nobody here looks at.
KNOWN_SHA256 = frozenset(
    {
        "aee89464e08dacb59e6c196e0e9b2dd56da03885243ff95421c3d70b48dcd2ca",
        "0564a56c0e0094af1958eb942871d91d03e1a8769ebc24253c43e115b83c7041",
    }
)


class PoseModelMissing(RuntimeError):
    """The pose model is absent or not the pinned one; `str(error)` says how to make it."""


@cache
def checked_model() -> Path:
    """The path of the pose model, its checksum compared once per process.

    Raises:
        PoseModelMissing: See there.
    """
    path = Path(os.environ.get("GOODREP_POSE_MODEL") or DEFAULT_MODEL)
    if not path.is_file():
        raise PoseModelMissing(f"There is no pose model at {path}: `make setup` builds it.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest not in KNOWN_SHA256:
        raise PoseModelMissing(f"The pose model at {path} is not the pinned one: delete it and run `make setup`.")
    return path


class PoseLandmarker:
    """One landmarker for the frames of one video, in rising order; a context manager.

    Args:
        model: Path of the bundle.
        num_poses: How many people to look for; with one, MediaPipe follows and smooths.
        tracking: False looks at every picture anew.
    """

    def __init__(self, model: Path, *, num_poses: int = 1, tracking: bool = True) -> None:
        self._mediapipe = _import_mediapipe()
        mode = self._mediapipe.RunningMode
        options = self._mediapipe.PoseLandmarkerOptions(
            base_options=self._mediapipe.BaseOptions(model_asset_path=str(model)),
            running_mode=mode.VIDEO if tracking else mode.IMAGE,
            num_poses=num_poses,
        )
        self._landmarker = self._mediapipe.PoseLandmarker.create_from_options(options)
        self._num_poses = num_poses
        self._tracking = tracking
        self._last_ms = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Its destructor at the interpreter's exit would print a traceback.
        self._landmarker.close()

    def people(self, picture: NDArray[np.uint8], time_s: float = 0.0) -> NDArray[np.float32]:
        """Who is in the picture.

        Args:
            picture: (height, width, 3) RGB, C-contiguous.
            time_s: When it is shown; must rise from call to call.

        Returns:
            float32 (num_poses, 33, 7), see `VALUES_PER_LANDMARK`; NaN for people who are not there.
        """
        image = self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, picture)
        if self._tracking:
            self._last_ms = max(self._last_ms + 1, round(time_s * 1000))
            result = self._landmarker.detect_for_video(image, self._last_ms)
        else:
            result = self._landmarker.detect(image)
        people = np.full((self._num_poses, LANDMARK_COUNT, VALUES_PER_LANDMARK), np.nan, np.float32)
        for person, pose, world in zip(people, result.pose_landmarks, result.pose_world_landmarks, strict=False):
            person[:, :4] = [(point.x, point.y, point.z, point.visibility) for point in pose]
            person[:, 4:] = [(point.x, point.y, point.z) for point in world]
        return people


@cache
def _import_mediapipe() -> types.SimpleNamespace:
    """The five names that are needed, without MediaPipe's audio and drawing.

    `import mediapipe` also loads matplotlib and looks for a sound card, with a compiler: 0.7 s instead of 0.02 s.
    Its packages are therefore entered without running their `__init__`.
    """
    preload_graphics_libraries()
    packages = ("mediapipe", "mediapipe.tasks", "mediapipe.tasks.python", "mediapipe.tasks.python.vision")
    if "mediapipe" not in sys.modules:
        spec = importlib.util.find_spec("mediapipe")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("No module named 'mediapipe'", name="mediapipe")
        root = Path(spec.submodule_search_locations[0])
        for name in packages:
            package = types.ModuleType(name)
            package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
            sys.modules[name] = package

    names: dict[str, Any] = {}
    for module_name, wanted in {
        "mediapipe.tasks.python.core.base_options": ("BaseOptions",),
        "mediapipe.tasks.python.vision.core.image": ("Image", "ImageFormat"),
        "mediapipe.tasks.python.vision.core.vision_task_running_mode": ("VisionTaskRunningMode",),
        "mediapipe.tasks.python.vision.pose_landmarker": ("PoseLandmarker", "PoseLandmarkerOptions"),
    }.items():
        module = importlib.import_module(module_name)
        names |= {name: getattr(module, name) for name in wanted}
    return types.SimpleNamespace(**names, RunningMode=names["VisionTaskRunningMode"])
