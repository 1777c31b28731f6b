"""Likeness to a professional, on movements whose likeness is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.judging.comparison import compare
from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.sampled import Movement, asked_of
from analysis.motion.angles import joint_angles
from analysis.motion.landmarks import SIDES
from analysis.types import PoseTrack, Repetition
from tests.unit.analysis.stick_figure import half_unseen, repetitions_of, squatting


def movement(**how: Any) -> Movement:
    track = squatting(**how)
    frames_each = int(how.get("frames_each", 60))
    return Movement(joint_angles(track), repetitions_of(track, frames_each) if how.get("repetitions", 3) else [])


PROFESSIONAL = movement()


@pytest.mark.parametrize(
    "how",
    [
        {"moved_px": (80.0, -40.0)},
        {"scale": 0.5},
        {"mirrored": True},
        {"frames_each": 90},
        {"repetitions": 7},
        {"size": (1280, 720)},
    ],
    ids=str,
)
def test_place_size_mirroring_tempo_and_count_do_not_matter(how: dict[str, object]) -> None:
    comparison = compare(movement(**how), PROFESSIONAL)

    assert comparison.similarity > 97
    assert all(value > 97 for value in comparison.per_repetition)


def test_standing_still_is_nothing_like_squatting() -> None:
    comparison = compare(movement(repetitions=0), PROFESSIONAL)

    assert comparison.similarity < 3
    assert len(comparison.per_repetition) == 1


def test_the_shallower_the_less_alike() -> None:
    values = [compare(movement(depth_deg=depth), PROFESSIONAL).similarity for depth in (110, 90, 70, 50, 20)]

    assert values == sorted(values, reverse=True)
    assert values[0] > 97
    assert 40 < values[2] < 75
    assert values[4] < 20


def test_each_joint_has_its_own_similarity() -> None:
    alike = compare(movement(mirrored=True), PROFESSIONAL)
    assert len(alike.per_joint) == 3
    assert all(value > 97 for row in alike.per_joint for value in row)

    stiff = movement()
    stiff.angles.degrees[:, stiff.angles.names.index("left_knee_flexion")] = 5.0
    (first, *_) = compare(stiff, PROFESSIONAL).per_joint
    found = dict(zip(alike.joints, first, strict=True))
    assert found.pop("left_knee_flexion") < 5
    assert all(value > 97 for value in found.values())


def test_arms_of_which_the_exercise_asks_nothing_hardly_count() -> None:
    """A professional who raises the arms while squatting, and a user who leaves them on the hips."""
    raised = movement()
    knee = raised.angles["left_knee_flexion"]
    for side in SIDES:
        raised.angles.degrees[:, raised.angles.names.index(f"{side}_shoulder_elevation")] = knee * 90.0 / knee.max()
    assert compare(PROFESSIONAL, raised, asked_of(find_exercise("squat"))).similarity > 95
    assert compare(PROFESSIONAL, raised, asked_of(find_exercise("deadlift"))).similarity < 80
    assert {exercise.name for exercise in all_exercises() if not asked_of(exercise).all()} == {
        *("bench_press", "burpee", "crunch", "glute_bridge", "lunge", "sit_up", "split_squat", "squat")
    }


def test_a_joint_that_was_not_seen_is_unknown() -> None:
    unseen = movement()
    unseen.angles.degrees[:, unseen.angles.names.index("right_elbow_flexion")] = np.nan

    comparison = compare(unseen, PROFESSIONAL)

    found = dict(zip(comparison.joints, comparison.per_joint[0], strict=True))
    assert np.isnan(found.pop("right_elbow_flexion"))
    assert all(value > 97 for value in found.values())


def test_a_pair_shows_the_same_moment_in_both_videos() -> None:
    slower = movement(frames_each=90, repetitions=6)

    pairs = compare(slower, PROFESSIONAL).pairs

    assert len(pairs) == 5
    user, professional = slower.angles["left_knee_flexion"], PROFESSIONAL.angles["left_knee_flexion"]
    for pair in pairs:
        assert user[pair.user_frame] == pytest.approx(professional[pair.professional_frame], abs=4)
        assert user[pair.user_frame] > 100, "with five repetitions or more, each pair shows a turning point"


def test_fewer_than_five_repetitions_give_five_different_moments() -> None:
    pairs = compare(movement(repetitions=2), PROFESSIONAL).pairs

    assert len(pairs) == 5
    assert len({pair.user_frame for pair in pairs}) == 5
    assert {pair.user_frame // 60 for pair in pairs} == {0, 1}


def test_the_best_repetition_comes_first() -> None:
    shallow, deep = squatting(2, depth_deg=60), squatting(2)
    track = replace(
        deep,
        landmarks=np.concatenate((shallow.landmarks, deep.landmarks)),
        world=np.concatenate((shallow.world, deep.world)),
        timestamps_s=np.arange(240) / 30,
    )

    comparison = compare(Movement(joint_angles(track), repetitions_of(track)), PROFESSIONAL)

    assert [value > 90 for value in comparison.per_repetition] == [False, False, True, True]
    assert comparison.pairs[0].user_frame >= 120
    assert comparison.similarity == pytest.approx(np.mean(comparison.per_repetition))


def sets_of(*depths_deg: float) -> Movement:
    """A repetition of each depth; all of the same shape, which alignment goes by."""
    angles = [movement(repetitions=1, depth_deg=depth).angles for depth in depths_deg]
    joined = replace(
        angles[0],
        degrees=np.concatenate([one.degrees for one in angles]),
        timestamps_s=np.arange(60 * len(angles)) / 30,
    )
    return Movement(joined, repetitions_of(squatting(len(angles))))


@pytest.mark.parametrize("professional", [(60.0, 110.0, 85.0), (110.0, 85.0, 60.0), (85.0, 60.0, 110.0)], ids=str)
def test_each_repetition_is_held_against_the_one_that_it_is_nearest_to(professional: tuple[float, ...]) -> None:
    assert min(compare(sets_of(85.0, 110.0, 60.0), sets_of(*professional)).per_repetition) > 97


def cut(whole: Movement, first: int, end: int) -> Movement:
    """The clip begins, or ends, inside a repetition."""
    angles = replace(
        whole.angles, degrees=whole.angles.degrees[first:end], timestamps_s=whole.angles.timestamps_s[first:end]
    )
    found = []
    for one in whole.repetitions:
        seen = max(one.start, first), min(one.end, end)
        if seen[0] <= one.turn < seen[1]:
            complete = seen == (one.start, one.end)
            found.append(Repetition(one.index, seen[0] - first, one.turn - first, seen[1] - first, complete=complete))
    return Movement(angles, found)


def test_what_a_clip_cuts_off_is_not_held_against_anybody() -> None:
    ends_inside, begins_inside = cut(movement(), 0, 155), cut(movement(), 28, 180)

    for user in (ends_inside, begins_inside):
        comparison = compare(user, PROFESSIONAL)
        assert len(comparison.per_repetition) == 3
        assert min(comparison.per_repetition) > 97
        assert min(min(row) for row in comparison.per_joint) > 97
    alike = compare(PROFESSIONAL, cut(movement(repetitions=1), 0, 35))
    assert min(alike.per_repetition) > 97, "of the professional's, too"
    assert compare(cut(movement(repetitions=1, depth_deg=60), 0, 35), PROFESSIONAL).similarity < 60


def test_two_that_were_cut_off_at_other_ends_have_nothing_in_common() -> None:
    there, back = cut(movement(repetitions=1), 0, 35), cut(movement(repetitions=1), 28, 60)

    comparison = compare(there, back)

    assert np.isnan(comparison.similarity)
    assert comparison.pairs == ()


def test_alternating_sides_find_their_mirror_image() -> None:
    left, right = squatting(1), squatting(1, mirrored=True)
    for track, unbent in ((left, (24, 26, 28)), (right, (23, 25, 27))):
        # One leg stands, so that left and right differ.
        track.world[:, unbent] = track.world[:1, unbent]
        track.landmarks[:, unbent, :3] = track.landmarks[:1, unbent, :3]

    def one_legged(*tracks: PoseTrack) -> Movement:
        angles = [joint_angles(track) for track in tracks]
        joined = replace(
            angles[0],
            degrees=np.concatenate([one.degrees for one in angles]),
            timestamps_s=np.arange(60 * len(angles)) / 30,
        )
        return Movement(joined, repetitions_of(squatting(len(angles))))

    assert min(compare(one_legged(left, right, left), one_legged(left)).per_repetition) > 97


def test_gaps_are_neither_like_nor_unlike() -> None:
    track = half_unseen(squatting())

    comparison = compare(Movement(joint_angles(track), repetitions_of(track)), PROFESSIONAL)

    assert comparison.similarity > 90
    assert np.isfinite(comparison.over_time).all()


def test_nothing_seen_is_unknown() -> None:
    angles = PROFESSIONAL.angles
    nothing = Movement(replace(angles, degrees=np.full_like(angles.degrees, np.nan)), PROFESSIONAL.repetitions)

    for comparison in (compare(nothing, PROFESSIONAL), compare(PROFESSIONAL, nothing)):
        assert np.isnan(comparison.similarity)
        assert comparison.pairs == ()


def test_similarity_over_time_lies_within_the_repetitions() -> None:
    comparison = compare(PROFESSIONAL, PROFESSIONAL)

    assert len(comparison.time_s) == len(comparison.over_time) == 96
    assert list(comparison.time_s) == sorted(comparison.time_s)
    assert 0 <= min(comparison.over_time) <= max(comparison.over_time) <= 100
