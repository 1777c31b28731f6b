"""Judges drawn clips whose every angle and fault is known: `python -m benchmarks.mannequin [--quick] [--only squat]`.

Each exercise is drawn from the side, from 45 degrees and from the front, with every fault of its rules planted into one
repetition between good ones; some at other speeds, sizes, shapes of picture, and looking the other way. Each clip is
judged twice: from the true skeleton, which has no pose error, and from the drawn pictures through the pose model. What
fails in the first is judging's fault, what fails only in the second is the pose's. Poses are kept by what is to
be seen, so that a second run takes a minute.
"""

import argparse
import hashlib
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from analysis.errors import AnalysisError
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.media.video import probe
from analysis.motion.angles import ANGLE_JOINTS, joint_angles
from analysis.motion.landmarks import SIDES
from analysis.pose.follow import estimate_pose
from analysis.types import PoseTrack
from benchmarks.grading import Grade, grade, refused
from benchmarks.plainness import Judged, Off, add_off, distances, share_found, usually_off
from benchmarks.poses import CACHE, keep, kept
from mannequin import MOTIONS, Clip, Truth, camera, draw, encoding, figure, picture, props, solids, truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track

VIEWS = ("side", "oblique", "front")
LYING = ("push_up", "sit_up", "crunch", "glute_bridge", "plank", "bench_press", "burpee", "mountain_climber")
QUICK = ("squat", "push_up", "biceps_curl")
FPS = 30.0
OTHER_FPS, SLOWER_BY_S = 24.0, 0.6

DRAWN_BY = (camera, encoding, figure, picture, props, solids)
"""What decides how a figure looks."""

SHOWN_FAULTS = 4
"""How many names of faults a row of the table has room for."""


