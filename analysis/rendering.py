"""One annotated picture: skeleton and angles on the photo, the verdict in words below it.

Nothing here knows exercises or rules; `analysis.evidence` turns a report into the values below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from analysis import style

Picture = NDArray[np.uint8]
Point = tuple[float, float]
Limb = tuple[int, int]

# BlazePose's 33 landmarks; face and fingers are left out, they say nothing about form.
LIMBS: tuple[Limb, ...] = (
    (11, 12), (23, 24), (11, 23), (12, 24),
    (11, 13), (13, 15), (12, 14), (14, 16),
    (23, 25), (25, 27), (24, 26), (26, 28),
    (27, 31), (28, 32),
)  # fmt: skip

MIN_SHORT_SIDE_PX = 720
# Proportions of a picture that fills a phone's screen: width to height at most, height to width at most.
_WIDEST, _TALLEST = 1.0, 1.6
_BODY_ROOM = 1.35
# Below this the network guesses more than it sees; such limbs are dotted.
SEEN_VISIBILITY = 0.5


class State(IntEnum):
    """What is said about a limb, an angle or a line of text; of two, the higher one wins."""

    NEUTRAL = 0
    GOOD = 1
    MINOR = 2
    MAJOR = 3

    @property
    def colour(self) -> str:
        """`#RRGGBB`."""
        return (style.NEUTRAL, style.GOOD, style.MINOR, style.MAJOR)[self]


@dataclass(frozen=True, slots=True)
class AngleMark:
    """An angle to draw at a joint, as deviation from a straight line.

    Attributes:
        before: Pixel (x, y) on the limb that leads to the joint; the arc starts at that limb's prolongation.
        corner: Pixel (x, y) of the joint.
        after: Pixel (x, y) on the limb that leaves the joint.
        degrees: The number to write beside it.
        state: Its colour.
    """

    before: Point
    corner: Point
    after: Point
    degrees: float
    state: State = State.NEUTRAL


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the caption: a coloured sign, a sentence, and a quieter one behind it."""

    text: str
    detail: str = ""
    state: State = State.NEUTRAL


@dataclass(frozen=True, slots=True)
class Caption:
    """The words below the photo.

    Attributes:
        title: Such as `Squat · rep 3 of 8`.
        subtitle: Such as `0:12.4 · turning point`.
        badge: Short text of the coloured field at the right, such as `92`, or "".
        badge_unit: Small text below it, such as `of 100`.
        state: Colour of the badge.
        lines: The verdict.
    """

    title: str
    subtitle: str = ""
    badge: str = ""
    badge_unit: str = ""
    state: State = State.NEUTRAL
    lines: Sequence[Line] = ()


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
    unit = _unit(photo)
    corner = np.array((left, top), np.float32)
    if landmarks is not None:
        moved = landmarks * np.array((scale, scale, scale, 1), np.float32)
        moved[:, :2] -= corner * scale
        _draw_skeleton(photo, moved, limb_states or {}, unit)
    marks = [_moved(mark, (left, top), scale) for mark in angles]
    marks = [mark for mark in marks if _is_drawable(mark, photo)]
    for mark in marks:
        _draw_arc(photo, mark, unit)
    image = Image.fromarray(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB))
    _draw_degrees(image, marks, unit)
    return np.asarray(_with_caption(image, caption, unit))


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


def _unit(photo: Picture) -> float:
    """One thousandth, about, of the width on which the picture will be looked at; all sizes are given in it.

    A landscape picture is shown as wide as a portrait one on a phone, so its text must be larger.
    """
    height, width = photo.shape[:2]
    return float(max(min(height, width) / 720, width / 900))


def _is_drawable(mark: AngleMark, picture: Picture) -> bool:
    """Whether all of it is known and the joint lies inside the picture."""
    height, width = picture.shape[:2]
    known = bool(np.isfinite([*mark.before, *mark.corner, *mark.after, mark.degrees]).all())
    return known and 0 <= mark.corner[0] < width and 0 <= mark.corner[1] < height


