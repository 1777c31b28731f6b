"""Struck poses, with figures whose pose is known, from any view and either way round; and movement as a whole."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.judging.dance import JOINTS, whole_movement
from analysis.judging.static_pose import HELD_FRAMES, all_poses, held_poses
from analysis.motion.landmarks import SIDES, Landmark, landmark
from analysis.motion.measures import Body, body_of
from analysis.motion.pose_measures import POSE_MEASURES
from analysis.types import PoseTrack
from mannequin import Clip, truth_of
from mannequin.track import true_track
from tests.skeleton import FRONT, SIDE, cosine, skeleton_track, track_of

Vector = tuple[float, float, float]
SCALE = 240.0
TRUNK, ARM, LEG, HALF_SHOULDERS, HALF_HIPS = 0.5, 0.28, 0.43, 0.18, 0.1
DOWN, UP, AHEAD, OUT = (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)
"""Directions of a person who faces the camera; `OUT` is to the left hand's side, which is on the picture's right."""


def standing(arms: Sequence[Vector], *, size: tuple[int, int] = (640, 640)) -> PoseTrack:
    """A frame for each direction of both arms, mirrored for the right one, of somebody who faces the camera."""
    world = np.zeros((len(arms), 33, 3))
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        world[:, landmark("hip", side)] = (sign * HALF_HIPS, 0.0, 0.0)
        world[:, landmark("shoulder", side)] = (sign * HALF_SHOULDERS, -TRUNK, 0.0)
        for depth, joint in enumerate(("knee", "ankle"), start=1):
            world[:, landmark(joint, side)] = (sign * HALF_HIPS, depth * LEG, 0.0)
        reach = np.array(arms) * (sign, 1.0, 1.0)
        for length, joint in ((ARM, "elbow"), (2 * ARM, "wrist"), (2.2 * ARM, "index")):
            world[:, landmark(joint, side)] = world[:, landmark("shoulder", side)] + length * reach
    world[:, : Landmark.LEFT_SHOULDER] = (0.0, -TRUNK - 0.2, -0.1)
    return seen(world, size)


def seen(world: NDArray[np.float64], size: tuple[int, int] = (640, 640)) -> PoseTrack:
    """What a camera in front sees of (frames, 33, 3) metres."""
    return track_of(world, size=size, pixels_per_metre=SCALE, shift_px=(size[0] / 2, size[1] / 2))


def mirrored(track: PoseTrack) -> PoseTrack:
    """As a selfie camera shows it: the model calls the right hand left."""
    swapped = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(index + (1 if index % 2 else -1) for index in range(11, 33))]
    return seen(track.world[:, swapped].astype(np.float64) * (-1.0, 1.0, 1.0))


def names(track: PoseTrack) -> list[str]:
    return [held.name for held in held_poses(body_of(track))]


@pytest.mark.parametrize("view", ["side", "oblique", "front"])
@pytest.mark.parametrize("exercise", ["bench_press", "mountain_climber", "glute_bridge"])
def test_who_lies_with_bent_legs_neither_squats_nor_lunges(exercise: str, view: str) -> None:
    clip = Clip(exercise, repetitions=2, view=view, fps=15.0)
    assert not {"Squat", "Lunge"} & set(names(true_track(clip, truth_of(clip))))


@pytest.mark.parametrize(("exercise", "pose"), [("squat", "Squat"), ("lunge", "Lunge")])
def test_who_leans_in_a_squat_or_lunge_still_does(exercise: str, pose: str) -> None:
    clip = Clip(exercise, repetitions=2, extra_lean_deg=15.0, fps=15.0)
    assert set(names(true_track(clip, truth_of(clip)))) == {pose}


@pytest.mark.parametrize(
    ("arms", "expected"),
    [(OUT, ["T-Pose"]), (UP, ["Arms-Up"]), (DOWN, []), (AHEAD, []), ((0.94, 0.34, 0.0), [])],
    ids=["out", "up", "down", "ahead", "20 degrees below level"],
)
def test_poses_of_the_arms(arms: Vector, expected: list[str]) -> None:
    track = standing([arms] * 30)

    assert names(track) == expected
    assert names(mirrored(track)) == expected


@pytest.mark.parametrize(("ahead_deg", "expected"), [(24.0, ["T-Pose"]), (45.0, [])])
def test_depth_bends_an_arm_a_little_that_is_straight_in_the_picture(ahead_deg: float, expected: list[str]) -> None:
    track = standing([OUT] * 30)
    world = track.world.astype(np.float64)
    bend = np.radians(ahead_deg)
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        forearm = ARM * np.array((sign * np.cos(bend), 0.0, -np.sin(bend)))
        world[:, landmark("wrist", side)] = world[:, landmark("elbow", side)] + forearm

    assert names(seen(world)) == expected


def test_a_pose_is_told_with_its_frames_and_confidence() -> None:
    body = body_of(standing([DOWN] * 30 + [OUT] * 30 + [DOWN] * 30))

    (held,) = held_poses(body)

    assert held.name == "T-Pose"
    assert (held.start, held.end) == pytest.approx((30, 60), abs=4)  # smoothing rounds the jump
    assert 0.5 < held.confidence <= 1.0


def test_a_level_arm_makes_a_surer_t_than_one_that_hangs_a_little() -> None:
    level, hanging = (held_poses(body_of(standing([arms] * 30)))[0] for arms in (OUT, (0.992, 0.12, 0.0)))

    assert level.confidence > hanging.confidence


def test_what_is_held_too_briefly_is_not_struck() -> None:
    body = body_of(standing([OUT] * 30))

    def only(frames: int) -> Body:
        return body.part(slice(0, frames))

    assert [held.end for held in held_poses(only(HELD_FRAMES))] == [HELD_FRAMES]
    assert held_poses(only(HELD_FRAMES - 1)) == ()


def test_hands_that_are_not_seen_or_outside_the_picture_strike_no_pose() -> None:
    track = standing([OUT] * 30)
    unseen = track.landmarks.copy()
    unseen[:, landmark("wrist", "left"), 3] = 0.2

    assert names(PoseTrack(unseen, track.world, track.timestamps_s, track.video)) == []
    assert names(standing([OUT] * 30, size=(300, 640))) == []


@pytest.mark.parametrize("turned_deg", [SIDE, 45.0, FRONT])
def test_a_squat_is_struck_at_the_bottom_of_each_repetition_and_is_no_lunge(turned_deg: float) -> None:
    found = held_poses(body_of(skeleton_track("squat", cosine(3, 5, 115), turned_deg=turned_deg)))

    squats = [held for held in found if held.name == "Squat"]

    assert [held.name for held in found if held.name == "Lunge"] == []
    assert len(squats) == 3
    for number, held in enumerate(squats):
        assert held.start < 60 * number + 30 < held.end


def hidden(track: PoseTrack, side: str) -> PoseTrack:
    """With one side's joints guessed rather than seen."""
    unseen = np.array(track.landmarks)
    unseen[:, [one for one in Landmark if one.name.startswith(side.upper())], 3] = 0.3
    return PoseTrack(unseen, track.world, track.timestamps_s, track.video)


