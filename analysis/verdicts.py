"""What was found: verdicts, faults, the report and the comparison; frozen, unknown is None."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.kinematics import RepetitionKinematics, SetKinematics
from analysis.types import Repetition, VideoInfo
from analysis.whole_body import HeldPose, WholeMovement

REPORT_SCHEMA_VERSION = "1.1"


class Severity(StrEnum):
    """How much a fault matters; each takes its share off the score."""

    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, slots=True)
class FormFault:
    """One broken rule in one repetition, with the evidence.

    Attributes:
        code: Stable name of the rule, such as `squat.depth`.
        severity: See `Severity`.
        repetition: Index of the repetition.
        phase: Name of the phase in which it was measured, such as `descent` or `turn`.
        frame: Frame that shows it best.
        measured: The measured value.
        limit: The limit that it broke.
        unit: `deg`, `s`, `body_height` or `ratio`.
    """

    code: str
    severity: Severity
    repetition: int
    phase: str
    frame: int
    measured: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell, as a code; the sentence stands in the catalogues of `analysis.texts`.

    Attributes:
        code: Of the sentence: among its `remarks`, or a blind spot's.
        names: What the sentence names, by the hole that it fills: `view`, `views`, `joints`, `exercise`, `signal`,
            `problem`, `professionals_view`.
    """

    code: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A rule that could not be answered, and why; neither good nor bad.

    Attributes:
        code: The rule.
        reason: `joint_unseen`, `wrong_view`, `too_few_frames`, `too_close_to_limit`, `not_followed`,
            `other_exercise` or `other_form`.
        repetition: Index of the repetition, or None where it holds for the whole set.
        detail: The reason more exactly.
    """

    code: str
    reason: str
    repetition: int | None
    detail: Remark


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one rule measured in one repetition, whatever its verdict, for pictures and plots.

    Attributes:
        code: The rule.
        measured: The value, in `unit`.
        limit: The limit of the rule.
        unit: As in `FormFault`.
        passed: Whether the limit was kept.
    """

    code: str
    measured: float
    limit: float
    unit: str
    passed: bool