def _moved(mark: AngleMark, corner: tuple[int, int], scale: float) -> AngleMark:
    def point(p: Point) -> Point:
        return (p[0] - corner[0]) * scale, (p[1] - corner[1]) * scale

    return AngleMark(point(mark.before), point(mark.corner), point(mark.after), mark.degrees, mark.state)


# --- skeleton ---------------------------------------------------------------------------------------------------


def _draw_skeleton(photo: Picture, landmarks: NDArray[np.float32], states: Mapping[Limb, State], unit: float) -> None:
    """Limbs from far to near and from neutral to faulty, so that what matters lies on top."""
    # cv2 draws with sub-pixel precision when coordinates are shifted left by four bits.
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


def _fixed(point: Sequence[float] | NDArray[np.float32]) -> tuple[int, int]:
    return round(float(point[0]) * 16), round(float(point[1]) * 16)


def _stroke(
    photo: Picture, first: NDArray[np.float32], last: NDArray[np.float32], colour: tuple[int, int, int], width: float
) -> None:
    cv2.line(photo, _fixed(first), _fixed(last), colour, max(1, round(width)), cv2.LINE_AA, 4)


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
    cv2.circle(photo, _fixed(centre), max(1, round(radius * 16)), colour, -1, cv2.LINE_AA, 4)


# --- angles -----------------------------------------------------------------------------------------------------


def _draw_arc(photo: Picture, mark: AngleMark, unit: float) -> None:
    """A translucent sector from the prolongation of the first limb (dashed) to the second limb."""
    before, corner, after = (np.array(p) for p in (mark.before, mark.corner, mark.after))
    straight, bent = corner - before, after - corner
    shorter = float(min(np.linalg.norm(straight), np.linalg.norm(bent)))
    if shorter < 12 * unit:  # the limb points at the camera; an arc would mislead
        return
    radius = float(np.clip(shorter * 0.5, 22 * unit, 64 * unit))
    start = float(np.degrees(np.arctan2(straight[1], straight[0])))
    sweep = (float(np.degrees(np.arctan2(bent[1], bent[0]))) - start + 180) % 360 - 180
    colour = style.bgr(mark.state.colour)
    directions = np.radians(start + np.linspace(0, sweep, 48))
    rim = corner + radius * np.column_stack((np.cos(directions), np.sin(directions)))
    sector = np.vstack((corner, rim))
    _blend_polygon(photo, sector, colour, 0.45)
    fixed_rim = np.round(rim * 16).astype(np.int32)
    cv2.polylines(photo, [fixed_rim], isClosed=False, color=(255, 255, 255), thickness=round(4 * unit),
                  lineType=cv2.LINE_AA, shift=4)  # fmt: skip
    cv2.polylines(photo, [fixed_rim], isClosed=False, color=colour, thickness=round(2.4 * unit),
                  lineType=cv2.LINE_AA, shift=4)  # fmt: skip
    ray = np.array((np.cos(directions[0]), np.sin(directions[0])))
    for share in np.arange(0.15, 1.35, 0.22):
        dash = corner + ray * radius * share, corner + ray * radius * (share + 0.11)
        cv2.line(photo, _fixed(dash[0]), _fixed(dash[1]), (255, 255, 255), round(2.4 * unit), cv2.LINE_AA, 4)


def _blend_polygon(photo: Picture, polygon: NDArray[np.float64], colour: tuple[int, int, int], strength: float) -> None:
    height, width = photo.shape[:2]
    left, top = np.clip(np.floor(polygon.min(axis=0)).astype(int) - 1, 0, (width, height))
    right, bottom = np.clip(np.ceil(polygon.max(axis=0)).astype(int) + 2, 0, (width, height))
    if left >= right or top >= bottom:
        return
    part = photo[top:bottom, left:right]
    painted = part.copy()
    shifted = np.round((polygon - (left, top)) * 16).astype(np.int32)
    cv2.fillPoly(painted, [shifted], colour, cv2.LINE_AA, 4)
    part[:] = cv2.addWeighted(painted, strength, part, 1 - strength, 0)


