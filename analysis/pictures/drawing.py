"""Writing pictures, plots and tables at once, on all cores."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import BoundedSemaphore
from typing import Protocol

from analysis.errors import NotAVideo
from analysis.pictures.canvas import Picture
from analysis.pictures.rendering import encode_jpeg
from analysis.pictures.selection import Shot

# Full-size pictures that may wait to be drawn, so that a long set needs no more memory than a short one.
_WAITING = 4


class Pictures(Protocol):
    """A video whose frames can be looked at again; `PoseRun` is one."""

    def frames(self, indices: Sequence[int], *, exact: Collection[int] = ()) -> Iterator[tuple[int, Picture]]:
        """Index and upright BGR picture of each wanted frame, in rising order; a neighbour will do if not `exact`."""
        ...


def draw_all(
    folder: Path,
    jobs: Iterable[Callable[[], object]],
    shots: Sequence[tuple[Pictures, Sequence[Shot]]],
    tick: Callable[[int, int], None],
) -> None:
    """Run the jobs and write every shot's files into the folder.

    Args:
        folder: Where pictures are written.
        jobs: Whatever else is to be written; run at the same time.
        shots: For each video what is wanted of it.
        tick: Told how many of how many are done; what it raises stops the drawing.
    """
    pool = ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2), thread_name_prefix="draw")
    try:
        running: list[Future[object]] = [pool.submit(job) for job in jobs]
        total = len(running) + sum(len(wanted) for _, wanted in shots)
        room = BoundedSemaphore(_WAITING)
        for source, wanted in shots:
            for shot, frame, picture in _served(source, wanted):
                room.acquire()
                future: Future[object] = pool.submit(_write, folder, shot, frame, picture)
                future.add_done_callback(lambda _: room.release())
                running.append(future)
                tick(sum(one.done() for one in running), total)
        for done, one in enumerate(as_completed(running), start=1):
            one.result()
            tick(done, total)
    finally:
        pool.shutdown(cancel_futures=True)


def _served(source: Pictures, shots: Sequence[Shot]) -> Iterator[tuple[Shot, int, Picture]]:
    """Each shot with the picture that was served nearest to it; a frame wanted twice is fetched once."""
    ordered = sorted(shots, key=lambda shot: shot.frame)
    exact = {shot.frame for shot in shots if shot.exact}
    answers = source.frames(sorted({shot.frame for shot in shots}), exact=exact)
    current, following = next(answers, None), next(answers, None)
    for shot in ordered:
        # Step by step and not one for one: a damaged frame may be missing among the answers.
        while current and following and abs(following[0] - shot.frame) <= abs(current[0] - shot.frame):
            current, following = following, next(answers, None)
        if current is None:
            raise NotAVideo("The pictures of this video cannot be decoded.")
        yield shot, *current


def _write(folder: Path, shot: Shot, frame: int, picture: Picture) -> None:
    data = encode_jpeg(shot.draw(frame, picture))
    for name in shot.names:
        (folder / name).write_bytes(data)
