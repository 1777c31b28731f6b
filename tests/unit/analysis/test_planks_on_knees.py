"""Planks on the knees: told apart from those on the feet, and asked to be straight from shoulders to knees."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.judging.observed import observe
from analysis.judging.support import Support
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import body_of
from analysis.pictures.evidence import marking_of
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport, Remark
from mannequin import MOTIONS, Clip, truth_of
from mannequin.body import changed
from mannequin.motion import Degrees, Motion, Plant
from mannequin.track import true_track
from tests.unit.analysis.on_knees import SHINS, on_knees

PLANK = find_exercise("plank")
SAG, HIGH, KNEES = "plank.hips_sag", "plank.hips_high", "plank.knees"

ON_WIDE_ELBOWS: Degrees = {"upper_arm": 165.0, "upper_arm_out": 42.0}
"""So low that hips may sag a little before the trunk is as steep as that of who lies."""

PLAINLY = ("up", "toes_tucked")
"""Shins that lie on the floor bend the knees of a plank by 14 degrees only."""


def plank_on_knees(shins: str, arms: Degrees) -> Motion:
    """The way there as ever; the knees lie on the floor."""
    motion = MOTIONS["plank"]
    (_, rest), (_, held) = motion.keys
    resting = on_knees(changed(held, arms, add=False), motion.anchor, shins)
    bad_form = (Plant(SAG, turn={"trunk": -5.4, "thigh": 6.4}), Plant(HIGH, turn={"trunk": 13, "thigh": -20}))
    return replace(motion, keys=((0.0, rest), (1.0, resting)), plants=bad_form)


def track_of(*faults: str) -> PoseTrack:
    clip = Clip("plank", len(faults), faults=faults, seconds_per_repetition=4.0, rest_s=3.0, fps=15.0, width=480)
    return true_track(clip, truth_of(clip))


def told(report: AnalysisReport) -> list[set[str]]:
    return [{fault.code for fault in one.faults} for one in report.holds]


def said_of(report: AnalysisReport, code: str) -> list[str]:
    """What is said of a rule in each hold: the verdict, or why there is none."""
    return [one.reason or str(one.verdict) for held in report.holds for one in held.verdicts if one.code == code]


def supports_of(track: PoseTrack, report: AnalysisReport) -> list[Support]:
    body = body_of(track)
    return [observe(body, PLANK, held.repetition).support for held in report.holds]


@pytest.fixture(params=SHINS)
def shins(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The mannequin planks on the knees, with the shins so."""
    shins: str = request.param
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees(shins, ON_WIDE_ELBOWS))
    return shins


def test_who_is_straight_from_shoulders_to_knees_has_good_form(shins: str) -> None:
    report = judge(track_of("", ""), PLANK)
    assert told(report) == [set()] * 2
    assert said_of(report, SAG) == said_of(report, HIGH) == ["pass"] * 2
    assert said_of(report, KNEES) == ["other_form" if shins in PLAINLY else "pass"] * 2
    assert report.score == 100.0


@pytest.mark.usefixtures("shins")
def test_hips_that_sag_or_stick_out_are_told() -> None:
    report = judge(track_of("", SAG, "", HIGH, ""), PLANK)
    assert told(report) == [set(), {SAG}, set(), {HIGH}, set()]


@pytest.mark.parametrize("shins", PLAINLY, indirect=True)
@pytest.mark.usefixtures("shins")
def test_hips_are_measured_to_the_knees_and_the_report_says_so() -> None:
    report = judge(track_of("", SAG, HIGH), PLANK)
    measured = {fault.code: fault.measured for fault in report.faults}
    assert measured == {SAG: pytest.approx(11.5, abs=0.5), HIGH: pytest.approx(-33.2, abs=0.8)}
    assert report.quality.warnings == (Remark("on_knees"),)
    assert "knee_line" in marking_of(PLANK, report.holds[1]).limbs


