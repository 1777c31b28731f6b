"""What is known of a video, and which limbs and angles of a frame show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.judging.exercise import Exercise
from analysis.judging.seen import of_seen_sides, seen_values
from analysis.judging.taken import taken_from
from analysis.motion.angles import ANGLE_JOINTS, SHOULDER_ELEVATION
from analysis.motion.landmarks import SIDES, Landmark, Side, landmark
from analysis.motion.lenses import in_metres
from analysis.motion.measures import MEASURES, Body, Sides
from analysis.motion.view import OBLIQUE, SIDE
from analysis.pictures.canvas import AngleMark, Limb, State
from analysis.pictures.wording import Wording, wording_in
from analysis.texts import ENGLISH
from analysis.types import JointAngles, PoseTrack
from analysis.verdicts import AnalysisReport, FormFault, JudgedRepetition, Severity

_CHAIN = ("wrist", "elbow", "shoulder", "hip", "knee", "ankle", "foot_index")
_TRUNK_MEASURES = ("trunk_lean", "trunk_inclination")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one video, for drawing on any frame of it.

    Attributes:
        track: The person.
        exercise: Its declaration.
        report: The verdict.
        angles: As in `angles.csv`.
        body: What the rules measured.
        language: One of `analysis.texts.LANGUAGES`, for the words.
    """

    track: PoseTrack
    exercise: Exercise
    report: AnalysisReport
    angles: JointAngles
    body: Body
    language: str = ENGLISH

    @property
    def wording(self) -> Wording:
        """Says things in its language."""
        return wording_in(self.language)


@dataclass(frozen=True, slots=True)
class Marking:
    """What is said about a frame, and how it was seen.

    Attributes:
        limbs: Verdicts of the whole repetition, by measure.
        numbers: Those of the moment shown, by measure.
        side: `left` or `right` where one limb works, else None.
        view: From where the repetition was seen; None outside of any, where the set's view is as good.
        in_metres: Measures that the rules read in the model's metres from there, not in the picture.
    """

    limbs: dict[str, State]
    numbers: dict[str, State]
    side: str | None
    view: str | None = None
    in_metres: frozenset[str] = frozenset()


def state_of(judged: JudgedRepetition) -> State:
    """The worst that was found in the repetition; neutral where nothing could be judged."""
    worst = max((state_of_severity(fault.severity) for fault in judged.faults), default=State.GOOD)
    return State.NEUTRAL if judged.score is None else worst


def state_of_severity(severity: Severity) -> State:
    """The state that a fault of that severity puts things in."""
    return State.MAJOR if severity is Severity.MAJOR else State.MINOR


def marking_of(exercise: Exercise, judged: JudgedRepetition, now: Sequence[FormFault] | None = None) -> Marking:
    """The marking of a frame of the repetition; `now` are the faults that show there, all of it where none are told."""
    view, angle_deg = judged.view, judged.view_angle_deg
    limbs = _measure_states(exercise, judged, judged.faults)
    return Marking(
        limbs=limbs,
        numbers=limbs if now is None else _measure_states(exercise, judged, now),
        side=judged.repetition.side,
        view=view,
        in_metres=frozenset(
            rule.measure
            for rule in exercise.rules
            if (taken := taken_from(rule, view, angle_deg)) is not None and taken.is_in_metres
        ),
    )


def _measure_states(exercise: Exercise, judged: JudgedRepetition, faults: Sequence[FormFault]) -> dict[str, State]:
    """Measure to the worst that these faults say of it; good where a rule was kept."""
    measure_of = {rule.code: (rule.for_knees if judged.on_knees else rule).measure for rule in exercise.rules}
    states: dict[str, State] = {}
    verdicts = [(item.code, State.GOOD) for item in judged.measurements if item.passed]
    verdicts += [(fault.code, state_of_severity(fault.severity)) for fault in faults]
    for code, state in verdicts:
        measure = measure_of.get(code)
        if measure in MEASURES:
            states[measure] = max(state, states.get(measure, State.NEUTRAL))
    return states


def limb_states(states: dict[str, State], side: str | None) -> dict[Limb, State]:
    """Limbs that the measures are about, in the worst state of any."""
    limbs: dict[Limb, State] = {}
    for name, state in states.items():
        measure = MEASURES[name]
        for one in SIDES:
            if measure.sides is Sides.WORKING and side is not None and one != side:
                continue
            for limb in _limbs_of(measure.joints, one):
                limbs[limb] = max(state, limbs.get(limb, State.NEUTRAL))
    return limbs


