"""Rules, scores, views, angles and signals on motion with a known answer."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.faults import assess
from analysis.judging.judge import judge
from analysis.judging.observed import Observed
from analysis.judging.phases import phases_of
from analysis.judging.scoring import set_score
from analysis.motion.angles import joint_angles
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_height_m, body_of
from analysis.motion.signals import fill_gaps, low_pass, without_outliers
from analysis.motion.swings import swings
from analysis.motion.view import view_of
from analysis.types import Repetition
from analysis.verdicts import Severity, Verdict
from tests.skeleton import FRONT, OBLIQUE, REAR, SIDE, Widths, cosine, joined, skeleton_track, times

SQUAT = find_exercise("squat")


@pytest.mark.parametrize(
    ("turned_deg", "view"), [(SIDE, "side"), (FRONT, "front"), (REAR, "rear"), (OBLIQUE, "oblique")]
)
def test_the_view(turned_deg: float, view: str) -> None:
    track = skeleton_track("squat", cosine(1, 5.0, 95.0), turned_deg=turned_deg)
    assert judge(track, SQUAT).quality.view == view
    assert view_of(track.world.astype(np.float64) * np.nan) == ("unknown", None)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 120.0])
@pytest.mark.parametrize("size", [(720, 1280), (1280, 720)])
def test_an_angle_is_the_same_in_portrait_and_landscape_in_pixels_and_metres(
    angle: float, size: tuple[int, int]
) -> None:
    track = skeleton_track("squat", np.full(30, angle), size=size, widths=Widths(0.15, 0.15, 0.15, 0.15))
    for source in ("image", "world", "best"):
        measured = joint_angles(track, source=source)
        assert measured["right_knee_flexion"] == pytest.approx(np.full(30, angle), abs=0.5)


def test_body_height_does_not_depend_on_posture_or_view() -> None:
    for exercise, turned_deg in (("squat", SIDE), ("squat", FRONT), ("push_up", SIDE)):
        body = body_of(
            skeleton_track(exercise, np.full(20, 60.0), turned_deg=turned_deg, widths=Widths(0.15, 0.1, 0.1, 0.1))
        )
        assert body_height_m(body.world) == pytest.approx(1.75, rel=0.08)
        assert np.median(body.height_px) == pytest.approx(300 * 1.75, rel=0.08)


def test_who_leans_back_under_a_weight_that_is_overhead_is_told_the_lean_and_no_press_to_the_front() -> None:
    track = skeleton_track("military_press", cosine(2, 140.0, 10.0), lean_deg=-22.0)
    report = judge(track, find_exercise("military_press"))
    assert {fault.code for fault in report.faults} == {"military_press.lean_back"}
    assert [len(one.faults) for one in report.repetitions] == [1, 1]


def test_a_good_squat_and_a_bad_one() -> None:
    good = judge(skeleton_track("squat", cosine(2, 5.0, 105.0)), SQUAT)
    assert good.score == 100.0
    assert good.faults == ()
    bad = judge(skeleton_track("squat", cosine(2, 5.0, 75.0), lean_deg=40.0), SQUAT)
    assert {fault.code for fault in bad.repetitions[0].faults} == {"squat.depth", "squat.trunk_lean"}
    assert bad.repetitions[0].score == 50.0
    assert bad.score == 50.0
    depth = next(fault for fault in bad.faults if fault.code == "squat.depth")
    assert depth.severity is Severity.MAJOR
    assert depth.measured == pytest.approx(75.0, abs=3.0)
    assert (depth.limit, depth.unit) == (90.0, "deg")
    assert depth.frame == pytest.approx(30, abs=3)


def test_knees_that_fall_in_are_seen_from_the_front_only() -> None:
    squats = cosine(2, 5.0, 105.0)
    narrow = Widths(knees=0.10)
    front = judge(skeleton_track("squat", squats, turned_deg=FRONT, widths=narrow), SQUAT)
    assert "squat.knees_in" in {fault.code for fault in front.faults}
    assert {reason.code: reason.reason for reason in front.not_assessed}["squat.lockout"] == "wrong_view"
    side = judge(skeleton_track("squat", squats, widths=narrow), SQUAT)
    assert {reason.code: reason.reason for reason in side.not_assessed}["squat.knees_in"] == "wrong_view"


def test_a_squat_s_feet_are_as_far_apart_as_their_toes() -> None:
    """The source of both limits measures there: turned-out feet stand wider than their ankles."""
    squats = cosine(2, 5.0, 105.0)
    turned_out = judge(skeleton_track("squat", squats, turned_deg=FRONT, widths=Widths(ankles=0.17, toes=0.26)), SQUAT)
    assert turned_out.faults == ()
    straight = judge(skeleton_track("squat", squats, turned_deg=FRONT, widths=Widths(ankles=0.17)), SQUAT)
    assert {fault.code for fault in straight.faults} == {"squat.stance"}
    inwards = Widths(knees=0.17, ankles=0.2, toes=0.3)
    caved = judge(skeleton_track("squat", squats, turned_deg=FRONT, widths=inwards), SQUAT)
    assert {fault.code for fault in caved.faults} == {"squat.knees_in"}


def test_the_curve_holds_what_the_verdicts_measured() -> None:
    """The mean of both knees where both are seen, also where the pose sees them bent differently."""
    track = skeleton_track("squat", cosine(3, 5.0, 105.0))
    landmarks = track.landmarks.copy()
    landmarks[:, Landmark.LEFT_ANKLE, 0] += 60.0
    report = judge(replace(track, landmarks=landmarks), SQUAT)
    told = [
        one for judged in report.repetitions for one in judged.verdicts if one.code in ("squat.depth", "squat.lockout")
    ]
    assert len(told) == 6
    for one in told:
        assert one.frame is not None
        assert report.signal[one.frame] == pytest.approx(one.measured, abs=0.01)


def test_the_curve_holds_what_was_measured_from_the_front() -> None:
    """Arms that go sideways are read in the picture; the model's metres, which bend them, would cross the limit."""
    exercise = find_exercise("lateral_raise")
    track = skeleton_track("lateral_raise", cosine(3, 10.0, 70.0), turned_deg=FRONT)
    world = track.world.copy()
    for joint in (Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW):
        world[:, joint, 1] -= 0.08
    report = judge(replace(track, world=world), exercise)
    told = [one for judged in report.repetitions for one in judged.verdicts if one.code == "lateral_raise.height"]
    assert [one.verdict for one in told] == [Verdict.FAIL] * 3
    for judged, one in zip(report.repetitions, told, strict=True):
        assert one.frame is not None
        assert report.signal[one.frame] == pytest.approx(one.measured, abs=0.01)
        inside = report.signal[judged.repetition.start : judged.repetition.end]
        assert np.nanmax(inside) < 75.0
        assert judged.kinematics is not None
        assert judged.kinematics.depth == pytest.approx(one.measured, abs=1.0)


