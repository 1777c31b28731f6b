"""The skeleton on a photo: limbs in the colour of their verdict, dotted where the network only guesses."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.pictures import style
from analysis.pictures.canvas import Limb, Picture, State

# BlazePose's 33 landmarks; face and fingers are left out, they say nothing about form.
LIMBS: tuple[Limb, ...] = (
    (11, 12), (23, 24), (11, 23), (12, 24),
    (11, 13), (13, 15), (12, 14), (14, 16),
    (23, 25), (25, 27), (24, 26), (26, 28),
    (27, 31), (28, 32),
)  # fmt: skip

# Below this the network guesses more than it sees; such limbs are dotted.
SEEN_VISIBILITY = 0.5


def draw_skeleton(photo: Picture, landmarks: NDArray[np.float32], states: Mapping[Limb, State], unit: float) -> None:
    """Limbs from far to near and from neutral to faulty, so that what matters lies on top."""
    span = _body_span(landmarks)
    if span == 0:
        return
    width = float(np.clip(span * 0.013, 3.2 * unit, 7 * unit))
    order = sorted(LIMBS, key=lambda limb: (states.get(limb, State.NEUTRAL), -_depth(landmarks, limb)))
    for limb in order:
        first, last = landmarks[limb[0]], landmarks[limb[1]]
        if not np.isfinite([*first[:2], *last[:2]]).all():
            continue
        state = states.get(limb, State.NEUTRAL)
        thick = width * (1.5 if state >= State.MINOR else 1.0)
        if min(first[3], last[3]) < SEEN_VISIBILITY:
            _dotted(photo, first, last, style.bgr(state.colour), width)
        else:
            _stroke(photo, first, last, (255, 255, 255), thick + 2.6 * unit)
            _stroke(photo, first, last, style.bgr(state.colour), thick)
    joints: dict[int, State] = {}
    for limb in order:
        for joint in limb:
            joints[joint] = max(joints.get(joint, State.NEUTRAL), states.get(limb, State.NEUTRAL))
    for joint, state in joints.items():
        x, y, _, visibility = landmarks[joint]
        if np.isfinite((x, y)).all() and visibility >= SEEN_VISIBILITY:
            _disc(photo, (x, y), width * 1.15 + 1.6 * unit, style.bgr(state.colour))
            _disc(photo, (x, y), width * 1.15 - 0.4 * unit, (255, 255, 255))


def _body_span(landmarks: NDArray[np.float32]) -> float:
    points = landmarks[11:, :2]
    points = points[np.isfinite(points).all(axis=1)]
    return float(np.linalg.norm(np.ptp(points, axis=0))) if len(points) else 0.0


def _depth(landmarks: NDArray[np.float32], limb: Limb) -> float:
    depth = float(landmarks[limb[0], 2] + landmarks[limb[1], 2])
    return depth if np.isfinite(depth) else 0.0


def _stroke(
    photo: Picture, first: NDArray[np.float32], last: NDArray[np.float32], colour: tuple[int, int, int], width: float
) -> None:
    cv2.line(photo, fixed_point(first), fixed_point(last), colour, max(1, round(width)), cv2.LINE_AA, 4)


def _dotted(
    photo: Picture, first: NDArray[np.float32], last: NDArray[np.float32], colour: tuple[int, int, int], width: float
) -> None:
    length = float(np.linalg.norm(last[:2] - first[:2]))
    for share in np.linspace(0, 1, max(2, round(length / (width * 2.6)))):
        at = first[:2] + (last[:2] - first[:2]) * share
        _disc(photo, at, width * 0.62, (255, 255, 255))
        _disc(photo, at, width * 0.42, colour)


def _disc(
    photo: Picture, centre: Sequence[float] | NDArray[np.float32], radius: float, colour: tuple[int, int, int]
) -> None:
    cv2.circle(photo, fixed_point(centre), max(1, round(radius * 16)), colour, -1, cv2.LINE_AA, 4)


def fixed_point(point: Sequence[float] | NDArray[np.float32]) -> tuple[int, int]:
    """The point in sixteenths of a pixel, as cv2 wants it with `shift=4`."""
    return round(float(point[0]) * 16), round(float(point[1]) * 16)
