"""What the operator's command prints: tables for people and for pipes, one JSON document for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from telemetry.log import without_secrets

SHORT_ID = 12
"""Digits of a job's id in tables: enough to be the only one among millions."""
_WIDE = 10_000
"""Columns where nobody looks at a screen: a pipe's lines are never folded."""
_STYLES = {"failed": "red", "FAILED": "red", "succeeded": "green", "running": "cyan", "ok": "green", "given_up": "red"}


def say_json(document: Mapping[str, Any]) -> None:
    """One document, readable by people as well; secrets are hidden, as everywhere in this file."""
    text = json.dumps(document, default=_plain, ensure_ascii=False, indent=1)
    print(without_secrets(text))  # noqa: T201


def say(sentence: str) -> None:
    """A line of text."""
    _console().print(Text(_safe(sentence)))


def complain(sentence: str) -> None:
    """A line on stderr."""
    print(_safe(sentence), file=sys.stderr)  # noqa: T201


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side: folded to a screen's width, or one line a row in a pipe; nothing is cut off."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column.upper(), overflow="fold", no_wrap=index == 0)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    _print(table)


def say_pairs(pairs: Sequence[tuple[str, object]]) -> None:
    """Names and values, one a line."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(name, _cell(value))
    _print(table)


def duration(seconds: float) -> str:
    """In the two largest units that matter: `42s`, `3m10s`, `2h05m`, `4d3h`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86_400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86_400}d{whole % 86_400 // 3600}h"


def _print(table: Table) -> None:
    console = _console()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        print(line.rstrip())  # noqa: T201


def _cell(value: object) -> Text:
    if value is None or value == "":
        return Text("-")
    if isinstance(value, datetime):
        return Text(f"{value:%F %T}")
    if isinstance(value, timedelta):
        return Text(duration(value.total_seconds()))
    text = _safe(" ".join(str(value).splitlines()))
    return Text(text, style=_STYLES.get(text, ""))


def _safe(text: str) -> str:
    """Without secrets, and without what would steer the operator's terminal: users name their videos."""
    shown = without_secrets(text)
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in shown)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
