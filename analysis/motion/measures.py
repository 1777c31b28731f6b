"""Everything that a rule may measure, by name: what it is, its unit, and the joints that must be seen for it.

A measure is a signal over time, in degrees or as a share of the body's height, taken in the picture's plane: it holds
only for the views that a rule names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.motion.angles import ANGLE_JOINTS, Points, angle_between, clean_positions, limb_angle, middle
from analysis.motion.flips import without_flips
from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from analysis.motion.leaps import leapt_away, without_leaps
from analysis.motion.signals import Signal
from analysis.motion.view import forward
from analysis.types import PoseTrack

DEGREES, BODY_HEIGHT, RATIO, SECONDS = "deg", "body_height", "ratio", "s"

TRUNK_AND_LEG_OF_HEIGHT = 0.288 + 0.245 + 0.246
"""Trunk, thigh and shank as shares of body height (Drillis and Contini 1966, in Winter's Biomechanics, ch. 4)."""


@dataclass(frozen=True, slots=True)
class Body:
    """A cleaned track, left and right put in order, ready to be measured.

    Attributes:
        image: (frames, 33, 2) pixels.
        world: (frames, 33, 3) metres.
        visibility: (frames, 33) from 0 to 1; 0 where nobody was found.
        inside: (frames, 33) whether the joint lies in the picture; the model is sure even of those that do not.
        height_px: (frames,) body height in pixels at the person's distance, whatever the posture.
        facing: (frames,) +1 where the person looks to the right of the picture, -1 to the left.
        timestamps_s: (frames,) seconds.
    """

    image: Points
    world: Points
    visibility: NDArray[np.float64]
    inside: NDArray[np.bool_]
    height_px: Signal
    facing: Signal
    timestamps_s: Signal

    @property
    def found(self) -> NDArray[np.bool_]:
        """(frames,) whether the person was found."""
        return np.isfinite(self.world[:, 0, 0])

    def part(self, frames: slice) -> "Body":
        """The body in some frames only."""
        return Body(
            image=self.image[frames],
            world=self.world[frames],
            visibility=self.visibility[frames],
            inside=self.inside[frames],
            height_px=self.height_px[frames],
            facing=self.facing[frames],
            timestamps_s=self.timestamps_s[frames],
        )


class Sides(StrEnum):
    """Which side of the body a measure is taken from."""

    WORKING = "the working limb"
    SEEN = "whichever side is seen"
    BOTH = "both sides at once"


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be measured of a body.

    Attributes:
        name: As rules call it.
        title: In words, for pictures and tables.
        unit: `deg`, `body_height` or `ratio`.
        joints: Joints that must be seen, without side.
        sides: Which side it is taken from.
        of: From a body and a side to (frames,) values; the side is ignored where both are needed at once.
    """

    name: str
    title: str
    unit: str
    joints: tuple[str, ...]
    sides: Sides
    of: Callable[[Body, Side], Signal]


def body_of(track: PoseTrack) -> Body:
    """The track cleaned, with what every measure needs."""
    return _cleaned(without_leaps(without_flips(track)))


def body_with_leaps(track: PoseTrack, steady: Body) -> Body:
    """The same with legs that leap away and back left in, for what asks how somebody moves and not for a value.

    Args:
        track: As for `body_of`.
        steady: What that made of it; returned where no leg leaps.
    """
    named = without_flips(track)
    return _cleaned(named) if leapt_away(named).any() else steady


def _cleaned(track: PoseTrack) -> Body:
    image = clean_positions(track.landmarks[:, :, :2], track.timestamps_s)
    world = clean_positions(track.world, track.timestamps_s)
    visibility = np.nan_to_num(track.landmarks[:, :, 3].astype(np.float64), nan=0.0)
    visibility[~np.isfinite(track.landmarks[:, :, 0])] = 0.0
    facing = np.where(forward(world)[:, 0] < 0.0, -1.0, 1.0)
    edge = (track.video.width, track.video.height)
    inside = np.asarray(np.all((image >= 0.0) & (image <= edge), axis=2), np.bool_)
    return Body(image, world, visibility, inside, _height_px(image, world), facing, track.timestamps_s)


def from_upright_deg(directions: Points) -> Signal:
    """(frames,) degrees of (frames, axes) directions from upright: 0 up, 90 level, 180 down; y points down."""
    upwards = np.zeros_like(directions)
    upwards[:, 1] = -1.0
    return angle_between(directions, upwards)


def trunk_inclination_deg(positions: Points) -> Signal:
    """(frames,) degrees of the trunk from upright: 0 standing, 90 lying; for pixels or metres."""
    return from_upright_deg(middle(positions, "shoulder") - middle(positions, "hip"))


def _height_px(image: Points, world: Points) -> Signal:
    # Pixels per metre: under weak perspective the picture is the world's x and y, scaled and shifted.
    flat = world[:, :, :2] - world[:, :, :2].mean(axis=1, keepdims=True)
    seen = image - image.mean(axis=1, keepdims=True)
    pixels_per_metre = np.linalg.norm(seen, axis=(1, 2)) / np.maximum(np.linalg.norm(flat, axis=(1, 2)), 1e-9)
    height_px: Signal = pixels_per_metre * body_height_m(world)
    return height_px


def body_height_m(world: Points) -> float:
    """Body height in metres from the median lengths of trunk, thighs and shanks; NaN without a person."""
    total = np.zeros(world.shape[0])
    for side in SIDES:
        joints = [world[:, landmark(joint, side)] for joint in ("shoulder", "hip", "knee", "ankle")]
        total += sum(np.linalg.norm(last - first, axis=1) for first, last in pairwise(joints)) / len(SIDES)
    return float(np.nanmedian(total)) / TRUNK_AND_LEG_OF_HEIGHT if np.isfinite(total).any() else float("nan")


def _point(body: Body, joint: str, side: Side) -> Points:
    return body.image[:, landmark(joint, side)]


def _limb(angle: str) -> Callable[[Body, Side], Signal]:
    return lambda body, side: limb_angle(body.image, angle, side)


def _trunk_lean(body: Body, side: Side) -> Signal:
    trunk = _point(body, "shoulder", side) - _point(body, "hip", side)
    return np.degrees(np.arctan2(trunk[:, 0] * body.facing, -trunk[:, 1]))


def _trunk_inclination(body: Body, side: Side) -> Signal:
    return from_upright_deg(_point(body, "shoulder", side) - _point(body, "hip", side))


def _forearm_tilt(body: Body, side: Side) -> Signal:
    return from_upright_deg(_point(body, "wrist", side) - _point(body, "elbow", side))


def _upper_arm_tilt(body: Body, side: Side) -> Signal:
    return from_upright_deg(_point(body, "shoulder", side) - _point(body, "elbow", side))


def _body_line(body: Body, side: Side) -> Signal:
    return _hips_below_line(body, side, _point(body, "ankle", side))


def _knee_line(body: Body, side: Side) -> Signal:
    return _hips_below_line(body, side, _point(body, "knee", side))


def _hips_below_line(body: Body, side: Side, end: Points) -> Signal:
    """Angle at the hips between trunk and `end`, positive where the hips are below the line from shoulder to `end`."""
    shoulder, hip = (_point(body, joint, side) for joint in ("shoulder", "hip"))
    whole = shoulder - end
    share = ((hip - end) * whole).sum(axis=1) / np.maximum((whole**2).sum(axis=1), 1e-9)
    below = np.where(hip[:, 1] >= end[:, 1] + share * whole[:, 1], 1.0, -1.0)
    return below * angle_between(hip - shoulder, end - hip)


def _above(upper: str, lower: str) -> Callable[[Body, Side], Signal]:
    """How far one joint is above another, in body heights."""
    return lambda body, side: (_point(body, lower, side) - _point(body, upper, side))[:, 1] / body.height_px


def _ahead(first: str, second: str) -> Callable[[Body, Side], Signal]:
    """How far one joint is ahead of another in the direction in which the person looks, in body heights."""
    return lambda body, side: (
        (_point(body, first, side) - _point(body, second, side))[:, 0] * body.facing / body.height_px
    )


def _hands_ahead_of_legs(body: Body, side: Side) -> Signal:
    """How far the hand is ahead of the ankle, or of the leg at the hand's height, whichever is nearer, in body heights.

    A weight that is close hangs over the foot as long as thighs lean, and lies on the thighs of who stands: their
    front, with the hips pushed forward, is further ahead than the foot's middle.
    """
    hand, hip, knee, ankle = (_point(body, joint, side) for joint in ("wrist", "hip", "knee", "ankle"))
    leg_x = np.where(hand[:, 1] >= knee[:, 1], _x_at_height(hand, ankle, knee), _x_at_height(hand, knee, hip))
    ahead = np.fmin((hand[:, 0] - ankle[:, 0]) * body.facing, (hand[:, 0] - leg_x) * body.facing)
    return ahead / body.height_px


def _x_at_height(point: Points, lower: Points, upper: Points) -> Signal:
    """(frames,) where the line between two joints is as high as the point; the nearer end's place beyond its ends."""
    rise = lower[:, 1] - upper[:, 1]
    share = np.divide(lower[:, 1] - point[:, 1], rise, out=np.zeros_like(rise), where=rise > 0.0)
    return lower[:, 0] + np.clip(share, 0.0, 1.0) * (upper[:, 0] - lower[:, 0])


def _chin_over_hands(body: Body, side: Side) -> Signal:
    mouth_y = (body.image[:, Landmark.MOUTH_LEFT, 1] + body.image[:, Landmark.MOUTH_RIGHT, 1]) / 2.0
    return (_point(body, "wrist", side)[:, 1] - mouth_y) / body.height_px


def _uneven(joint: str) -> Callable[[Body, Side], Signal]:
    """How much higher one side is than the other, in body heights."""
    return lambda body, _side: np.abs(_point(body, joint, "left") - _point(body, joint, "right"))[:, 1] / body.height_px


def _width_ratio(numerator: str, denominator: str) -> Callable[[Body, Side], Signal]:
    """Distance across the picture between both joints of one kind, over that of another."""

    def measured(body: Body, _side: Side) -> Signal:
        over, under = (
            np.abs(_point(body, joint, "left") - _point(body, joint, "right"))[:, 0]
            for joint in (numerator, denominator)
        )
        return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)

    return measured


