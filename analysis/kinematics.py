"""Figures of a repetition and of a set, in the field's terms: values only; `analysis.judging.kinematics` finds them.

What is unknown is None.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tempo:
    """The four parts of a repetition, seconds, as a lifter writes them (3-1-1-0).

    Attributes:
        eccentric_s: The way in which the muscles lengthen: down in a squat, back down in a curl.
        pause_at_turn_s: Stillness at the turning point; 0 where it turns at once.
        concentric_s: The way in which they shorten.
        pause_at_rest_s: Stillness after the repetition, until the next one begins; None for the last.
    """

    eccentric_s: float | None
    pause_at_turn_s: float | None
    concentric_s: float | None
    pause_at_rest_s: float | None


@dataclass(frozen=True, slots=True)
class RepetitionKinematics:
    """How one repetition was moved.

    Attributes:
        range_of_motion: How far the signal on which the exercise is counted goes, in `unit`.
        depth: Its value at the turning point, in `unit`.
        unit: `deg` or `body_height`.
        tempo: See `Tempo`.
        time_under_tension_s: From leaving rest to being back: both ways and the pause at the turning point.
        peak_velocity: Highest speed of the concentric way, in `velocity_unit`.
        mean_velocity: Mean speed of the concentric way.
        velocity_unit: `m/s` where the person's height was given, else `body_height/s`.
        left_right_difference_deg: Range of motion of the left side less that of the right.
        start_s: When it leaves rest; None where the clip cuts that off.
        end_s: When it is back; likewise.
    """

    range_of_motion: float | None
    depth: float | None
    unit: str
    tempo: Tempo
    time_under_tension_s: float | None
    peak_velocity: float | None
    mean_velocity: float | None
    velocity_unit: str
    left_right_difference_deg: float | None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class FixFirst:
    """The one thing to work on: the rule whose breaks cost the set most.

    Attributes:
        code: The rule.
        severity: `minor` or `major`.
        repetitions: How many repetitions broke it.
        points: What that took off the repetitions' scores, together.
    """

    code: str
    severity: str
    repetitions: int
    points: float


@dataclass(frozen=True, slots=True)
class SetKinematics:
    """How a set was moved.

    Attributes:
        range_of_motion_cv_percent: Coefficient of variation of the repetitions' range of motion: how alike they are.
        tempo_cv_percent: The same of their time under tension.
        velocity_loss_percent: How much slower the last repetition's concentric way is than the fastest one's.
        fix_first: The one thing to work on; None where nothing was broken.
    """

    range_of_motion_cv_percent: float | None = None
    tempo_cv_percent: float | None = None
    velocity_loss_percent: float | None = None
    fix_first: FixFirst | None = None
