"""What a terminal shows of a report: `python -m analysis` and `make run` print the same."""

from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.judging.exercise import find_exercise
from analysis.pictures import wording
from analysis.types import PoseQuality


def print_summary(console: Console, document: dict[str, Any]) -> None:
    """Print the heading, how far to believe it, and one row for each repetition.

    Args:
        console: Where to.
        document: The content of `report.json`.
    """
    title = wording.title(find_exercise(document["exercise"]))
    score = "" if document["score"] is None else f" · {document['score']:.0f} of 100"
    console.print(f"[bold]{title} · {wording.repetitions(len(document['repetitions']))}[/bold]{score}")
    quality = PoseQuality(**document["quality"])
    console.print(wording.seen(quality))
    for warning in quality.warnings:
        console.print(f"! {warning}", markup=False)
    if "comparison" in document:
        console.print(f"{document['comparison']['similarity']:.0f} % like the professional")
    if not document["repetitions"]:
        return
    table = Table("rep", "from", "turn", "to", "score", "verdict")
    for repetition in document["repetitions"]:
        times = [wording.clock(repetition[key]) for key in ("start_s", "turn_s", "end_s")]
        judged = repetition["score"] is not None
        cues = " ".join(fault["cue"] for fault in repetition["faults"])
        score = f"{repetition['score']:.0f}" if judged else "–"
        table.add_row(str(repetition["index"]), *times, score, cues or ("good" if judged else "not judged"))
    console.print(table)
