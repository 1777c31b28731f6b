"""Every exercise is drawn: in pictures, film, plots, page and beside a professional."""

from pathlib import Path

import numpy as np
import pytest

from analysis.film.overlay import Overlay
from analysis.judged import comparable, comparison_of, draw_plots, write_report_page
from analysis.judging.exercise import find_exercise
from analysis.motion.cycling import TRUNK_INCLINATION
from analysis.pictures.evidence import angle_marks, marking_of
from analysis.pictures.selection import shots_of_pairs, shots_of_set
from analysis.verdicts import Comparison
from mannequin import MOTIONS
from tests.unit.analysis.faulty_sets import document_of, faulty


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_every_picture_of_every_exercise_is_drawn(exercise: str) -> None:
    user = faulty(exercise)
    video = user.report.video
    blank = np.full((video.height, video.width, 3), 200, np.uint8)

    shots = shots_of_set(user, with_best=True)

    assert user.report.efforts
    for shot in shots:
        drawn = shot.draw(shot.frame, blank)
        assert (drawn != 200).any(axis=2).mean() > 0.02, "a skeleton and a verdict"


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_the_film_of_every_exercise_is_drawn(exercise: str) -> None:
    user = faulty(exercise)
    video = user.report.video
    overlay = Overlay(user, (video.width, video.height), 1.0)

    for frame in range(0, video.frame_count, 20):
        picture = np.full((video.height, video.width, 3), 200, np.uint8)
        overlay.draw(picture, frame)
        assert (picture != 200).any(axis=2).mean() > 0.02, "a skeleton and the count"


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_plots_and_page_of_every_exercise_are_drawn(exercise: str, tmp_path: Path) -> None:
    user = faulty(exercise)

    draw_plots(tmp_path, user, None)
    write_report_page(document_of(user), user, tmp_path)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<article") == len(user.report.efforts)
    assert {path.name for path in tmp_path.glob("*.png")} == {"summary.png", "graph.png"}


@pytest.mark.parametrize("exercise", [name for name in sorted(MOTIONS) if find_exercise(name).cycle])
def test_every_exercise_is_drawn_beside_a_professional(exercise: str) -> None:
    user = faulty(exercise)
    video = user.report.video
    blank = np.full((video.height, video.width, 3), 200, np.uint8)

    comparison = comparison_of(user, user)

    assert isinstance(comparison, Comparison)
    assert min(pair.similarity for pair in comparison.pairs) > 95.0, "only its own faults set its repetitions apart"
    for shots in shots_of_pairs(*comparable(user, user), comparison):
        assert len(shots) == 5
        for shot in shots:
            assert (shot.draw(shot.frame, blank) != 200).any(axis=2).mean() > 0.02


@pytest.mark.parametrize("exercise", ["burpee", "crunch"])
def test_a_trunk_that_makes_the_repetition_shows_its_angle_where_it_turns(exercise: str) -> None:
    user = faulty(exercise)
    judged = user.report.repetitions[0]
    turn = judged.repetition.turn

    marks = angle_marks(user, turn, user.track.landmarks[turn], marking_of(user.exercise, judged))

    assert user.exercise.cycle is not None
    assert user.exercise.cycle.angle == TRUNK_INCLINATION
    assert any(mark.degrees == pytest.approx(user.report.signal[turn], abs=15.0) for mark in marks)
