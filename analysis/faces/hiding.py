"""Destroying the pixels of faces."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.faces.heads import Circles, head_circles, heads_seen
from analysis.faces.spans import Finds, Spans, spans_between
from analysis.types import PoseTrack

Picture = NDArray[np.uint8]

# What is left of a circle's square: so many cells each way, of which a face fills three or four, in steps of so many
# of 256 levels. Too little to know anyone by, and too coarse to be put together again from many frames.
CELLS = 6
LEVELS = 8
_LEAST_CELL_PX = 4


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is to be hidden in a video, in pixels of its upright picture at full size.

    Attributes:
        heads: float32 (frames, circles, 3), of the people who were followed; NaN for none.
        timestamps_s: (frames,).
        width: Of that picture.
        others: Faces that were found otherwise.
    """

    heads: Circles = field(repr=False)
    timestamps_s: NDArray[np.float64] = field(repr=False)
    width: int
    others: Spans = field(default_factory=Spans)

    def at(self, frame: int) -> Circles:
        """Circles (n, 3) in a frame."""
        heads = self.heads[frame]
        return np.concatenate((heads[np.isfinite(heads).all(axis=1)], self.others.at(float(self.timestamps_s[frame]))))


def hidden_people(track: PoseTrack, everybody: NDArray[np.float32] | None, finds: Finds = ()) -> Hidden:
    """What is to be hidden of the one who is followed, of the others that were, and of who was found by face alone.

    Args:
        track: The one who is followed.
        everybody: float32 (frames, poses, 33, 7) as of `PoseLandmarker.people`, if several people were looked for.
        finds: Second and circles of frames in which faces were looked for, in order.
    """
    video, poses = track.video, list(finds)
    if everybody is not None:
        scale = np.array((video.width, video.height, video.width, 1), np.float32)
        for time_s, people in zip(track.timestamps_s.tolist(), everybody, strict=True):
            heads = heads_seen(people[:, :, :4] * scale, people[:, :, 4:]).reshape(-1, 3)
            poses.append((time_s, heads[np.isfinite(heads).all(axis=1)]))
    poses.sort(key=lambda find: find[0])
    return Hidden(head_circles(track), track.timestamps_s, video.width, spans_between(poses))


def hide(picture: Picture, circles: Circles) -> Picture:
    """A copy in which nothing but a few blurred cells is left of what lies in the circles.

    Args:
        picture: (height, width, 3).
        circles: (n, 3) x, y, radius in pixels of `picture`; they may reach beyond it.
    """
    hidden = picture.copy()
    for x, y, radius in circles.tolist():
        _hide_circle(picture, hidden, x, y, max(radius, 2.0))
    return hidden


def _hide_circle(picture: Picture, hidden: Picture, x: float, y: float, radius: float) -> None:
    height, width = picture.shape[:2]
    left, right = (int(np.clip(edge, 0, width)) for edge in (np.floor(x - radius), np.ceil(x + radius) + 1))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (np.floor(y - radius), np.ceil(y + radius) + 1))
    if left >= right or top >= bottom:
        return
    size = (right - left, bottom - top)
    counts = tuple(int(np.clip(length // _LEAST_CELL_PX, 1, CELLS)) for length in size)
    cells = cv2.resize(picture[top:bottom, left:right], counts, interpolation=cv2.INTER_AREA)
    coarse = (cells // LEVELS * LEVELS + LEVELS // 2).astype(np.uint8)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.circle(mask, (round(x) - left, round(y) - top), round(radius), 255, -1)
    # Cubic: soft cells, which the eye minds less than squares.
    cv2.copyTo(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), mask, hidden[top:bottom, left:right])
