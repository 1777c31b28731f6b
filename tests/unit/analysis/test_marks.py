"""The numbers drawn at the joints are those that the verdicts speak of, from wherever the repetition was seen."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judged import evidence_of
from analysis.judging.exercise import find_exercise
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence, Marking, angle_at, angle_marks, marking_of
from analysis.verdicts import Verdict
from mannequin import truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track


def seen_from(view: str) -> Evidence:
    clip = replace(faulty_set("squat", view), fps=15.0)
    return evidence_of(true_track(clip, truth_of(clip)), 1, find_exercise("squat"), AnalysisOptions())


def knees(evidence: Evidence) -> list[tuple[float, list[float]]]:
    """What the rule about the depth measured in each repetition that it could judge, and the knees' numbers there."""
    found = []
    for judged in evidence.report.repetitions:
        (depth,) = (one for one in judged.verdicts if one.code == "squat.depth")
        if depth.verdict is not Verdict.CANNOT_TELL and depth.measured is not None and depth.frame is not None:
            landmarks = evidence.track.landmarks[depth.frame]
            marks = angle_marks(evidence, depth.frame, landmarks, marking_of(evidence.exercise, judged))
            at_knees = [mark.degrees for mark in marks if any(is_at(mark.corner, landmarks[knee]) for knee in (25, 26))]
            found.append((depth.measured, at_knees))
    return found


def is_at(point: tuple[float, float], landmark: np.ndarray) -> bool:
    return bool(np.allclose(point, landmark[:2]))


@pytest.mark.parametrize(("view", "numbers"), [("side", 1), ("front", 2)])
def test_the_numbers_at_the_knees_are_those_of_the_verdict(view: str, numbers: int) -> None:
    found = knees(seen_from(view))

    assert found
    for measured, at_knees in found:
        assert len(at_knees) == numbers
        assert np.mean(at_knees) == pytest.approx(measured, abs=0.1)


def test_a_repetition_seen_from_the_side_is_marked_so_even_where_the_set_is_not() -> None:
    evidence = seen_from("side")
    report = replace(evidence.report, quality=replace(evidence.report.quality, view="front"))

    assert knees(replace(evidence, report=report)) == knees(evidence)


def test_a_frame_without_a_verdict_shows_the_angle_that_sentences_about_it_say() -> None:
    evidence = seen_from("side")
    frame = evidence.report.repetitions[0].repetition.turn
    landmarks = evidence.track.landmarks[frame]

    (mark,) = angle_marks(evidence, frame, landmarks, Marking({}, {}, None))

    assert mark.degrees == pytest.approx(angle_at(evidence, frame, "knee_flexion"))
    sides = [angle_at(evidence, frame, "knee_flexion", side) for side in ("left", "right")]
    assert mark.degrees == pytest.approx(np.mean(sides))
    assert sides[0] != pytest.approx(sides[1], abs=0.01)
