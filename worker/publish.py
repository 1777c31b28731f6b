"""Results into the user's folder: files first, read back; then the figures in the database, last.

Before each write the claim is checked against Redis, so that a worker whose token is stale publishes nothing. Doing
it twice does no harm: the same names are written again, and what an attempt before this one left is removed.
"""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from storage import Storage
from storage.base import ObjectStore
from storage.errors import StorageError, StorageUnavailable
from storage.keys import VideoKey
from storage.types import Stage
from worker.analyse import Result
from worker.lease import Lease

_log = structlog.get_logger("goodrep.worker")
CONTRACT_NAMES = (*(f"best{index}_{whose}.jpg" for index in range(1, 6) for whose in ("user", "pro")), "graph.png")
"""What the old app looks for in the folder of the video's newest results."""


@dataclass(frozen=True, slots=True)
class Published:
    """Where the results lie now.

    Attributes:
        prefix: Folder in the store.
        names: Files in it, in the order of importance.
    """

    prefix: str
    names: tuple[str, ...]


def publish_files(
    result: Result, out_dir: Path, video: VideoKey, storage: Storage, lease: Lease, *, for_the_app: bool = True
) -> Published:
    """Upload every result file and read it back; then, `for_the_app`, the copies for the old app.

    A job that is stopped before all files lie there leaves none of them. From then on it cannot be cancelled any more.

    Raises:
        JobStopped: The claim does not hold any more, or the job is to stop.
        StorageUnavailable: Storage stayed away.
        StorageFull: No room.
    """
    prefix = video.results_prefix(lease.claim.job.id)
    names = tuple(path.relative_to(out_dir).as_posix() for path in result.files)
    try:
        for done, (path, name) in enumerate(zip(result.files, names, strict=True)):
            lease.report(Stage.PUBLISHING, done, len(names))
            _put(path, f"{prefix}/{name}", storage.objects, lease)
    except Exception:
        _take_back(video, storage.objects, lease)
        raise
    lease.commit()
    _remove_all_but(names, video, storage.objects, lease)
    if for_the_app:
        _copy_for_the_app(result.files, video, storage.objects, lease)
    return Published(prefix, names)


def record_figures(result: Result, video: VideoKey, storage: Storage, lease: Lease) -> None:
    """Write the figures that the old app reads: `result1` to `result5`, and their rounded mean as `result`.

    Without them nothing is announced, so when they cannot be written the job's folder goes again. Raises as
    `publish_files`.
    """
    figures = [int(figure) for figure in result.figures]
    record = {"result": int(sum(figures) / len(figures) + 0.5)}
    record |= {f"result{index}": figure for index, figure in enumerate(figures, start=1)}
    try:
        lease.check()
        lease.patiently(lambda: storage.database.set(video.record_path, {**record}))
    except Exception:
        _take_back(video, storage.objects, lease)
        raise


def _copy_for_the_app(files: Sequence[Path], video: VideoKey, objects: ObjectStore, lease: Lease) -> None:
    """The contract's files, where the app looks; those of an older job that this one does not have go."""
    wanted = {path.name: path for path in files if path.name in CONTRACT_NAMES}
    prefix = video.legacy_results_prefix
    for name, path in wanted.items():
        _put(path, f"{prefix}/{name}", objects, lease)
    lease.check()
    for name in CONTRACT_NAMES:
        if name not in wanted:
            lease.patiently(partial(objects.delete, f"{prefix}/{name}"))


def _put(path: Path, key: str, objects: ObjectStore, lease: Lease) -> None:
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    def upload_and_read_back() -> None:
        written = objects.upload(path, key, content_type)
        found = objects.stat(key)
        if (found.size, found.fingerprint) != (path.stat().st_size, written.fingerprint):
            raise StorageUnavailable("What was written to storage could not be read back.")

    lease.check()
    lease.patiently(upload_and_read_back)


def _take_back(video: VideoKey, objects: ObjectStore, lease: Lease) -> None:
    """Leave nothing of a job that did not come to its end, if that is still ours to say."""
    try:
        if lease.still_held():
            _remove_all_but((), video, objects, lease)
    except StorageError as error:
        _log.warning("results are not taken back; the next attempt replaces them", error=str(error))


def _remove_all_but(names: Sequence[str], video: VideoKey, objects: ObjectStore, lease: Lease) -> None:
    """Of the job's folder; its checkpoint stays until the job has ended."""
    job_id = lease.claim.job.id
    prefix = video.results_prefix(job_id)
    kept = {f"{prefix}/{name}" for name in names}
    for found in list(objects.list(f"{prefix}/")):
        if found.key not in kept and not found.key.startswith(video.checkpoint_prefix(job_id)):
            objects.delete(found.key)
