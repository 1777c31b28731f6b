"""From a report to annotated pictures: which limbs, angles and words belong to a frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis import wording
from analysis.angles import ANGLE_JOINTS, SHOULDER_ELEVATION
from analysis.exercise import Exercise
from analysis.faults import seen_values
from analysis.landmarks import SIDES, Landmark, Side, landmark
from analysis.measures import MEASURES, Body, Sides
from analysis.rendering import AngleMark, Caption, Limb, Line, Picture, State, annotate
from analysis.types import AnalysisReport, FormFault, JointAngles, JudgedRepetition, MomentPair, PoseTrack, Severity

Who = Literal["You", "Professional"]

_CHAIN = ("wrist", "elbow", "shoulder", "hip", "knee", "ankle", "foot_index")
_TRUNK_MEASURES = ("trunk_lean", "trunk_inclination")
_MOST_LINES = 3
_SAME_MOMENT_S = 0.25
# Angle differences to the professional that the eye calls alike, near and far.
_ALIKE_DEG, _NEAR_DEG = 10.0, 30.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one video, for drawing on any frame of it.

    Attributes:
        track: The person.
        exercise: Its declaration.
        report: The verdict.
        angles: As in `angles.csv`.
        body: What the rules measured.
    """

    track: PoseTrack
    exercise: Exercise
    report: AnalysisReport
    angles: JointAngles
    body: Body


def repetition_picture(evidence: Evidence, judged: JudgedRepetition, frame: int, picture: Picture) -> Picture:
    """The frame of a repetition with its verdict, RGB.

    Args:
        evidence: Of the video.
        judged: The repetition in which the frame lies.
        frame: Index of the frame that `picture` shows.
        picture: BGR uint8, upright, of any size.
    """
    near_s = [evidence.track.timestamps_s[fault.frame] - evidence.track.timestamps_s[frame] for fault in judged.faults]
    now = [fault for fault, apart in zip(judged.faults, near_s, strict=True) if abs(apart) <= _SAME_MOMENT_S]
    caption = Caption(
        title=wording.repetition_heading(evidence.exercise, evidence.report, judged),
        subtitle=_moment(evidence, judged, frame),
        badge="" if judged.score is None else f"{judged.score:.0f}",
        badge_unit="of 100",
        state=state_of(judged),
        lines=_verdict(evidence, judged),
    )
    marking = _Marking(
        limbs=_measure_states(evidence.exercise, judged, judged.faults),
        numbers=_measure_states(evidence.exercise, judged, now),
        side=judged.repetition.side,
    )
    return _annotated(evidence, frame, picture, caption, marking)


def plain_picture(evidence: Evidence, frame: int, picture: Picture) -> Picture:
    """A frame that belongs to no repetition, with the skeleton and why there is no verdict, RGB."""
    caption = Caption(
        title=f"{wording.title(evidence.exercise)} · no repetition found",
        subtitle=wording.clock(float(evidence.track.timestamps_s[frame])),
        lines=[Line(warning) for warning in evidence.report.quality.warnings[:_MOST_LINES]],
    )
    return _annotated(evidence, frame, picture, caption, _Marking({}, {}, None))


def pair_picture(
    shown: Evidence, other: Evidence, pair: MomentPair, number: int, who: Who, frame: int, picture: Picture
) -> Picture:
    """One half of a pair: the same moment of the movement, the user's or the professional's, RGB.

    Args:
        shown: Of the video that `picture` is from.
        other: Of the other one.
        pair: The moment.
        number: 1 for the best.
        who: Whose video `shown` is.
        frame: Index of the frame that `picture` shows.
        picture: BGR uint8, upright, of any size.
    """
    user, professional = (shown, other) if who == "You" else (other, shown)
    lines = _differences(user, professional, pair)
    caption = Caption(
        title=f"{who} · {wording.title(user.exercise)}",
        subtitle=f"{wording.clock(float(shown.track.timestamps_s[frame]))} · pair {number} of 5",
        badge=f"{pair.similarity:.0f}",
        badge_unit="% alike",
        state=max((line.state for line in lines), default=State.NEUTRAL),
        lines=lines,
    )
    return _annotated(shown, frame, picture, caption, _Marking({}, {}, None))