def _limbs_of(joints: Sequence[str], side: Side) -> set[Limb]:
    """The limbs of one side that a measure is about: those between its joints.

    Where the joints are far apart, as in the width of ankles over shoulders, it is about the first of them alone.
    """
    places = [_CHAIN.index(joint) for joint in joints]
    steps = [sorted(step) for step in pairwise(places)]
    if steps and all(high - low <= 2 for low, high in steps):
        return {_limb(place, side) for low, high in steps for place in range(low, high)}
    if joints[0] in ("shoulder", "hip"):
        return {(landmark(joints[0], "left"), landmark(joints[0], "right"))}
    return {_limb(places[0] if joints[0] == "wrist" else places[0] - 1, side)}


def _limb(place: int, side: Side) -> Limb:
    first, last = sorted((landmark(_CHAIN[place], side), landmark(_CHAIN[place + 1], side)))
    return first, last


def angle_marks(evidence: Evidence, frame: int, landmarks: NDArray[np.float32], marking: Marking) -> list[AngleMark]:
    """The angles to draw on the frame: what cycles, and what the rules could tell something about.

    More numbers would only hide the body: seen obliquely, few of them mean anything.
    """
    view = marking.view or evidence.report.quality.view
    states, sides = marking.numbers, _sides_shown(view, landmarks, marking.side)
    body = evidence.body.part(slice(frame, frame + 1))
    marks = []
    for name in _angles_shown(evidence, marking):
        state = states.get(name, State.NEUTRAL)
        for side in sides:
            first, corner, last = (landmarks[landmark(joint, side), :2] for joint in ANGLE_JOINTS[name])
            if name == SHOULDER_ELEVATION:  # counted from the trunk itself, not from its prolongation
                first, last = 2 * corner - last, first
            asked = side if len(sides) > 1 else marking.side
            read = in_metres(body) if name in marking.in_metres else body
            degrees = _rule_value(read, name, asked) if name in states else np.nan
            if np.isnan(degrees):  # no rule could measure it
                degrees = angle_at(evidence, frame, name, asked)
            marks.append(AngleMark(_point(first), _point(corner), _point(last), degrees, state))
    cycle = evidence.exercise.cycle
    trunk = next((name for name in (*marking.limbs, cycle.angle if cycle else "") if name in _TRUNK_MEASURES), None)
    if trunk is not None and view in (SIDE, OBLIQUE):
        shoulder, hip = _middle(landmarks, "shoulder"), _middle(landmarks, "hip")
        below = hip + np.array((0.0, np.linalg.norm(shoulder - hip)), np.float32)
        degrees = abs(_rule_value(body, trunk, None))
        marks.append(AngleMark(_point(below), _point(hip), _point(shoulder), degrees, states.get(trunk, State.NEUTRAL)))
    return marks


def angle_at(evidence: Evidence, frame: int, name: str, side: str | None = None) -> float:
    """Degrees as in `angles.csv`: of one side, or the mean of those that are seen, as of a rule, or the likelier."""
    here = slice(frame, frame + 1)
    sides = {one: evidence.angles[f"{one}_{name}"][here] for one in SIDES if side in (None, one)}
    return float(of_seen_sides(evidence.body.part(here), ANGLE_JOINTS[name], sides)[0])


def _angles_shown(evidence: Evidence, marking: Marking) -> list[str]:
    """The joint angles to draw: the one that cycles, and those of which a verdict is given."""
    names = [evidence.exercise.cycle.angle] if evidence.exercise.cycle else []
    names += marking.limbs
    names += [name for name in ANGLE_JOINTS if evidence.report.signal_name.endswith(name)]
    return [name for name in dict.fromkeys(names) if name in ANGLE_JOINTS]


def _sides_shown(view: str, landmarks: NDArray[np.float32], side: str | None) -> tuple[Side, ...]:
    """Seen from the side the far limbs hide behind the near ones, and their numbers would only clutter."""
    if side in SIDES:
        return tuple(one for one in SIDES if one == side)
    if view != SIDE:
        return SIDES
    joints = _CHAIN[:6]
    seen = {one: float(np.nansum([landmarks[landmark(joint, one), 3] for joint in joints])) for one in SIDES}
    return (max(SIDES, key=lambda one: seen[one]),)


def _rule_value(body: Body, name: str, side: str | None) -> float:
    """What a rule measures in the only frame of `body`; without a side, the mean of those that are seen."""
    return float(seen_values(body, MEASURES[name], slice(0, 1), side)[0])


def _middle(landmarks: NDArray[np.float32], joint: str) -> NDArray[np.float32]:
    left, right = Landmark[f"LEFT_{joint.upper()}"], Landmark[f"RIGHT_{joint.upper()}"]
    return np.asarray((landmarks[left, :2] + landmarks[right, :2]) / 2, np.float32)


def _point(position: NDArray[np.floating]) -> tuple[float, float]:
    return float(position[0]), float(position[1])