@dataclass
class Totals:
    """Sums over clips of one kind of pose.

    Attributes:
        grades: One for each clip.
        errors: (joint angle, view, source) to the absolute errors of its clips, degrees.
        lost: Clips in which nobody was found.
        views: One for each grade.
        distances: Of planted faults, one for each grade, as `benchmarks.plainness.distances`.
    """

    grades: list[Grade] = field(default_factory=list)
    errors: dict[tuple[str, str, str], list[NDArray[np.float64]]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    distances: list[dict[str, float]] = field(default_factory=list)

    def of(self, view: str) -> "Totals":
        """What was summed up of one view."""
        chosen = [index for index, seen_from in enumerate(self.views) if seen_from == view]
        errors = {key: values for key, values in self.errors.items() if key[1] == view}
        grades, far = [self.grades[index] for index in chosen], [self.distances[index] for index in chosen]
        return Totals(grades, defaultdict(list, errors), distances=far)

    @property
    def outcomes(self) -> list[tuple[float, str]]:
        """Distance from the limit of each planted fault, and what became of it."""
        pairs = zip(self.grades, self.distances, strict=True)
        return [(far[name], outcome) for one, far in pairs for name, outcome in one.outcomes.items()]

    @property
    def figures(self) -> dict[str, str]:
        """The figures of the last line."""
        outcomes = [(name in one.slight, what) for one in self.grades for name, what in one.outcomes.items()]
        to_find, slight = ([what for is_slight, what in outcomes if is_slight == wanted] for wanted in (False, True))
        angles = [error for (_, view, source), errors in self.errors.items() if source == "best" for error in errors]
        mean = float(np.mean(np.concatenate(angles))) if angles else float("nan")
        return {
            "found": f"{to_find.count('found')}/{len(to_find)}",
            "slight_found": f"{slight.count('found')}/{len(slight)}",
            "cannot_tell": str(sum(len(one.cannot_tell) for one in self.grades)),
            "as_no_rep": str(sum(len(one.as_no_rep) for one in self.grades)),
            "missed": str(sum(len(one.missed) for one in self.grades)),
            "invented": str(sum(len(one.invented) for one in self.grades)),
            "not_asked": str(sum(one.not_asked for one in self.grades)),
            "passed_unseen": str(sum(len(one.passed_unseen) for one in self.grades)),
            "no_reps": f"{sum(g.no_reps_found for g in self.grades)}/{sum(g.no_reps for g in self.grades)}",
            "counted_exact": f"{sum(one.exact for one in self.grades)}/{len(self.grades)}",
            "count_refused": str(sum(one.refused_count for one in self.grades)),
            "angle_error_deg": f"{mean:.1f}",
            "clips": str(len(self.grades)),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three exercises instead of all")
    parser.add_argument("--only", default="", help="only exercises whose name contains this")
    parser.add_argument("--skeleton-only", action="store_true", help="no drawn clips, no pose model: seconds")
    parser.add_argument("--otherwise", action="store_true", help="the same faults drawn another way: a second opinion")
    options = parser.parse_args()
    console = Console(width=150)
    names = [name for name in sorted(MOTIONS) if options.only in name and (name in QUICK or not options.quick)]
    clips = [clip for name in names for clip in (otherwise(name) if options.otherwise else clips_of(name))]
    skeleton, drawn, off = Totals(), Totals(), Off()
    table = _table("Clip", "true", "skeleton", "drawn", "found", "what went wrong (s: skeleton, d: drawn)")
    for clip in clips:
        truth, exercise = truth_of(clip), find_exercise(clip.exercise)
        exact = _judged(true_track(clip, truth), exercise)
        far = distances(clip, truth, exercise, exact)
        skeleton_grade = _add(skeleton, clip, truth, exact, exercise, far)
        drawn_grade = None
        if not options.skeleton_only:
            track = followed_drawing(clip, truth)
            pose = None if track is None else _judged(track, exercise)
            drawn_grade = _add(drawn, clip, truth, pose, exercise, far)
            if pose is not None:
                add_off(off, clip, truth, exercise, exact, pose)
        table.add_row(*_row(clip, truth, skeleton_grade, drawn_grade))
        if console.is_terminal:
            console.print(f"[dim]{_title(clip)}", end="\r")
    console.print(table)
    for totals, title in ((skeleton, "true skeleton"), (drawn, "drawn, through the pose model")):
        if totals.grades:
            console.print(_errors_table(totals, f"Angle error, degrees: {title} (mean, 95th percentile)"))
    if drawn.grades:
        console.print(usually_off(off))
        console.print(share_found(drawn.outcomes))
    for name in drawn.lost:
        print(f"nobody was found: {name}")
    for view in VIEWS:
        if drawn.grades:
            print(f"drawn, {view}: " + " ".join(f"{key}={value}" for key, value in drawn.of(view).figures.items()))
    print("skeleton: " + " ".join(f"{key}={value}" for key, value in skeleton.figures.items()))
    last = skeleton if options.skeleton_only else drawn
    print(" ".join(f"{key}={value}" for key, value in last.figures.items()))


def clips_of(exercise: str) -> list[Clip]:
    """The clips of one exercise: three views, and for some other speeds, sizes and shapes of the picture."""
    lying = exercise in LYING
    width, height = (480, 360) if lying else (360, 480)
    clips = [replace(faulty_set(exercise, view), fps=FPS, width=width, height=height) for view in VIEWS]
    if exercise in QUICK:
        plain = replace(clips[0], repetitions=4, faults=())
        clips += [
            replace(plain, seconds_per_repetition=1.6, rest_s=0.1),
            replace(plain, seconds_per_repetition=5.0, rest_s=1.0),
            replace(plain, faces="left"),
            replace(plain, width=640, height=360),
            replace(plain, width=360, height=640),
            replace(plain, width=1280, height=720),
        ]
    return clips


def otherwise(exercise: str) -> list[Clip]:
    """The three views of the exercise again, from the other side, at another frame rate and more slowly."""
    return [
        replace(clip, faces="left", fps=OTHER_FPS, seconds_per_repetition=clip.seconds_per_repetition + SLOWER_BY_S)
        for clip in clips_of(exercise)[: len(VIEWS)]
    ]


def _judged(track: PoseTrack, exercise: Exercise) -> Judged:
    return judge(track, exercise), track


def _add(
    totals: Totals, clip: Clip, truth: Truth, judged: Judged | None, exercise: Exercise, far: dict[str, float]
) -> Grade:
    """Add what became of a clip, which is None where nobody was found, to the totals."""
    graded = grade(clip, truth, *judged, exercise) if judged else refused(clip, truth, exercise)
    totals.grades.append(graded)
    totals.views.append(clip.view)
    totals.distances.append(far)
    if judged is None:
        totals.lost.append(_title(clip))
        return graded
    _, track = judged
    for source in ("image", "world", "best"):
        measured = joint_angles(track, source=source)
        for angle in ANGLE_JOINTS:
            # the far side is hidden from the side: what rules use is the near one
            sides = (truth.near_side,) if clip.view == "side" else SIDES
            for side in sides:
                error = np.abs(measured[f"{side}_{angle}"] - truth.angles[f"{side}_{angle}"])
                totals.errors[angle, clip.view, source].append(error[np.isfinite(error)])
    return graded


def followed_drawing(clip: Clip, truth: Truth) -> PoseTrack | None:
    """The pose of the drawn clip, kept from an earlier run where nothing has changed; None where nobody is found."""
    cached = CACHE / f"drawn-{_key(clip, truth)}.npz"
    if not cached.exists():
        with tempfile.TemporaryDirectory() as folder:
            draw(Path(folder) / "clip.mp4", clip)
            try:
                with estimate_pose(probe(Path(folder) / "clip.mp4")) as run:
                    keep(cached, run.track, run.people)
            except AnalysisError:
                return None
    return kept(cached)[0]


def _key(clip: Clip, truth: Truth) -> str:
    """Digest of what is to be seen: where every joint is in every frame, and how it is drawn."""
    digest = hashlib.sha256(repr((clip, clip.motion.prop)).encode() + truth.points.round(6).tobytes())
    for module in DRAWN_BY:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _title(clip: Clip) -> str:
    speed = "" if clip.faults else f" {clip.seconds_per_repetition:g} s {clip.width}x{clip.height}"
    return f"{clip.exercise} {clip.view}{speed}{' to the left' if clip.faces == 'left' else ''}"


def _row(clip: Clip, truth: Truth, exact: Grade, pose: Grade | None) -> list[str]:
    wrong = [f"{kind}: {_short(names)}" for kind, names in _wrong(exact, "s")]
    wrong += [f"{kind}: {_short(names)}" for kind, names in _wrong(pose, "d")] if pose else []
    found = [f"{len(one.found)}/{one.planted}" if one else "-" for one in (exact, pose)]
    counts = [_count(one) if one else "-" for one in (exact, pose)]
    return [_title(clip), str(truth.count), *counts, " ".join(found), "; ".join(wrong)]


def _wrong(one: Grade, level: str) -> list[tuple[str, list[str]]]:
    kinds = (
        ("missed", one.missed),
        ("cannot tell", one.cannot_tell),
        ("as no-rep", one.as_no_rep),
        ("invented", one.invented),
        ("passed unseen", one.passed_unseen),
    )
    return [(f"{level} {kind}", names) for kind, names in kinds if names]


def _short(names: list[str]) -> str:
    shown = [name.partition(".")[2] for name in names[:SHOWN_FAULTS]]
    return ", ".join(shown) + (f" and {len(names) - SHOWN_FAULTS} more" if len(names) > SHOWN_FAULTS else "")


def _count(one: Grade) -> str:
    return "refused" if one.refused_count else f"{one.counted}{'' if one.exact else ' !'}"


def _errors_table(totals: Totals, title: str) -> Table:
    table = _table("angle", *(f"{view} {source}" for view in VIEWS for source in ("image", "world", "best")))
    table.title = title
    for angle in ANGLE_JOINTS:
        cells = []
        for view in VIEWS:
            for source in ("image", "world", "best"):
                errors = totals.errors.get((angle, view, source))
                values = np.concatenate(errors) if errors else np.zeros(0)
                cells.append(f"{values.mean():.1f}, {np.percentile(values, 95):.0f}" if values.size else "-")
        table.add_row(angle, *cells)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


if __name__ == "__main__":
    main()
