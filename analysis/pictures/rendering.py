"""One annotated picture: skeleton and angles on the photo, the verdict in words below it.

Nothing here knows exercises or rules; `analysis.pictures.evidence` turns a report into what is drawn.
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.pictures import style
from analysis.pictures.angle_arcs import draw_arc, draw_degrees
from analysis.pictures.canvas import AngleMark, Caption, Limb, Picture, Point, State
from analysis.pictures.captions import with_caption
from analysis.pictures.skeleton import draw_skeleton

MIN_SHORT_SIDE_PX = 720
# Proportions of a picture that fills a phone's screen: width to height at most, height to width at most.
_WIDEST, _TALLEST = 1.0, 1.6
_BODY_ROOM = 1.35


def annotate(
    picture: Picture,
    landmarks: NDArray[np.float32] | None,
    caption: Caption,
    *,
    limb_states: Mapping[Limb, State] | None = None,
    angles: Sequence[AngleMark] = (),
) -> Picture:
    """Draw skeleton and angles on the photo and set the caption below it.

    Args:
        picture: BGR uint8 (height, width, 3), upright; not changed.
        landmarks: (33, 4) x, y in pixels of `picture`, z, visibility; NaN where unknown. None draws no skeleton.
        caption: The words.
        limb_states: Limbs that are more than neutral.
        angles: In pixels of `picture`.

    Returns:
        RGB uint8, at least `MIN_SHORT_SIDE_PX` wide and high.
    """
    left, top, right, bottom = _crop_box(picture, landmarks)
    photo, scale = _enlarged(picture[top:bottom, left:right])
    unit = unit_of(photo)
    corner = np.array((left, top), np.float32)
    if landmarks is not None:
        moved = landmarks * np.array((scale, scale, scale, 1), np.float32)
        moved[:, :2] -= corner * scale
        draw_skeleton(photo, moved, limb_states or {}, unit)
    marks = [_moved(mark, (left, top), scale) for mark in angles]
    marks = [mark for mark in marks if is_drawable(mark, photo)]
    for mark in marks:
        draw_arc(photo, mark, unit)
    image = Image.fromarray(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB))
    draw_degrees(image, marks, unit)
    return np.asarray(with_caption(image, caption, unit))


def encode_jpeg(picture: Picture) -> bytes:
    """The RGB picture as JPEG file."""
    found, data = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, style.JPEG_QUALITY]
    )
    if not found:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return data.tobytes()


def _crop_box(picture: Picture, landmarks: NDArray[np.float32] | None) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the part to show: very wide or tall pictures lose what the body does not need.

    On a phone the person then fills the screen instead of a fifth of it.
    """
    height, width = picture.shape[:2]
    if landmarks is None or not np.isfinite(landmarks[:, :2]).any():
        return 0, 0, width, height
    points = landmarks[np.isfinite(landmarks[:, :2]).all(axis=1), :2]
    left, right = _part(points[:, 0], width, height * _WIDEST)
    top, bottom = _part(points[:, 1], height, width * _TALLEST)
    return left, top, right, bottom


def _part(body: NDArray[np.float32], whole: int, wanted: float) -> tuple[int, int]:
    """Where to cut a side of `whole` pixels down to `wanted`, keeping the body and a margin in the middle."""
    low, high = float(np.clip(body.min(), 0, whole)), float(np.clip(body.max(), 0, whole))
    size = min(whole, max(wanted, (high - low) * _BODY_ROOM))
    start = float(np.clip((low + high - size) / 2, 0, whole - size))
    return round(start), round(start + size)


def _enlarged(picture: Picture) -> tuple[Picture, float]:
    """A copy, its short side brought up to the least one, and by how much."""
    height, width = picture.shape[:2]
    scale = max(1.0, MIN_SHORT_SIDE_PX / min(height, width))
    if scale == 1.0:
        return picture.copy(), 1.0
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8), scale


def unit_of(photo: Picture) -> float:
    """One thousandth, about, of the width on which the picture will be looked at; all sizes are given in it.

    A landscape picture is shown as wide as a portrait one on a phone, so its text must be larger.
    """
    height, width = photo.shape[:2]
    return float(max(min(height, width) / 720, width / 900))


def is_drawable(mark: AngleMark, picture: Picture) -> bool:
    """Whether all of it is known and the joint lies inside the picture."""
    height, width = picture.shape[:2]
    known = bool(np.isfinite([*mark.before, *mark.corner, *mark.after, mark.degrees]).all())
    return known and 0 <= mark.corner[0] < width and 0 <= mark.corner[1] < height


def _moved(mark: AngleMark, corner: tuple[int, int], scale: float) -> AngleMark:
    def point(p: Point) -> Point:
        return (p[0] - corner[0]) * scale, (p[1] - corner[1]) * scale

    return AngleMark(point(mark.before), point(mark.corner), point(mark.after), mark.degrees, mark.state)
