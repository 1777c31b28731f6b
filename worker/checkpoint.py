"""What a job has found out so far, kept in the store, so that another attempt goes on from there, on any host.

The parts lie in a folder below the job's own (`VideoKey.checkpoint_prefix`), so that whatever erases a job's or a
user's objects takes them along. They are written beside the work, only while the claim holds; when they cannot be, the
job goes on without. When the job has ended, however that came about, they are removed.
"""

import queue
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from storage import Storage
from storage.errors import InvalidKey, StorageError
from storage.jobs.checkpoints import RedisCheckpoints
from storage.keys import VideoKey, parse_video_key
from storage.types import JobStatus
from worker.lease import JobStopped, Lease, StopReason

_log = structlog.get_logger("goodrep.worker")
_LAST_PARTS_S = 4.0
"""A job that is cut short waits for so long for its last parts; less than a worker gets to stop."""
_NO_OTHER_ATTEMPT = (StopReason.LOST, StopReason.CANCELLED, StopReason.TIMEOUT)
_CONTENT_TYPE = "application/octet-stream"


class StoredShelf:
    """The shelf of the analysis (`analysis.pose.checkpoint.Shelf`), in the store; a context manager around the work."""

    def __init__(
        self,
        lease: Lease,
        video: VideoKey,
        folder: Path,
        storage: Storage,
        checkpoints: RedisCheckpoints,
        *,
        every_s: float,
    ) -> None:
        self._lease, self._objects, self._checkpoints = lease, storage.objects, checkpoints
        self._folder, self._every_s = folder, every_s
        self._prefix = video.checkpoint_prefix(lease.claim.job.id)
        self._waiting: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._put = 0
        self._not_wanted = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._thread is None:
            return
        if kind is None or self._lease.reason in _NO_OTHER_ATTEMPT:
            self._not_wanted.set()
        self._waiting.put(None)
        self._thread.join(_LAST_PARTS_S)
        self._not_wanted.set()

    @property
    def every_s(self) -> float:
        """See `Shelf.every_s`."""
        return self._every_s

    def put(self, name: str, part: bytes) -> None:
        """See `Shelf.put`."""
        if self._lease.reason in _NO_OTHER_ATTEMPT:
            return
        self._put += 1
        # by token and number, so that their order is that of the keys
        self._waiting.put((f"{name}-{self._lease.claim.token:08d}-{self._put:05d}.npz", part))
        if self._thread is None:
            self._thread = threading.Thread(target=self._store_all, name="checkpoint", daemon=True)
            self._thread.start()

    def parts(self, name: str) -> Sequence[bytes]:
        """See `Shelf.parts`. The first attempt at a job asks nobody."""
        if self._lease.claim.token == 1:
            return ()
        read: list[bytes] = []
        path = self._folder / "checkpoint.read"
        try:
            for info in self._lease.patiently(lambda: list(self._objects.list(f"{self._prefix}{name}-"))):
                self._lease.patiently(partial(self._objects.download, info.key, path))
                read.append(path.read_bytes())
        except (StorageError, OSError) as error:
            _log.warning("checkpoint not read to its end; the rest is done again", error=str(error))
        finally:
            path.unlink(missing_ok=True)
        return read

    @property
    def empty(self) -> bool:
        """Whether no attempt can have put anything by."""
        return self._put == 0 and self._lease.claim.token == 1

    def resumed(self, frames: int) -> None:
        """See `Shelf.resumed`."""
        _log.info("goes on from a checkpoint", frames=frames)
        self._lease.resumed(frames)

    def _store_all(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            name, part = waiting
            path = self._folder / "checkpoint.part"
            if self._not_wanted.is_set():
                return
            try:
                path.write_bytes(part)
                self._lease.patiently(partial(self._store, path, self._prefix + name))
                _log.debug("checkpoint kept", part=name, bytes=len(part))
            except (StorageError, JobStopped, OSError) as error:
                _log.warning("checkpoint not kept; another attempt would do this part again", error=str(error))
            finally:
                path.unlink(missing_ok=True)

    def _store(self, path: Path, key: str) -> None:
        self._check()
        self._checkpoints.note(self._lease.claim.job.id)
        self._objects.upload(path, key, _CONTENT_TYPE)
        try:
            self._check()
        except JobStopped:  # the job has ended meanwhile, or is another's, who does not need it
            self._objects.delete(key)
            raise

    def _check(self) -> None:
        if self._not_wanted.is_set() or not self._lease.still_held():
            raise JobStopped(self._lease.reason or StopReason.LOST)


def remove_what_ended_jobs_left(checkpoints: RedisCheckpoints, storage: Storage) -> None:
    """Remove the checkpoints of all jobs that have ended, and what those published that did not succeed.

    What cannot be removed now is the next caller's.
    """
    try:
        for job in checkpoints.of_ended():
            try:
                video = parse_video_key(job.video_key)
            except InvalidKey:
                continue
            succeeded = job.status is JobStatus.SUCCEEDED
            prefix = video.checkpoint_prefix(job.id) if succeeded else f"{video.results_prefix(job.id)}/"
            for info in list(storage.objects.list(prefix)):
                storage.objects.delete(info.key)
            checkpoints.forget(job.id)
    except StorageError as error:
        _log.warning("what ended jobs left is removed later", error=str(error))