def _draw_degrees(image: Image.Image, marks: Sequence[AngleMark], unit: float) -> None:
    """The numbers, each where it hides least, on fields in the colour of their verdict."""
    draw = ImageDraw.Draw(image)
    face = style.font(round(27 * unit), bold=True)
    taken: list[tuple[float, float, float, float]] = []
    joints = [mark.corner for mark in marks]
    for mark in sorted(marks, key=lambda mark: -mark.state):
        text = f"{mark.degrees:.0f}°"
        width = draw.textlength(text, font=face) + 20 * unit
        height = 40 * unit
        box = _free_box(mark, (width, height), image.size, taken, joints, unit)
        taken.append(box)
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        draw.line((*mark.corner, *centre), fill="#FFFFFF", width=max(1, round(2 * unit)))
        draw.rounded_rectangle(box, radius=height / 2, fill=mark.state.colour, outline="#FFFFFF",
                               width=max(1, round(2 * unit)))  # fmt: skip
        draw.text(centre, text, font=face, fill=_ink_on(mark.state), anchor="mm")


def _free_box(
    mark: AngleMark,
    size: tuple[float, float],
    picture: tuple[int, int],
    taken: Sequence[tuple[float, float, float, float]],
    joints: Sequence[Point],
    unit: float,
) -> tuple[float, float, float, float]:
    """Of places all around the joint the one that covers least; the inner side of the bend counts as covered."""
    width, height = size
    inner = np.array(mark.before) + np.array(mark.after) - 2 * np.array(mark.corner)
    best, best_cost = (0.0, 0.0, width, height), np.inf
    for distance in (78 * unit, 104 * unit, 140 * unit):
        for direction in np.radians(np.arange(0, 360, 30)):
            ray = np.array((np.cos(direction), np.sin(direction)))
            x, y = np.array(mark.corner) + ray * distance
            x = float(np.clip(x, width / 2 + 6, picture[0] - width / 2 - 6))
            y = float(np.clip(y, height / 2 + 6, picture[1] - height / 2 - 6))
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            cost = distance / (60 * unit)
            cost += 8 * sum(_overlap(box, other) for other in taken) / (width * height)
            cost += 4 * sum(box[0] - 9 < jx < box[2] + 9 and box[1] - 9 < jy < box[3] + 9 for jx, jy in joints)
            cost += _along(ray, np.array(mark.before) - mark.corner) + _along(ray, np.array(mark.after) - mark.corner)
            cost += 0.8 * _along(ray, inner)
            if cost < best_cost:
                best, best_cost = box, cost
    return best


def _along(ray: NDArray[np.float64], limb: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(limb))
    return max(0.0, float(ray @ limb) / length) ** 4 * 3 if length else 0.0


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _ink_on(state: State) -> str:
    # Orange and sky blue are too light for white letters.
    return style.INK if state in (State.MINOR, State.NEUTRAL) else "#FFFFFF"


# --- caption ----------------------------------------------------------------------------------------------------


