"""The child processes among which a video is divided: started, asked, and never left behind."""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from analysis.errors import AnalysisCancelled, AnalysisCrashed
from analysis.media.video import VideoFile

_log = logging.getLogger(__name__)

CANCEL_CHECK_EVERY_S = 0.1
MAX_PROCESSES = 8
# A process is not worth its start for less.
MIN_PART_S = 2.0
_ROOT = Path(__file__).parents[2]


def processes_for(video: VideoFile) -> int:
    """Among how many processes to divide a video that is gone through once more: the cores, if it is long enough."""
    cores = min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
    return max(1, min(cores, int(video.info.duration_s / MIN_PART_S)))


class PoseProcess:
    """One child process, asked one thing at a time; `worker` is the module that it runs."""

    def __init__(self, worker: str) -> None:
        self.connection, theirs = Pipe()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", worker, str(theirs.fileno())],
            cwd=_ROOT,
            # The children share the cores among themselves; a pool of threads in each would only get in the way.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._stderr,
            stderr=self._stderr,
            # Ctrl-C in a terminal goes to the whole group; who is to stop, and how, is the parent's decision alone.
            process_group=0,
        )
        theirs.close()

    def ask(self, command: object) -> None:
        """Give it something to do; the answers arrive on `connection`."""
        with suppress(BrokenPipeError):  # the reader of the answers finds it dead
            self.connection.send(command)

    def answer(self) -> Any:
        """The next answer, None after the last.

        Raises:
            AnalysisCrashed: The process has died.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionResetError) as error:
            code = self._process.wait()
            _log.error("A pose process ended with %s:\n%s", code, self._words())
            raise AnalysisCrashed("The video could not be analysed: reading it failed in an unexpected way.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self.connection.close()
        _log.debug("MediaPipe's words: %s", self._words())
        self._stderr.close()

    def _words(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")[-4000:]


class PoseProcesses:
    """Several child processes at work on one video; a context manager."""

    def __init__(
        self, count: int, cancelled: Callable[[], bool] | None = None, *, worker: str = "analysis.pose.worker"
    ) -> None:
        self._cancelled = cancelled or (lambda: False)
        self._processes = [PoseProcess(worker) for _ in range(count)]

    def __len__(self) -> int:
        return len(self._processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.close()

    def answers(self, commands: list[Any]) -> Iterator[tuple[int, Any]]:
        """Give each process one command and yield (process, answer) as they come.

        Raises:
            AnalysisCancelled: The caller wanted an end.
            AnalysisCrashed: A process has died.
        """
        busy: dict[Connection, int] = {}
        for number, command in enumerate(commands):
            self._processes[number].ask(command)
            busy[self._processes[number].connection] = number
        while busy:
            for connection in wait(list(busy), timeout=CANCEL_CHECK_EVERY_S):
                number = busy[connection]  # type: ignore[index]
                answer = self._processes[number].answer()
                if answer is None:
                    del busy[connection]  # type: ignore[arg-type]
                else:
                    yield number, answer
            if self._cancelled():
                raise AnalysisCancelled("The analysis was cancelled.")