def test_a_hidden_joint_is_neither_good_nor_bad() -> None:
    report = judge(skeleton_track("squat", cosine(2, 5.0, 60.0), unseen=["ankle"]), SQUAT)
    reasons = {reason.code: reason.reason for reason in report.not_assessed}
    assert reasons["squat.depth"] == "joint_unseen"
    assert "squat.depth" not in {fault.code for fault in report.faults}


@pytest.mark.parametrize(
    ("seen", "last_deg", "word"),
    [(True, 40.0, "fail"), (False, 40.0, "cannot_tell"), (False, 5.0, "cannot_tell"), (True, 5.0, "pass")],
)
def test_what_may_be_reached_out_of_sight_is_no_fault(seen: bool, last_deg: float, word: str) -> None:
    """The ankles leave the picture on the last way up, and nobody sees whether the knees are straight in the end."""
    first, second = cosine(1, 40.0, 105.0), cosine(1, last_deg, 105.0)
    down, up = np.split(first[:-1], 2)[0], np.split(second[:-1], 2)[1]
    begin = np.split(cosine(1, 5.0, 105.0)[:-1], 2)[0]
    angles = joined(np.full(30, 5.0), begin, np.split(first[:-1], 2)[1], down, up, np.full(45, last_deg))
    track = skeleton_track("squat", angles)
    turn = 30 + 3 * len(begin)
    gone = turn + int(np.flatnonzero(angles[turn:] < 70.0)[0])
    if not seen:
        track.landmarks[gone:, [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], 3] = 0.0
    last = judge(track, SQUAT).repetitions[-1]
    told = next(one for one in last.verdicts if one.code == "squat.lockout")
    assert (told.verdict.value, told.reason) == (word, None if seen else "joint_unseen")
    assert ("squat.lockout" in {fault.code for fault in last.faults}) == (word == "fail")


