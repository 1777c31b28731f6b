"""All variants of one clip of a folder, followed and judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.judging.judge import judge
from benchmarks.clips import error_of, exercise_of
from benchmarks.poses import followed
from benchmarks.varied.films import FILMS, filmed
from benchmarks.varied.grading import NOBODY_TOLD, Case, graded, told_of_nobody
from benchmarks.varied.kinds import Clip, Variant, variants

FILMED = ("squat_03", "pushup_03", "bicep_curl_03", "situp_02", "jumping_jack_02", "pullup_02")
"""Filmed otherwise: one clip of each kind of movement, in different shapes and rates."""

JOINED = ("squat_03", "pushup_03", "bicep_curl_03", "jumping_jack_02")
NEIGHBOURS = {"squat": ("squat", "lunge", "deadlift")}
"""Joined to each clip are the next two of these that are none of its neighbours, which may be counted as it."""

WALKS, STANDS = "negative_walk_01", "negative_idle_01"
"""What somebody does before and after."""

Label = dict[str, Any]


def follow_all(directory: Path, label: Label, *, kind: str, quick: bool) -> None:
    """Finds the poses of the clip and its films, by all cores, and keeps them."""
    clip = _clip(directory, label)
    if clip is not None and not quick:
        for _ in _films(directory, clip, kind):
            pass


def cases_of(directory: Path, labels: Sequence[Label], label: Label, *, kind: str, quick: bool) -> list[Case]:
    """Every variant of one clip, judged."""
    clip = _clip(directory, label)
    if clip is None:
        return []
    named = {Path(one["file"]).stem: one for one in labels}
    before_and_after = [_clip(directory, named[name]) for name in (WALKS, STANDS) if name in named]
    others = [_clip(directory, named[name]) for name in _joined_to(label, named)]
    told = judge(clip.track, exercise_of(label), people=clip.people)
    is_right = label.get("reps") and not error_of(label, told)
    made: Iterable[Variant] = variants(
        clip,
        told if is_right else None,
        [one for one in others if one is not None],
        tuple(one for one in before_and_after if one is not None),
    )
    cases = [graded(variant) for variant in made if kind in variant.kind]
    if not quick:
        cases += [graded(variant) for variant in _films(directory, clip, kind)]
    if label["exercise"] == "none" and kind in NOBODY_TOLD:
        cases += told_of_nobody(clip)
    return cases


def _films(directory: Path, clip: Clip, kind: str) -> Iterator[Variant]:
    path = directory / clip.label["file"]
    for name in FILMS:
        film = filmed(path, name, clip.track) if path.stem in FILMED and kind in name else None
        if film is not None:
            yield Variant(name, Clip(clip.label, *followed(film)))


def _clip(directory: Path, label: Label) -> Clip | None:
    """Followed; None for a clip that is refused, or in which nobody is found."""
    try:
        track, people = followed(directory / label["file"])
    except AnalysisError:
        return None
    return Clip(label, track, people) if np.isfinite(track.landmarks[:, 0, 0]).any() else None


def _joined_to(label: Label, named: Mapping[str, Label]) -> list[str]:
    there = [name for name in JOINED if name in named]
    first = len(label["file"]) + int(label.get("frames") or 0)  # not always the same two
    turned = [there[(first + number) % len(there)] for number in range(len(there))]
    fit = [name for name in turned if label["exercise"] not in _neighbours(named[name]["exercise"])]
    return fit[:2]


def _neighbours(exercise: str) -> tuple[str, ...]:
    return NEIGHBOURS.get(exercise, (exercise,))
