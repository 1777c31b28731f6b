"""Drawn people who do none of our exercises: they stand, walk, wave, talk with their hands, sit down, or do others.

Every movement is a course of pose parts in degrees (`mannequin.body.PARTS`) over the seconds, on top of standing, so
that it can be seen from any side.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from mannequin.body import PARTS, Anchor, Points, joints, pose

Values = NDArray[np.float64]
Course = Callable[[Values], dict[str, Values | float]]

FPS = 30.0
SECONDS = 10.0
SEATED = {"thigh": 95.0, "shin": 180.0, "trunk": 5.0}
ARMS = ("upper_arm", "upper_arm_out", "forearm", "forearm_out")
RANDOM_SEEDS = 6
RANDOM_CUTOFF_S = 0.35
"""Standard deviation of the smoothing: movements of about one to two seconds."""


def nobodies() -> dict[str, Points]:
    """Name to (frames, 33, 3) joints, metres, as `mannequin.body.joints`."""
    times = np.arange(round(SECONDS * FPS)) / FPS
    return {name: _drawn(course(times), times.size) for name, course in {**_ONCE, **_EVERYDAY, **_OTHERS}.items()}


def _drawn(course: dict[str, Values | float], frames: int) -> Points:
    poses = np.repeat(pose()[np.newaxis], frames, axis=0)
    for name, value in course.items():
        for part in [name] if name in PARTS else [f"{side}_{name}" for side in ("left", "right")]:
            poses[:, PARTS.index(part)] = value
    return joints(poses, Anchor())


def _swing(times: Values, seconds_each: float, low: float, high: float, shift: float = 0.0) -> Values:
    """There and back every so many seconds."""
    return np.asarray(low + (high - low) * (1.0 - np.cos(2.0 * np.pi * (times / seconds_each + shift))) / 2.0)


def _bump(times: Values, at_s: float, low: float, high: float, seconds: float = 2.0) -> Values:
    """There and back once."""
    share = np.clip((times - at_s) / seconds, 0.0, 1.0)
    return np.asarray(low + (high - low) * (1.0 - np.cos(2.0 * np.pi * share)) / 2.0)


def _step(times: Values, at_s: float, low: float, high: float, seconds: float = 1.2) -> Values:
    """There, to stay."""
    share = np.clip((times - at_s) / seconds, 0.0, 1.0)
    return np.asarray(low + (high - low) * (1.0 - np.cos(np.pi * share)) / 2.0)


def _anyhow(times: Values, seed: int, parts: tuple[str, ...], degrees: float) -> dict[str, Values | float]:
    """Smooth and random, about standing."""
    random = np.random.default_rng(seed)
    standing = pose()
    course: dict[str, Values | float] = {}
    for name in [one for one in PARTS if one.removeprefix("left_").removeprefix("right_") in parts]:
        noise = gaussian_filter1d(random.normal(size=times.size), RANDOM_CUTOFF_S * FPS)
        course[name] = standing[PARTS.index(name)] + degrees * noise / noise.std()
    return course


def _talk_with_hands(seed: int, times: Values) -> dict[str, Values | float]:
    return {
        **_anyhow(times, seed, ARMS, 18.0),
        "right_forearm": _anyhow(times, seed + 50, ("forearm",), 30.0)["right_forearm"] - 55.0,
        "left_forearm": _anyhow(times, seed + 50, ("forearm",), 30.0)["left_forearm"] - 55.0,
    }


def _move_anyhow(seed: int, times: Values) -> dict[str, Values | float]:
    return _anyhow(times, 100 + seed, ("trunk", "trunk_out", "thigh", "thigh_out", "shin", *ARMS), 22.0)


def _walk(times: Values) -> dict[str, Values | float]:
    return {
        "right_thigh": _swing(times, 1.1, 155, 205),
        "left_thigh": _swing(times, 1.1, 155, 205, 0.5),
        "right_shin": _swing(times, 1.1, 178, 235, 0.2),
        "left_shin": _swing(times, 1.1, 178, 235, 0.7),
        "right_upper_arm": _swing(times, 1.1, 160, 200, 0.5),
        "left_upper_arm": _swing(times, 1.1, 160, 200),
    }


def _wave(times: Values) -> dict[str, Values | float]:
    return {
        "right_upper_arm": 180.0,
        "right_upper_arm_out": 95.0,
        "right_forearm": 180.0,
        "right_forearm_out": _swing(times, 0.8, 145, 200),
    }


def _sat_down_and_up(times: Values) -> dict[str, Values | float]:
    down = _step(times, 2.0, 0.0, 1.0) - _step(times, 6.0, 0.0, 1.0)
    lean = _bump(times, 1.8, 0.0, 35.0) + _bump(times, 5.8, 0.0, 35.0)
    return {"thigh": 178 - 83 * down, "shin": 182.0, "trunk": 4.0 + lean}


_ONCE: dict[str, Course] = {
    "wave once": lambda t: {"right_upper_arm": 180.0, "right_upper_arm_out": _bump(t, 3, 4, 150)},
    "both arms once": lambda t: {"upper_arm": 180.0, "upper_arm_out": _bump(t, 3, 4, 90)},
    "sit down": lambda t: {
        "thigh": _step(t, 3, 178, 95),
        "trunk": 4.0 + _bump(t, 2.8, 0, 35),
    },
    "sit down and get up": _sat_down_and_up,
    "bow once": lambda t: {"trunk": _bump(t, 3, 2, 60), "head": _bump(t, 3, 2, 60)},
    "pick up once": lambda t: {
        "trunk": _bump(t, 3, 2, 80),
        "thigh": _bump(t, 3, 178, 130),
        "shin": _bump(t, 3, 182, 205),
        "upper_arm": _bump(t, 3, 176, 170),
    },
    "drink once": lambda t: {"right_forearm": _bump(t, 3, 168, 25), "right_upper_arm": _bump(t, 3, 176, 140)},
}

_EVERYDAY: dict[str, Course] = {
    "stand": lambda t: _anyhow(t, 1, ("trunk", "thigh", "upper_arm"), 1.0),
    "walk": _walk,
    "wave": _wave,
    "wave with both arms": lambda t: {
        "upper_arm": 180.0,
        "upper_arm_out": _swing(t, 1.2, 120, 165),
        "forearm": 180.0,
        "forearm_out": _swing(t, 1.2, 120, 195),
    },
    "clap": lambda t: {
        "upper_arm": 160.0,
        "forearm": 85.0,
        "forearm_out": _swing(t, 0.6, -30, 20),
    },
    "type": lambda t: {**SEATED, "upper_arm": 170.0, "forearm": 90.0 + _swing(t, 0.7, -5, 5)},
    "shift the weight": lambda t: {
        "trunk_out": _swing(t, 2.0, -8, 8),
        "right_thigh_out": _swing(t, 2.0, -6, 12),
        "left_thigh_out": _swing(t, 2.0, 12, -6),
        "right_forearm": _swing(t, 2.0, 168, 120),
        "left_forearm": _swing(t, 2.0, 120, 168),
    },
    **{f"talk with hands {seed}": partial(_talk_with_hands, seed) for seed in range(RANDOM_SEEDS)},
    **{f"move anyhow {seed}": partial(_move_anyhow, seed) for seed in range(RANDOM_SEEDS)},
}

_OTHERS: dict[str, Course] = {
    "leg curl": lambda t: {"right_shin": _swing(t, 2.0, 182, 275)},
    "leg raised sideways": lambda t: {
        "right_thigh_out": _swing(t, 2.0, 2, 40),
        "right_shin_out": _swing(t, 2.0, 2, 40),
    },
    "high knees": lambda t: {
        "right_thigh": np.minimum(_swing(t, 1.4, 276, 80), 178.0),
        "left_thigh": np.minimum(_swing(t, 1.4, 276, 80, 0.5), 178.0),
    },
    "calf raise": lambda t: {"foot": _swing(t, 2.0, 90, 135)},
    "side bend": lambda t: {"trunk_out": _swing(t, 3.0, -25, 25)},
    "arm circles": lambda t: {
        "upper_arm": 180.0 + 25.0 * np.sin(2 * np.pi * t / 1.5),
        "upper_arm_out": 90.0 + 25.0 * np.cos(2 * np.pi * t / 1.5),
        "forearm": 180.0 + 25.0 * np.sin(2 * np.pi * t / 1.5),
        "forearm_out": 90.0 + 25.0 * np.cos(2 * np.pi * t / 1.5),
    },
    "overhead triceps": lambda t: {"upper_arm": 10.0, "forearm": _swing(t, 2.0, 5, -110)},
    "leg extension, seated": lambda t: {**SEATED, "shin": _swing(t, 2.0, 180, 100)},
    "head nod": lambda t: {"head": _swing(t, 1.5, -10, 40)},
}
