"""An exercise that was told and is not the one that is seen."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.faults import OTHER_EXERCISE
from analysis.judging.fit import without_others
from analysis.judging.judge import judge
from analysis.judging.repetitions import Count
from analysis.motion.measures import DEGREES, body_of
from analysis.options import AnalysisOptions
from analysis.report import report_document
from analysis.texts import LANGUAGES
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport, Remark
from benchmarks.no_exercise import nobodies
from benchmarks.varied import tracks
from mannequin.camera import seen
from mannequin.clip import Clip, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track
from tests.skeleton import FRONT, SIDE, track_of

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def drawn(exercise: str, view: str = "side") -> PoseTrack:
    clip = Clip(exercise=exercise, view=view, repetitions=4)
    return true_track(clip, truth_of(clip))


@pytest.fixture(scope="module")
def bench_press_told_as_squat() -> AnalysisReport:
    return judge(drawn("bench_press"), find_exercise("squat"))


def test_another_exercise_has_no_repetitions_of_the_one_that_was_told(
    bench_press_told_as_squat: AnalysisReport,
) -> None:
    report = bench_press_told_as_squat
    assert report.exercise == "squat"
    assert (report.repetitions, report.no_repetitions, report.faults, report.score) == ((), (), (), None)
    why = Remark("another_exercise", {"exercise": ("squat",), "seen": ("bench_press",)})
    assert report.quality.warnings[0] == why
    rules = {rule.code for rule in find_exercise("squat").rules}
    assert {one.code for one in report.not_assessed} == rules
    assert all((one.reason, one.repetition, one.detail) == (OTHER_EXERCISE, None, why) for one in report.not_assessed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_so_in_every_language(bench_press_told_as_squat: AnalysisReport, language: str) -> None:
    report = bench_press_told_as_squat
    report = replace(report, video=replace(report.video, sha256="0" * 64))
    times = np.arange(len(report.signal)) / 30.0
    told = report_document(report, times, pictures=(), model="0" * 64, options=AnalysisOptions(language=language))
    Draft202012Validator(SCHEMA).validate(told)
    names = json.loads((Path("analysis/texts/words") / f"{language}.json").read_text(encoding="utf-8"))["exercises"]
    assert names["squat"] in told["quality"]["warnings"][0]
    assert names["bench_press"] in told["quality"]["warnings"][0]
    assert told["not_assessed"][0]["reason"] == OTHER_EXERCISE


@pytest.mark.parametrize(
    ("seen", "told"),
    [("push_up", "pull_up"), ("biceps_curl", "squat"), ("sit_up", "push_up"), ("jumping_jack", "biceps_curl")],
)
def test_what_is_plainly_different_is_not_counted(seen: str, told: str) -> None:
    report = judge(drawn(seen), find_exercise(told))
    assert report.repetitions == ()
    assert report.quality.warnings[0] == Remark("another_exercise", {"exercise": (told,), "seen": (seen,)})


@pytest.mark.parametrize(("seen", "told"), [("split_squat", "squat"), ("deadlift", "squat"), ("squat", "deadlift")])
def test_a_neighbour_is_the_exercisers_business(seen: str, told: str) -> None:
    assert judge(drawn(seen), find_exercise(told)).counts.total == 4


def test_what_nobody_knows_is_not_said_to_be_another_exercise() -> None:
    """Who sits and stretches the knees does no sit-ups, and nothing else that we know."""
    report = judge(track_of(seen(nobodies()["leg extension, seated"], SIDE)), find_exercise("sit_up"))
    assert report.repetitions == ()
    assert report.quality.warnings[0] == Remark("not_this_exercise", {"exercise": ("sit_up",)})


def test_who_is_filmed_from_elsewhere_is_not_said_to_do_something_else() -> None:
    """A sit-up wants the side; from the front it may look like nothing that is known."""
    report = judge(track_of(seen(nobodies()["leg extension, seated"], FRONT)), find_exercise("sit_up"))
    assert not any(one.reason == OTHER_EXERCISE for one in report.not_assessed)
    assert "not_this_exercise" not in {warning.code for warning in report.quality.warnings}


@pytest.mark.parametrize("view", ["side", "front"])
@pytest.mark.parametrize("exercise", [one.name for one in all_exercises() if one.cycle is not None])
def test_no_exercise_is_refused_to_who_does_it(exercise: str, view: str) -> None:
    report = judge(drawn(exercise, view), find_exercise(exercise))
    assert report.counts.total + len(report.no_repetitions) >= 4
    assert not any(one.reason == OTHER_EXERCISE for one in report.not_assessed)


def test_what_is_done_before_or_after_the_set_is_no_part_of_it() -> None:
    """Sit-ups want the trunk anyhow at their turn, so that squats after them bend the same hips."""
    sit_ups, squats = drawn("sit_up"), drawn("squat")
    report = judge(tracks.joined(sit_ups, squats), find_exercise("sit_up"))
    assert [one.repetition.index for one in report.repetitions] == [1, 2, 3, 4]
    assert report.repetitions[-1].repetition.turn < sit_ups.timestamps_s.size


def test_who_waves_with_both_arms_presses_nothing() -> None:
    """Arms that go up and down on their own angle, but another way than a press."""
    wave = track_of(seen(nobodies()["wave with both arms"], SIDE))
    press = find_exercise("military_press")
    assert judge(wave, press).repetitions == ()
    assert len(judge(tracks.joined(wave, drawn("military_press")), press).repetitions) == 4


def test_two_movements_are_no_proof_of_another_exercise() -> None:
    """A clip of one lift and a piece of another is read wrongly too easily; what waves eight times is told."""
    wave = track_of(seen(nobodies()["wave with both arms"], SIDE))
    report = judge(tracks.part(wave, 0, 90), find_exercise("military_press"))
    assert 1 <= len(report.repetitions) + len(report.no_repetitions) <= 2
    assert not any(one.reason == OTHER_EXERCISE for one in report.not_assessed)


@pytest.mark.parametrize(
    ("told", "then", "view"),
    [
        ("biceps_curl", "squat", "side"),
        ("pull_up", "squat", "front"),
        ("military_press", "jumping_jack", "side"),
        ("row", "squat", "side"),
    ],
)
def test_a_larger_set_of_another_exercise_after_it_takes_nothing_from_the_one_that_was_told(
    told: str, then: str, view: str
) -> None:
    """The whole body moves more in the other one, and is read only where it does what the exercise looks like."""
    first, second = (
        true_track(clip, truth_of(clip))
        for clip in (Clip(exercise=told, view=view, repetitions=3), Clip(exercise=then, view=view, repetitions=8))
    )
    report = judge(tracks.joined(first, second), find_exercise(told))
    assert len(report.repetitions) == 3
    assert report.repetitions[-1].repetition.turn < first.timestamps_s.size


def test_what_goes_nearly_the_same_way_in_a_body_held_otherwise_is_left_out() -> None:
    """Arms that bend overhead in jumping jacks, counted among curls."""
    curls, jacks = drawn("biceps_curl", "front"), drawn("jumping_jack", "front")
    track, later = tracks.joined(curls, jacks), curls.timestamps_s.size
    own, others = (
        [one.repetition for one in judge(part, find_exercise(name)).repetitions]
        for part, name in ((curls, "biceps_curl"), (jacks, "jumping_jack"))
    )
    others = [replace(one, start=one.start + later, turn=one.turn + later, end=one.end + later) for one in others]
    counted = Count((*own, *others), "elbow_flexion", np.zeros(track.timestamps_s.size), DEGREES)
    kept = without_others(body_of(track), find_exercise("biceps_curl"), counted).repetitions
    assert [one.turn for one in kept] == [one.turn for one in own]


@pytest.mark.parametrize("view", ["oblique", "front"])
def test_a_repetition_that_is_done_badly_among_good_ones_is_not_left_out(view: str) -> None:
    clip = replace(faulty_set("burpee", view), fps=24.0, seconds_per_repetition=2.8, faces="left")
    truth = truth_of(clip)
    assert len(judge(true_track(clip, truth), find_exercise("burpee")).repetitions) == truth.count
