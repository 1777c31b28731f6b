"""Annotated pictures in words and marks: a repetition, a frame without one, and the halves of a pair."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from analysis.motion.angles import ANGLE_JOINTS
from analysis.motion.measures import MEASURES
from analysis.pictures.canvas import Caption, Line, Picture, State
from analysis.pictures.evidence import (
    Evidence,
    Marking,
    angle_at,
    angle_marks,
    limb_states,
    marking_of,
    state_of,
    state_of_severity,
)
from analysis.pictures.rendering import annotate
from analysis.pictures.wording import NO_BREAK
from analysis.texts.speech import starting
from analysis.verdicts import FormFault, JudgedRepetition, MomentPair, NoRepetition

Who = Literal["You", "Professional"]

_MOST_LINES = 3
_PAIRS = 5
# Angle differences to the professional that the eye calls alike, near and far.
_ALIKE_DEG, _NEAR_DEG = 10.0, 30.0


def repetition_picture(
    evidence: Evidence, judged: JudgedRepetition, now: Sequence[FormFault], frame: int, picture: Picture
) -> Picture:
    """The frame of a repetition with its verdict, RGB.

    Args:
        evidence: Of the video.
        judged: The repetition in which the frame lies.
        now: Those of its faults that show in this frame.
        frame: Index of the frame that `picture` shows.
        picture: BGR uint8, upright, of any size.
    """
    wording = evidence.wording
    caption = Caption(
        title=wording.repetition_heading(evidence.exercise, evidence.report, judged),
        subtitle=_moment(evidence, judged, frame),
        badge="" if judged.score is None else wording.number(judged.score),
        badge_unit=wording.phrase("of_100"),
        state=state_of(judged),
        lines=_verdict(evidence, judged),
    )
    return _annotated(evidence, frame, picture, caption, marking_of(evidence.exercise, judged, now))


def no_repetition_picture(evidence: Evidence, failed: NoRepetition, frame: int, picture: Picture) -> Picture:
    """The frame that shows best why an attempt does not count, RGB; arguments as in `repetition_picture`."""
    wording, place = evidence.wording, failed.repetition
    rule = next((rule for rule in evidence.exercise.rules if rule.code == failed.reason), None)
    number = wording.phrase("no_rep_of", index=place.index, total=len(evidence.report.no_repetitions))
    moment = wording.clock(float(evidence.track.timestamps_s[frame]))
    caption = Caption(
        title=f"{wording.title(evidence.exercise)} · {number}",
        subtitle=f"{moment} · {wording.phrase(f'side_{place.side}')}" if place.side else moment,
        state=State.MINOR,
        lines=[Line(wording.why(failed.reason), wording.short_of_standard(rule, failed), State.MINOR)],
    )
    states = {} if rule is None else {rule.measure: State.MINOR}
    known = {measure: state for measure, state in states.items() if measure in MEASURES}
    return _annotated(evidence, frame, picture, caption, Marking(known, known, place.side))


def plain_picture(evidence: Evidence, frame: int, picture: Picture) -> Picture:
    """A frame that belongs to no repetition, with the skeleton and why there is no verdict, RGB."""
    wording = evidence.wording
    caption = Caption(
        title=f"{wording.title(evidence.exercise)} · {wording.none_found(evidence.exercise)}",
        subtitle=wording.clock(float(evidence.track.timestamps_s[frame])),
        lines=[Line(wording.remark(warning)) for warning in evidence.report.quality.warnings[:_MOST_LINES]],
    )
    return _annotated(evidence, frame, picture, caption, Marking({}, {}, None))


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
    wording = shown.wording
    lines = _differences(user, professional, pair)
    place = wording.phrase("pair", number=number, total=_PAIRS)
    caption = Caption(
        title=f"{wording.phrase(who.lower())} · {wording.title(user.exercise)}",
        subtitle=f"{wording.clock(float(shown.track.timestamps_s[frame]))} · {place}",
        badge=wording.number(pair.similarity),
        badge_unit=wording.phrase("alike"),
        state=max((line.state for line in lines), default=State.NEUTRAL),
        lines=lines,
    )
    return _annotated(shown, frame, picture, caption, Marking({}, {}, None))


def _annotated(evidence: Evidence, frame: int, picture: Picture, caption: Caption, marking: Marking) -> Picture:
    scale = picture.shape[1] / evidence.track.video.width
    landmarks = evidence.track.landmarks[frame] * np.array((scale, scale, scale, 1), np.float32)
    return annotate(
        picture,
        landmarks,
        caption,
        limb_states=limb_states(marking.limbs, marking.side),
        angles=angle_marks(evidence, frame, landmarks, marking),
    )


def _moment(evidence: Evidence, judged: JudgedRepetition, frame: int) -> str:
    repetition, wording = judged.repetition, evidence.wording
    near = max(1, round(evidence.report.video.fps * 0.1))
    words = [wording.clock(float(evidence.track.timestamps_s[frame]))]
    if evidence.exercise.hold is None and abs(frame - repetition.turn) <= near:
        words.append(wording.phrase("turning_point"))
    else:
        words += [wording.name("phases", name) for name, start, end in judged.phases if start <= frame < end]
    if repetition.side:
        words.append(wording.phrase(f"side_{repetition.side}"))
    if not repetition.complete:
        words.append(wording.phrase("cut_off"))
    return f"{NO_BREAK}· ".join(words)


def _verdict(evidence: Evidence, judged: JudgedRepetition) -> list[Line]:
    rules, wording = {rule.code: rule for rule in evidence.exercise.rules}, evidence.wording
    lines = [
        Line(
            wording.cue(fault.code),
            wording.against_limit(rules.get(fault.code), fault),
            state_of_severity(fault.severity),
        )
        for fault in judged.faults[:_MOST_LINES]
    ]
    if len(judged.faults) > _MOST_LINES:
        lines.append(Line(wording.counted("more", len(judged.faults) - _MOST_LINES)))
    if lines:
        return lines
    if judged.score is not None:
        kept: dict[str, str] = {}
        for item in judged.measurements:
            if item.passed:  # once, where rules set limits to both ends of what is called the same
                kept.setdefault(wording.what(rules.get(item.code)), wording.kept(rules.get(item.code), item))
        told = " · ".join(list(kept.values())[:_MOST_LINES])
        return [Line(wording.phrase("good"), starting(told), State.GOOD)]
    reasons = [
        wording.remark(item.detail)
        for item in evidence.report.not_assessed
        if item.repetition in (None, judged.repetition.index)
    ]
    return [Line(wording.phrase("counted_only"), next(iter(reasons), wording.phrase("no_rules")))]


def _differences(user: Evidence, professional: Evidence, pair: MomentPair) -> list[Line]:
    """The two joints that are furthest from the professional's at this moment."""
    found, wording = [], user.wording
    for angle in ANGLE_JOINTS:
        mine = angle_at(user, pair.user_frame, angle)
        theirs = angle_at(professional, pair.professional_frame, angle)
        if np.isfinite(mine - theirs):
            found.append((abs(mine - theirs), wording.signal(angle), mine, theirs))
    found.sort(reverse=True)
    return [
        Line(
            wording.phrase(
                "joint_apart", joint=joint, mine=wording.value(mine, "deg"), theirs=wording.value(theirs, "deg")
            ),
            state=State.GOOD if apart < _ALIKE_DEG else State.MINOR if apart < _NEAR_DEG else State.MAJOR,
        )
        for apart, joint, mine, theirs in found[:2]
    ]
