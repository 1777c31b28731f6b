"""The child processes among which a video is divided: started, asked, and never left behind."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from analysis.errors import AnalysisCancelled, AnalysisCrashed, DecoderLimit
from analysis.media.allowance import Command
from analysis.media.video import VideoFile
from analysis.sandbox.answers import UnbelievableAnswer, receive
from analysis.sandbox.room import Room, missing_means

_log = logging.getLogger(__name__)

CANCEL_CHECK_EVERY_S = 0.1
MAX_PROCESSES = 8
# A process is not worth its start for less.
MIN_PART_S = 2.0
# A process that answers nothing and uses no processor time for so long stands still.
STANDS_STILL_AFTER_S = 120.0
_LOOK_EVERY_S = 5.0
_DIES_WITHIN_S = 5.0
_LAST_WORDS = 4000
_NOTHING_S = 0.001
_ROOT = Path(__file__).parents[2]
# All of the environment that a process needs; the worker's holds secrets.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "GOODREP_POSE_MODEL", "GOODREP_FACE_MODEL")
_ENVIRONMENT_PREFIXES = ("LC_", "PYTHON", "MALLOC_")


def processes_for(video: VideoFile) -> int:
    """Among how many processes to divide a video that is gone through once more: the cores, if it is long enough."""
    cores = min(len(os.sched_getaffinity(0)), MAX_PROCESSES)
    return max(1, min(cores, int(video.info.duration_s / MIN_PART_S)))


class PoseProcess:
    """One child process, asked one thing at a time.

    Args:
        worker: The module that it runs, by `analysis.sandbox.serving`.
        room: What it may touch.
    """

    def __init__(self, worker: str, room: Room) -> None:
        self.connection, theirs = Pipe()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", worker, str(theirs.fileno())],
            cwd=_ROOT,
            # The children share the cores among themselves; a pool of threads in each would only get in the way.
            env=_environment() | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._stderr,
            stderr=self._stderr,
            # Ctrl-C in a terminal goes to the whole group; who is to stop, and how, is the parent's decision alone.
            process_group=0,
        )
        theirs.close()
        self._send(room)
        self._idle = _Idle(self._process.pid)

    def ask(self, command: Command) -> None:
        """Give it something to do; the answers arrive on `connection`."""
        self._send((command.allowance, command))

    def answer(self) -> Any:
        """The next answer; after the last comes None, or the error that it ended with.

        Raises:
            AnalysisCrashed: The process has died, or is not itself any more.
            DecoderLimit: It has used up its processor time.
        """
        try:
            answer = receive(self.connection)
        except (EOFError, ConnectionResetError) as error:
            code = self._end_of_process()
            _log.error("A process that read a video ended with %s:\n%s", code, self._words())
            raise _death(code) from error
        except UnbelievableAnswer as error:
            _log.critical("A process that read a video gave an answer that is not ours, and was ended: %s", error)
            raise _crash() from error
        self._idle = _Idle(self._process.pid)
        return answer

    def check_that_it_lives(self, waited_s: float) -> None:
        """To be called while its answer is waited for.

        Args:
            waited_s: Since the last call; time for which the caller was stopped is left out.

        Raises:
            AnalysisCrashed: It has stood still for too long.
        """
        if self._idle.after(waited_s) > STANDS_STILL_AFTER_S:
            _log.error("A process that read a video stood still:\n%s", self._words())
            raise _crash()

    def _send(self, message: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the reader of the answers finds it dead
            self.connection.send(message)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self.connection.close()
        _log.debug("Words of MediaPipe and FFmpeg: %s", self._words())
        self._stderr.close()

    def _end_of_process(self) -> int:
        """Its exit status; one that has only hung up is ended."""
        try:
            return self._process.wait(_DIES_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _words(self) -> str:
        size = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), _LAST_WORDS, max(0, size - _LAST_WORDS)).decode(errors="replace")


class _Idle:
    """For how long a process has used no processor time."""

    def __init__(self, pid: int) -> None:
        # Of a whole process, by its number: clock_getcpuclockid(3).
        self._clock = ~pid << 3 | 2
        self._used_s = 0.0
        self._since_look_s = self._idle_s = 0.0

    def after(self, waited_s: float) -> float:
        """Seconds, after so many more have passed."""
        self._since_look_s += waited_s
        if self._since_look_s >= _LOOK_EVERY_S:
            with suppress(OSError):  # it is gone, as the reader of its answers will find
                used_s = time.clock_gettime(self._clock)
                self._idle_s = self._idle_s + self._since_look_s if used_s - self._used_s < _NOTHING_S else 0.0
                self._used_s = used_s
            self._since_look_s = 0.0
        return self._idle_s


def _crash() -> AnalysisCrashed:
    return AnalysisCrashed("The video could not be analysed: reading it failed in an unexpected way.")


def _death(code: int) -> AnalysisCrashed | DecoderLimit:
    if code == -signal.SIGXCPU:
        return DecoderLimit(
            "Reading this video takes longer than any video of its length should. "
            "Please export it again, as MP4 with H.264."
        )
    return _crash()


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in _ENVIRONMENT or name.startswith(_ENVIRONMENT_PREFIXES)
    }


@cache
def _tell_what_is_missing() -> None:
    """Once in the life of this process."""
    for means in missing_means():
        _log.warning("Videos are read with less protection: this machine has no %s; see docs/security.md", means)


class PoseProcesses:
    """Several child processes at work on one video; a context manager.

    Args:
        count: How many.
        cancelled: Asked several times a second.
        worker: The module that they run.
        room: What they may touch.
    """

    def __init__(
        self,
        count: int,
        cancelled: Callable[[], bool] | None = None,
        *,
        worker: str = "analysis.pose.worker",
        room: Room,
    ) -> None:
        _tell_what_is_missing()
        self._cancelled = cancelled or (lambda: False)
        self._start = partial(PoseProcess, worker, room)
        self._processes: list[PoseProcess | None] = [self._start() for _ in range(count)]

    def __len__(self) -> int:
        return len(self._processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number in range(len(self)):
            self._end(number)

    def answers(self, commands: Sequence[Command]) -> Iterator[tuple[int, Any]]:
        """Give each process one command and yield (process, answer) as they come.

        Whoever has not come to the end of its answers, since this was cut short, makes room for a new process.

        Raises:
            AnalysisCancelled: The caller wanted an end.
            AnalysisCrashed: A process has died, or stands still.
            AnalysisError: Another of what a process has answered.
        """
        busy: dict[Connection, int] = {}
        try:
            for number, command in enumerate(commands):
                process = self._running(number)
                busy[process.connection] = number
                process.ask(command)
            while busy:
                ready = wait(list(busy), timeout=CANCEL_CHECK_EVERY_S)
                for number in [] if ready else busy.values():
                    self._running(number).check_that_it_lives(CANCEL_CHECK_EVERY_S)
                for connection, number in [one for one in busy.items() if one[0] in ready]:
                    answer = self._running(number).answer()
                    if answer is None or isinstance(answer, Exception):
                        del busy[connection]
                    if isinstance(answer, Exception):
                        raise answer
                    if answer is not None:
                        yield number, answer
                if self._cancelled():
                    raise AnalysisCancelled("The analysis was cancelled.")
        finally:
            for number in busy.values():
                self._end(number)

    def _running(self, number: int) -> PoseProcess:
        process = self._processes[number]
        if process is None:
            process = self._processes[number] = self._start()
        return process

    def _end(self, number: int) -> None:
        process, self._processes[number] = self._processes[number], None
        if process is not None:
            process.close()
