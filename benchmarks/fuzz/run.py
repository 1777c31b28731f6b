"""One malformed video after the other through the product's own path, and what became of each."""

import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Self

import psutil

from analysis.errors import AnalysisCancelled, AnalysisCrashed, AnalysisError
from analysis.media.video import VideoLimits
from analysis.options import AnalysisOptions
from analysis.pipeline import analyze
from analysis.pose.checking import check_video
from analysis.pose.follow import estimate_pose
from analysis.pose.processes import PoseProcesses
from analysis.sandbox.room import Room
from benchmarks.fuzz import damaged, malformed
from benchmarks.fuzz.damaged import Made
from benchmarks.fuzz.people import damaged_people

# Small, so that a run takes minutes; what is refused for them is refused in the same way for the product's own.
LIMITS = VideoLimits(max_duration_s=60.0, max_frames=900)
# On the busiest machine no video of a run takes a fifth of it; a loop that does not end is still there after that.
STALLED_AFTER_S = 600.0
# Starting processes for evidence, faces and film takes longer than all else: some of the videos stand for the others.
_EVIDENCE_EVERY, _ALL_EVERY = 8, 4

_WITH_URL = (damaged.references, malformed.playlists)
_KINDS: tuple[Callable[..., Made], ...] = (
    damaged.flipped_bytes,
    damaged.flipped_headers,
    damaged.flipped_index,
    damaged.cut,
    damaged.spliced,
    damaged.box_sizes,
    damaged.box_order,
    damaged.durations,
    damaged.timestamps,
    damaged.edit_lists,
    damaged.turns,
    damaged.claimed_sizes,
    damaged.codec_headers,
    damaged.claimed_counts,
    damaged.encrypted,
    malformed.real_sizes,
    malformed.changing_sizes,
    malformed.many_frames,
    malformed.wild_times,
    malformed.several_formats,
    malformed.codecs_of_old,
    malformed.no_video,
    *_WITH_URL,
    damaged_people,
)
COUNT_OF_KINDS = len(_KINDS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one video.

    Attributes:
        kind: What was wrong with it.
        result: `analysed`, `crashed`, `stalled`, or the code of the error with which it was refused.
        seconds: It took.
    """

    kind: str
    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Malformed:
    """A video of a run; `kind` says what is wrong with it."""

    number: int
    kind: str
    data: bytes
    suffix: str


def make(number: int, seed: int, url: str) -> Malformed:
    """One video of a run; the same for the same numbers."""
    random = Random(f"{seed}.{number}")
    kind = _KINDS[number % len(_KINDS)]
    data, suffix = kind(random, url) if kind in _WITH_URL else kind(random)
    return Malformed(number, kind.__name__, data, suffix)


class Runner:
    """Takes videos through check, pose and evidence as an analysis does; a context manager.

    Args:
        folder: To be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._spool = folder / "spool"
        self._spool.mkdir()
        self._ends_s = 0.0
        room = Room(reads=(folder,), writes=(self._spool,))
        self._team = PoseProcesses(1, self._is_late, room=room)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._team.__exit__(None, None, None)

    def run(self, video: Malformed) -> Outcome:
        """Never raises, whatever the video does."""
        path = self._folder / f"video{video.suffix}"
        path.write_bytes(video.data)
        turn = video.number // COUNT_OF_KINDS
        began_s = time.monotonic()
        self._ends_s = began_s + STALLED_AFTER_S
        try:
            if video.kind == damaged_people.__name__ and turn % _ALL_EVERY == 0:
                self._analyse_all(path)
            else:
                self._check_and_follow(path, with_evidence=(turn + video.number) % _EVIDENCE_EVERY == 0)
        except AnalysisCancelled:
            result = "stalled"
        except AnalysisCrashed:
            result = "crashed"
        except AnalysisError as error:
            result = error.code
        except Exception:  # noqa: BLE001 - this is what is looked for
            traceback.print_exc()
            result = "crashed"
        else:
            result = "analysed"
        path.unlink()
        return Outcome(video.kind, result, time.monotonic() - began_s)

    def left_over(self) -> list[str]:
        """Files that nobody has removed."""
        return [str(path) for path in self._folder.rglob("*") if path != self._spool]

    def _check_and_follow(self, path: Path, *, with_evidence: bool) -> None:
        video = check_video(self._team, path, LIMITS)
        with estimate_pose(video, cancelled=self._is_late, scratch=self._spool, team=self._team) as run:
            if with_evidence:
                list(run.frames([0, len(run.track.timestamps_s) // 2]))

    def _analyse_all(self, path: Path) -> None:
        out = self._folder / "results"
        options = AnalysisOptions(blur_faces=True, video=True)
        result = analyze(path, "squat", out, limits=LIMITS, options=options, cancelled=self._is_late)
        for file in result.files:
            file.unlink()
        out.rmdir()

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends_s


class Listener:
    """A port of this machine that nobody should come to."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.2)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.visitors = 0

    def listen(self, closed: threading.Event) -> None:
        """Count visitors until the event."""
        with self._server:
            while not closed.is_set():
                try:
                    visitor, _ = self._server.accept()
                except TimeoutError:
                    continue
                visitor.close()
                self.visitors += 1


class Memory:
    """Most memory that this process and its children had, in bytes of RSS."""

    def __init__(self) -> None:
        self.children = 0
        self._me = psutil.Process()

    @property
    def own(self) -> int:
        """Of this process, now."""
        return int(self._me.memory_info().rss)

    def watch(self, closed: threading.Event) -> None:
        """Look until the event."""
        while not closed.wait(0.1):
            for child in self._me.children(recursive=True):
                try:
                    self.children = max(self.children, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


@contextmanager
def beside(*watchers: Callable[[threading.Event], None]) -> Iterator[None]:
    """Watchers in threads, until the block is left."""
    closed = threading.Event()
    threads = [threading.Thread(target=watcher, args=(closed,), daemon=True) for watcher in watchers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        closed.set()
        for thread in threads:
            thread.join()
