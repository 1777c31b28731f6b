"""Range of motion, tempo, velocity and the figures of a set, on movements whose answer is known in closed form."""

from dataclasses import replace
from math import acos, pi
from typing import Any

import numpy as np
import pytest

from analysis.judging.exercise import Exercise, all_exercises, find_exercise
from analysis.judging.faults import assess
from analysis.judging.instants import STILL_SHARE, instants_of
from analysis.judging.judge import judge
from analysis.judging.kinematics import FIRST_WAY_IS_ECCENTRIC, MOVED_ENDS, kinematics_of
from analysis.judging.observed import Observed, observe
from analysis.judging.picture_clock import PictureWay
from analysis.judging.repetitions import count
from analysis.judging.set_kinematics import set_kinematics
from analysis.kinematics import RepetitionKinematics, Tempo
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_height_m, body_of
from analysis.types import Repetition
from analysis.verdicts import AnalysisReport, JudgedRepetition
from mannequin import Clip, truth_of
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, Angles, cosine, joined, skeleton_track, times, track_of

PERIOD_S, FPS = 2.0, 60.0


def cosine_set(count: int, *, rest: float = 10.0, turn: float = 100.0) -> tuple[Angles, Angles, list[Repetition]]:
    signal = cosine(count, rest, turn, fps=FPS, seconds_each=PERIOD_S)
    each = round(PERIOD_S * FPS)
    tenth = round(each * acos(0.8) / (2 * pi))  # a tenth of the way
    repetitions = [
        Repetition(index + 1, index * each + tenth, index * each + each // 2, (index + 1) * each - tenth, complete=True)
        for index in range(count)
    ]
    return signal, times(signal.size, FPS), repetitions


@pytest.mark.parametrize(("rest", "turn"), [(10.0, 100.0), (150.0, 20.0)])
def test_a_cosine_has_the_range_and_tempo_of_a_cosine(rest: float, turn: float) -> None:
    signal, seconds, repetitions = cosine_set(3, rest=rest, turn=turn)
    found = instants_of([signal] * 3, seconds, repetitions)
    for index, at in enumerate(found):
        assert at is not None
        begin_s = index * PERIOD_S
        assert at.range_of_motion == pytest.approx(abs(turn - rest), abs=0.01)
        assert at.turn == pytest.approx(turn, abs=0.01)
        assert at.onset_s == pytest.approx(begin_s, abs=1.01 / FPS)
        assert at.turn_from_s == pytest.approx(begin_s + PERIOD_S / 2, abs=0.01)
        assert at.turn_to_s == pytest.approx(begin_s + PERIOD_S / 2, abs=0.01)
        assert at.offset_s == pytest.approx(begin_s + PERIOD_S, abs=1.01 / FPS)


def test_pauses_are_pauses() -> None:
    down, up = np.split(cosine(1, 0.0, 90.0, fps=FPS)[:-1], 2)
    held = joined(np.zeros(60), down, np.full(45, 90.0), up, np.zeros(90), down, up, np.zeros(60))
    repetitions = [Repetition(1, 70, 140, 215, True), Repetition(2, 325, 375, 425, True)]
    first, second = instants_of([held] * 2, times(held.size, FPS), repetitions)
    assert first is not None
    assert second is not None
    assert first.turn_to_s - first.turn_from_s == pytest.approx(45 / FPS, abs=0.03)
    assert second.onset_s - first.offset_s == pytest.approx(90 / FPS, abs=0.03)


def test_swaying_at_the_turning_point_is_a_pause() -> None:
    """Who holds the bottom sways by a degree or two, and the deepest frame may be anywhere in the hold."""
    down, up = np.split(cosine(1, 0.0, 90.0, fps=FPS)[:-1], 2)
    swaying = 90.0 - 1.5 * (1.0 - np.cos(2 * pi * np.arange(72) / 24.0))
    held = joined(np.zeros(60), down, swaying, up, np.zeros(60))
    still = STILL_SHARE * 90.0 * pi / PERIOD_S
    assert np.abs(np.gradient(swaying, 1.0 / FPS)).max() > still
    (found,) = instants_of([held], times(held.size, FPS), [Repetition(1, 70, 168, 240, True)])
    assert found is not None
    assert found.turn_to_s - found.turn_from_s == pytest.approx(72 / FPS, abs=0.1)


@pytest.mark.parametrize("fps", [15.0, 30.0])
@pytest.mark.parametrize("pause_s", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("way_s", [0.6, 2.0])
def test_the_four_parts_of_a_tempo_are_what_was_done(way_s: float, pause_s: float, fps: float) -> None:
    share = (1.0 - np.cos(pi * np.linspace(0.0, 1.0, round(way_s * fps) + 1))) / 2.0
    ways, held = 5.0 + 100.0 * share, round(pause_s * fps)
    one = joined(ways, np.full(held, 105.0), ways[::-1], np.full(held, 5.0))
    track = skeleton_track("squat", joined(np.full(round(fps), 5.0), one, one, one, np.full(5, 5.0)), fps=fps)
    *found, _ = judge(track, find_exercise("squat")).repetitions
    assert len(found) == 2
    for judged in found:
        assert judged.kinematics is not None
        tempo = judged.kinematics.tempo
        assert tempo.eccentric_s == pytest.approx(way_s, abs=0.12)
        assert tempo.pause_at_turn_s == pytest.approx(pause_s, abs=0.1)
        assert tempo.concentric_s == pytest.approx(way_s, abs=0.12)
        assert tempo.pause_at_rest_s == pytest.approx(pause_s, abs=0.1)


def knee_between_steps(*, halt: float = 0.0) -> Angles:
    """Of a lunge after steps: the knee is straight once, stays bent or bends twice, and is then bent for the lunge.

    Args:
        halt: Share of the way down at which she stays for a while, too; 0 for none.
    """
    steps = joined(cosine(0.5, 5.0, 30.0)[:-1], np.full(30, 30.0), cosine(1, 30.0, 42.0, seconds_each=0.8)[:-1])
    down = cosine(0.5, 30.0, 105.0)
    if halt:
        at = int(np.searchsorted(down, 30.0 + 75.0 * halt))
        down = joined(down[:at], np.full(25, down[at]), down[at:])
    lunge = joined(steps, down[:-1], cosine(0.5, 105.0, 5.0))
    return joined(np.full(30, 5.0), lunge, np.full(20, 5.0), lunge, np.full(30, 5.0))


def test_who_stands_between_two_steps_does_not_go_down_yet() -> None:
    report = judge(skeleton_track("squat", knee_between_steps()), find_exercise("squat"))
    assert len(report.repetitions) == 2
    for judged in report.repetitions:
        figures, place = judged.kinematics, judged.repetition
        assert figures is not None
        assert figures.tempo.eccentric_s == pytest.approx(PERIOD_S / 2, abs=0.15)
        assert figures.time_under_tension_s == pytest.approx(PERIOD_S, abs=0.15)
        assert (place.turn - place.start) / 30.0 == pytest.approx(PERIOD_S / 2, abs=0.15)
        (descent,) = (one for one in judged.verdicts if one.code == "squat.tempo")
        assert descent.measured is not None
        assert descent.measured < PERIOD_S / 2


def test_no_descent_is_too_fast_for_rest_that_may_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands still near rest may be the model's depth that jumps late: with it the way was slow enough."""
    body, squat = body_of(skeleton_track("squat", cosine(1, 5.0, 105.0))), find_exercise("squat")
    (rule,) = (one for one in squat.rules if one.code == "squat.tempo")
    turn, end = body.timestamps_s.size // 2, body.timestamps_s.size
    monkeypatch.setattr(Observed, "picture_way", lambda *_, **__: PictureWay(0.0, 0.15))  # not a plain way
    for counted in (0, turn - 6):
        drop = Repetition(1, counted, turn, end, complete=True, moves=(turn - 6, end))
        assert (assess(observe(body, squat, drop), rule).fault is None) == (counted == 0)


def test_a_halt_on_the_way_belongs_to_the_way() -> None:
    report = judge(skeleton_track("squat", knee_between_steps(halt=0.6)), find_exercise("squat"))
    for judged in report.repetitions:
        assert judged.kinematics is not None
        assert judged.kinematics.tempo.eccentric_s == pytest.approx(PERIOD_S / 2 + 25 / 30, abs=0.15)


def test_the_parts_of_the_tempo_make_up_the_repetition() -> None:
    report = squats([105.0, 90.0, 105.0])
    for judged in report.repetitions:
        figures = judged.kinematics
        assert figures is not None
        tempo = figures.tempo
        assert None not in (figures.start_s, figures.end_s)
        parts = (tempo.eccentric_s or 0.0) + (tempo.pause_at_turn_s or 0.0) + (tempo.concentric_s or 0.0)
        assert figures.time_under_tension_s == pytest.approx(parts)
        assert (figures.end_s or 0.0) - (figures.start_s or 0.0) == pytest.approx(parts)
        place, seconds = judged.repetition, 1.0 / 30.0
        assert place.start * seconds <= (figures.start_s or 0.0) <= (place.start + 1) * seconds
        assert (place.end - 2) * seconds <= (figures.end_s or 0.0) <= (place.end - 1) * seconds + 1e-9
        assert judged.phases == (("descent", place.start, place.turn), ("ascent", place.turn, place.end))


def test_no_pause_is_shorter_than_none() -> None:
    """Up in a jump, a moment of stillness just after the highest frame, and slowly down again."""
    up, down = np.linspace(0.0, 90.0, 10), np.linspace(89.9, 0.0, 60)
    jump = joined(np.zeros(30), up, np.array([89.8, 89.85, 89.9, 89.88]), down, np.zeros(30))
    (found,) = instants_of([jump], times(jump.size, 30.0), [Repetition(1, 31, 39, 100, True)])
    assert found is not None
    assert 0.0 < found.turn_to_s - found.turn_from_s < 0.3


def test_what_was_not_seen_has_no_figures() -> None:
    signal, seconds, repetitions = cosine_set(3)
    signal[repetitions[1].turn - 3 : repetitions[1].turn + 3] = np.nan
    first, second, third = instants_of([signal] * 3, seconds, repetitions)
    assert second is None
    assert first is not None
    assert third is not None


def squats(depths_deg: Angles | list[float], **how: Any) -> AnalysisReport:
    angles = joined(*(cosine(1, 5.0, depth)[:-1] for depth in depths_deg), np.array([5.0]))
    return judge(skeleton_track("squat", angles, **how), find_exercise("squat"))


def test_a_squat_is_told_in_the_terms_of_the_field() -> None:
    for judged in squats([105.0, 105.0, 105.0]).repetitions:
        figures = judged.kinematics
        assert figures is not None
        assert figures.unit == "deg"
        assert figures.depth == pytest.approx(105.0, abs=3.0)
        assert figures.range_of_motion == pytest.approx(100.0, abs=4.0)
        assert figures.tempo.eccentric_s == pytest.approx(PERIOD_S / 2, abs=0.05)
        assert figures.tempo.concentric_s == pytest.approx(PERIOD_S / 2, abs=0.05)
        assert figures.tempo.pause_at_turn_s == pytest.approx(0.0, abs=0.02)
        assert figures.time_under_tension_s == pytest.approx(PERIOD_S, abs=0.06)
        assert (figures.tempo.pause_at_rest_s is None) == (judged.repetition.index == 3)


def test_velocity_is_that_of_what_is_lifted() -> None:
    """A body whose wrists go up and down by 0.5 m beside still shoulders, in a cosine."""
    still = skeleton_track("military_press", np.full(301, 90.0)).world.astype(np.float64)
    rise_m = cosine(5, 0.0, 0.5)
    for side, other in (("LEFT", 1.0), ("RIGHT", -1.0)):
        shoulder = still[:, Landmark[f"{side}_SHOULDER"]].copy()
        for name in ("WRIST", "PINKY", "INDEX", "THUMB"):
            still[:, Landmark[f"{side}_{name}"]] = shoulder + np.array((0.0, 0.0, 0.05 * other))
            still[:, Landmark[f"{side}_{name}"], 1] -= 0.05 + rise_m
        upper = (still[:, Landmark[f"{side}_WRIST"]] + shoulder) / 2.0
        bent = np.sqrt(np.maximum(0.3**2 - (0.025 + rise_m / 2.0) ** 2, 0.0))
        still[:, Landmark[f"{side}_ELBOW"]] = upper + bent[:, np.newaxis] * np.array((1.0, 0.0, 0.0))
    track = track_of(still)
    press = find_exercise("military_press")
    plain, scaled = judge(track, press), judge(track, press, height_m=1.80)
    height_m = body_height_m(still)
    assert len(plain.repetitions) == 5
    for judged, metric in zip(plain.repetitions, scaled.repetitions, strict=True):
        figures, in_metres = judged.kinematics, metric.kinematics
        assert figures is not None
        assert in_metres is not None
        assert figures.peak_velocity is not None
        assert figures.peak_velocity == pytest.approx(pi * 0.5 / PERIOD_S / height_m, rel=0.06)
        assert figures.mean_velocity == pytest.approx(2 * 0.5 / PERIOD_S / height_m, rel=0.15)
        assert figures.velocity_unit == "body_height/s"
        assert in_metres.velocity_unit == "m/s"
        assert in_metres.peak_velocity == pytest.approx(1.80 * figures.peak_velocity)


def way_up(judged: JudgedRepetition) -> float:
    """Body heights, by the mean velocity and its time."""
    figures = judged.kinematics
    assert figures is not None
    assert figures.mean_velocity is not None
    assert figures.tempo.concentric_s is not None
    return figures.mean_velocity * figures.tempo.concentric_s


def test_a_mean_velocity_is_the_way_over_its_time() -> None:
    """Also of so few frames that both still ends would weigh in the mean of their speeds."""
    many, few = (
        judge(
            skeleton_track("squat", cosine(4, 5.0, 105.0, fps=fps, seconds_each=1.2), fps=fps), find_exercise("squat")
        )
        for fps in (60.0, 10.0)
    )
    for one, other in zip(many.repetitions[1:3], few.repetitions[1:3], strict=True):
        assert way_up(other) == pytest.approx(way_up(one), rel=0.05)


def test_a_body_that_is_seen_larger_when_it_bends_is_not_moved_faster_by_that() -> None:
    """The model's metres depend on the posture, so that the same pixels seem to be more of a height, or less."""
    angles = joined(*(cosine(1, 5.0, 105.0)[:-1] for _ in range(3)), np.array([5.0]))
    track = skeleton_track("squat", angles)
    larger = 1.0 + 0.3 * (angles - 5.0) / 100.0
    breathing = replace(track, world=(track.world * larger[:, np.newaxis, np.newaxis]).astype(np.float32))
    plain, seen = (judge(one, find_exercise("squat")).repetitions for one in (track, breathing))
    for one, other in zip(plain, seen, strict=True):
        assert way_up(other) == pytest.approx(way_up(one), rel=0.05)


@pytest.mark.parametrize("begins_inside", [True, False])
def test_of_what_the_clip_cuts_off_the_way_that_it_shows_has_figures(begins_inside: bool) -> None:
    each = round(PERIOD_S * 30)
    set_of_four = cosine(4, 5.0, 105.0)
    cut = set_of_four[round(0.35 * each) :] if begins_inside else set_of_four[: -round(0.35 * each)]
    report = judge(skeleton_track("squat", cut), find_exercise("squat"))
    judged = report.repetitions[0 if begins_inside else -1]
    figures = judged.kinematics
    assert figures is not None
    assert (len(report.repetitions), judged.repetition.complete) == (4, False)
    tempo, part_s = figures.tempo, PERIOD_S / 2
    if begins_inside:
        assert tempo.eccentric_s is None
        assert tempo.concentric_s == pytest.approx(part_s, abs=0.08)
        assert figures.mean_velocity is not None
    else:
        assert tempo.concentric_s is None
        assert tempo.eccentric_s == pytest.approx(part_s, abs=0.08)
        assert figures.mean_velocity is None
    assert figures.time_under_tension_s is None
    assert tempo.pause_at_turn_s is not None


def test_what_lasts_to_the_end_of_the_clip_may_have_lasted_longer() -> None:
    lifted = joined(cosine(2, 100.0, 5.0), cosine(0.5, 100.0, 5.0)[1:], np.full(20, 5.0))
    *whole, last = judge(skeleton_track("deadlift", lifted), find_exercise("deadlift")).repetitions
    assert not last.repetition.complete
    assert last.kinematics is not None
    assert last.kinematics.tempo.pause_at_turn_s is None
    assert whole[0].kinematics is not None
    assert whole[0].kinematics.tempo.pause_at_turn_s is not None


def test_from_elsewhere_nothing_is_told_that_metres_understate() -> None:
    for view, turned_deg in (("front", FRONT), ("oblique", OBLIQUE)):
        (first, *_) = squats([105.0] * 3, turned_deg=turned_deg).repetitions
        assert first.view == view
        figures = first.kinematics
        assert figures is not None
        assert (figures.range_of_motion, figures.depth, figures.peak_velocity) == (None, None, None)
        assert figures.mean_velocity is not None


def test_from_elsewhere_the_picture_tells_the_tempo() -> None:
    """The model's depth lets the knee jump: it bends late and is straight early, while the picture shows all of it."""
    angles = joined(*(cosine(1, 5.0, 105.0)[:-1] for _ in range(3)), np.array([5.0]))
    share = (angles - 5.0) / 100.0
    jumping = skeleton_track("squat", 5.0 + 100.0 * share**4, turned_deg=FRONT)
    track = replace(skeleton_track("squat", angles, turned_deg=FRONT), world=jumping.world)
    part_s = PERIOD_S / 2
    for judged in judge(track, find_exercise("squat")).repetitions:
        figures = judged.kinematics
        assert figures is not None
        assert figures.tempo.eccentric_s == pytest.approx(part_s, abs=0.15)
        assert figures.tempo.concentric_s == pytest.approx(part_s, abs=0.15)
        assert figures.time_under_tension_s == pytest.approx(2 * part_s, abs=0.3)


def test_a_bridge_lifts_the_hips() -> None:
    clip = Clip("glute_bridge", fps=30.0)
    truth = truth_of(clip)
    height_m = body_height_m(truth.points)
    for judged, done in zip(
        judge(true_track(clip, truth), find_exercise("glute_bridge")).repetitions, truth.repetitions, strict=True
    ):
        low, high = (int(np.searchsorted(truth.timestamps_s, at)) for at in (done.start_s, done.turn_s))
        hips, ankles = (truth.points[:, Landmark[f"RIGHT_{joint}"]] for joint in ("HIP", "ANKLE"))
        way_m = float(np.linalg.norm((hips - ankles)[high] - (hips - ankles)[low]))
        figures = judged.kinematics
        assert figures is not None
        assert figures.mean_velocity == pytest.approx(way_m / height_m / (done.turn_s - done.start_s), rel=0.2)


def test_left_and_right_are_compared_where_both_are_seen() -> None:
    front = squats([105.0, 105.0], turned_deg=FRONT).repetitions[0].kinematics
    side = squats([105.0, 105.0]).repetitions[0].kinematics
    oblique = squats([105.0, 105.0], turned_deg=OBLIQUE).repetitions[0].kinematics
    assert front is not None
    assert side is not None
    assert oblique is not None
    assert front.left_right_difference_deg == pytest.approx(0.0, abs=2.0)
    assert side.left_right_difference_deg is None
    assert oblique.left_right_difference_deg is None  # one side is nearer, and measured otherwise


def test_arms_that_go_sideways_are_compared_in_the_picture() -> None:
    track = skeleton_track("lateral_raise", cosine(2, 10.0, 85.0), turned_deg=FRONT)
    world = track.world.copy()
    world[:, Landmark.LEFT_ELBOW, 2] -= 0.15  # the model sees one arm nearer than the other
    report = judge(replace(track, world=world), find_exercise("lateral_raise"))
    for judged in report.repetitions:
        assert judged.kinematics is not None
        assert judged.kinematics.left_right_difference_deg == pytest.approx(0.0, abs=1.0)


def slower_and_slower(velocities: list[float | None], ranges: list[float]) -> list[JudgedRepetition]:
    (whole,) = squats([105.0]).repetitions
    tempo = Tempo(1.0, 0.0, 1.0, None)
    return [
        replace(
            whole,
            kinematics=RepetitionKinematics(way, 100.0, "deg", tempo, 2.0, None, speed, "body_height/s", None),
        )
        for speed, way in zip(velocities, ranges, strict=True)
    ]


def test_velocity_loss_is_that_of_velocity_based_training() -> None:
    slow = set_kinematics(slower_and_slower([0.48, 0.5, 0.45, 0.4], [90.0, 110.0, 90.0, 110.0]))
    assert slow.velocity_loss_percent == pytest.approx(20.0)
    assert slow.range_of_motion_cv_percent == pytest.approx(100 * np.std([90, 110, 90, 110], ddof=1) / 100)
    assert slow.tempo_cv_percent == pytest.approx(0.0)
    few = set_kinematics(slower_and_slower([0.5, 0.4], [90.0, 110.0]))
    assert (few.velocity_loss_percent, few.range_of_motion_cv_percent) == (None, None)
    assert set_kinematics(slower_and_slower([None, 0.5, 0.4], [90.0] * 3)).velocity_loss_percent is None
    assert set_kinematics(slower_and_slower([0.5, 0.45, 0.4, None], [90.0] * 4)).velocity_loss_percent is None


def test_the_one_thing_to_fix_first_is_what_costs_the_set_most() -> None:
    report = squats([70.0, 70.0, 105.0, 105.0])
    assert report.kinematics is not None
    first = report.kinematics.fix_first
    assert first is not None
    assert (first.code, first.severity, first.repetitions, first.points) == ("squat.depth", "major", 2, 50.0)
    good = squats([105.0] * 3).kinematics
    assert good is not None
    assert good.fix_first is None


@pytest.mark.parametrize("exercise", [each for each in all_exercises() if each.cycle], ids=lambda one: one.name)
def test_every_exercise_says_what_moves(exercise: Exercise) -> None:
    assert exercise.phases[0] in FIRST_WAY_IS_ECCENTRIC or exercise.phases == ("out", "back")
    assert {exercise.cycle.angle if exercise.cycle else ""} <= set(MOVED_ENDS)


def test_without_an_exercise_there_is_no_way_up_or_down() -> None:
    body, unknown = body_of(skeleton_track("squat", cosine(3, 5.0, 105.0))), find_exercise("unselected")
    counted = count(body, unknown)
    found = kinematics_of(body, unknown, counted.repetitions, counted.signal_name, counted.signal, counted.signal_unit)
    assert len(found) == 3
    for figures in found:
        assert figures.unit == "body_height"
        assert figures.range_of_motion is not None
        assert figures.depth is None
        assert figures.tempo.eccentric_s is None
        assert figures.mean_velocity is None
