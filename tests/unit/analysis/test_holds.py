"""What is held: from when to when, how it is judged, and what is shown of it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judged import evidence_of
from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.landmarks import landmark
from analysis.options import AnalysisOptions
from analysis.pictures.selection import shots_of_set
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track
from tests.skeleton import Angles, cosine, joined, skeleton_track

PLANK = find_exercise("plank")
SIZE, SHIFT = (1920, 1080), (960.0, 700.0)
"""Room for a body that lies."""


def plank(*parts: Angles, lean_deg: float = 0.0) -> PoseTrack:
    return skeleton_track("plank", joined(*parts), lean_deg=lean_deg, size=SIZE, shift_px=SHIFT)


def still(seconds: float, angle: float) -> Angles:
    return np.full(round(seconds * 30), angle)


def moving(first: float, last: float, seconds: float = 1.0) -> Angles:
    return np.linspace(first, last, round(seconds * 30))


def held_s(report: AnalysisReport, track: PoseTrack) -> list[float]:
    seconds = track.timestamps_s
    return [float(seconds[one.repetition.end - 1] - seconds[one.repetition.start]) for one in report.holds]


KNEELING, DOWN = 88.0, 1.0


def test_a_plank_is_timed_and_judged() -> None:
    track = plank(
        still(2, KNEELING), moving(KNEELING, DOWN), still(10, DOWN), moving(DOWN, KNEELING), still(1, KNEELING)
    )
    report = judge(track, PLANK)
    assert held_s(report, track) == pytest.approx([10.0], abs=0.2)
    (held,) = report.holds
    assert held.repetition.complete
    assert [name for name, _, _ in held.phases] == ["hold"]
    assert (report.repetitions, report.faults, report.score) == ((), (), 100.0)
    assert {one.code for one in held.measurements} == {rule.code for rule in PLANK.rules}


@pytest.mark.parametrize(("fault", "below_the_line"), [("", -0.1), ("plank.knees", -13.5)])
def test_the_way_into_a_position_and_out_of_it_is_no_part_of_the_hold(fault: str, below_the_line: float) -> None:
    """Bent knees are met half-way already; what the hips do there is no fault of the hold."""
    clip = Clip("plank", repetitions=1, seconds_per_repetition=5.0, rest_s=3.0, faults=(fault,) if fault else ())
    truth = truth_of(clip)
    track = true_track(clip, truth)
    (held,), (true,) = judge(track, PLANK).holds, truth.repetitions
    start_s, end_s = track.timestamps_s[[held.repetition.start, held.repetition.end - 1]]
    assert (start_s, end_s) == (pytest.approx(true.start_s, abs=0.15), pytest.approx(true.end_s, abs=0.15))
    measured = next(one.measured for one in held.verdicts if one.code == "plank.hips_high")
    assert measured == pytest.approx(below_the_line, abs=1.0)


def test_the_picture_of_a_hold_is_seen_from_where_it_is_judged() -> None:
    """The film is cut to a view from the head in the middle of the hold."""
    track = plank(still(10, DOWN))
    world = track.world.copy()
    elsewhere = slice(130, 175)
    world[elsewhere] = world[elsewhere][:, :, [2, 1, 0]]
    report = judge(replace(track, world=world), PLANK)
    (held,) = report.holds
    assert not np.isfinite(report.signal[elsewhere]).any(), "no curve of what the camera does not show"
    assert np.isfinite(report.signal[:110]).all()
    assert held.repetition.turn in (*range(110, 130), *range(175, 195))
    assert judge(track, PLANK).holds[0].repetition.turn == pytest.approx(150, abs=1)


def test_the_app_s_five_pictures_of_a_hold_are_not_from_where_the_position_is_not_seen() -> None:
    """The film is cut to another view where a quarter of the hold is over."""
    track = plank(still(10, DOWN))
    world = track.world.copy()
    world[60:90] = world[60:90][:, :, [2, 1, 0]]
    user = evidence_of(replace(track, world=world), 1, PLANK, AnalysisOptions())
    best = {name: shot.frame for shot in shots_of_set(user, with_best=True) for name in shot.names if "best" in name}
    assert len(best) == 5
    assert not any(60 <= frame < 90 for frame in best.values())


def test_the_picture_of_a_hold_shows_it_as_it_is_held() -> None:
    """Two views fade into each other in the middle of the hold, and the hips are where neither has them."""
    track = plank(still(10, DOWN))
    world = track.world.copy()
    for side in ("left", "right"):
        world[135:165, landmark("hip", side), 1] -= 0.15
    (held,) = judge(replace(track, world=world), PLANK).holds
    assert min(abs(held.repetition.turn - near) for near in (134, 165)) < 12


@pytest.mark.parametrize(("lean_deg", "fault"), [(14.0, "plank.hips_sag"), (-38.0, "plank.hips_high")])
def test_hips_that_sag_or_rise_are_a_fault_of_the_hold(lean_deg: float, fault: str) -> None:
    report = judge(plank(still(8, DOWN), lean_deg=lean_deg), PLANK)
    assert {one.code for one in report.faults} == {fault}
    assert not report.holds[0].repetition.complete


@pytest.mark.parametrize(("tilt_deg", "holds"), [(45.0, 1), (52.0, 0)])
def test_arms_too_far_ahead_are_a_fault_of_a_plank_and_who_lies_flat_does_none(tilt_deg: float, holds: int) -> None:
    track = plank(still(8, DOWN))
    landmarks, world = track.landmarks.copy(), track.world.copy()
    for side in ("left", "right"):
        shoulder, elbow = landmark("shoulder", side), landmark("elbow", side)
        for points in (landmarks, world):
            length = np.linalg.norm(points[:, elbow, :2] - points[:, shoulder, :2], axis=1)
            ahead = np.array([np.sin(np.radians(tilt_deg)), np.cos(np.radians(tilt_deg))])
            points[:, elbow, :2] = points[:, shoulder, :2] + length[:, np.newaxis] * ahead
    report = judge(replace(track, landmarks=landmarks, world=world), PLANK)
    assert len(report.holds) == holds
    assert {one.code for one in report.faults} == ({"plank.upper_arms"} if holds else set())


def test_a_shift_of_weight_does_not_end_a_hold_and_a_rest_does() -> None:
    shift = plank(still(5, DOWN), moving(DOWN, KNEELING, 0.3), moving(KNEELING, DOWN, 0.3), still(5, DOWN))
    assert len(judge(shift, PLANK).holds) == 1
    rest = plank(still(5, DOWN), moving(DOWN, KNEELING), still(4, KNEELING), moving(KNEELING, DOWN), still(5, DOWN))
    assert len(judge(rest, PLANK).holds) == 2


@pytest.mark.parametrize("exercise", ["push_up", "squat", "glute_bridge", "sit_up"])
def test_what_is_moved_is_not_held(exercise: str) -> None:
    motion = MOTIONS[exercise]
    track = skeleton_track(exercise, cosine(5, motion.rest_deg, motion.turn_deg), size=SIZE, shift_px=SHIFT)
    assert judge(track, PLANK).holds == ()