@pytest.mark.parametrize("side", SIDES)
def test_a_squat_from_exactly_the_side_needs_only_the_leg_that_is_seen(side: str) -> None:
    track = skeleton_track("squat", cosine(3, 5, 115), turned_deg=SIDE)
    both, one = (held_poses(body_of(seen)) for seen in (track, hidden(track, side)))

    assert [(held.name, held.start, held.end) for held in one] == [(held.name, held.start, held.end) for held in both]
    assert all(less.confidence < more.confidence for less, more in zip(one, both, strict=True))
    assert names(hidden(skeleton_track("squat", cosine(3, 5, 115), turned_deg=FRONT), side)) == []
    assert names(hidden(hidden(track, "left"), "right")) == []


@pytest.mark.parametrize("turned_deg", [SIDE, 45.0])
def test_a_lunge_is_struck_at_the_bottom_of_each_repetition_and_is_no_squat(turned_deg: float) -> None:
    found = held_poses(body_of(skeleton_track("lunge", cosine(2, 5, 95), turned_deg=turned_deg)))

    assert {held.name for held in found} == {"Lunge"}
    for turn in (30, 90):
        assert any(held.start <= turn < held.end for held in found)


def test_every_declaration_can_be_read() -> None:
    assert [pose.name for pose in all_poses()] == ["Arms-Up", "Lunge", "Squat", "T-Pose"]
    for pose in all_poses():
        assert pose.source
        assert pose.conditions
        for condition in pose.conditions:
            assert condition.measure in POSE_MEASURES
            assert (condition.at_least, condition.at_most) != (None, None)
            assert condition.sure_beyond > 0


