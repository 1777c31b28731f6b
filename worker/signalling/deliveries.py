"""For operators: `python -m worker deliveries [--failed] [--job ID] [--json]` and `python -m worker replay ID`."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from storage.notices import RedisNotices
from storage.signals import Delivery

_COLUMNS = ("id", "event", "channel", "target", "state", "attempts", "tried_at", "next_at", "detail")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The two commands' options."""
    listed = commands.add_parser("deliveries", help="who was told of jobs' ends and how that went, latest first")
    listed.add_argument("--failed", action="store_true", help="only what came to nothing")
    listed.add_argument("--job", default="", metavar="ID", help="only of this job")
    listed.add_argument("--limit", type=int, default=100, help="at most so many lines")
    listed.add_argument("--json", action="store_true", help="for machines: one JSON object a line")
    again = commands.add_parser("replay", help="send signals again, at once and with all their attempts")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("delivery_id", nargs="*", default=[], help="as in `deliveries`")
    which.add_argument("--failed", action="store_true", help="all that came to nothing")


def show(notices: RedisNotices, options: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do what `deliveries` asks for. Raises `StorageUnavailable`."""
    found = _of_job(notices, options) if options.job else notices.latest(failed=options.failed, limit=options.limit)
    rows = [
        {name: value for name, value in asdict(each).items() if name in _COLUMNS} for each in found[: options.limit]
    ]
    if options.json:
        for row in rows:
            say(json.dumps(row, default=datetime.isoformat, ensure_ascii=False))
        return
    for line in _table(rows):
        say(line)
    waiting = notices.waiting()
    if waiting:
        say(f"{waiting} ends of jobs wait to be told; a running worker tells them within seconds.")


def _of_job(notices: RedisNotices, options: argparse.Namespace) -> Sequence[Delivery]:
    return [each for each in reversed(notices.of_job(options.job)) if not options.failed or each.failed]


def replay(notices: RedisNotices, options: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do what `replay` asks for. Raises `DeliveryNotFound`, `StorageUnavailable`."""
    ids = [each.id for each in notices.latest(failed=True, limit=10_000)] if options.failed else options.delivery_id
    for delivery_id in ids:
        say(f"{notices.replay(delivery_id).id} is sent again.")


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [[name.upper() for name in _COLUMNS], *([_cell(row[name]) for name in _COLUMNS] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _cell(value: object) -> str:
    return f"{value:%F %T}" if isinstance(value, datetime) else "-" if value in ("", None) else str(value)
