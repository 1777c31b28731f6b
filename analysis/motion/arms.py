"""The arms of who lies on a bench and is filmed from the feet or the head, from the picture alone.

The trunk points at the camera and hides behind itself: the model guesses it, and its metres of the arms go astray with
it. In the picture the arms are seen as well as ever. They go up and down across it, forearms upright, and bones keep
their length: what an upper arm lacks of its own in the picture, it goes along the line of sight (a scaled orthographic
view of bones of known length: Taylor 2000, Computer Vision and Image Understanding 80:349).
"""

from dataclasses import replace

import numpy as np

from analysis.motion.angles import Points, limb_angle
from analysis.motion.landmarks import SIDES, Side, landmark
from analysis.motion.measures import Body, body_height_m
from analysis.motion.plausibility import BONES_CHANGE_BY, FEWEST_FRAMES
from analysis.motion.signals import Signal
from analysis.motion.view import FRONT, REAR, view_of

ARM = ("shoulder", "elbow", "wrist")

FOREARM_OF_HEIGHT = 0.146
"""Share of body height (Drillis and Contini 1966, in Winter's Biomechanics, ch. 4)."""

WHOLE_LENGTH_QUANTILE = 0.9
"""Of the lengths that an upper arm has in the picture: seen whole at every lock-out, the longest may be an error."""

AGREE_FROM = 0.9
"""Correlation of both elbows' flexion, each read by itself, from which on the picture is believed. Drawn bench presses,
military presses and pull-ups from the front have 0.96 to 1.0, and forearms that change by 0.05 to 0.12. Of who cannot
be followed, nobody else passes both: crunches, bridges, planks, mountain climbers and push-ups from the front have 0.81
at most, sit-ups forearms that change by 0.31."""


def by_its_arms(body: Body) -> Body | None:
    """The body with the arms' metres from the picture, and nothing else of it to be seen; None if that is no better.

    The picture is believed of who is seen from the front or rear, if both forearms keep their length, as those do that
    stay upright, and both elbows, each read by itself, tell the same movement. The height in pixels is that of the
    forearms.
    """
    if view_of(body.world)[0] not in (FRONT, REAR):
        return None
    world = _arms_by_bones(body)
    if not (_forearms_keep_their_length(body) and _elbows_agree(world)):
        return None
    arms = [landmark(joint, side) for joint in ARM for side in SIDES]
    visibility = np.zeros_like(body.visibility)
    visibility[:, arms] = body.visibility[:, arms]
    height_px = np.where(body.found, _height_px(body), np.nan)
    return replace(body, world=world, visibility=visibility, height_px=height_px)


def _forearms_keep_their_length(body: Body) -> bool:
    return all(_changes(_length_px(body, "elbow", "wrist", side)) <= BONES_CHANGE_BY for side in SIDES)


def _elbows_agree(world: Points) -> bool:
    left, right = (limb_angle(world, "elbow_flexion", side) for side in SIDES)
    both = np.isfinite(left) & np.isfinite(right)
    left, right = left[both], right[both]
    if left.size < FEWEST_FRAMES or np.ptp(left) == 0.0 or np.ptp(right) == 0.0:
        return False
    return float(np.corrcoef(left, right)[0, 1]) >= AGREE_FROM


def _arms_by_bones(body: Body) -> Points:
    """(frames, 33, 3) metres: elbows and wrists from the shoulders on as in the picture, the rest as the model says.

    Towards or away from the camera is the same to every angle of an arm whose forearm stays upright: towards it.
    """
    metres_per_pixel = body_height_m(body.world) / _height_px(body)
    world = body.world.copy()
    for side in SIDES:
        shoulder, elbow, wrist = (landmark(joint, side) for joint in ARM)
        length = _length_px(body, "shoulder", "elbow", side)
        whole = np.nanquantile(length, WHOLE_LENGTH_QUANTILE) if np.isfinite(length).any() else np.nan
        nearer = np.sqrt(np.maximum(whole**2 - length**2, 0.0))
        upper = np.column_stack((body.image[:, elbow] - body.image[:, shoulder], -nearer))
        world[:, elbow] = world[:, shoulder] + metres_per_pixel * upper
        world[:, wrist] = world[:, elbow]
        world[:, wrist, :2] += metres_per_pixel * (body.image[:, wrist] - body.image[:, elbow])
    return world


def _height_px(body: Body) -> float:
    """Body height in pixels as the forearms tell it; NaN without a person."""
    lengths = np.concatenate([_length_px(body, "elbow", "wrist", side) for side in SIDES])
    return float(np.nanmedian(lengths)) / FOREARM_OF_HEIGHT if np.isfinite(lengths).any() else float("nan")


def _length_px(body: Body, upper: str, lower: str, side: Side) -> Signal:
    bone = body.image[:, landmark(lower, side)] - body.image[:, landmark(upper, side)]
    length: Signal = np.linalg.norm(bone, axis=1)
    return length


def _changes(length: Signal) -> float:
    """How far a length is from its usual one in the worst tenth of frames, as a share of it."""
    usual = np.nanmedian(length)
    return float(np.nanquantile(np.abs(length / usual - 1.0), 0.9)) if usual > 0.0 else float("inf")
