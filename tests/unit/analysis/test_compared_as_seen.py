"""Joints that are hidden are guessed, and no part of how like a professional somebody is."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.judged import comparison_of, evidence_of
from analysis.judging.exercise import find_exercise
from analysis.motion.landmarks import Side, landmark
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.verdicts import Comparison
from mannequin import Clip, truth_of
from mannequin.track import true_track

FAR: dict[str, Side] = {"right": "left", "left": "right"}
"""The side that hides, by where the person looks."""


def pressing(faces: str = "right", *, guessed: bool, hidden: bool = True) -> Evidence:
    """Military presses from the side; the far arm does something else, since the pose model guesses it."""
    clip = Clip("military_press", repetitions=3, fps=15.0, faces=faces)
    track = true_track(clip, truth_of(clip))
    landmarks = track.landmarks.copy()
    arm = [landmark(joint, FAR[faces]) for joint in ("elbow", "wrist")]
    if guessed:
        seconds = track.timestamps_s[:, np.newaxis]
        landmarks[:, arm, 1] += (60.0 * np.sin(2.0 * seconds + [0.0, 2.0])).astype(np.float32)
    if hidden:
        landmarks[:, arm, 3] = 0.2
    return evidence_of(replace(track, landmarks=landmarks), 1, find_exercise("military_press"), AnalysisOptions())


def similarity(user: Evidence, professional: Evidence) -> float:
    comparison = comparison_of(user, professional)
    assert isinstance(comparison, Comparison)
    return comparison.similarity


@pytest.mark.parametrize("faces", ["right", "left"])
def test_a_hidden_arm_sets_nobody_apart(faces: str) -> None:
    professional = pressing(guessed=False)
    assert similarity(pressing(faces, guessed=True), professional) > 95.0
    assert similarity(professional, pressing(faces, guessed=True)) > 95.0


def test_an_arm_that_is_seen_does() -> None:
    professional = pressing(guessed=False, hidden=False)
    assert similarity(pressing(guessed=True, hidden=False), professional) < 90.0


def test_what_was_not_seen_of_a_joint_is_not_known() -> None:
    comparison = comparison_of(pressing(guessed=True), pressing(guessed=False))
    assert isinstance(comparison, Comparison)
    for row in comparison.per_joint:
        found = dict(zip(comparison.joints, row, strict=True))
        assert np.isnan(found["left_elbow_flexion"])
        assert found["right_elbow_flexion"] > 95.0
