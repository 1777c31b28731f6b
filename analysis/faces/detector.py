"""Finding faces in a picture, whoever they belong to: BlazeFace's full-range network, over the picture and its parts.

The network looks at 192 x 192 pixels, in which a bystander's face is a speck; so the picture is shown to it whole, and
again in overlapping squares. Its geometry is that of MediaPipe's `face_detection_full_range` graph.
"""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.faces.heads import Circles

DEFAULT_MODEL = Path(__file__).parents[2] / "models" / "face_detector.tflite"
KNOWN_SHA256 = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"

SIDE = 192
_CELLS = 48
# As MediaPipe. With 0.5 a masked face more is found, and hands, weights and shirts become faces.
MIN_SCORE = 0.6
# Sides of the squares, as shares of the picture's short side, and how far neighbours overlap.
_SQUARES = (1.0, 0.6)
_OVERLAP = 0.2
# A face is boxed from brows to chin; the circle reaches to hair and ears.
RADIUS_PER_BOX = 0.8


class FaceModelMissing(RuntimeError):
    """The face model is absent or not the pinned one; `str(error)` says how to make it."""


@cache
def checked_model() -> Path:
    """The path of the face model, its checksum compared once per process.

    Raises:
        FaceModelMissing: See there.
    """
    path = Path(os.environ.get("GOODREP_FACE_MODEL") or DEFAULT_MODEL)
    if not path.is_file():
        raise FaceModelMissing(f"There is no face model at {path}: `make setup` builds it.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != KNOWN_SHA256:
        raise FaceModelMissing(f"The face model at {path} is not the pinned one: delete it and run `make setup`.")
    return path


class FaceDetector:
    """One network; not to be shared by threads. Raises `FaceModelMissing` when it is made."""

    def __init__(self) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._network = Interpreter(str(checked_model()), num_threads=1)
        self._network.allocate_tensors()
        (entry,) = self._network.get_input_details()
        by_width = {int(details["shape"][-1]): details["index"] for details in self._network.get_output_details()}
        self._input, self._boxes, self._scores = entry["index"], by_width[16], by_width[1]
        middles = (np.arange(_CELLS, dtype=np.float32) + 0.5) / _CELLS * SIDE
        self._anchors = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)

    def faces(self, picture: NDArray[np.uint8]) -> Circles:
        """Circles (faces, 3) around the faces of a BGR picture; the same face may have several."""
        found = [
            self._in_square(part) / scale + np.array((left, top, 0), np.float32)
            for left, top, scale, part in _parts(picture)
        ]
        return np.concatenate(found).astype(np.float32)

    def _in_square(self, part: NDArray[np.uint8]) -> Circles:
        """Circles in pixels of `part`, which is at most `SIDE` wide and high."""
        padded = np.zeros((1, SIDE, SIDE, 3), np.float32)
        padded[0, : part.shape[0], : part.shape[1]] = part[:, :, ::-1] / np.float32(127.5) - 1
        self._network.set_tensor(self._input, padded)
        self._network.invoke()
        # A score is a logit.
        sure = self._network.get_tensor(self._scores)[0, :, 0] > np.log(MIN_SCORE / (1 - MIN_SCORE))
        boxes = self._network.get_tensor(self._boxes)[0, sure]
        middles = boxes[:, :2] + self._anchors[sure]
        return np.column_stack((middles, RADIUS_PER_BOX * boxes[:, 2:4].max(axis=1))).astype(np.float32)


def _parts(picture: NDArray[np.uint8]) -> Iterator[tuple[int, int, float, NDArray[np.uint8]]]:
    """Left, top, scale and shrunken part: the whole picture, then squares that overlap."""
    height, width = picture.shape[:2]
    yield 0, 0, *_shrunk(picture)
    for share in _SQUARES:
        side = round(min(height, width) * share)
        if side < min(SIDE, max(height, width)):
            return
        for top in _starts(height, side):
            for left in _starts(width, side):
                yield left, top, *_shrunk(picture[top : top + side, left : left + side])


def _starts(length: int, side: int) -> NDArray[np.int64]:
    count = 1 + int(np.ceil((length - side) / (side * (1 - _OVERLAP)) - 1e-9))
    return np.linspace(0, length - side, count).round().astype(np.int64)


def _shrunk(part: NDArray[np.uint8]) -> tuple[float, NDArray[np.uint8]]:
    scale = SIDE / max(part.shape[:2])
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return scale, np.asarray(cv2.resize(part, size, interpolation=way), np.uint8)
