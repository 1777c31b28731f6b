"""Push-ups on the knees: told apart from those on the feet, and asked to be straight from shoulders to knees."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.comparison import compare
from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.judging.observed import observe
from analysis.judging.sampled import Movement, asked_of
from analysis.judging.support import Support
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import body_of
from analysis.pictures.evidence import Evidence, marking_of
from analysis.texts import LANGUAGES, vocabulary
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport, Remark, Verdict
from mannequin import MOTIONS, Clip, truth_of
from mannequin.body import Anchor, pose
from mannequin.clip import VIEWS
from mannequin.motion import Degrees, Motion, Plant
from mannequin.track import true_track
from tests.unit.analysis.faulty_sets import document_of, judged
from tests.unit.analysis.on_knees import SHINS, on_knees

PUSH_UP = find_exercise("push_up")
SAG, HIGH = "push_up.hips_sag", "push_up.hips_high"

BAD_FORM = (
    Plant(SAG, whole={"trunk": -10.1, "thigh": 10.6}),
    Plant(HIGH, whole={"trunk": 13, "thigh": -20}),
    Plant("push_up.depth", reach=0.61),
    Plant("push_up.depth!", reach=0.42),
    Plant("push_up.lockout", back_to=0.42),
)


def push_up_on_knees(shins: str) -> Motion:
    """Arms as on the feet; the knees stay on the floor."""
    arms = MOTIONS["push_up"]
    shares = np.linspace(0.0, 1.0, 5)
    poses = [on_knees(pose, arms.anchor, shins) for pose in arms.poses(shares)]
    keys = tuple(zip(shares.tolist(), poses, strict=True))
    return Motion("push_up", "elbow_flexion", keys, arms.anchor, plants=BAD_FORM)


def on_feet(sagging: Degrees) -> Motion:
    """As always; in bad form some parts of the body change by so much from start to end."""
    return replace(MOTIONS["push_up"], plants=(Plant(SAG, whole=sagging),))


def clip_of(*faults: str, view: str = "side") -> Clip:
    return Clip(
        "push_up", len(faults), faults=faults, view=view, seconds_per_repetition=2.2, rest_s=0.7, fps=15.0, width=480
    )


def track_of(*faults: str) -> PoseTrack:
    clip = clip_of(*faults)
    return true_track(clip, truth_of(clip))


def told(report: AnalysisReport) -> list[set[str]]:
    return [{fault.code for fault in one.faults} for one in report.repetitions]


def of_hips(report: AnalysisReport, code: str) -> list[Verdict]:
    return [one.verdict for done in report.repetitions for one in done.verdicts if one.code == code]


@pytest.fixture(params=SHINS)
def shins(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The mannequin does its push-ups on the knees, with the shins so."""
    shins: str = request.param
    monkeypatch.setitem(MOTIONS, "push_up", push_up_on_knees(shins))
    return shins


@pytest.mark.usefixtures("shins")
def test_who_is_straight_from_shoulders_to_knees_has_good_form() -> None:
    report = judge(track_of("", "", ""), PUSH_UP)
    assert told(report) == [set()] * 3
    assert of_hips(report, SAG) == of_hips(report, HIGH) == [Verdict.PASS] * 3
    assert report.score == 100.0


@pytest.mark.usefixtures("shins")
def test_hips_that_sag_or_stick_out_are_told() -> None:
    report = judge(track_of("", SAG, "", HIGH, ""), PUSH_UP)
    assert told(report) == [set(), {SAG}, set(), {HIGH}, set()]
    measured = {fault.code: fault.measured for fault in report.faults}
    assert measured == {SAG: pytest.approx(20.7, abs=0.5), HIGH: pytest.approx(-33.5, abs=0.8)}


@pytest.mark.usefixtures("shins")
def test_depth_and_lock_out_are_asked_as_ever() -> None:
    report = judge(track_of("", "push_up.depth", "", "push_up.depth!", ""), PUSH_UP)
    assert told(report) == [set(), {"push_up.depth"}, set(), set()]
    assert len(report.no_repetitions) == 1
    bent_arms = judge(track_of("push_up.lockout", "push_up.lockout", "push_up.lockout"), PUSH_UP)
    assert told(bent_arms)[1] == {"push_up.lockout"}


@pytest.mark.usefixtures("shins")
def test_nobody_has_to_say_that_it_is_a_push_up() -> None:
    report = judge(track_of("", "", ""), find_exercise("unselected"))
    assert (report.exercise, len(report.repetitions)) == ("push_up", 3)


@pytest.mark.usefixtures("shins")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_that_it_was_done_on_the_knees(language: str) -> None:
    user = replace(judged(clip_of("", "")), language=language)
    assert document_of(user)["quality"]["warnings"] == [vocabulary(language)["remarks"]["on_knees"]]


def test_of_push_ups_on_the_feet_nothing_is_said() -> None:
    report = judge(track_of("", SAG, "", HIGH, ""), PUSH_UP)
    assert told(report) == [set(), {SAG}, set(), {HIGH}, set()]
    assert report.quality.warnings == ()
    assert not any(one.on_knees for one in report.repetitions)


