"""What goes on beside a piece of work, in a thread of its own."""

import contextvars
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Companion(ABC):
    """Runs from `with` to the end of the block, which waits for its end."""

    def __init__(self, name: str) -> None:
        self._closed = threading.Event()
        # its lines name the job, as ours do
        as_here = contextvars.copy_context().run
        self._thread = threading.Thread(target=as_here, args=(self._run,), name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """Do it until `_closed` is set."""
