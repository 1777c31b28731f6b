"""Left and right that the pose model confuses are put back, and nothing else is touched."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.judged import evidence_of
from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.flips import flipped_parts, without_flips
from analysis.motion.landmarks import SIDES, Landmark, landmark
from analysis.motion.measures import body_of
from analysis.options import AnalysisOptions
from analysis.types import PoseTrack
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track
from tests.skeleton import FRONT, OBLIQUE, REAR, SIDE, cosine, skeleton_track, times, track_of

LEGS = ("knee", "ankle", "heel", "foot_index")
ARMS = ("elbow", "wrist", "pinky", "index", "thumb")
WHOLE = ("eye_inner", "eye", "eye_outer", "ear", "shoulder", "hip", *ARMS, *LEGS)
VIEWS = (SIDE, OBLIQUE, FRONT, REAR)
MOST_FRAMES = 15


def squats(**how: Any) -> PoseTrack:
    """Three squats; the far side is seen worse, so that the visibility has to go with its joint."""
    track = skeleton_track("squat", cosine(3, 5.0, 105.0), **how)
    landmarks = track.landmarks.copy()
    landmarks[:, [one for one in Landmark if one.name.startswith("LEFT") or one.name.endswith("LEFT")], 3] = 0.6
    return replace(track, landmarks=landmarks)


def flipped(track: PoseTrack, joints: tuple[str, ...], first: int, end: int) -> PoseTrack:
    """Left and right confused in some frames."""
    order = np.arange(len(Landmark))
    pairs = [(landmark(joint, "left"), landmark(joint, "right")) for joint in joints]
    if joints == WHOLE:
        pairs.append((Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT))
    for left, right in pairs:
        order[left], order[right] = right, left
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[first:end], world[first:end] = landmarks[first:end, order], world[first:end, order]
    return replace(track, landmarks=landmarks, world=world)


def assert_same(track: PoseTrack, expected: PoseTrack) -> None:
    np.testing.assert_array_equal(track.landmarks, expected.landmarks)
    np.testing.assert_array_equal(track.world, expected.world)


@pytest.mark.parametrize("turned_deg", VIEWS)
@pytest.mark.parametrize("joints", [WHOLE, LEGS, ARMS], ids=["whole", "legs", "arms"])
def test_planted_flips_are_undone_exactly(joints: tuple[str, ...], turned_deg: float) -> None:
    track = squats(turned_deg=turned_deg, noise_px=1.0)
    last = track.timestamps_s.size
    for frames in (1, 2, 5, MOST_FRAMES):
        for first in (0, 1, 20, 60, 75, last - frames - 1, last - frames):
            planted = flipped(track, joints, first, first + frames)
            assert not np.array_equal(planted.world, track.world)
            assert_same(without_flips(planted), track)


def test_many_flips_of_different_parts_in_one_set() -> None:
    track = squats(turned_deg=OBLIQUE, noise_px=1.0)
    planted = track
    for joints, first, end in ((WHOLE, 10, 12), (WHOLE, 16, 25), (LEGS, 60, 67), (ARMS, 62, 66), (WHOLE, 120, 121)):
        planted = flipped(planted, joints, first, end)
    assert_same(without_flips(planted), track)


def test_a_flip_that_begins_while_nobody_is_found_for_a_moment() -> None:
    track = squats(turned_deg=OBLIQUE, hidden=[(40, 43)])
    assert_same(without_flips(flipped(track, WHOLE, 43, 50)), track)


@pytest.mark.parametrize("fps", [15.0, 60.0])
def test_other_frame_rates(fps: float) -> None:
    track = skeleton_track("lunge", cosine(3, 5.0, 95.0, fps=fps), fps=fps, turned_deg=OBLIQUE)
    assert_same(without_flips(flipped(track, WHOLE, 30, 36)), track)


def test_what_nobody_can_tell_stays() -> None:
    track = squats(turned_deg=OBLIQUE)
    for first, end in ((60, 110), (90, track.timestamps_s.size)):  # longer than a second; half of the clip
        planted = flipped(track, WHOLE, first, end)
        assert_same(without_flips(planted), planted)
    behind_a_gap = flipped(squats(turned_deg=OBLIQUE, hidden=[(145, 165)]), WHOLE, 165, 181)
    assert_same(without_flips(behind_a_gap), behind_a_gap)


def test_nothing_is_told_between_changes_that_were_no_clear_leap() -> None:
    """The frames 80 to 90 alone are right, but look wrong by those before and after."""
    planted = flipped(flipped(squats(turned_deg=OBLIQUE), WHOLE, 60, 80), WHOLE, 90, 100)
    for first in (60, 100):  # half-way over, then the rest: no leap that goes far beyond the motion around it
        for points in (planted.landmarks, planted.world):
            points[first] = 0.7 * points[first - 1] + 0.3 * points[first]
    assert_same(without_flips(planted), planted)


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_no_flip_is_invented_in_any_exercise(exercise: str) -> None:
    for view, seconds, fps in product(("side", "oblique", "front"), (0.5, 2.4), (15.0, 30.0)):
        clip = Clip(exercise, 2, view=view, seconds_per_repetition=seconds, fps=fps)
        assert not flipped_parts(true_track(clip, truth_of(clip))).any(), (view, seconds, fps)


@pytest.mark.parametrize("turned_deg", VIEWS)
@pytest.mark.parametrize("strides_per_s", [0.5, 1.0, 1.5, 3.0])
def test_no_flip_is_invented_where_legs_and_arms_pass_each_other(strides_per_s: float, turned_deg: float) -> None:
    for fps, noise_px in product((24.0, 30.0, 60.0), (0.0, 3.0)):
        assert not flipped_parts(walking(strides_per_s, turned_deg, fps, noise_px)).any()


@pytest.mark.parametrize("turned_deg", [SIDE, 8.0, OBLIQUE])
@pytest.mark.parametrize("switch_s", [0.15, 0.2, 0.3])
def test_no_flip_is_invented_where_legs_change_places_at_once(switch_s: float, turned_deg: float) -> None:
    """A lunge jump there and back: legs pass each other in a tenth of a second or two, and stay for a moment."""
    seconds = times(180)
    for at, noise_px in product(np.linspace(2.5, 2.535, 8), (0.0, 3.0)):
        there, back = (0.5 - 0.5 * np.cos(np.pi * np.clip((seconds - s) / switch_s, 0.0, 1.0)) for s in (at, at + 0.7))
        track = swinging(2.0 * (there - back) - 1.0, turned_deg, 30.0, noise_px)
        assert not flipped_parts(track).any(), at


@pytest.mark.parametrize("seconds_each", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("turns", [0.5, 3.0])
def test_no_flip_is_invented_for_a_person_who_turns_around(turns: float, seconds_each: float) -> None:
    standing = skeleton_track("squat", np.full(180, 10.0)).world.astype(np.float64)
    angle = 2.0 * np.pi * np.clip((times(180) - 1.0) / seconds_each, 0.0, turns)
    x, z = standing[:, :, 0], standing[:, :, 2]
    cos, sin = np.cos(angle)[:, np.newaxis], np.sin(angle)[:, np.newaxis]
    turned = np.stack([x * cos - z * sin, standing[:, :, 1], x * sin + z * cos], axis=2)
    assert not flipped_parts(track_of(turned, noise_px=2.0)).any()


def test_nobody_one_frame_and_a_scene_that_changes() -> None:
    track = squats()
    nobody = replace(track, landmarks=np.full_like(track.landmarks, np.nan), world=np.full_like(track.world, np.nan))
    assert without_flips(nobody) is nobody
    one = PoseTrack(track.landmarks[:1], track.world[:1], track.timestamps_s[:1], track.video)
    assert without_flips(one) is one
    other = squats(turned_deg=REAR, shift_px=(500.0, 600.0))
    cut = replace(
        track,
        landmarks=np.concatenate([track.landmarks[:90], other.landmarks[90:]]),
        world=np.concatenate([track.world[:90], other.world[90:]]),
    )
    assert not flipped_parts(cut).any()


def test_everything_that_is_measured_has_left_and_right_in_order() -> None:
    track = squats(turned_deg=OBLIQUE)
    planted = flipped(flipped(track, WHOLE, 40, 50), LEGS, 85, 95)
    true, body = body_of(track), body_of(planted)
    for name in ("image", "world", "visibility", "inside", "facing", "height_px"):
        np.testing.assert_array_equal(getattr(body, name), getattr(true, name))
    squat = find_exercise("squat")
    assert judge(planted, squat).repetitions == judge(track, squat).repetitions


def test_pictures_and_landmarks_show_left_and_right_in_order() -> None:
    track = squats(turned_deg=OBLIQUE)
    shown = evidence_of(flipped(track, WHOLE, 40, 50), 1, find_exercise("squat"), AnalysisOptions())
    assert_same(shown.track, track)


def walking(strides_per_s: float, turned_deg: float, fps: float, noise_px: float) -> PoseTrack:
    """Somebody who walks, or runs, on a treadmill."""
    swing = np.sin(2.0 * np.pi * strides_per_s * times(round(4 * fps), fps))
    return swinging(swing, turned_deg, fps, noise_px)


def swinging(swing: NDArray[np.float64], turned_deg: float, fps: float, noise_px: float) -> PoseTrack:
    """Legs that swing like pendulums, arms against them; at 1 the left leg is foremost, at -1 the right one."""
    world = skeleton_track("squat", np.full(swing.size, 2.0), fps=fps).world.astype(np.float64)
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        for joint, reach_m in (("knee", 0.2), ("ankle", 0.35), ("heel", 0.35), ("foot_index", 0.35)):
            world[:, int(landmark(joint, side)), 0] += sign * reach_m * swing
            world[:, int(landmark(joint, side)), 2] = sign * 0.08
        for joint, reach_m in (("elbow", 0.12), ("wrist", 0.25), ("index", 0.25), ("pinky", 0.25), ("thumb", 0.25)):
            world[:, int(landmark(joint, side)), 0] -= sign * reach_m * swing
    turn = np.radians(turned_deg)
    x, z = world[:, :, 0].copy(), world[:, :, 2].copy()
    world[:, :, 0], world[:, :, 2] = x * np.cos(turn) - z * np.sin(turn), x * np.sin(turn) + z * np.cos(turn)
    return track_of(world, fps=fps, noise_px=noise_px)