def state_of(judged: JudgedRepetition) -> State:
    """The worst that was found in the repetition; neutral where nothing could be judged."""
    worst = max((_state_of_severity(fault.severity) for fault in judged.faults), default=State.GOOD)
    return State.NEUTRAL if judged.score is None else worst


def _state_of_severity(severity: Severity) -> State:
    return State.MAJOR if severity is Severity.MAJOR else State.MINOR


# --- words ------------------------------------------------------------------------------------------------------


def _moment(evidence: Evidence, judged: JudgedRepetition, frame: int) -> str:
    repetition = judged.repetition
    near = max(1, round(evidence.report.video.fps * 0.1))
    place = next((name for name, start, end in judged.phases if start <= frame < end), "")
    if abs(frame - repetition.turn) <= near:
        place = "turning point"
    words = [wording.clock(float(evidence.track.timestamps_s[frame])), place.replace("_", " ")]
    if not repetition.complete:
        words.append("cut off by the clip")
    return " · ".join(word for word in words if word)


def _verdict(evidence: Evidence, judged: JudgedRepetition) -> list[Line]:
    rules = {rule.code: rule for rule in evidence.exercise.rules}
    lines = [
        Line(fault.cue, wording.against_limit(rules.get(fault.code), fault), _state_of_severity(fault.severity))
        for fault in judged.faults[:_MOST_LINES]
    ]
    if len(judged.faults) > _MOST_LINES:
        lines.append(Line(f"and {len(judged.faults) - _MOST_LINES} more, see report.json"))
    if lines:
        return lines
    if judged.score is not None:
        kept = [wording.kept(rules.get(item.code), item) for item in judged.measurements if item.passed]
        return [Line("Good", " · ".join(kept[:_MOST_LINES]), State.GOOD)]
    reasons = [
        item.detail for item in evidence.report.not_assessed if item.repetition in (None, judged.repetition.index)
    ]
    return [Line("Counted, not judged", next(iter(reasons), "There are no rules for this movement."))]


def _differences(user: Evidence, professional: Evidence, pair: MomentPair) -> list[Line]:
    """The two joints that are furthest from the professional's at this moment."""
    found = []
    for angle in ANGLE_JOINTS:
        mine = _mean_of_sides(user.angles, angle, pair.user_frame)
        theirs = _mean_of_sides(professional.angles, angle, pair.professional_frame)
        if np.isfinite(mine - theirs):
            found.append((abs(mine - theirs), MEASURES[angle].title.capitalize(), mine, theirs))
    found.sort(reverse=True)
    return [
        Line(
            f"{title}: you {mine:.0f}°, professional {theirs:.0f}°",
            state=State.GOOD if apart < _ALIKE_DEG else State.MINOR if apart < _NEAR_DEG else State.MAJOR,
        )
        for apart, title, mine, theirs in found[:2]
    ]


def _mean_of_sides(angles: JointAngles, angle: str, frame: int) -> float:
    values = np.array([angles[f"{side}_{angle}"][frame] for side in SIDES])
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else float("nan")


# --- marks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marking:
    """Verdicts by measure: for limbs all of the repetition, for the numbers those of the moment shown."""

    limbs: dict[str, State]
    numbers: dict[str, State]
    side: str | None


def _annotated(evidence: Evidence, frame: int, picture: Picture, caption: Caption, marking: _Marking) -> Picture:
    scale = picture.shape[1] / evidence.track.video.width
    landmarks = evidence.track.landmarks[frame] * np.array((scale, scale, scale, 1), np.float32)
    return annotate(
        picture,
        landmarks,
        caption,
        limb_states=_limb_states(marking.limbs, marking.side),
        angles=_angle_marks(evidence, frame, landmarks, marking, _sides_shown(evidence, landmarks, marking.side)),
    )