def test_where_it_cannot_be_seen_what_carries_the_body_both_lines_must_say_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Straight knees on the floor may be those of who sags on the feet; to the ankles the line seems to sag by 10."""
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees("on_floor", {}))
    track = track_of("", "")
    report = judge(track, PLANK)
    assert supports_of(track, report) == [Support.UNCLEAR] * 2
    assert said_of(report, SAG) == ["too_close_to_limit"] * 2
    assert (said_of(report, HIGH), said_of(report, KNEES)) == (["pass"] * 2, ["pass"] * 2)
    assert report.quality.warnings == ()


def test_who_bends_the_knees_and_keeps_them_off_the_floor_is_told_to_straighten_them() -> None:
    track = track_of("", KNEES)
    report = judge(track, PLANK)
    assert supports_of(track, report) == [Support.FEET, Support.UNCLEAR]
    assert told(report) == [set(), {KNEES}]
    assert said_of(report, SAG) == ["pass"] * 2
    assert report.quality.warnings == ()


def test_on_the_feet_the_line_ends_there() -> None:
    report = judge(track_of("", SAG, HIGH), PLANK)
    assert told(report) == [set(), {SAG}, {HIGH}]
    assert report.quality.warnings == ()
    assert "body_line" in marking_of(PLANK, report.holds[1]).limbs


def test_who_goes_on_upon_the_knees_is_judged_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    first = track_of("")
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees("up", ON_WIDE_ELBOWS))
    report = judge(one_after_the_other(first, track_of("", HIGH)), PLANK)
    assert [one.on_knees for one in report.holds] == [False, True, True]
    assert told(report) == [set(), set(), {HIGH}]
    assert report.quality.warnings == (Remark("partly_on_knees"),)


@pytest.mark.parametrize("shins", SHINS)
def test_who_lets_the_knees_down_within_a_hold_is_blamed_for_neither(
    shins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = slice(30, 75)
    first = part_of(track_of(""), held)
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees(shins, ON_WIDE_ELBOWS))
    track = one_after_the_other(first, part_of(track_of(""), held))
    report = judge(track, PLANK)
    assert told(report) == [set()]
    if shins in PLAINLY:
        assert supports_of(track, report) == [Support.CHANGING]
        assert (said_of(report, SAG), said_of(report, KNEES)) == (["too_close_to_limit"], ["other_form"])
    assert report.quality.warnings == ()


def test_what_is_filmed_from_elsewhere_does_not_tell_what_carries_the_body() -> None:
    """The film is cut to a view from the head, where straight legs look bent."""
    track = track_of("")
    elsewhere = slice(45, 65)
    world, landmarks = track.world.copy(), track.landmarks.copy()
    world[elsewhere] = world[elsewhere][:, :, [2, 1, 0]]
    for side in SIDES:
        knee, ankle = landmark("knee", side), landmark("ankle", side)
        landmarks[elsewhere, ankle, :2] = landmarks[elsewhere, knee, :2] + [10.0, -40.0]
    track = replace(track, world=world, landmarks=landmarks)
    assert supports_of(track, judge(track, PLANK)) == [Support.FEET]


@pytest.mark.usefixtures("shins")
@pytest.mark.parametrize("seen_until", [0, 40])
def test_legs_hidden_in_most_of_it_carry_nothing_and_leave_the_hips_unanswered(seen_until: int) -> None:
    track = track_of("")
    track.landmarks[seen_until:, [landmark("ankle", side) for side in SIDES], 3] = 0.0
    report = judge(track, PLANK)
    assert {said for code in (SAG, HIGH, KNEES) for said in said_of(report, code)} == {"joint_unseen"}
    assert report.quality.warnings == ()


def test_who_holds_the_shins_up_rests_on_the_knees_wherever_the_toes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees("up", {}))
    track = track_of("")
    track.landmarks[:, [landmark("foot_index", side) for side in SIDES], 3] = 0.0
    report = judge(track, PLANK)
    assert told(report) == [set()]
    assert report.quality.warnings == (Remark("on_knees"),)


def test_toes_that_are_guessed_do_not_show_bent_knees_on_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOTIONS, "plank", plank_on_knees("toes_tucked", ON_WIDE_ELBOWS))
    track = track_of("")
    track.landmarks[:, [landmark("foot_index", side) for side in SIDES], 3] = 0.0
    report = judge(track, PLANK)
    assert supports_of(track, report) == [Support.UNCLEAR]
    assert said_of(report, SAG) == ["too_close_to_limit"]


def test_the_rule_is_read_aloud() -> None:
    knees = next(rule for rule in PLANK.rules if rule.code == KNEES)
    assert str(knees) == (
        "plank.knees: mean knee flexion at most 30, seen from the side (minor, on the knees not asked)"
    )
    assert knees.for_knees is knees


def part_of(track: PoseTrack, frames: slice) -> PoseTrack:
    seconds = track.timestamps_s[frames] - track.timestamps_s[frames.start]
    video = replace(track.video, frame_count=len(seconds))
    return PoseTrack(track.landmarks[frames], track.world[frames], seconds, video)


def one_after_the_other(first: PoseTrack, second: PoseTrack) -> PoseTrack:
    later_s = second.timestamps_s + first.timestamps_s[-1] + 1.0 / first.video.fps
    seconds = np.concatenate([first.timestamps_s, later_s])
    return PoseTrack(
        np.concatenate([first.landmarks, second.landmarks]),
        np.concatenate([first.world, second.world]),
        seconds,
        replace(first.video, frame_count=len(seconds)),
    )
