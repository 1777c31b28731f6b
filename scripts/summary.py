"""The table that `make run` prints from a job's report.json."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_summary(report: dict[str, Any]) -> None:
    """One row for each repetition, then what the set is worth and what could not be judged."""
    console = Console(highlight=False)
    table = Table(title=report["exercise"].replace("_", " ").capitalize(), title_justify="left")
    for heading in ("rep", "start", "turn", "end", "score"):
        table.add_column(heading, justify="right")
    table.add_column("to improve")
    for repetition in report["repetitions"]:
        times = [f"{repetition[key]:.1f} s" for key in ("start_s", "turn_s", "end_s")]
        cues = [fault["cue"] for fault in repetition["faults"]]
        table.add_row(str(repetition["index"]), *times, _score(repetition["score"]), "\n".join(cues))
    console.print(table)
    console.print(f"{len(report['repetitions'])} repetitions, score {_score(report['score'])}")


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.0f}"
