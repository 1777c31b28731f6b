"""When to try again, for how long, and how long to wait in between.

Waiting grows and is drawn at random ("full jitter"), so that many clients that failed together do not come back
together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from storage.errors import StorageError, StorageUnavailable
from storage.watch import tell_tried_again

ATTEMPTS_AT_CORRUPTION = 3
"""Times that content is sent or fetched from its beginning because its checksum was wrong."""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one operation may take.

    Attributes:
        connect_s: Of one attempt, until there is a connection.
        read_s: Of one attempt, without a byte.
        deadline_s: Of all attempts since something last went forward; a long download that moves is never cut.
        first_pause_s: Longest pause after the first failure; it doubles with each.
        longest_pause_s: It does not grow beyond.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    deadline_s: float = 30.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 4.0

    @property
    def timeout(self) -> tuple[float, float]:
        """Of one attempt, as the `requests` library takes it."""
        return (self.connect_s, self.read_s)


class Attempts:
    """Counts the failures of one operation, and pauses after each that is worth another try."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.went_forward()

    def went_forward(self) -> None:
        """Something was achieved: the deadline and the pauses begin anew."""
        self._began_s = time.monotonic()
        self._failures = 0

    def failed(self, error: StorageError) -> None:
        """Pause before the next attempt.

        Raises:
            StorageError: `error` itself, when it is final (anything but `StorageUnavailable`), or when the deadline
                would be over after the pause.
        """
        if not isinstance(error, StorageUnavailable):
            raise error
        patience = self._patience
        longest_s = min(patience.longest_pause_s, patience.first_pause_s * 2**self._failures)
        pause_s = random.uniform(0, longest_s)  # noqa: S311 - no secret
        if time.monotonic() + pause_s - self._began_s > patience.deadline_s:
            raise error
        self._failures += 1
        tell_tried_again(error)
        time.sleep(pause_s)


def patiently(call: Callable[[], _Value], patience: Patience) -> _Value:
    """What `call` gives; called again after a `StorageUnavailable` until the deadline. It must bear being repeated.

    Raises:
        StorageError: What `call` raised last.
    """
    attempts = Attempts(patience)
    while True:
        try:
            return call()
        except StorageError as error:
            attempts.failed(error)
