"""A folder for each attempt at a job, which is always removed again.

`<staging root>/<job id>.<token>/` is locked (flock) by the process that works in it. The kernel drops the lock when
that process is gone, however it went; so what is not locked is a dead worker's and can be swept.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from storage.types import Claim

_log = structlog.get_logger("goodrep.worker")


@contextmanager
def staging_folder(root: Path, claim: Claim) -> Iterator[Path]:
    """An empty folder for this claim, which is gone afterwards. Raises `OSError` when it cannot be made."""
    with locked_folder(root, f"{claim.job.id}.{claim.token}") as folder:
        yield folder


@contextmanager
def locked_folder(root: Path, name: str) -> Iterator[Path]:
    """Likewise of another name, which must be one claim's alone."""
    folder = root / name
    lock = _make_locked(folder)
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(lock)


def sweep(root: Path) -> list[str]:
    """Remove the folders of workers that are dead; their names."""
    if not root.is_dir():
        return []
    swept = []
    for folder in sorted(root.iterdir()):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # gone meanwhile, or nothing that we made
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            _remove(folder)
            swept.append(folder.name)
        finally:
            os.close(lock)
    return swept


def _make_locked(folder: Path) -> int:
    folder.parent.mkdir(parents=True, exist_ok=True)
    while True:
        shutil.rmtree(folder, ignore_errors=True)  # of this very claim, whose message came twice
        folder.mkdir()
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # a sweeper was quicker than the lock
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir() and os.path.samestat(os.fstat(lock), folder.stat()):
            return lock
        os.close(lock)


def _remove(folder: Path) -> None:
    def complain(_function: object, path: str, error: tuple[type[BaseException], BaseException, object]) -> None:
        if not isinstance(error[1], FileNotFoundError):
            _log.error("staging is not removed", path=path, error=str(error[1]))

    shutil.rmtree(folder, onerror=complain)