def test_a_joint_outside_the_picture_is_not_seen_however_sure_the_model_is() -> None:
    track = skeleton_track("squat", cosine(2, 5.0, 75.0))
    ankles = track.landmarks[:, 27:29, 1]
    cropped = replace(track, video=replace(track.video, height=int(np.nanmin(ankles)) - 5))
    report = judge(cropped, SQUAT)
    assert "squat.depth" not in {fault.code for fault in report.faults}
    assert ("squat.depth", "joint_unseen") in {(one.code, one.reason) for one in report.not_assessed}


def test_too_little_seen_gives_no_score() -> None:
    curl = find_exercise("biceps_curl")
    report = judge(skeleton_track("biceps_curl", cosine(2, 10.0, 130.0), turned_deg=FRONT), curl)
    assert len(report.repetitions) == 2
    assert report.score is None


def test_every_rule_ends_in_pass_fail_or_cannot_tell() -> None:
    report = judge(skeleton_track("squat", cosine(2, 5.0, 75.0)), SQUAT)
    for judged in report.repetitions:
        found = {verdict.code: verdict for verdict in judged.verdicts}
        assert list(found) == [rule.code for rule in SQUAT.rules]
        assert found["squat.depth"].verdict is Verdict.FAIL
        assert found["squat.depth"].frame == judged.faults[0].frame
        assert found["squat.lockout"].verdict is Verdict.PASS
        knees = found["squat.knees_in"]
        assert (knees.verdict, knees.reason, knees.measured) == (Verdict.CANNOT_TELL, "wrong_view", None)
        assert knees.detail
        assert judged.view == "side"
        assert judged.view_angle_deg is not None
        assert judged.view_angle_deg > 80.0, "the camera stands a little in front"


@pytest.mark.parametrize(
    ("depth_deg", "verdict"), [(48.0, Verdict.FAIL), (75.0, Verdict.CANNOT_TELL), (112.0, Verdict.PASS)]
)
def test_from_45_degrees_only_what_is_plain_is_told(depth_deg: float, verdict: Verdict) -> None:
    report = judge(skeleton_track("squat", cosine(2, 5.0, depth_deg), turned_deg=OBLIQUE), SQUAT)
    found = {one.code: one for one in report.repetitions[0].verdicts}
    assert found["squat.depth"].verdict is verdict
    assert found["squat.depth"].measured == pytest.approx(depth_deg, abs=5.0)
    assert found["squat.trunk_lean"].reason == "wrong_view"


def test_near_the_limit_the_cameras_place_decides_whether_it_can_be_told() -> None:
    deep_enough = cosine(2, 5.0, 91.0)
    from_side = judge(skeleton_track("squat", cosine(2, 5.0, 100.0)), SQUAT).repetitions[0].verdicts[0]
    assert from_side.verdict is Verdict.PASS
    assert from_side.margin == pytest.approx((0.0, 0.0), abs=0.1), "only what may lie between two frames"
    close = judge(skeleton_track("squat", deep_enough), SQUAT).repetitions[0].verdicts[0]
    assert (close.verdict, close.reason) == (Verdict.CANNOT_TELL, "too_close_to_limit"), "the pose may be 7 degrees off"
    turned = judge(skeleton_track("squat", deep_enough, turned_deg=20.0), SQUAT)
    assert "squat.depth" not in {fault.code for fault in turned.faults}, "it looks 3 degrees short from there"
    assert ("squat.depth", "too_close_to_limit") in {(one.code, one.reason) for one in turned.not_assessed}
    depth = turned.repetitions[0].verdicts[0]
    assert depth.measured is not None
    assert depth.margin is not None
    assert depth.margin[1] > abs(depth.measured - 90.0)


