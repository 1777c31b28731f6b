"""What a check says: its finding, made of what it returns or raises."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from storage.errors import StorageError, StorageUnavailable

FOLDER = "goodrep-doctor"
"""Where probes lie for a moment, in the bucket and in the database."""
_REACH_IT = "See whether this machine reaches it (network, proxy, firewall), and whether the address is right."


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says.

    Attributes:
        check: Its name.
        state: How it went.
        sentence: What was found.
        remedy: What to do about it, or "".
    """

    check: str
    state: State
    sentence: str
    remedy: str = ""


class Skipped(Exception):
    """There is nothing to check here; the text says why."""


class Wrong(Exception):
    """The check found something wrong; the text says what."""


def attempt(check: str, call: Callable[[], str], remedy: str) -> Finding:
    """The finding of a check that returns a sentence, or raises `Skipped`, `Wrong` or `StorageError`."""
    try:
        return Finding(check, State.OK, call())
    except Skipped as reason:
        return Finding(check, State.SKIPPED, str(reason))
    except Wrong as wrong:
        return Finding(check, State.FAILED, str(wrong), remedy)
    except StorageError as error:
        cause = f" [{error.__cause__}]"[:300] if error.__cause__ else ""
        return Finding(
            check, State.FAILED, f"{error}{cause}", _REACH_IT if isinstance(error, StorageUnavailable) else remedy
        )
