"""Drawn sets with faults, judged from their true skeletons."""

from dataclasses import replace
from functools import cache
from typing import Any

from analysis.judged import evidence_of
from analysis.judging.exercise import find_exercise
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.pictures.selection import fault_picture_names, no_rep_picture_names, picture_names
from analysis.report import report_document
from mannequin import Clip, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track


def judged(clip: Clip) -> Evidence:
    track = true_track(clip, truth_of(clip))
    return evidence_of(track, 1, find_exercise(clip.exercise), AnalysisOptions())


@cache
def faulty(exercise: str) -> Evidence:
    """A set with every fault that the mannequin can do, seen from where the exercise wants it."""
    return judged(replace(faulty_set(exercise, find_exercise(exercise).views[0]), fps=15.0))


def document_of(user: Evidence) -> dict[str, Any]:
    return report_document(
        user.report,
        user.track.timestamps_s,
        pictures=picture_names(user.report),
        fault_pictures=fault_picture_names(user),
        no_rep_pictures=no_rep_picture_names(user.report),
        model="ab" * 32,
        options=AnalysisOptions(language=user.language),
    )