@pytest.mark.parametrize(("seen", "score"), [(4, None), (5, 100.0)])
def test_a_set_of_which_too_little_was_seen_has_no_score(seen: int, score: float | None) -> None:
    """Of fourteen squats the last ten, or nine, cannot be scored, as where somebody walks into the picture."""
    report = judge(skeleton_track("squat", cosine(2, 5.0, 105.0)), SQUAT)
    scored, unscored = (replace(report.repetitions[0], score=one) for one in (100.0, None))
    assert set_score([scored] * seen + [unscored] * (14 - seen)) == score


def test_what_is_just_inside_of_its_limit_counts_for_whether_there_is_a_score() -> None:
    rules = tuple(rule for rule in SQUAT.rules if rule.code == "squat.depth")
    only_depth = replace(SQUAT, rules=rules)
    inside, outside = (
        judge(skeleton_track("squat", cosine(2, 5.0, deg)), only_depth).repetitions[0] for deg in (92.0, 88.0)
    )
    assert [one.verdicts[0].reason for one in (inside, outside)] == ["too_close_to_limit", None]
    assert [one.score for one in (inside, outside)] == [100.0, 75.0]


def test_what_a_cut_off_repetition_may_still_reach_is_not_held_against_it() -> None:
    body = body_of(skeleton_track("squat", cosine(1, 5.0, 75.0)))
    depth = next(rule for rule in SQUAT.rules if rule.code == "squat.depth")
    whole = Repetition(1, 0, 30, 60, complete=True)
    cut_off = replace(whole, end=40, complete=False)
    assert assess(Observed(body, whole, phases_of(whole, SQUAT.phases)), depth).fault is not None
    no_answer = assess(Observed(body, cut_off, phases_of(cut_off, SQUAT.phases)), depth)
    assert no_answer.fault is None
    assert no_answer.verdict.reason == "too_few_frames"


def test_a_drop_is_too_fast() -> None:
    report = judge(skeleton_track("squat", cosine(3, 5.0, 105.0, seconds_each=0.8)), SQUAT)
    assert {fault.code for fault in report.faults} >= {"squat.tempo"}


def test_a_round_back_is_said_to_be_out_of_sight() -> None:
    report = judge(skeleton_track("deadlift", cosine(2, 110.0, 4.0)), find_exercise("deadlift"))
    assert {reason.code: reason.repetition for reason in report.not_assessed}["deadlift.rounded_back"] is None


def test_the_low_pass_keeps_slow_motion_in_place_and_removes_fast() -> None:
    seconds = times(300)
    slow, fast = np.sin(2 * np.pi * 0.5 * seconds), 0.5 * np.sin(2 * np.pi * 12.0 * seconds)
    smooth = low_pass(slow + fast, seconds, cutoff_hz=4.0)
    assert smooth[20:-20] == pytest.approx(slow[20:-20], abs=0.03)


def test_the_low_pass_leaves_what_it_cannot_filter() -> None:
    seconds = times(20, fps=3.3)
    values = np.sin(seconds)
    assert np.array_equal(low_pass(values, seconds, cutoff_hz=4.0), values)


def test_short_gaps_are_bridged_and_long_ones_and_ends_are_not() -> None:
    seconds = times(100)
    values = np.linspace(0.0, 1.0, 100)
    broken = values.copy()
    broken[:3] = broken[10:15] = broken[40:70] = np.nan
    filled = fill_gaps(broken, seconds)
    assert filled[10:15] == pytest.approx(values[10:15])
    assert np.isnan(filled[:3]).all()
    assert np.isnan(filled[40:70]).all()
    assert np.isnan(broken[10:15]).all()


def test_single_leaps_are_removed_and_turning_points_are_not() -> None:
    seconds = times(120)
    wave = 45.0 * (1.0 - np.cos(2 * np.pi * seconds)) + np.random.default_rng(1).normal(0.0, 0.5, 120)
    assert np.isfinite(without_outliers(wave, seconds)).sum() > 115
    still = np.random.default_rng(1).normal(90.0, 0.5, 120)
    still[[25, 77]] += 40.0
    assert np.isnan(without_outliers(still, seconds)[[25, 77]]).all()


def test_swings_of_a_wave() -> None:
    wave = cosine(3, 0.0, 10.0)
    assert [swing.peak for swing in swings(wave, smallest=5.0)] == [30, 90, 150]
    assert swings(wave, smallest=11.0) == []
    assert swings(-wave[:100], smallest=5.0)[0].peak == 60
