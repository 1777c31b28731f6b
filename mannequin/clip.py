"""A clip of repetitions with known start, turn, end, angles and faults: what to draw, and the truth about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mannequin.body import Points, angles
from mannequin.camera import DISTANCE_M, FRONT_DEG, OBLIQUE_DEG, REAR_DEG, SIDE_DEG, Stage, fit
from mannequin.encoding import encode
from mannequin.motion import Motion
from mannequin.motions import MOTIONS
from mannequin.picture import Picture, draw_figure, room
from mannequin.timeline import MOVE_S, NO_PLANT, Step, poses

VIEWS = {"side": SIDE_DEG, "oblique": OBLIQUE_DEG, "front": FRONT_DEG, "rear": REAR_DEG}


@dataclass(frozen=True, slots=True)
class Clip:
    """What is to be drawn.

    Attributes:
        exercise: One of `MOTIONS`.
        repetitions: How many; of a hold, how often it is held.
        turn_deg: Leading angle at the turning point; one for each repetition, or one for all, or None for the
            exercise's own. A smaller value than the exercise's own plants a half repetition.
        seconds_per_repetition: From leaving rest to being back; of a hold, how long it is held.
        rest_s: Standing still between two repetitions; of a hold, on top of leaving and reaching it again.
        idle_before_s: Standing still before the first.
        idle_after_s: Standing still after the last.
        extra_lean_deg: Leans the trunk further than good form does (push-up: lets the body sag).
        faults: Names of the faults planted, one for each repetition, empty for none; () for none at all.
        one_arm: Left and right arm take turns where both would work together.
        view: `side`, `oblique`, `front` or `rear`.
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
    faults: tuple[str, ...] = ()
    one_arm: bool = False
    view: str = "side"
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
    """One drawn repetition (or hold), seconds from the first frame.

    Attributes:
        start_s: Leaves rest; of a hold, when it is reached.
        turn_s: Turning point; of a hold, its middle.
        end_s: Back at rest; of a hold, when it is left.
        turn_deg: Leading angle at the turning point.
        fault: Code of the fault planted, empty for none.
        also: Codes of the rules that this movement cannot help breaking, too.
        side: `left` or `right`, where one side works alone.
        counts: False for a repetition that fails its exercise's standard.
        is_slight: Whether the fault is one that nobody can be asked to see.
    """

    start_s: float
    turn_s: float
    end_s: float
    turn_deg: float
    fault: str = ""
    also: tuple[str, ...] = ()
    side: str | None = None
    counts: bool = True
    is_slight: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """What a clip shows.

    Attributes:
        repetitions: In order.
        timestamps_s: float64 (frames,), seconds from the first frame.
        angle: Name of the leading angle, a key of `angles`.
        angles: Name to float64 (frames,) degrees: as `mannequin.body.angles`, and without side for the near one.
        near_side: `right` or `left`, the side that the camera sees.
        duration_s: Seconds.
        points: float64 (frames, 33, 3) the joints, metres, as `mannequin.body.joints`.
    """

    repetitions: tuple[TrueRepetition, ...]
    timestamps_s: NDArray[np.float64]
    angle: str
    angles: dict[str, NDArray[np.float64]]
    near_side: str
    duration_s: float
    points: Points

    @property
    def count(self) -> int:
        """Number of repetitions that count."""
        return sum(repetition.counts for repetition in self.repetitions)