def test_who_moves_one_hand_moves_one_hand() -> None:
    track = standing([DOWN] * 90)
    world = track.world.astype(np.float64)
    swing = 0.2 * np.sin(2 * np.pi * np.arange(90) / 30.0)
    world[:, landmark("wrist", "left"), 0] += swing
    movement = whole_movement(body_of(seen(world)))

    assert list(movement.intensity) == [f"{side}_{joint}" for joint in JOINTS for side in SIDES]
    assert len(movement.intensity) == 12
    wrist = movement.intensity["left_wrist"]
    assert max(speed for joint, speed in movement.intensity.items() if joint != "left_wrist") < 0.02
    # 0.2 m forth and back once a second is 0.8 m in a second, in torsos of this body
    torso_m = 0.288 * (TRUNK + 2 * LEG) / (0.288 + 0.245 + 0.246)
    assert wrist == pytest.approx(0.8 / torso_m, rel=0.15)


def test_symmetry_is_one_for_mirror_images_and_falls_with_the_difference() -> None:
    both = whole_movement(body_of(standing([OUT] * 30)))
    track = standing([OUT] * 30)
    world = track.world.astype(np.float64)
    for joint in ("elbow", "wrist"):
        world[:, landmark(joint, "left")] = world[:, landmark("shoulder", "left")] + (0.0, ARM, 0.0)
    one = whole_movement(body_of(seen(world)))

    assert both.symmetry == pytest.approx(1.0, abs=0.02)
    assert 0.0 < one.symmetry < 0.8


def test_only_fast_travel_is_high_movement() -> None:
    track = standing([DOWN] * 90)
    world = track.world.astype(np.float64)
    still = whole_movement(body_of(track))
    moved = world.copy()
    leap = np.clip((np.arange(90) - 40) / 10.0, 0.0, 1.0)  # one metre in a third of a second
    shifted = seen(moved)
    landmarks = shifted.landmarks.copy()
    landmarks[:, :, 0] += (leap * SCALE)[:, None]
    fast = whole_movement(body_of(PoseTrack(landmarks, shifted.world, shifted.timestamps_s, shifted.video)))

    assert still.high_movement_frames == ()
    assert set(fast.high_movement_frames) >= set(range(42, 49))
    assert set(fast.high_movement_frames) <= set(range(36, 55))


def test_nobody_moves_nothing() -> None:
    track = standing([DOWN] * 10)
    gone = np.full_like(track.landmarks, np.nan)
    gone[:, :, 3] = 0.0
    nobody = body_of(PoseTrack(gone, np.full_like(track.world, np.nan), track.timestamps_s, track.video))

    movement = whole_movement(nobody)

    assert held_poses(nobody) == ()
    assert np.isnan(movement.symmetry)
    assert all(np.isnan(speed) for speed in movement.intensity.values())
    assert movement.high_movement_frames == ()
