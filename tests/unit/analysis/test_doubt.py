"""Doubts about when a repetition begins, turns and ends: two clocks, and the benefit of the doubt."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.benefit import must_be_kept, must_be_reached, until_rest, within_picture
from analysis.judging.exercise import Exercise, Rule, find_exercise
from analysis.judging.faults import JOINT_UNSEEN, TOO_CLOSE_TO_LIMIT, assess
from analysis.judging.judge import judge
from analysis.judging.margin import Margin, between
from analysis.judging.observed import Observed
from analysis.judging.phases import phases_of
from analysis.judging.picture_clock import picture_way
from analysis.motion.landmarks import Landmark
from analysis.motion.measures import body_of
from analysis.motion.view import is_lying, view_angles_deg
from analysis.types import PoseTrack, Repetition
from analysis.verdicts import RuleVerdict, Verdict
from mannequin.motions import MOTIONS
from tests.skeleton import FRONT, OBLIQUE, SIDE, Angles, cosine, joined, skeleton_track

SQUAT = find_exercise("squat")
REST_DEG, TURN_DEG = 5.0, 105.0


def ramp(start_deg: float, end_deg: float, seconds: float, fps: float = 30.0) -> Angles:
    """Half a cosine from one angle to another."""
    share = (1.0 - np.cos(np.pi * np.arange(round(seconds * fps)) / round(seconds * fps))) / 2.0
    return np.asarray(start_deg + (end_deg - start_deg) * share)


def squats(down_s: float) -> Angles:
    """Three squats whose turning points lie at 2, 5 and 8 s whatever the time for the way down, and 1 s for that up."""
    one = [
        np.full(round((2.0 - down_s) * 30), REST_DEG),
        ramp(REST_DEG, TURN_DEG, down_s),
        ramp(TURN_DEG, REST_DEG, 1.0),
    ]
    return joined(*one * 3, np.full(30, REST_DEG))


def rule_of(exercise: Exercise, code: str) -> Rule:
    return next(rule for rule in exercise.rules if rule.code == code)


def verdict_of(track: PoseTrack, code: str, repetition: Repetition, exercise: Exercise = SQUAT) -> RuleVerdict:
    return assess(
        Observed(body_of(track), repetition, phases_of(repetition, exercise.phases)), rule_of(exercise, code)
    ).verdict


def tempo(track: PoseTrack) -> list[RuleVerdict]:
    return [one for judged in judge(track, SQUAT).repetitions for one in judged.verdicts if one.code == "squat.tempo"]


# --- two clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned_deg", [SIDE, OBLIQUE, FRONT])
@pytest.mark.parametrize("down_s", [0.4, 1.0, 1.6])
def test_the_picture_tells_how_long_a_way_took(turned_deg: float, down_s: float) -> None:
    track = skeleton_track("squat", squats(down_s), turned_deg=turned_deg)
    first = judge(track, SQUAT).repetitions[0].repetition
    # a tenth of a half cosine is done after 0.205 of its time, and later in the picture where its first part is hidden
    off = 0.25 if turned_deg == FRONT else 0.15
    assert picture_way(body_of(track), first, back=False).seconds == pytest.approx(0.795 * down_s, rel=off, abs=0.04)
    assert picture_way(body_of(track), first, back=True).seconds == pytest.approx(0.795, rel=off)
    assert picture_way(body_of(track), first, back=True).leaves_s == pytest.approx(2.0 + 0.205, abs=0.1)


def test_a_drop_that_only_the_model_s_depth_shows_is_none() -> None:
    """Where the joints go one plain way across the picture, and the metres say otherwise, the picture is believed."""
    slow, fast = (skeleton_track("squat", squats(down_s)) for down_s in (1.2, 0.3))
    assert {one.verdict for one in tempo(slow)} == {Verdict.PASS}
    assert {one.verdict for one in tempo(fast)} == {Verdict.FAIL}
    for seen, depth, verdict in ((slow, fast, Verdict.PASS), (fast, slow, Verdict.FAIL)):
        told = tempo(replace(seen, world=depth.world))
        assert [one.verdict for one in told] == [verdict] * 3
        assert {one.measured for one in told} != {one.measured for one in tempo(depth)}, "what is told is the picture's"


def test_what_is_lost_on_one_way_leaves_the_other_its_time() -> None:
    """Wrists leave the picture on the way up: how long the way down took is told all the same."""
    track = skeleton_track("squat", squats(0.3))
    landmarks = track.landmarks.copy()
    up = np.flatnonzero((track.timestamps_s > 2.3) & (track.timestamps_s < 2.9))
    for wrist in (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST):
        landmarks[up, wrist] = np.nan
    body, first = body_of(replace(track, landmarks=landmarks)), judge(track, SQUAT).repetitions[0].repetition
    whole = picture_way(body_of(track), first, back=False)
    assert picture_way(body, first, back=False).seconds == pytest.approx(whole.seconds, abs=0.05)


@pytest.mark.parametrize(("down_s", "verdict"), [(0.25, Verdict.FAIL), (1.0, Verdict.PASS)])
def test_who_drops_the_weight_after_a_pause_has_dropped_it(down_s: float, verdict: Verdict) -> None:
    """The pause at the top of a curl is no part of the way down."""
    sinks = np.linspace(130.0, 124.0, 30)
    one = joined(ramp(10.0, 130.0, 1.0), sinks, ramp(124.0, 10.0, down_s), np.full(30, 10.0))
    report = judge(skeleton_track("biceps_curl", joined(one, one, one)), find_exercise("biceps_curl"))
    told = [
        rule.verdict for judged in report.repetitions for rule in judged.verdicts if rule.code == "biceps_curl.tempo"
    ]
    assert told == [verdict] * 3


def test_where_the_picture_shows_no_plain_way_both_clocks_must_say_the_same() -> None:
    slow, fast = (skeleton_track("squat", squats(down_s)) for down_s in (1.2, 0.3))
    landmarks = fast.landmarks.copy()
    waving = 150.0 * np.sin(2.0 * np.pi * 1.5 * fast.timestamps_s)
    landmarks[:, [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST], 0] += waving[:, np.newaxis].astype(np.float32)
    told = tempo(replace(slow, landmarks=landmarks))
    assert [(one.verdict, one.reason) for one in told] == [(Verdict.CANNOT_TELL, TOO_CLOSE_TO_LIMIT)] * 3


@pytest.mark.parametrize("turned_deg", [SIDE, OBLIQUE, FRONT])
def test_a_squat_is_one_plain_way_and_a_detour_is_none(turned_deg: float) -> None:
    track = skeleton_track("squat", squats(1.0), turned_deg=turned_deg)
    body, first = body_of(track), Repetition(1, 35, 60, 85, complete=True)
    assert picture_way(body, first, back=False).is_plain
    landmarks = track.landmarks.copy()
    detour = 200.0 * np.exp(-(((track.timestamps_s - 1.6) / 0.15) ** 2))
    landmarks[:, [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST], 0] += detour[:, np.newaxis].astype(np.float32)
    assert not picture_way(body_of(replace(track, landmarks=landmarks)), first, back=False).is_plain


def test_where_nothing_is_seen_in_the_picture_no_time_is_told() -> None:
    track = skeleton_track("squat", squats(0.3))
    landmarks = track.landmarks.copy()
    landmarks[:, :, 3] = 0.2
    told = verdict_of(replace(track, landmarks=landmarks), "squat.tempo", Repetition(1, 52, 60, 85, complete=True))
    assert told.reason == JOINT_UNSEEN


def test_a_margin_reaches_from_one_way_to_measure_to_the_other() -> None:
    assert between(0.75, 0.5) == Margin(0.25, 0.0)
    assert between(0.5, 0.75) == Margin(0.0, 0.25)
    assert Margin(1.0, 5.0).and_also(Margin(3.0, 2.0)) == Margin(3.0, 5.0)


def test_flexion_from_an_angle_is_told_where_picture_and_metres_say_the_same() -> None:
    angles = cosine(1, REST_DEG, 150.0)
    track = skeleton_track("squat", angles, turned_deg=OBLIQUE)
    whole = Repetition(1, 3, 30, 57, complete=True)
    assert verdict_of(track, "squat.depth", whole).verdict is Verdict.PASS
    half = skeleton_track("squat", cosine(1, REST_DEG, 40.0), turned_deg=OBLIQUE)
    told = verdict_of(replace(track, landmarks=half.landmarks), "squat.depth", whole)
    assert told.verdict is Verdict.CANNOT_TELL
    assert told.margin is not None
    assert told.margin[0] > 60.0


# --- the benefit of the doubt ---------------------------------------------------------------------------------------


def test_what_one_good_moment_meets_and_what_one_bad_moment_breaks() -> None:
    reached = {rule.code for rule in SQUAT.rules if must_be_reached(rule)}
    kept = {rule.code for rule in SQUAT.rules if must_be_kept(rule)}
    assert reached == {"squat.depth", "squat.lockout"}
    assert kept == {"squat.trunk_lean", "squat.stance"}


def test_a_lock_out_just_after_the_counted_end_is_one() -> None:
    track = skeleton_track("squat", squats(1.0))
    early = Repetition(1, 45, 60, 75, complete=True)
    body = body_of(track)
    assert verdict_of(track, "squat.lockout", early).verdict is Verdict.PASS
    bent = skeleton_track("squat", np.maximum(squats(1.0), 40.0))
    assert verdict_of(bent, "squat.lockout", early).verdict is Verdict.FAIL
    assert body.found.all()


def test_a_lock_out_after_a_rest_is_that_of_nobody() -> None:
    values = joined(ramp(90.0, 30.0, 1.0), np.full(10, 30.0), ramp(30.0, 0.0, 0.5))
    seconds = np.arange(values.size) / 30.0
    lockout = rule_of(SQUAT, "squat.lockout")
    assert 26 <= until_rest(values, seconds, lockout, slice(0, 20)).stop <= 34
    assert until_rest(np.full(40, np.nan), seconds[:40], lockout, slice(0, 20)) == slice(0, 20)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_joint_that_jumps_beside_a_limb_at_rest_is_no_lockout(backwards: bool) -> None:
    """A knee that stays bent by 45 degrees was seen at 24 for two frames, just outside of what was counted."""
    values = joined(ramp(90.0, 45.0, 1.0), np.full(10, 45.0), np.array([35.0, 24.0, 45.0]), np.full(10, 45.0))
    seconds, counted = np.arange(values.size) / 30.0, slice(0, 40)
    if backwards:
        values, counted = values[::-1], slice(values.size - 40, values.size)
    assert until_rest(values, seconds, rule_of(SQUAT, "squat.lockout"), counted) == counted


def test_what_happens_in_the_pause_is_no_fault_of_the_repetition() -> None:
    leans = joined(np.zeros(100), ramp(0.0, 60.0, 0.5), np.full(30, 60.0))
    angles = joined(squats(1.0)[:91], np.full(leans.size - 91, REST_DEG))
    track = skeleton_track("squat", angles, lean_deg=leans)
    late = Repetition(1, 36, 60, 116, complete=True)
    kept = within_picture(Observed(body_of(track), late, ()), slice(late.start, late.end))
    assert 80 <= kept.stop <= 100
    assert verdict_of(track, "squat.trunk_lean", late).verdict is Verdict.PASS
    leaning = skeleton_track("squat", angles, lean_deg=60.0)
    assert verdict_of(leaning, "squat.trunk_lean", late).verdict is Verdict.FAIL


def test_a_repetition_that_is_counted_into_something_else_ends_where_it_began() -> None:
    """What comes after it goes further, so that along the way to its counted end it seems not to be over."""
    track = skeleton_track("squat", joined(squats(1.0)[:91], np.full(40, REST_DEG)))
    landmarks = track.landmarks.copy()
    reaching = np.clip((np.arange(landmarks.shape[0]) - 100) / 10.0, 0.0, 1.0)
    for side in ("LEFT", "RIGHT"):
        landmarks[:, Landmark[f"{side}_WRIST"], 0] -= 2000.0 * reaching
    body = body_of(replace(track, landmarks=landmarks))
    late = Repetition(1, 36, 60, 116, complete=True)
    assert picture_way(body, late, back=True).rest_s > 100 / 30.0
    assert picture_way(body, late, back=True, reversed_way=True).rest_s == pytest.approx(83 / 30.0, abs=0.1)
    assert within_picture(Observed(body, late, ()), slice(late.start, late.end)).stop <= 90


# --- the view of who lies -------------------------------------------------------------------------------------------


def lying(shoulders_deg: float, trunk_deg: float, lift: float = 0.0) -> Angles:
    """(1, 33, 3) a trunk whose shoulder line and whose own bearing show the camera at different angles."""
    line = np.array([np.cos(np.radians(shoulders_deg)), 0.0, np.sin(np.radians(shoulders_deg))])
    trunk = np.array([np.sin(np.radians(trunk_deg)), -lift, np.cos(np.radians(trunk_deg))]) * 0.5
    world = np.zeros((1, 33, 3))
    for left, right, at in (
        (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, trunk),
        (Landmark.LEFT_HIP, Landmark.RIGHT_HIP, np.zeros(3)),
    ):
        world[0, left], world[0, right] = at + line * 0.15, at - line * 0.15
    return world


def test_who_lies_is_seen_from_the_side_only_where_shoulders_and_trunk_say_so() -> None:
    assert view_angles_deg(lying(69.0, 50.0)) == pytest.approx([50.0])
    assert view_angles_deg(lying(50.0, 69.0)) == pytest.approx([50.0])
    assert view_angles_deg(lying(85.0, 88.0)) == pytest.approx([85.0])
    assert view_angles_deg(lying(85.0, 10.0, lift=1.0)) == pytest.approx([85.0]), "who stands has no bearing"


def test_who_lies_has_a_level_trunk() -> None:
    assert is_lying(lying(85.0, 88.0))
    assert not is_lying(lying(85.0, 10.0, lift=1.0))
    assert not is_lying(np.full((3, 33, 3), np.nan)), "nobody"


def test_what_lasts_as_long_as_its_limit_is_no_fault_whenever_it_begins() -> None:
    """Twelve frames at 30 a second; the difference of their times is less than 0.4 s in every other place by 1e-16."""
    pull_up, motion = find_exercise("pull_up"), MOTIONS["pull_up"]
    hanging = np.full(8, motion.rest_deg)
    pull = cosine(1, motion.rest_deg, motion.turn_deg, seconds_each=1.2)
    for before in range(60, 68):
        track = skeleton_track("pull_up", np.concatenate([np.full(before, motion.rest_deg), pull, hanging]))
        counted = Repetition(1, before + 5, before + 18, before + 31, complete=True)
        told = verdict_of(track, "pull_up.tempo", counted, pull_up)
        assert (told.verdict, told.measured) == (Verdict.PASS, 0.4), before


# --- a moment that is not seen --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hidden", "verdict"), [(2, Verdict.PASS), (5, Verdict.CANNOT_TELL)])
def test_what_is_hidden_at_the_turning_point_is_told_of_a_moment_close_by(hidden: int, verdict: Verdict) -> None:
    """A lunge whose legs the model loses in the very middle; close to it, hardly any of the way is missing."""
    deadlift, whole = find_exercise("deadlift"), Repetition(1, 0, 30, 60, complete=True)
    track = skeleton_track("deadlift", cosine(1, 95.0, 5.0))
    landmarks = track.landmarks.copy()
    knees = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]
    landmarks[31 - hidden : 30 + hidden, knees, 3] = 0.0
    told = verdict_of(replace(track, landmarks=landmarks), "deadlift.knee_lockout", whole, deadlift)
    assert told.verdict is verdict
    assert told.reason == (JOINT_UNSEEN if verdict is Verdict.CANNOT_TELL else None)
    if verdict is Verdict.PASS:
        assert told.frame in (28, 32), "the picture that shows it"
