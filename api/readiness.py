"""Whether what a request needs answers now, asked with a bound on the time, as whoever balances load waits for it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswer
from contextlib import suppress
from threading import Lock

from api.settings import Settings
from storage.base import Jobs, ObjectStore
from storage.errors import ObjectNotFound, StorageError

_STORE_ANSWER_S = 1.0
"""More than Redis gets, of which we know that it is near."""


def readiness(jobs: Jobs, objects: ObjectStore, settings: Settings) -> "Readiness":
    """Of what every job needs: its record and its video."""

    def ask_store() -> None:
        with suppress(ObjectNotFound):  # an answer
            objects.stat("temp/video/pro/ready.mp4")

    doors = {"Redis": jobs.ping, "the storage": ask_store}
    return Readiness(doors, answer_s=settings.redis_answer_s + _STORE_ANSWER_S)


class Readiness:
    """Asks several doors side by side. Threads may share it.

    A door that hangs is asked once and not again until that question has ended, so questions do not pile up.
    """

    def __init__(self, doors: dict[str, Callable[[], None]], *, answer_s: float) -> None:
        """Nothing is asked yet.

        Args:
            doors: By what a sentence calls them; each returns when it answers, or raises `StorageError`.
            answer_s: A door that is silent for so long does not answer.
        """
        self._doors = doors
        self._answer_s = answer_s
        self._pool = ThreadPoolExecutor(max_workers=len(doors), thread_name_prefix="ready")
        self._open: dict[str, Future[None]] = {}
        self._lock = Lock()

    def missing(self) -> list[str]:
        """The doors that do not answer."""
        until_s = time.monotonic() + self._answer_s
        asked = {name: self._ask(name) for name in self._doors}
        return [name for name, question in asked.items() if not _answers(question, until_s)]

    def _ask(self, name: str) -> Future[None]:
        with self._lock:
            known = self._open.get(name)
            if known is None or known.done():
                known = self._open[name] = self._pool.submit(self._doors[name])
            return known


def _answers(question: Future[None], until_s: float) -> bool:
    try:
        question.result(max(0.0, until_s - time.monotonic()))
    except (StorageError, NoAnswer):
        return False
    return True