def _measure_states(exercise: Exercise, judged: JudgedRepetition, faults: Sequence[FormFault]) -> dict[str, State]:
    """Measure to the worst that these faults say of it; good where a rule was kept."""
    measure_of = {rule.code: rule.measure for rule in exercise.rules}
    states: dict[str, State] = {}
    verdicts = [(item.code, State.GOOD) for item in judged.measurements if item.passed]
    verdicts += [(fault.code, _state_of_severity(fault.severity)) for fault in faults]
    for code, state in verdicts:
        measure = measure_of.get(code)
        if measure in MEASURES:
            states[measure] = max(state, states.get(measure, State.NEUTRAL))
    return states


def _limb_states(states: dict[str, State], side: str | None) -> dict[Limb, State]:
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


def _sides_shown(evidence: Evidence, landmarks: NDArray[np.float32], side: str | None) -> tuple[Side, ...]:
    """Seen from the side the far limbs hide behind the near ones, and their numbers would only clutter."""
    if side in SIDES:
        return tuple(one for one in SIDES if one == side)
    if evidence.report.quality.view != "side":
        return SIDES
    joints = _CHAIN[:6]
    seen = {one: float(np.nansum([landmarks[landmark(joint, one), 3] for joint in joints])) for one in SIDES}
    return (max(SIDES, key=lambda one: seen[one]),)


def _angle_marks(
    evidence: Evidence, frame: int, landmarks: NDArray[np.float32], marking: _Marking, sides: Sequence[Side]
) -> list[AngleMark]:
    states = marking.numbers
    body = _body_at(evidence.body, frame)
    marks = []
    for name in _angles_shown(evidence):
        state = states.get(name, State.NEUTRAL)
        for side in sides:
            first, corner, last = (landmarks[landmark(joint, side), :2] for joint in ANGLE_JOINTS[name])
            if name == SHOULDER_ELEVATION:  # counted from the trunk itself, not from its prolongation
                first, last = 2 * corner - last, first
            degrees = _rule_value(body, name, side if len(sides) > 1 else marking.side) if name in states else np.nan
            if np.isnan(degrees):  # no rule could measure it in pixels
                degrees = float(evidence.angles[f"{side}_{name}"][frame])
            marks.append(AngleMark(_point(first), _point(corner), _point(last), degrees, state))
    trunk = next((rule.measure for rule in evidence.exercise.rules if rule.measure in _TRUNK_MEASURES), None)
    if trunk is not None and evidence.report.quality.view in ("side", "oblique"):
        shoulder, hip = _middle(landmarks, "shoulder"), _middle(landmarks, "hip")
        below = hip + np.array((0.0, np.linalg.norm(shoulder - hip)), np.float32)
        degrees = abs(_rule_value(body, trunk, None))
        marks.append(AngleMark(_point(below), _point(hip), _point(shoulder), degrees, states.get(trunk, State.NEUTRAL)))
    return marks


def _rule_value(body: Body, name: str, side: str | None) -> float:
    """What a rule measures in the only frame of `body`; without a side, the mean of those that are seen."""
    return float(seen_values(body, MEASURES[name], slice(0, 1), side)[0])


def _body_at(body: Body, frame: int) -> Body:
    """The body in that frame alone, so that drawing does not measure the whole video again."""
    only = slice(frame, frame + 1)
    return Body(
        image=body.image[only],
        world=body.world[only],
        visibility=body.visibility[only],
        height_px=body.height_px[only],
        facing=body.facing[only],
        timestamps_s=body.timestamps_s[only],
    )


def _angles_shown(evidence: Evidence) -> list[str]:
    """The angle that cycles, and those that a rule looks at."""
    names = [evidence.exercise.cycle.angle] if evidence.exercise.cycle else []
    names += [rule.measure for rule in evidence.exercise.rules if rule.measure in ANGLE_JOINTS]
    names += [name for name in ANGLE_JOINTS if evidence.report.signal_name.endswith(name)]
    return list(dict.fromkeys(names))


def _middle(landmarks: NDArray[np.float32], joint: str) -> NDArray[np.float32]:
    left, right = Landmark[f"LEFT_{joint.upper()}"], Landmark[f"RIGHT_{joint.upper()}"]
    return np.asarray((landmarks[left, :2] + landmarks[right, :2]) / 2, np.float32)


def _point(position: NDArray[np.floating]) -> tuple[float, float]:
    return float(position[0]), float(position[1])