@pytest.mark.parametrize(
    "sagging",
    [{"trunk": -7.5, "shin": 18.0}, {"trunk": -11.0, "shin": 27.0}, {"trunk": -6.0, "thigh": -8.0, "shin": 35.0}],
)
def test_knees_that_sag_in_a_push_up_on_the_feet_are_not_rested_on(
    sagging: Degrees, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the knees the line is straighter than to the ankles, and the fault would be passed over."""
    monkeypatch.setitem(MOTIONS, "push_up", on_feet(sagging))
    report = judge(track_of("", SAG, ""), PUSH_UP)
    assert told(report) == [set(), {SAG}, set()]
    assert report.quality.warnings == ()


def test_who_goes_down_on_the_knees_during_the_set_is_judged_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    first = track_of("", "", "")
    monkeypatch.setitem(MOTIONS, "push_up", push_up_on_knees("up"))
    both = one_after_the_other(first, track_of("", SAG, ""))
    report = judge(both, PUSH_UP)
    assert [one.on_knees for one in report.repetitions] == [False] * 3 + [True] * 3
    assert told(report) == [set(), set(), set(), set(), {SAG}, set()]
    assert report.quality.warnings == (Remark("partly_on_knees"),)


def one_after_the_other(first: PoseTrack, second: PoseTrack) -> PoseTrack:
    later_s = second.timestamps_s + first.timestamps_s[-1] + 1.0 / first.video.fps
    return replace(
        first,
        landmarks=np.concatenate([first.landmarks, second.landmarks]),
        world=np.concatenate([first.world, second.world]),
        timestamps_s=np.concatenate([first.timestamps_s, later_s]),
        video=replace(first.video, frame_count=len(later_s) + len(first.timestamps_s)),
    )


def test_where_it_cannot_be_seen_what_carries_the_body_both_lines_must_say_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A camera that stands off the side looks down at feet that are nearer, and the knees seem to be off the floor."""
    monkeypatch.setitem(MOTIONS, "push_up", push_up_on_knees("on_floor"))
    monkeypatch.setitem(VIEWS, "side", VIEWS["side"] - 25.0)
    track = track_of("", SAG, "", HIGH, "")
    report = judge(track, PUSH_UP)
    body = body_of(track)
    supports = [observe(body, PUSH_UP, one.counted or one.repetition).support for one in report.repetitions]
    assert supports == [Support.UNCLEAR] * 5
    assert told(report) == [set(), {SAG}, set(), set(), set()]
    assert of_hips(report, SAG)[0] is of_hips(report, HIGH)[3] is Verdict.CANNOT_TELL
    assert report.quality.warnings == ()


@pytest.mark.usefixtures("shins")
def test_hidden_legs_carry_nothing_and_leave_the_hips_unanswered() -> None:
    track = track_of("", "")
    track.landmarks[:, [landmark("ankle", side) for side in SIDES], 3] = 0.0
    report = judge(track, PUSH_UP)
    assert {(one.code, one.reason) for one in report.not_assessed} == {(SAG, "joint_unseen"), (HIGH, "joint_unseen")}
    assert report.quality.warnings == ()


def test_who_holds_the_shins_up_rests_on_the_knees_wherever_the_toes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOTIONS, "push_up", push_up_on_knees("up"))
    track = track_of("", "")
    track.landmarks[:, [landmark("foot_index", side) for side in SIDES], 3] = 0.0
    report = judge(track, PUSH_UP)
    assert told(report) == [set()] * 2
    assert all(one.on_knees for one in report.repetitions)


def test_who_lies_on_straight_legs_and_lifts_the_chest_is_not_on_the_knees(monkeypatch: pytest.MonkeyPatch) -> None:
    legs = {"thigh": 270.0, "shin": 270.0, "foot": 250.0}
    up = pose(trunk=50.0, head=40.0, upper_arm=133.0, forearm=133.0, **legs)
    down = pose(trunk=72.0, head=62.0, upper_arm=190.0, forearm=95.0, **legs)
    lying = Motion("push_up", "elbow_flexion", ((0.0, up), (1.0, down)), Anchor("hip", y=0.1))
    monkeypatch.setitem(MOTIONS, "push_up", lying)
    report = judge(track_of("", "", ""), PUSH_UP)
    assert told(report) == [{SAG}] * 3
    assert report.quality.warnings == ()


@pytest.mark.usefixtures("shins")
def test_shins_are_not_blamed_in_pictures() -> None:
    report = judge(track_of("", SAG), PUSH_UP)
    limbs = marking_of(PUSH_UP, report.repetitions[1]).limbs
    assert "knee_line" in limbs
    assert "body_line" not in limbs


def test_it_can_be_compared_with_a_professional_on_the_feet(monkeypatch: pytest.MonkeyPatch) -> None:
    professional = movement_of(judged(clip_of("", "")))
    monkeypatch.setitem(MOTIONS, "push_up", push_up_on_knees("up"))
    user = movement_of(judged(clip_of("", "")))
    found = compare(user, professional, asked_of(PUSH_UP))
    assert all(0.0 < one < 100.0 for one in found.per_repetition)
    assert compare(user, user, asked_of(PUSH_UP)).similarity == pytest.approx(100.0, abs=1.0)


def movement_of(seen: Evidence) -> Movement:
    return Movement(seen.angles, [one.repetition for one in seen.report.repetitions])


def test_the_rule_is_read_aloud() -> None:
    sag = next(rule for rule in PUSH_UP.rules if rule.code == SAG)
    assert str(sag) == (
        "push_up.hips_sag: highest body line at most 8, seen from the side (major, on the knees knee line)"
    )
    assert sag.for_knees.measure == "knee_line"
    assert sag.for_knees.for_knees == sag.for_knees