def _measures() -> tuple[Measure, ...]:
    working, seen, both = Sides.WORKING, Sides.SEEN, Sides.BOTH
    trunk = ("shoulder", "hip")
    limbs = {
        "elbow_flexion": "elbow flexion",
        "hip_flexion": "hip flexion",
        "knee_flexion": "knee flexion",
        "shoulder_elevation": "upper arm from trunk",
    }
    return (
        *(Measure(name, title, DEGREES, ANGLE_JOINTS[name], working, _limb(name)) for name, title in limbs.items()),
        Measure("trunk_lean", "forward lean of the trunk", DEGREES, trunk, seen, _trunk_lean),
        Measure("trunk_inclination", "trunk from upright", DEGREES, trunk, seen, _trunk_inclination),
        Measure("body_line", "hips below a straight line", DEGREES, (*trunk, "ankle"), seen, _body_line),
        Measure("knee_line", "hips below the line to the knees", DEGREES, (*trunk, "knee"), seen, _knee_line),
        Measure("forearm_tilt", "forearm from upright", DEGREES, ("elbow", "wrist"), working, _forearm_tilt),
        Measure("upper_arm_tilt", "upper arm from upright", DEGREES, ("shoulder", "elbow"), seen, _upper_arm_tilt),
        Measure(
            "shoulders_ahead_of_hands",
            "shoulders ahead of hands",
            BODY_HEIGHT,
            ("shoulder", "wrist"),
            seen,
            _ahead("shoulder", "wrist"),
        ),
        Measure("hip_over_knee", "hips above knees", BODY_HEIGHT, ("hip", "knee"), seen, _above("hip", "knee")),
        Measure("hips_over_shoulders", "hips above shoulders", BODY_HEIGHT, trunk, seen, _above("hip", "shoulder")),
        Measure("knee_ahead_of_hip", "knee ahead of hip", BODY_HEIGHT, ("hip", "knee"), seen, _ahead("knee", "hip")),
        Measure("chin_over_hands", "chin above hands", BODY_HEIGHT, ("wrist",), seen, _chin_over_hands),
        Measure(
            "hands_ahead_of_legs",
            "hands ahead of feet and legs",
            BODY_HEIGHT,
            ("wrist", "hip", "knee", "ankle"),
            seen,
            _hands_ahead_of_legs,
        ),
        Measure(
            "knee_ahead_of_toe",
            "knee ahead of toes",
            BODY_HEIGHT,
            ("knee", "foot_index"),
            working,
            _ahead("knee", "foot_index"),
        ),
        Measure(
            "knee_width",
            "knees over toes in width",
            RATIO,
            ("knee", "foot_index"),
            both,
            _width_ratio("knee", "foot_index"),
        ),
        Measure(
            "toe_width",
            "toes over shoulders in width",
            RATIO,
            ("foot_index", "shoulder"),
            both,
            _width_ratio("foot_index", "shoulder"),
        ),
        Measure(
            "stance_width",
            "ankles over shoulders in width",
            RATIO,
            ("ankle", "shoulder"),
            both,
            _width_ratio("ankle", "shoulder"),
        ),
        Measure("wrist_difference", "hands uneven in height", BODY_HEIGHT, ("wrist",), both, _uneven("wrist")),
        Measure(
            "shoulder_difference", "shoulders uneven in height", BODY_HEIGHT, ("shoulder",), both, _uneven("shoulder")
        ),
    )


MEASURES: dict[str, Measure] = {measure.name: measure for measure in _measures()}
"""By name. `duration` is no signal over time: a rule asks for it with the statistic `duration`."""
