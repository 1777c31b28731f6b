"""Plots: right size, whatever the report holds, and honest about what is unknown."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib import rc_context
from PIL import Image

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.kinematics import FixFirst, SetKinematics
from analysis.pictures import style
from analysis.pictures.canvas import State
from analysis.pictures.graph_plot import _draw_scores_in_time, draw_form_graph, draw_similarity_graph
from analysis.pictures.plot_parts import LOOK, new_figure, with_room_for_text
from analysis.pictures.summary_plot import _advice, _draw_scores, draw_summary
from analysis.pictures.wording import wording_in
from analysis.texts import LANGUAGES, sentence
from analysis.verdicts import AnalysisReport, Comparison, MomentPair
from mannequin import Clip, truth_of
from mannequin.track import true_track
from tests.unit.analysis.stick_figure import report_on, squatting

SQUAT = find_exercise("squat")


def pixels(path: Path, colour: str) -> int:
    with Image.open(path) as opened:
        picture = np.asarray(opened.convert("RGB")).astype(int)
    return int((np.abs(picture - style.rgb(colour)).max(axis=2) <= 2).sum())


def drawn(report: AnalysisReport, timestamps_s: np.ndarray, folder: Path) -> tuple[Path, Path]:
    summary, graph = folder / "summary.png", folder / "graph.png"
    draw_summary(SQUAT, report, timestamps_s, summary)
    draw_form_graph(report, timestamps_s, graph)
    return summary, graph


@pytest.mark.parametrize("scores", [[], [100.0], [100.0, 40.0, None], [90.0] * 30, [75.0, 100.0] * 60])
def test_any_number_of_repetitions_gives_pictures_of_the_same_size(scores: list[float | None], tmp_path: Path) -> None:
    track = squatting(len(scores))

    summary, graph = drawn(report_on(track, scores), track.timestamps_s, tmp_path)

    with Image.open(summary) as one, Image.open(graph) as other:
        assert (one.size, other.size) == ((1080, 1350), (1080, 760))


def test_faults_show_in_their_colours(tmp_path: Path) -> None:
    track = squatting(3)
    clean, _ = drawn(report_on(track, [100.0, 100.0, 100.0]), track.timestamps_s, tmp_path)
    without = pixels(clean, style.MAJOR)
    faulty, _ = drawn(report_on(track, [100.0, 40.0, 100.0]), track.timestamps_s, tmp_path)

    assert without == 0
    assert pixels(faulty, style.MAJOR) > 1000


def test_what_was_not_seen_is_a_gap(tmp_path: Path) -> None:
    track = squatting(3)
    report = report_on(track, [100.0] * 3)
    holed = report.signal.copy()
    holed[60:150] = np.nan
    whole, _ = drawn(report, track.timestamps_s, tmp_path)
    ink_whole = pixels(whole, style.ACCENT)
    partly, _ = drawn(replace(report, signal=holed), track.timestamps_s, tmp_path)

    assert 0.2 * ink_whole < pixels(partly, style.ACCENT) < 0.75 * ink_whole


def test_a_signal_that_was_never_seen_draws_no_curve(tmp_path: Path) -> None:
    track = squatting(0)
    report = replace(report_on(track, []), signal=np.full(90, np.nan))

    summary, _ = drawn(report, track.timestamps_s, tmp_path)

    assert pixels(summary, style.ACCENT) == 0


def test_numbers_on_the_axis_of_time_have_room() -> None:
    track = squatting(120)
    report = report_on(track, [100.0] * 120)

    numbered = sorted(with_room_for_text(report.repetitions, track.timestamps_s))

    times = [track.timestamps_s[report.repetitions[index - 1].repetition.turn] for index in numbered]
    assert 8 <= len(numbered) <= 20
    assert np.diff(times).min() >= 0.05 * track.timestamps_s[-1]


def test_similarity_does_not_run_across_the_pause_between_repetitions(tmp_path: Path) -> None:
    track = squatting(4)
    report = report_on(track, [100.0] * 4)
    first, last = np.linspace(0, 1, 32), np.linspace(7, 8, 32)
    pairs = (MomentPair(30, 30, 0.5, 80.0),)

    def ink(time_s: np.ndarray) -> int:
        comparison = Comparison(80.0, (80.0,), pairs, time_s.tolist(), [80.0] * len(time_s))
        draw_similarity_graph(comparison, report, track.timestamps_s, tmp_path / "graph.png")
        return pixels(tmp_path / "graph.png", style.ACCENT)

    assert ink(np.concatenate((first, last))) < 0.5 * ink(np.linspace(0, 8, 256))


def test_numbers_of_repetitions_stand_above_the_marks_of_what_is_wholly_alike(tmp_path: Path) -> None:
    track = squatting(3)
    report = report_on(track, [100.0] * 3)
    turns = [each.repetition.turn for each in report.repetitions]

    def ink(similarity: float) -> int:
        pairs = tuple(MomentPair(turn, turn, 0.5, similarity) for turn in turns)
        comparison = Comparison(100.0, (100.0,) * 3, pairs, [0.0, 1.0], [100.0, 100.0])
        draw_similarity_graph(comparison, report, track.timestamps_s, tmp_path / "graph.png")
        return pixels(tmp_path / "graph.png", style.INK)

    assert ink(100.0) == ink(40.0)


def test_the_plotted_angle_of_a_lunge_is_that_of_the_front_knee() -> None:
    clip = Clip("lunge", repetitions=4, fps=15.0)
    report = judge(true_track(clip, truth_of(clip)), find_exercise("lunge"))
    depths = [each.kinematics.depth for each in report.repetitions if each.kinematics]
    assert {each.repetition.side for each in report.repetitions} == {"left", "right"}
    assert depths == pytest.approx([report.signal[each.repetition.turn] for each in report.repetitions], abs=3.0)


def test_the_summary_begins_with_what_to_fix_first() -> None:
    """A minor fault in many repetitions costs the set more than a major one in a single one."""
    track = squatting(3)
    report = report_on(track, [40.0, 40.0, 40.0])
    figures = SetKinematics(None, None, None, FixFirst("squat.tempo", "minor", 3, 30.0))
    state, rows = _advice(SQUAT, replace(report, kinematics=figures), wording_in("en"))[0]
    assert (state, " ".join(rows).startswith(sentence("squat.tempo"))) == (State.MINOR, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 4, 6, 16, 40])
def test_words_of_neighbouring_bars_do_not_run_into_each_other(language: str, count: int) -> None:
    with rc_context(LOOK):
        figure = new_figure((1080, 760))
        axes = figure.add_axes((118 / 1080, 0.1, 908 / 1080, 0.8))
        report = report_on(squatting(count), [None] * count)
        _draw_scores(axes, SQUAT, report.repetitions, wording_in(language))
        figure.canvas.draw()
        boxes = sorted(text.get_window_extent().intervalx.tolist() for text in axes.texts)
    assert all(before[1] < after[0] for before, after in pairwise(boxes))
    key = f"▨ {wording_in(language).phrase('not_judged')}"
    assert (len(boxes), key in axes.get_title(loc="left")) in ((count, False), (0, True)), "in all bars, or once"
    assert boxes or count > 6


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [3, 20])
def test_a_bar_without_a_score_is_told_in_words_or_once_by_a_key(language: str, count: int) -> None:
    track = squatting(count)
    report = report_on(track, [80.0, *[None] * (count - 1)])
    with rc_context(LOOK):
        axes = new_figure((1080, 760)).add_axes((118 / 1080, 0.1, 908 / 1080, 0.3))
        _draw_scores_in_time(axes, report, track.timestamps_s, wording_in(language))
    written = {text.get_text().replace("\n", " ") for text in axes.texts}
    words = wording_in(language).phrase("not_judged")
    assert written - {"80"} == ({words} if count == 3 else set()), "no question marks"
    assert (f"▨ {words}" in axes.get_title(loc="left")) == (count == 20)
