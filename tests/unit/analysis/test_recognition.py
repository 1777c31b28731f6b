"""Which exercise is done, of drawn figures whose exercise is known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.judging.exercise import all_exercises, find_exercise
from analysis.judging.judge import judge
from analysis.judging.recognition import RECOGNISED_FROM
from analysis.judging.signature import SIGNATURES
from analysis.types import PoseTrack
from analysis.verdicts import AnalysisReport
from mannequin.clip import Clip, truth_of
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


def test_a_movement_that_is_no_exercise_of_ours_is_counted_and_called_unknown() -> None:
    """Every joint swings somewhere, together with the others and for no reason."""
    world = np.array(skeleton_track("squat", np.full(241, 5.0)).world, dtype=np.float64)
    somewhere = np.random.default_rng(5).normal(0.0, 0.3, world.shape[1:])
    world += cosine(4, 0.0, 1.0)[:, np.newaxis, np.newaxis] * somewhere
    report = untold(track_of(world))
    assert report.exercise == "unselected"
    assert report.recognised is None
    assert len(report.repetitions) == 4