class Verdict(StrEnum):
    """How a rule ends in a repetition."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """How one rule ends in one repetition, whatever the verdict.

    Attributes:
        code: The rule.
        verdict: See `Verdict`.
        reason: Why it cannot be told, as in `NotAssessed`; None for the others.
        detail: The same more exactly; None for the others.
        frame: Frame that shows it best; None where nothing was measured. Likewise the following.
        measured: The value, in `unit`.
        limit: The limit that is nearest to it.
        unit: As in `FormFault`.
        margin: How far the measurement may be off from this view of the camera, (below, above) the value, in `unit`;
            beside the pose's own error from the best view, which the limits leave room for.
    """

    code: str
    verdict: Verdict
    reason: str | None = None
    detail: Remark | None = None
    frame: int | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    margin: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class JudgedRepetition:
    """A repetition with its verdict.

    Attributes:
        repetition: Where it lies.
        phases: (name, start frame, end frame) in order, half-open, without gaps from start to end.
        measurements: One per rule that could be answered.
        faults: The rules that were broken, worst first.
        score: 0 to 100, or None where no rule could be answered.
        verdicts: How every rule of the exercise ends, in their order.
        kinematics: Its figures; None where it was only counted.
        view: The camera as seen from the person during the repetition, as in `PoseQuality`.
        view_angle_deg: Likewise.
        counted: What was counted, and its rules looked at: a tenth of its way away from rest; None where that is all.
        on_knees: Whether the knees carried the body, where rules ask otherwise then.
    """

    repetition: Repetition
    phases: tuple[tuple[str, int, int], ...]
    measurements: tuple[Measurement, ...]
    faults: tuple[FormFault, ...]
    score: float | None
    verdicts: tuple[RuleVerdict, ...] = ()
    kinematics: RepetitionKinematics | None = None
    view: str = "unknown"
    view_angle_deg: float | None = None
    counted: Repetition | None = None
    on_knees: bool = False


@dataclass(frozen=True, slots=True)
class NoRepetition:
    """An attempt that does not count, reported beside the count and never left out of it in silence.

    Attributes:
        repetition: Where it lies; its index is that among the no-reps, from 1.
        reason: Code of the rule whose standard it fails, or `half_movement`.
        frame: Frame that shows it best.
        measured: The measured value.
        limit: What counts at least (or at most).
        unit: As in `FormFault`.
    """

    repetition: Repetition
    reason: str
    frame: int
    measured: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many repetitions count.

    Attributes:
        total: All of them.
        left: Those of the left limb, where one limb works at a time; else None.
        right: Likewise.
    """

    total: int
    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class PoseQuality:
    """How far the pose can be believed.

    Attributes:
        person_found: Share of frames, 0 to 1, in which the person was found.
        mean_visibility: Mean visibility of the joints that the exercise needs, 0 to 1, over frames with a person.
        view: `front`, `side`, `oblique`, `rear` or `unknown`: the camera as seen from the person.
        view_angle_deg: 0 seen from the front or rear, 90 from the side; None where unknown.
        people: Most people seen at one time.
        warnings: What a reader of the report should know.
    """

    person_found: float
    mean_visibility: float
    view: str
    view_angle_deg: float | None
    people: int
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which exercise somebody seems to do who did not say.

    Attributes:
        exercise: Canonical name.
        confidence: 0 to 1.
    """

    exercise: str
    confidence: float


@dataclass(frozen=True, slots=True)
class AnalysisReport:
    """All that the analysis says about a video.

    Attributes:
        schema_version: Version of the layout of `report.json`.
        exercise: Canonical name of what was judged, such as `squat`; `unselected` where none was chosen or recognised.
        video: What was analysed.
        repetitions: In order.
        faults: All faults of all repetitions, in order of time.
        not_assessed: Rules without an answer.
        quality: How far to believe it.
        score: Mean of the repetitions' scores, 0 to 100, or None where none has one.
        signal_name: The signal whose turning points are the repetitions, for the plot.
        signal: float64 (frames,), the smoothed signal, measured as the rules measure it, in `signal_unit`.
        signal_unit: `deg` or `body_height`.
        kinematics: Figures of the whole set; None where it was only counted.
        no_repetitions: Attempts that do not count, in order.
        holds: Of an exercise that is held and timed, instead of repetitions: each judged as a repetition is.
        poses: Poses that were struck and held, whatever the exercise, in order of time.
        movement: How the body moved as a whole; None where that was not looked at.
        recognised: What `exercise` was taken to be where none was chosen; None where one was, or none is known.
    """

    schema_version: str
    exercise: str
    video: VideoInfo
    repetitions: tuple[JudgedRepetition, ...]
    faults: tuple[FormFault, ...]
    not_assessed: tuple[NotAssessed, ...]
    quality: PoseQuality
    score: float | None
    signal_name: str
    signal: NDArray[np.float64] = field(repr=False)
    signal_unit: str = "deg"
    kinematics: SetKinematics | None = None
    no_repetitions: tuple[NoRepetition, ...] = ()
    holds: tuple[JudgedRepetition, ...] = ()
    poses: tuple[HeldPose, ...] = ()
    movement: WholeMovement | None = None
    recognised: Recognition | None = None

    @property
    def efforts(self) -> tuple[JudgedRepetition, ...]:
        """What was judged one by one: the repetitions, or the holds of an exercise that is held."""
        return self.repetitions or self.holds

    @property
    def counts(self) -> Counts:
        """How many repetitions count, together and of each side."""
        sides = [judged.repetition.side for judged in self.repetitions]
        left, right = (sides.count(side) if any(sides) else None for side in ("left", "right"))
        return Counts(len(sides), left, right)


@dataclass(frozen=True, slots=True)
class MomentPair:
    """The same moment of the movement in the user's and in the professional's video.

    Attributes:
        user_frame: Frame of the user's video.
        professional_frame: Frame of the professional's video.
        phase: Share of the repetition that has passed, 0 to 1.
        similarity: 0 to 100.
    """

    user_frame: int
    professional_frame: int
    phase: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A user's set against a professional's, aligned in time and compared in joint angles.

    Attributes:
        similarity: Mean over repetitions, 0 to 100.
        per_repetition: One value 0 to 100 for each of the user's repetitions.
        pairs: At most five pairs of moments, for the pictures.
        time_s: (samples,) seconds of the user's video.
        over_time: (samples,) similarity 0 to 100 at these times.
        joints: Names of the joints that are compared, such as `left_knee_flexion`; left and right are the user's own.
        per_joint: (repetitions, joints) similarity 0 to 100 of each joint alone; NaN where it was seen too little.
    """

    similarity: float
    per_repetition: tuple[float, ...]
    pairs: tuple[MomentPair, ...]
    time_s: Sequence[float]
    over_time: Sequence[float]
    joints: tuple[str, ...] = ()
    per_joint: tuple[tuple[float, ...], ...] = ()
