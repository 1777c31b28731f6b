"""What a terminal shows of a report: `python -m analysis` and `make run` print the same."""

from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.judging.exercise import find_exercise
from analysis.pictures import wording
from analysis.types import Counts, PoseQuality


def print_summary(console: Console, document: dict[str, Any]) -> None:
    """Print the heading, how far to believe it, and one row for each repetition, no-rep or hold.

    Args:
        console: Where to.
        document: The content of `report.json`.
    """
    exercise = find_exercise(document["exercise"])
    counted = wording.with_no_reps(Counts(**document["counts"]), len(document["no_repetitions"]))
    if exercise.hold is not None:
        counted = wording.held(sum(hold["held_s"] for hold in document["holds"]))
    score = "" if document["score"] is None else f" · {document['score']:.0f} of 100"
    console.print(f"[bold]{wording.title(exercise)} · {counted}[/bold]{score}")
    quality = PoseQuality(**document["quality"])
    console.print(wording.seen(quality))
    for warning in quality.warnings:
        console.print(f"! {warning}", markup=False)
    if "comparison" in document:
        console.print(f"{document['comparison']['similarity']:.0f} % like the professional")
    first = document["set"]["fix_first"]
    if first is not None:
        console.print(f"first: {first['cue']}", markup=False)
    rows = [*document["repetitions"], *document["no_repetitions"], *document["holds"]]
    if not rows:
        return
    table = Table("hold" if exercise.hold else "rep", "from", "turn", "to", "score", "verdict")
    for row in sorted(rows, key=lambda one: float(one["start_s"])):
        table.add_row(*_row(row))
    console.print(table)


def _row(one: dict[str, Any]) -> list[str]:
    """A repetition, no-rep or hold as cells."""
    times = [wording.clock(one[key]) if key in one else "" for key in ("start_s", "turn_s", "end_s")]
    if "why" in one:
        return ["no-rep", *times, "–", one["why"]]
    judged = one["score"] is not None
    cues = " ".join(fault["cue"] for fault in one["faults"])
    score = f"{one['score']:.0f}" if judged else "–"
    return [str(one["index"]), *times, score, cues or ("good" if judged else "not judged")]
