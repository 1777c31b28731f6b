"""A clip of repetitions with known start, turn, end and angles: what to draw, and the truth about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mannequin.encoding import encode
from mannequin.motions import MOTIONS, Motion
from mannequin.picture import Picture, Stage, draw_figure, draw_prop, fit, room


@dataclass(frozen=True, slots=True)
class Clip:
    """What is to be drawn.

    Attributes:
        exercise: One of `MOTIONS`.
        repetitions: How many.
        turn_deg: Leading angle at the turning point; one for each repetition, or one for all, or None for the
            exercise's own. A smaller value than the exercise's own plants a half repetition.
        seconds_per_repetition: From leaving rest to being back.
        rest_s: Standing still between two repetitions.
        idle_before_s: Standing still before the first.
        idle_after_s: Standing still after the last.
        extra_lean_deg: Leans the trunk further than good form does (push-up: lets the body sag).
        fps: Frames a second.
        width: Pixels.
        height: Pixels.
        faces: `right` (the camera sees the right side) or `left`.
        bystander: A second, smaller person who stands still at the edge of the picture.
        wobbly_clock: Variable frame rate: frames come early and late by up to a third of their duration.
    """

    exercise: str = "squat"
    repetitions: int = 3
    turn_deg: float | tuple[float, ...] | None = None
    seconds_per_repetition: float = 2.4
    rest_s: float = 0.4
    idle_before_s: float = 0.6
    idle_after_s: float = 0.6
    extra_lean_deg: float = 0.0
    fps: float = 30.0
    width: int = 480
    height: int = 640
    faces: str = "right"
    bystander: bool = False
    wobbly_clock: bool = False

    @property
    def motion(self) -> Motion:
        """How the exercise is drawn.

        Raises:
            ValueError: The mannequin does not know the exercise.
        """
        if self.exercise not in MOTIONS:
            raise ValueError(f"the mannequin knows {', '.join(MOTIONS)}, not {self.exercise}")
        return MOTIONS[self.exercise]


@dataclass(frozen=True, slots=True)
class TrueRepetition:
    """One drawn repetition, seconds from the first frame.

    Attributes:
        start_s: Leaves rest.
        turn_s: Turning point.
        end_s: Back at rest.
        turn_deg: Leading angle at the turning point.
    """

    start_s: float
    turn_s: float
    end_s: float
    turn_deg: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What a clip shows.

    Attributes:
        repetitions: In order.
        timestamps_s: float64 (frames,), seconds from the first frame.
        angle: Name of the leading angle, a key of `angles`.
        angles: Name to float64 (frames,) degrees, of the side that the camera sees.
        near_side: `right` or `left`, the side that the camera sees.
        duration_s: Seconds.
    """

    repetitions: tuple[TrueRepetition, ...]
    timestamps_s: NDArray[np.float64]
    angle: str
    angles: dict[str, NDArray[np.float64]]
    near_side: str
    duration_s: float

    @property
    def count(self) -> int:
        """Number of repetitions."""
        return len(self.repetitions)


def truth_of(clip: Clip) -> Truth:
    """The truth about a clip, without drawing it."""
    repetitions = _repetitions(clip)
    last = repetitions[-1].end_s if repetitions else clip.idle_before_s
    duration = last + clip.idle_after_s
    times = _timestamps(clip, duration)
    leading = _leading_angle(clip.motion, repetitions, times)
    poses = [clip.motion.pose(float(value), clip.extra_lean_deg).angles() for value in leading]
    angles = {name: np.array([pose[name] for pose in poses]) for name in poses[0]}
    return Truth(repetitions, times, clip.motion.angle, angles, clip.faces, duration)


def draw(path: Path | str, clip: Clip | None = None) -> Truth:
    """Draw `clip` into an H.264 file and return the truth about it.

    Raises:
        ValueError: The mannequin does not know the exercise.
    """
    wanted = clip or Clip()
    truth = truth_of(wanted)
    encode(Path(path), pictures(wanted, truth), truth.timestamps_s, fps=Fraction(wanted.fps).limit_denominator(1001))
    return truth


def pictures(clip: Clip, truth: Truth) -> Iterator[Picture]:
    """The frames of the clip, uint8 (height, width, 3) BGR."""
    stage = _stage(clip)
    background = room(stage)
    if clip.bystander:
        _draw_bystander(background, stage)
    for leading in truth.angles[truth.angle]:
        picture = background.copy()
        figure = clip.motion.pose(float(leading), clip.extra_lean_deg)
        if clip.motion.prop == "bench":
            draw_prop(picture, "bench", figure, stage)
        draw_figure(picture, figure, stage)
        draw_prop(picture, "barbell" if clip.motion.prop == "bench" else clip.motion.prop, figure, stage)
        yield picture


def _repetitions(clip: Clip) -> tuple[TrueRepetition, ...]:
    wanted = clip.motion.turn_deg if clip.turn_deg is None else clip.turn_deg
    turns = wanted if isinstance(wanted, tuple) else (wanted,) * clip.repetitions
    if len(turns) != clip.repetitions:
        raise ValueError(f"{clip.repetitions} repetitions with {len(turns)} turning angles")
    period = clip.seconds_per_repetition
    starts = [clip.idle_before_s + index * (period + clip.rest_s) for index in range(clip.repetitions)]
    return tuple(
        TrueRepetition(start, start + period / 2.0, start + period, turn)
        for start, turn in zip(starts, turns, strict=True)
    )


def _timestamps(clip: Clip, duration_s: float) -> NDArray[np.float64]:
    frames = max(round(duration_s * clip.fps), 1)
    times = np.arange(frames) / clip.fps
    if clip.wobbly_clock:
        wobble = np.random.default_rng(7).uniform(-1.0 / 3.0, 1.0 / 3.0, frames) / clip.fps
        wobble[0] = 0.0
        times = times + wobble
    return times


def _leading_angle(
    motion: Motion, repetitions: tuple[TrueRepetition, ...], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One raised cosine for each repetition, rest between them."""
    angle = np.full(len(times), motion.rest_deg)
    for repetition in repetitions:
        period = repetition.end_s - repetition.start_s
        for index in np.flatnonzero((times >= repetition.start_s) & (times < repetition.end_s)):
            share = (1.0 - cos(2.0 * pi * (times[index] - repetition.start_s) / period)) / 2.0
            angle[index] = motion.rest_deg + share * (repetition.turn_deg - motion.rest_deg)
    return angle


def _stage(clip: Clip) -> Stage:
    motion = clip.motion
    steps = np.linspace(motion.rest_deg, motion.turn_deg, 7)
    points = [point for step in steps for point in motion.pose(float(step), clip.extra_lean_deg).points()]
    return fit([*points, (0.0, 0.0)], clip.width, clip.height, mirrored=clip.faces == "left")


def _draw_bystander(background: Picture, stage: Stage) -> None:
    """Someone who stands still further back, at the left edge."""
    person = MOTIONS["biceps_curl"].pose(20.0, 0.0)
    further = Stage(stage.width, stage.height, 0.5 * stage.scale, 0.1 * stage.width, stage.floor_y - 0.09 * stage.scale)
    draw_figure(background, person, further)