def truth_of(clip: Clip) -> Truth:
    """The truth about a clip, without drawing it."""
    motion = clip.motion
    steps = _steps(clip)
    last = steps[-1].end_s + (MOVE_S if motion.held else 0.0) if steps else clip.idle_before_s
    duration = last + clip.idle_after_s
    times = _timestamps(clip, duration)
    points = motion.joints(poses(motion, steps, times, clip.extra_lean_deg, one_arm=clip.one_arm))
    measured = angles(points)
    measured |= {
        name.removeprefix(f"{clip.faces}_"): values
        for name, values in measured.items()
        if name.startswith(f"{clip.faces}_")
    }
    turns = motion.leading(motion.poses(np.array([step.share for step in steps]), clip.extra_lean_deg))
    repetitions = tuple(
        TrueRepetition(
            step.start_s,
            step.turn_s,
            step.end_s,
            float(turn),
            step.plant.code,
            step.plant.also,
            step.side,
            step.plant.counts,
            step.plant.is_slight,
        )
        for step, turn in zip(steps, turns, strict=True)
    )
    return Truth(repetitions, times, motion.angle, measured, clip.faces, duration, points)


def draw(path: Path | str, clip: Clip | None = None) -> Truth:
    """Draw `clip` into an H.264 file and return the truth about it.

    Raises:
        ValueError: The mannequin does not know the exercise.
    """
    wanted = clip or Clip()
    truth = truth_of(wanted)
    encode(Path(path), pictures(wanted, truth), truth.timestamps_s, fps=Fraction(wanted.fps).limit_denominator(1001))
    return truth


def stage_of(clip: Clip, truth: Truth) -> Stage:
    """The camera that films the figure, in whose picture all of it stays."""
    return fit(truth.points, clip.width, clip.height, turned_deg=VIEWS[clip.view], mirrored=clip.faces == "left")


def pictures(clip: Clip, truth: Truth) -> Iterator[Picture]:
    """The frames of the clip, uint8 (height, width, 3) BGR."""
    stage = stage_of(clip, truth)
    background = room(stage)
    if clip.bystander:
        _draw_bystander(background, stage)
    still = None
    for index, points in enumerate(truth.points):
        if still is None or np.abs(points - truth.points[index - 1]).max() > 0.0:
            still = background.copy()
            draw_figure(still, points, stage, clip.motion.prop)
        yield still


def _steps(clip: Clip) -> tuple[Step, ...]:
    motion = clip.motion
    turns = clip.turn_deg if isinstance(clip.turn_deg, tuple) else (clip.turn_deg,) * clip.repetitions
    codes = clip.faults or ("",) * clip.repetitions
    if len(turns) != clip.repetitions or len(codes) != clip.repetitions:
        raise ValueError(f"{clip.repetitions} repetitions with {len(turns)} turning angles and {len(codes)} faults")
    steps: list[Step] = []
    at = clip.idle_before_s + (MOVE_S if motion.held else 0.0)
    for index, (turn, code) in enumerate(zip(turns, codes, strict=True)):
        plant = motion.plant(code) if code else NO_PLANT
        half_s = clip.seconds_per_repetition / 2.0
        there_s = half_s if plant.there_s is None else plant.there_s
        back_s = half_s if plant.back_s is None else plant.back_s
        share = plant.reach if turn is None else float(motion.shares(np.array([turn]))[0])
        side = ("right", "left")[index % 2] if motion.in_turn or clip.one_arm else None
        steps.append(Step(at, at + there_s, at + there_s + back_s, share, plant, side))
        at += there_s + back_s + clip.rest_s + (2.0 * MOVE_S if motion.held else 0.0)
    return tuple(steps)


def _timestamps(clip: Clip, duration_s: float) -> NDArray[np.float64]:
    frames = max(round(duration_s * clip.fps), 1)
    times = np.arange(frames) / clip.fps
    if clip.wobbly_clock:
        wobble = np.random.default_rng(7).uniform(-1.0 / 3.0, 1.0 / 3.0, frames) / clip.fps
        wobble[0] = 0.0
        times = times + wobble
    return times


def _draw_bystander(background: Picture, stage: Stage) -> None:
    """Someone who stands still twice as far away, at the left edge."""
    motion = MOTIONS["biceps_curl"]
    points = motion.joints(motion.poses(np.zeros(1)))[0]
    draw_figure(background, points + stage.floor_at(0.1 * stage.width, 2.0 * DISTANCE_M), stage)
