"""What follows from the poses alone, without a frame of the video: verdicts, comparison, plots.

An analysis and a rejudge of kept landmarks both go through here, so that they say the same.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.judging.arms_alone import as_followed
from analysis.judging.comparison import compare
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.faults import NOT_FOLLOWED
from analysis.judging.judge import judge
from analysis.judging.sampled import Movement, asked_of
from analysis.judging.seen import is_seen
from analysis.motion.angles import ANGLE_JOINTS, angles_of_positions
from analysis.motion.flips import without_flips
from analysis.motion.landmarks import SIDES
from analysis.motion.measures import Body, body_of
from analysis.motion.view import SIDE, UNKNOWN
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.pictures.page import write_page
from analysis.texts import closest
from analysis.types import JointAngles, PoseTrack, Repetition
from analysis.verdicts import Comparison, JudgedRepetition, Remark

PAGE = "report.html"
NOTHING_TO_COMPARE = Remark("nothing_to_compare")
PROFESSIONAL_DOES_OTHERWISE = Remark("professional_unusable", {"problem": ("other_exercise",)})
PROFESSIONAL_NOT_FOLLOWED = Remark("professional_unusable", {"problem": ("not_followed",)})
_DOUBTS = {"professional_seen_otherwise"}
_WHY_NOT = (NOTHING_TO_COMPARE, PROFESSIONAL_DOES_OTHERWISE, PROFESSIONAL_NOT_FOLLOWED)

_OTHERWISE, _UNSEEN = {"another_exercise", "not_this_exercise"}, {"nothing_followed"}


def evidence_of(track: PoseTrack, people: int, exercise: Exercise, options: AnalysisOptions) -> Evidence:
    """The person judged, with all that drawing needs; its exercise is the one recognised where none was chosen.

    Pictures, film and `landmarks.csv` show left and right as they were judged, put in order.
    """
    body = body_of(track)
    report = judge(track, exercise, people=people, body=body, height_m=options.height_m)
    shown = find_exercise(report.exercise)
    body = as_followed(body, shown)
    angles = angles_of_positions(body.image, body.world, body.timestamps_s)
    return Evidence(without_flips(track), shown, report, angles, body, closest(options.language))


def is_found_out_again(warning: Remark) -> bool:
    """Whether poses alone give rise to this warning about a comparison, so that a rejudge comes to it by itself."""
    return warning in _WHY_NOT or warning.code in _DOUBTS


def doubts_of(user: Evidence, professional: Evidence) -> list[Remark]:
    """What makes a comparison of both say less than it seems to."""
    mine, theirs = (each.report.quality.view for each in (user, professional))
    if mine == theirs or UNKNOWN in (mine, theirs):
        return []
    return [Remark("professional_seen_otherwise", {"view": (mine,), "professionals_view": (theirs,)})]


def comparison_of(user: Evidence, professional: Evidence) -> Comparison | Remark:
    """User against professional, or why there is nothing to compare.

    Repetitions in which the pose cannot be one body are no model, and those of the user have no similarity.
    """
    why_not = _unusable(user, professional)
    if why_not is not None:
        return why_not
    user, professional = (_as_far_as_seen(each) for each in comparable(user, professional))
    model = [_whole_if_held(judged, professional) for judged in professional.report.efforts if _is_followed(judged)]
    mine = [_whole_if_held(judged, user) for judged in user.report.efforts]
    asked = asked_of(user.exercise)
    comparison = compare(Movement(_followed_angles(user), mine), Movement(professional.angles, model), asked)
    return comparison if comparison.pairs else NOTHING_TO_COMPARE


def comparable(user: Evidence, professional: Evidence) -> tuple[Evidence, Evidence]:
    """Both with joint angles that were measured alike: in pixels where both are seen from the side, else in metres.

    The model's metres understate strong flexion, so that pixels of the one and metres of the other would differ even
    where the bodies do not.
    """
    both = (user, professional)
    if all(each.report.quality.view == SIDE and {one.view for one in each.report.efforts} <= {SIDE} for each in both):
        return both
    mine, theirs = (replace(each, angles=_in_metres(each.body)) for each in both)
    return mine, theirs


def _as_far_as_seen(evidence: Evidence) -> Evidence:
    """With angles only where all joints of them are seen: the far arm of who is filmed from the side is guessed."""
    angles = evidence.angles
    seen = [is_seen(evidence.body, ANGLE_JOINTS[angle], side) for side in SIDES for angle in ANGLE_JOINTS]
    return replace(evidence, angles=replace(angles, degrees=np.where(np.column_stack(seen), angles.degrees, np.nan)))


def _in_metres(body: Body) -> JointAngles:
    return angles_of_positions(body.image, body.world, body.timestamps_s, source="world")


def _unusable(user: Evidence, professional: Evidence) -> Remark | None:
    """What is wrong with the professional's video, beside what a file can have, or that the user was not followed."""
    report = professional.report
    told = {warning.code for warning in report.quality.warnings}
    both_known = user.exercise.is_known and professional.exercise.is_known
    if told & _OTHERWISE or (both_known and user.exercise.name != professional.exercise.name):
        return PROFESSIONAL_DOES_OTHERWISE
    guessed = bool(report.efforts) and not any(map(_is_followed, report.efforts))
    if guessed or told & _UNSEEN:
        return PROFESSIONAL_NOT_FOLLOWED
    return NOTHING_TO_COMPARE if _UNSEEN & {warning.code for warning in user.report.quality.warnings} else None


def _whole_if_held(judged: JudgedRepetition, evidence: Evidence) -> Repetition:
    """As counted: at rest all bodies are alike. Of what is held, the clip cuts off nothing that a part would lack."""
    compared = judged.counted or judged.repetition
    return replace(compared, complete=True) if evidence.exercise.hold else compared


def _is_followed(judged: JudgedRepetition) -> bool:
    """Whether any rule could look at the repetition, or there is none to look at it."""
    return not judged.verdicts or any(verdict.reason != NOT_FOLLOWED for verdict in judged.verdicts)


def _followed_angles(evidence: Evidence) -> JointAngles:
    degrees = evidence.angles.degrees.copy()
    for judged in evidence.report.efforts:
        if not _is_followed(judged):
            degrees[judged.repetition.start : judged.repetition.end] = np.nan
    return replace(evidence.angles, degrees=degrees)


def write_report_page(document: dict[str, Any], user: Evidence, folder: Path) -> None:
    """Write `report.html`, with the pictures that lie in the folder."""
    report = user.report
    write_page(
        document,
        user.track.timestamps_s,
        report.signal,
        folder / PAGE,
        signal_title=user.wording.axis(report.signal_name, report.signal_unit),
        signal_unit=report.signal_unit,
        limits=user.wording.limit_lines(user.exercise, report),
    )


def draw_plots(folder: Path, user: Evidence, comparison: Comparison | None) -> None:
    """Write `summary.png` and `graph.png`."""
    from analysis.pictures import graph_plot, summary_plot  # matplotlib takes a second to come up

    timestamps_s = user.track.timestamps_s
    summary_plot.draw_summary(user.exercise, user.report, timestamps_s, folder / "summary.png", language=user.language)
    if comparison is None:
        graph_plot.draw_form_graph(user.report, timestamps_s, folder / "graph.png", language=user.language)
    else:
        graph_plot.draw_similarity_graph(
            comparison, user.report, timestamps_s, folder / "graph.png", language=user.language
        )
