"""Walking is known by how the feet pass each other, and nothing is counted in it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.gait import walking, without_walking
from analysis.motion.measures import body_of
from analysis.types import PoseTrack
from benchmarks.no_exercise import nobodies
from benchmarks.varied.tracks import at_speed, part, paused
from benchmarks.varied.tracks import joined as joined_tracks
from mannequin.body import PARTS, Anchor, joints, pose
from mannequin.camera import seen
from mannequin.clip import Clip, truth_of
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, REAR, SIDE, track_of


def nobody(name: str, turned_deg: float = SIDE) -> PoseTrack:
    return track_of(seen(nobodies()[name], turned_deg))


def share_walking(track: PoseTrack) -> float:
    return float(walking(body_of(track)).mean())


@pytest.mark.parametrize("turned_deg", [SIDE, FRONT, REAR, OBLIQUE])
def test_a_walk_is_one_from_every_side(turned_deg: float) -> None:
    assert share_walking(nobody("walk", turned_deg)) > 0.95


def test_a_walk_is_one_at_half_its_speed_and_where_the_model_sees_half_of_its_depth() -> None:
    walk = nobody("walk", FRONT)
    flat = replace(walk, world=walk.world * np.array((1.0, 1.0, 0.5), dtype=np.float32))
    assert share_walking(at_speed(flat, 0.5)) > 0.95


@pytest.mark.parametrize("name", ["stand", "high knees", "leg curl", "shift the weight", "sit down and get up"])
def test_what_else_legs_do_is_no_walk(name: str) -> None:
    assert share_walking(nobody(name)) == 0.0


@pytest.mark.parametrize("exercise", ["lunge", "mountain_climber", "jumping_jack", "split_squat"])
@pytest.mark.parametrize("view", ["side", "front"])
def test_legs_that_take_turns_in_an_exercise_do_not_walk(exercise: str, view: str) -> None:
    clip = Clip(exercise=exercise, view=view, repetitions=6)
    assert share_walking(true_track(clip, truth_of(clip))) == 0.0


def test_legs_that_the_model_exchanges_for_a_moment_take_no_steps() -> None:
    """The feet of a split stance, left for right and back, a third of a second each."""
    walk = nobody("walk")
    assert share_walking(part(walk, 0, 120)) > 0.9
    assert share_walking(at_speed(part(walk, 0, 120), 1.8)) == 0.0


def test_a_short_halt_belongs_to_the_walk_and_a_long_one_does_not() -> None:
    for seconds, fewest, most in ((1.0, 0.95, 1.0), (5.0, 0.5, 0.8)):
        halting = paused(nobody("walk"), 140, seconds, sway=0.003)
        assert fewest < share_walking(halting) <= most


def test_who_walks_is_as_if_he_was_not_found() -> None:
    body = body_of(joined_tracks(nobody("walk"), nobody("stand")))
    walks = walking(body)
    apart = without_walking(body, walks)
    assert 0.4 < walks.mean() < 0.6
    assert not apart.found[walks].any()
    assert np.array_equal(apart.world[~walks], body.world[~walks])


@pytest.mark.parametrize(("exercise", "turn_deg"), [("biceps_curl", 90.0), ("lunge", 60.0), ("jumping_jack", None)])
def test_a_set_between_two_walks_is_recognised_and_counted_alone(exercise: str, turn_deg: float | None) -> None:
    clip, walk = Clip(exercise=exercise, view="side", repetitions=3, turn_deg=turn_deg), brisk_walk()
    walks_in = joined_tracks(walk, true_track(clip, truth_of(clip)), over_s=1.0)
    report = judge(joined_tracks(walks_in, walk, over_s=1.0), find_exercise("unselected"))
    assert report.exercise == exercise
    turns_s = [float(walks_in.timestamps_s[one.repetition.turn]) for one in report.repetitions]
    assert len(turns_s) == 3
    assert min(turns_s) > walk.timestamps_s[-1]


@pytest.mark.parametrize("exercise", ["lunge", "split_squat", "biceps_curl", "squat", "unselected"])
def test_a_walk_that_is_told_an_exercise_has_no_repetitions(exercise: str) -> None:
    assert judge(brisk_walk(), find_exercise(exercise)).repetitions == ()


def brisk_walk() -> PoseTrack:
    """Elbows bend to 75 degrees as the arms swing forwards, knees to 60 as the legs do; a stride in a second."""
    phase = 2.0 * np.pi * np.arange(150) / 30.0
    poses = np.repeat(pose()[np.newaxis], phase.size, axis=0)
    for side, turned in (("left", 0.0), ("right", np.pi)):
        swing = np.sin(phase + turned)
        knee = 5.0 + 55.0 * np.clip(np.cos(phase + turned), 0.0, None) ** 2
        thigh, arm = 180.0 - 25.0 * swing, 180.0 + 25.0 * swing
        course = {
            "thigh": thigh,
            "shin": thigh + knee,
            "upper_arm": arm,
            "forearm": arm - 40.0 + 35.0 * swing,
        }
        for part_of, degrees in course.items():
            poses[:, PARTS.index(f"{side}_{part_of}")] = degrees
    return track_of(seen(joints(poses, Anchor()), SIDE))
