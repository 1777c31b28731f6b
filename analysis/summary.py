"""What a terminal shows of a report, in the report's language: `python -m analysis` and `make run` print the same."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.errors import AnalysisError
from analysis.judging.exercise import find_exercise
from analysis.pictures.wording import Wording, wording_in
from analysis.verdicts import Counts


def print_error(console: Console, error: AnalysisError | OSError, file: Path) -> None:
    """Print what went wrong, with its code; `file` is what was asked for, should the error name none."""
    if isinstance(error, AnalysisError):
        console.print(f"{error} ({error.code})", markup=False)
    else:
        console.print(f"{error.strerror or error}: {error.filename or file} (io_error)", markup=False)


def print_results(console: Console, report: Path, folder: Path, *, quiet: bool) -> None:
    """Print the summary of a `report.json` unless `quiet`, and last the line that says where the results lie."""
    if not quiet:
        print_summary(console, json.loads(report.read_text(encoding="utf-8")))
    console.print(f"results: {folder.resolve()}", markup=False)


def print_summary(console: Console, document: dict[str, Any]) -> None:
    """Print the heading, how far to believe it, and one row for each repetition, no-rep or hold.

    Args:
        console: Where to.
        document: The content of `report.json`.
    """
    wording = wording_in(document["language"])
    exercise = find_exercise(document["exercise"])
    counted = wording.with_no_reps(Counts(**document["counts"]), len(document["no_repetitions"]))
    if exercise.hold is not None:
        counted = wording.held(sum(hold["held_s"] for hold in document["holds"]))
    score = "" if document["score"] is None else f" · {document['score']:.0f} {wording.phrase('of_100')}"
    console.print(f"[bold]{wording.title(exercise)} · {counted}[/bold]{score}")
    quality = document["quality"]
    console.print(wording.seen(quality["view"], quality["person_found"]))
    for warning in quality["warnings"]:
        console.print(f"! {warning}", markup=False)
    if "comparison" in document:
        similarity = wording.number(document["comparison"]["similarity"])
        console.print(wording.phrase("like_professional", percent=similarity))
    first = document["set"]["fix_first"]
    if first is not None:
        console.print(wording.phrase("first", cue=first["cue"]), markup=False)
    rows = [*document["repetitions"], *document["no_repetitions"], *document["holds"]]
    if not rows:
        return
    moments = ("from", "to") if exercise.hold else ("from", "turn", "to")  # a hold turns nowhere
    columns = ("hold" if exercise.hold else "repetition", *moments, "score", "verdict")
    table = Table(*(wording.phrase(f"column_{column}") for column in columns))
    for row in sorted(rows, key=lambda one: float(one["start_s"])):
        table.add_row(*_row(row, wording))
    console.print(table)


def _row(one: dict[str, Any], wording: Wording) -> list[str]:
    """A repetition, no-rep or hold as cells."""
    times = [wording.clock(one[key]) for key in ("start_s", "turn_s", "end_s") if key in one]
    if "why" in one:
        return [wording.phrase("no_rep"), *times, "–", one["why"]]
    cues = " ".join(fault["cue"] for fault in one["faults"])
    verdict = wording.phrase("not_judged" if one["score"] is None else "good")
    return [str(one["index"]), *times, wording.number(one["score"]), cues or verdict]
