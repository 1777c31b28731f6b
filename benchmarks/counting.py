"""Counts the repetitions of labelled clips by the product's own path: `python -m benchmarks.clips DIR`.

DIR holds clips and a `labels.json` (see ../shared/videos/README.md). Every clip is counted twice: told its exercise,
and as `unselected`. Poses are cached by the file's checksum, so that a second run takes seconds.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, UnknownExercise
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from benchmarks.poses import followed

OUR_NAMES = {"shoulder_press": "military_press"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    parser.add_argument("--only", default="", help="only files whose name contains this")
    options = parser.parse_args()
    labels = json.loads((options.directory / "labels.json").read_text(encoding="utf-8"))
    labels = [label for label in labels if options.only in label["file"] and label.get("reps") is not None]
    print(f"{'file':26s} {'exercise':15s} {'true':>9s} {'told':>5s} {'unselected':>10s}")
    errors: list[int] = []
    untold_errors: list[int] = []
    false_on_negatives = 0
    for label in labels:
        told, untold = _counts(options.directory / label["file"], _exercise(label))
        fewest, most = label["reps_range"]
        error = max(fewest - told, told - most, 0)
        errors.append(error)
        untold_errors.append(max(fewest - untold, untold - most, 0))
        if most == 0:
            false_on_negatives += (told > 0) + (untold > 0)
        truth = str(fewest) if fewest == most else f"{fewest}-{most}"
        mark = "" if error == 0 else "x"
        print(f"{label['file']:26s} {label['exercise']:15s} {truth:>9s} {told:5d} {untold:10d} {mark}")
    exact, near = (sum(one <= most for one in untold_errors) for most in (0, 1))
    print(f"as unselected: {exact} exact, {near} within one")
    exact, near = (sum(one <= most for one in errors) for most in (0, 1))
    print(f"exact={exact} within_one={near} false_on_negatives={false_on_negatives} videos={len(errors)}")


def _exercise(label: dict[str, Any]) -> Exercise:
    """Our name for the label's exercise; `unselected` for what we do not know."""
    try:
        return find_exercise(OUR_NAMES.get(label["exercise"], label["exercise"]))
    except UnknownExercise:
        return find_exercise("unselected")


def _counts(path: Path, exercise: Exercise) -> tuple[int, int]:
    """(repetitions when told the exercise, when not told); a clip that is refused has none."""
    try:
        track, people = followed(path)
    except AnalysisError:
        return 0, 0
    told, untold = (judge(track, one, people=people) for one in (exercise, find_exercise("unselected")))
    return len(told.repetitions), len(untold.repetitions)
