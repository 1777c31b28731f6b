"""Options that several commands share, and doing one thing to several jobs."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import click

from storage.errors import StorageError, StorageUnavailable
from worker.admin.printing import complain, say, say_json

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document; its shape: docs/operate.md.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask whether it is meant.")
ids_argument = click.argument("ids", nargs=-1, required=True, metavar="ID...")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Age(click.ParamType[timedelta]):
    """A time span such as `90s`, `15m`, `2h`, `1.5d`."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Fails with a sentence."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]+)?)([smhd])", value)
        if not found:
            self.fail(f"{value!r} is no time span; write 90s, 15m, 2h or 1.5d.", param, ctx)
        return timedelta(**{_UNITS[found[2]]: float(found[1])})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of several things that were asked for.

    Attributes:
        id: Its id; as it was typed, where nothing has it.
        ok: Whether it was done.
        code: Stable code of why not, or "".
        message: A sentence.
    """

    id: str
    ok: bool
    code: str
    message: str


def to_each(asked: Sequence[str], act: Callable[[str], tuple[str, str]], *, as_json: bool) -> int:
    """Do it to each and say how it went; the exit status.

    Args:
        asked: As they were typed.
        act: Gives an id and a sentence about what was done; raises `StorageError`.
        as_json: Whether to say so in JSON.

    Raises:
        StorageUnavailable: Redis is away; what was done before has been said.
    """
    results: list[Result] = []
    try:
        for typed in dict.fromkeys(asked):
            try:
                found, sentence = act(typed)
            except StorageUnavailable:
                raise
            except StorageError as error:
                results.append(Result(typed, ok=False, code=error.code, message=str(error)))
            else:
                results.append(Result(found, ok=True, code="", message=sentence))
            if not as_json:
                (say if results[-1].ok else complain)(results[-1].message)
    finally:
        if as_json and results:
            say_json({"results": [asdict(each) for each in results]})
    return int(not all(each.ok for each in results))


def ask_whether(question: str, *, yes: bool) -> None:
    """Go on only when it is meant.

    Raises:
        click.UsageError: Nobody is there to ask.
        click.Abort: It is not meant.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to ask whether this is meant: add --yes.")
    click.confirm(question, abort=True, err=True)