def _with_caption(photo: Image.Image, caption: Caption, unit: float) -> Image.Image:
    """The photo with the caption on paper below it, so that no word hides the body."""
    margin, width = 26 * unit, photo.width
    title_font, quiet_font = style.font(round(38 * unit), bold=True), style.font(round(26 * unit))
    text_font = style.font(round(29 * unit))
    badge_width = _badge_width(caption, unit)
    room = width - 2 * margin - (badge_width + margin if caption.badge else 0)
    titles = style.wrapped(caption.title, title_font, room)
    blocks = [
        (line, style.wrapped(line.text, text_font, width - 2 * margin - 50 * unit),
         style.wrapped(line.detail, quiet_font, width - 2 * margin - 50 * unit))
        for line in caption.lines
    ]  # fmt: skip
    head = max(len(titles) * 48 * unit + (40 * unit if caption.subtitle else 0), 96 * unit if caption.badge else 0)
    body = sum(len(text) * 38 * unit + len(detail) * 34 * unit + 16 * unit for _, text, detail in blocks)
    total = round(margin + head + (18 * unit + body if blocks else 0) + margin * 0.7)

    card = Image.new("RGB", (width, photo.height + total), style.PAPER)
    card.paste(photo, (0, 0))
    draw = ImageDraw.Draw(card)
    y = photo.height + margin
    for title in titles:
        draw.text((margin, y), title, font=title_font, fill=style.INK, anchor="la")
        y += 48 * unit
    draw.text((margin, y + 2 * unit), caption.subtitle, font=quiet_font, fill=style.FADED_INK, anchor="la")
    if caption.badge:
        _draw_badge(draw, caption, (width - margin - badge_width, photo.height + margin), badge_width, unit)
    y = photo.height + margin + head + 18 * unit
    for line, text, detail in blocks:
        _draw_sign(draw, line.state, (margin + 17 * unit, y + 18 * unit), 17 * unit)
        for row in text:
            draw.text((margin + 50 * unit, y), row, font=text_font, fill=style.INK, anchor="la")
            y += 38 * unit
        for row in detail:
            draw.text((margin + 50 * unit, y), row, font=quiet_font, fill=style.FADED_INK, anchor="la")
            y += 34 * unit
        y += 16 * unit
    return card


def _badge_width(caption: Caption, unit: float) -> float:
    number = style.font(round(48 * unit), bold=True).getlength(caption.badge)
    return float(max(number, style.font(round(20 * unit)).getlength(caption.badge_unit)) + 36 * unit)


def _draw_badge(
    draw: ImageDraw.ImageDraw, caption: Caption, corner: tuple[float, float], width: float, unit: float
) -> None:
    x, y = corner
    draw.rounded_rectangle((x, y, x + width, y + 92 * unit), radius=18 * unit, fill=caption.state.colour)
    ink = _ink_on(caption.state)
    middle = x + width / 2
    draw.text(
        (middle, y + 36 * unit), caption.badge, font=style.font(round(48 * unit), bold=True), fill=ink, anchor="mm"
    )
    draw.text((middle, y + 74 * unit), caption.badge_unit, font=style.font(round(20 * unit)), fill=ink, anchor="mm")


def _draw_sign(draw: ImageDraw.ImageDraw, state: State, centre: tuple[float, float], radius: float) -> None:
    """A tick, an exclamation mark or a dot: the shape says it too, not the colour alone."""
    x, y = centre
    stroke = max(2, round(radius / 4))
    if state >= State.MINOR:
        corners = [(x, y - radius), (x + radius * 1.08, y + radius * 0.86), (x - radius * 1.08, y + radius * 0.86)]
        draw.polygon(corners, fill=state.colour)
        draw.line((x, y - radius * 0.35, x, y + radius * 0.28), fill=_ink_on(state), width=stroke)
        draw.ellipse((x - stroke / 2, y + radius * 0.5 - stroke / 2, x + stroke / 2, y + radius * 0.5 + stroke / 2),
                     fill=_ink_on(state))  # fmt: skip
        return
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=state.colour)
    if state == State.GOOD:
        tick = [(x - radius * 0.5, y), (x - radius * 0.1, y + radius * 0.42), (x + radius * 0.52, y - radius * 0.4)]
        draw.line(tick, fill="#FFFFFF", width=stroke, joint="curve")
    else:
        draw.ellipse((x - radius * 0.3, y - radius * 0.3, x + radius * 0.3, y + radius * 0.3), fill="#FFFFFF")
