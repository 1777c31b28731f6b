"""Counts and recognises labelled clips by the product's own path: `python -m benchmarks.clips DIR`.

DIR holds clips and a `labels.json` (see ../shared/videos/README.md). Every clip is judged twice: told its exercise, and
as `unselected`. A count inside `reps_range` is exact; a hold is timed, exact within a tenth of its time (or a second,
since labels are good to a quarter of one at both ends), within one within a quarter. Poses are kept by the file's
checksum, so that a second run takes seconds.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, UnknownExercise
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.verdicts import AnalysisReport
from benchmarks.poses import followed

OUR_NAMES = {"shoulder_press": "military_press"}
VARIANTS = {("lunge", "static"): "split_squat"}
"""What a label calls a lunge and says to be static is a split squat to us."""

NO_EXERCISE = {"none", "dance", "other", "t_pose"}
"""Labels of clips in which no exercise of ours is done."""


@dataclass(frozen=True, slots=True)
class Row:
    """One clip.

    Attributes:
        label: Its entry in `labels.json`.
        told: What is found when the exercise is told; None for a clip that is refused.
        untold: When it is not.
        error: How far the told count lies outside of the range; for holds 0 exact, 1 near, 2 wrong.
        untold_error: Likewise, not told.
    """

    label: dict[str, Any]
    told: AnalysisReport | None
    untold: AnalysisReport | None
    error: int
    untold_error: int

    @property
    def exercise(self) -> str:
        """Our name for the labelled exercise."""
        return exercise_of(self.label).name

    @property
    def is_recognised(self) -> bool:
        """Whether it is judged as that, without being told."""
        return self.untold is not None and self.untold.exercise == self.exercise

    @property
    def claims(self) -> bool:
        """Whether repetitions or a hold are found."""
        return any(report is not None and bool(report.efforts) for report in (self.told, self.untold))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    parser.add_argument("--only", default="", help="only files whose name contains this")
    options = parser.parse_args()
    labels = json.loads((options.directory / "labels.json").read_text(encoding="utf-8"))
    print(f"{'file':26s} {'exercise':15s} {'true':>9s} {'told':>7s} {'untold':>7s}   recognised as")
    rows = []
    for label in labels:
        if options.only not in label["file"]:
            continue
        row = _row(label, options.directory / label["file"])
        rows.append(row)
        _print(row)
    counted = [row for row in rows if row.label.get("reps") is not None]
    exercised = [row for row in rows if row.label["exercise"] not in NO_EXERCISE]
    nobody = [row for row in rows if row.label["exercise"] == "none"]
    untold = [row.untold_error for row in counted]
    print(f"not told: exact={_share(untold, 0)} within_one={_share(untold, 1)}")
    told = [row.error for row in counted]
    print(
        f"exact={_share(told, 0)} within_one={_share(told, 1)} "
        f"recognised={sum(row.is_recognised for row in exercised) / max(len(exercised), 1):.3f} "
        f"false_on_negatives={sum(row.claims for row in nobody)} videos={len(counted)}"
    )


def _row(label: dict[str, Any], path: Path) -> Row:
    try:
        track, people = followed(path)
    except AnalysisError:
        return Row(label, None, None, error_of(label, None), error_of(label, None))
    told, untold = (judge(track, one, people=people) for one in (exercise_of(label), find_exercise("unselected")))
    return Row(label, told, untold, error_of(label, told), error_of(label, untold))


def exercise_of(label: dict[str, Any]) -> Exercise:
    """Our name for the label's exercise; `unselected` for what we do not know."""
    name = OUR_NAMES.get(label["exercise"], label["exercise"])
    for (exercise, word), ours in VARIANTS.items():
        name = ours if exercise == name and word in (label.get("variant") or "") else name
    try:
        return find_exercise(name)
    except UnknownExercise:
        return find_exercise("unselected")


def error_of(label: dict[str, Any], report: AnalysisReport | None) -> int:
    if label.get("reps") is None:
        return 0
    if is_hold(label):
        true_s = true_hold_s(label)
        off_s = abs(held_s(report) - true_s)
        return 0 if off_s <= max(0.1 * true_s, 1.0) else 1 if off_s <= 0.25 * true_s else 2
    fewest, most = label["reps_range"]
    found = 0 if report is None else len(report.repetitions)
    return max(int(fewest) - found, found - int(most), 0)


def is_hold(label: dict[str, Any]) -> bool:
    return bool(label.get("hold_frames")) and label["reps"] == 0


def true_hold_s(label: dict[str, Any]) -> float:
    return float(sum(last - first for first, last in label["hold_frames"]) / label["fps"])


def held_s(report: AnalysisReport | None) -> float:
    if report is None:
        return 0.0
    held = [one.repetition for one in report.holds]
    return sum((one.end - one.start) / report.video.fps for one in held)


def _share(errors: list[int], most: int) -> str:
    right = sum(error <= most for error in errors)
    return f"{right / max(len(errors), 1):.3f}"


def _print(row: Row) -> None:
    label = row.label
    if is_hold(label):
        truth, told, untold = (f"{one:.1f}s" for one in (true_hold_s(label), held_s(row.told), held_s(row.untold)))
    else:
        truth = "-".join(str(one) for one in sorted(set(label.get("reps_range") or ["-"])))
        told, untold = (str(len(one.repetitions)) if one else "-" for one in (row.told, row.untold))
    known = row.untold.recognised if row.untold else None
    said = f"{known.exercise} {known.confidence:.2f}" if known else "unknown"
    marks = ("x" if row.error else "") + ("u" if row.untold_error else "")
    print(f"{label['file']:26s} {label['exercise']:15s} {truth:>9s} {told:>7s} {untold:>7s} {marks:2s} {said}")


if __name__ == "__main__":
    main()
