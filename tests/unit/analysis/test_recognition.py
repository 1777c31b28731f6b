"""Which exercise is done, of drawn figures whose exercise is known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.cycle_signals import Signals
from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.judge import judge
from analysis.judging.recognition import RECOGNISED_FROM
from analysis.judging.repetitions import attempted
from analysis.judging.resemblance import resemblance
from analysis.judging.signature import SIGNATURES, TOLERANCES, known_signatures
from analysis.motion.measures import body_of
from analysis.motion.movement import motion_of
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport
from benchmarks.no_exercise import nobodies
from benchmarks.recognition import UNKNOWN, nobody_case
from benchmarks.varied.tracks import joined as joined_tracks
from mannequin.camera import seen
from mannequin.clip import Clip, truth_of
from mannequin.motions import MOTIONS
from mannequin.track import true_track
from scripts.signatures import drawn_signatures
from tests.skeleton import FRONT, SIDE, cosine, joined, skeleton_track, track_of

UNSELECTED = find_exercise("unselected")
REPEATED = [exercise.name for exercise in all_exercises() if exercise.cycle is not None]


def untold(track: PoseTrack) -> AnalysisReport:
    return judge(track, UNSELECTED)


def test_every_exercise_that_is_repeated_has_a_signature_of_today() -> None:
    """`python -m scripts.signatures` writes it anew."""
    kept = json.loads(SIGNATURES.read_text(encoding="utf-8"))
    assert sorted(kept) == sorted(REPEATED)
    assert kept == json.loads(json.dumps(drawn_signatures()))


@pytest.mark.parametrize("exercise", [exercise.name for exercise in all_exercises() if exercise.is_known])
def test_whoever_does_an_exercise_without_saying_so_is_judged_by_its_rules(exercise: str) -> None:
    declaration = find_exercise(exercise)
    clip = Clip(exercise=exercise, view="oblique", repetitions=1 if declaration.hold else 4)
    if declaration.hold:
        clip = replace(clip, seconds_per_repetition=20.0)
    report = untold(true_track(clip, truth_of(clip)))
    assert report.exercise == exercise
    assert report.recognised is not None
    assert report.recognised.exercise == exercise
    assert RECOGNISED_FROM <= report.recognised.confidence <= 1.0
    assert len(report.efforts) == clip.repetitions


@pytest.mark.parametrize("turned_deg", [SIDE, FRONT])
def test_it_is_judged_as_if_it_had_been_told(turned_deg: float) -> None:
    track = skeleton_track("squat", cosine(3, 5.0, 75.0), turned_deg=turned_deg)
    mine, told = untold(track), judge(track, find_exercise("squat"))
    assert told.recognised is None
    assert mine.repetitions == told.repetitions
    assert mine.not_assessed == told.not_assessed


def test_who_stands_walks_or_waves_once_is_no_athlete() -> None:
    idle = skeleton_track("squat", np.full(200, 5.0), noise_px=2.0)
    wave = skeleton_track("lateral_raise", joined(np.full(60, 10.0), cosine(1, 10.0, 60.0), np.full(60, 10.0)))
    walk = np.array(skeleton_track("squat", np.full(300, 5.0)).world, dtype=np.float64)
    stride = np.sin(2.0 * np.pi * np.arange(300) / 33.0)
    for joint, reach in ((25, 0.15), (26, -0.15), (27, 0.35), (28, -0.35), (16, 0.15), (15, -0.15)):
        walk[:, joint, 0] += reach * stride
    for track in (idle, wave, track_of(walk)):
        report = untold(track)
        assert report.exercise == "unselected"
        assert report.recognised is None
        assert report.repetitions == ()


@pytest.mark.parametrize(
    "name",
    [
        "wave once",
        "both arms once",
        "sit down and get up",
        "bow once",
        "pick up once",
        "drink once",
        "walk",
        "wave",
        "wave with both arms",
        "clap",
        "type",
        "shift the weight",
        "leg curl",
        "leg raised sideways",
        "high knees",
    ],
)
def test_who_does_none_of_our_exercises_is_not_said_to_do_one(name: str) -> None:
    assert nobody_case(name, "oblique").said == UNKNOWN


def test_one_lift_from_the_floor_is_a_deadlift_and_the_same_way_down_and_up_is_none() -> None:
    """Who stands first and picks something up may be doing anything."""
    motion = MOTIONS["deadlift"]
    lift = cosine(1, motion.rest_deg, motion.turn_deg, seconds_each=3.0)
    held = np.full(20, motion.rest_deg)
    lifted = untold(skeleton_track("deadlift", joined(held, lift, held)))
    assert lifted.exercise == "deadlift"
    assert lifted.counts.total == 1
    picked_up = untold(skeleton_track("deadlift", joined(lift[45:], held[:5], lift[:45], np.full(60, lift[45]))))
    assert picked_up.recognised is None


def test_what_changes_speaks_for_an_exercise_by_its_direction_however_far_it_goes() -> None:
    squat, known = find_exercise("squat"), known_signatures()["squat"].signature
    half = replace(known, turn=(known.rest + known.turn) / 2.0, rises=known.rises / 2.0)
    whole, less = resemblance(known, known, squat), resemblance(half, known, squat)
    assert (whole.distance, whole.apart) == (0.0, 0.0)
    assert (whole.direction, whole.way) == pytest.approx((1.0, 1.0))
    assert (less.direction, less.way) == pytest.approx((1.0, 0.5))
    only_a_knee = known.rest.copy()
    knee = list(TOLERANCES).index("working_knee_flexion")
    only_a_knee[knee] = known.turn[knee]
    curled = resemblance(replace(known, turn=only_a_knee, rises=np.zeros(4)), known, squat)
    assert curled.direction < 0.5
    assert curled.distance > less.distance


def test_two_movements_count_for_as_much_as_they_are_alike() -> None:
    """The same two are no better a lunge, which wants more of them to compare, than a squat."""
    body = body_of(skeleton_track("squat", joined(cosine(1, 5.0, 60.0), cosine(1, 5.0, 110.0), cosine(1, 5.0, 75.0))))
    motion = motion_of(body)
    assert motion is not None
    squat, split = (attempted(Signals(body), find_exercise(name), motion).merit for name in ("squat", "split_squat"))
    assert squat == pytest.approx(split)


def test_a_movement_that_is_no_exercise_of_ours_is_counted_and_called_unknown() -> None:
    """Every joint swings somewhere, together with the others and for no reason."""
    world = np.array(skeleton_track("squat", np.full(241, 5.0)).world, dtype=np.float64)
    somewhere = np.random.default_rng(5).normal(0.0, 0.3, world.shape[1:])
    world += cosine(4, 0.0, 1.0)[:, np.newaxis, np.newaxis] * somewhere
    report = untold(track_of(world))
    assert report.exercise == "unselected"
    assert report.recognised is None
    assert len(report.repetitions) == 4


def test_a_single_gesture_does_not_outvote_a_set() -> None:
    """Who lifts something once after his squats did squats, though nothing is so like a curl as that one was."""
    squats, lift = (
        true_track(clip, truth_of(clip))
        for clip in (
            Clip(exercise="squat", view="front", repetitions=3, turn_deg=130.0),
            Clip(exercise="biceps_curl", view="front", repetitions=1),
        )
    )
    report = untold(joined_tracks(squats, lift))
    assert report.recognised is not None
    assert report.recognised.exercise == "squat"


@pytest.mark.parametrize("exercise", ["squat", "biceps_curl", "military_press", "lunge", "deadlift"])
def test_who_walks_in_first_is_recognised_nevertheless(exercise: str) -> None:
    """A walk as long as the set is what moves the most, and is nothing to count."""
    clip = Clip(exercise=exercise, view="side", repetitions=4)
    walk = track_of(seen(nobodies()["walk"], SIDE))
    report = untold(joined_tracks(walk, true_track(clip, truth_of(clip)), over_s=1.0))
    assert report.exercise == exercise
    assert report.recognised is not None
    assert report.recognised.confidence >= 0.5
    assert len(report.repetitions) in (4, 5)
