"""Whoever counts what happens to the stores is told here: API and workers, each by its own means."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from storage.base import Database, Json, ObjectStore
from storage.errors import InvalidKey, ObjectNotFound, ObjectTooLarge, StorageError
from storage.types import ObjectInfo

_ANSWERS = (ObjectNotFound, InvalidKey, ObjectTooLarge)
"""What the store rightly says to a wrong question."""


class Watcher(Protocol):
    """Hears of every question to a store. Both methods must be quick and must not raise."""

    def answered(self, store: str, operation: str, seconds: float, failed: StorageError | None) -> None:
        """An answer came, or none.

        Args:
            store: `objects`, `database` or `redis`.
            operation: Method of the door; of Redis, whose answers are not timed, only failures are told.
            seconds: How long it took, with all attempts.
            failed: What was raised, unless it was an answer itself, such as that there is no such object.
        """
        ...

    def tried_again(self, failed: StorageError) -> None:
        """An attempt came to nothing, and another follows."""
        ...


_watchers: list[Watcher] = []


def watch_stores(watcher: Watcher) -> None:
    """Tell `watcher` from now on, instead of another before it."""
    _watchers[:] = [watcher]


def tell_failed(store: str, failed: StorageError) -> None:
    """Tell of a failure outside of any timed operation."""
    for watcher in _watchers:
        watcher.answered(store, "", 0.0, failed)


def tell_tried_again(failed: StorageError) -> None:
    """Tell that an attempt came to nothing, and another follows."""
    for watcher in _watchers:
        watcher.tried_again(failed)


@contextmanager
def _told(store: str, operation: str) -> Iterator[None]:
    began_s = time.monotonic()
    failed: StorageError | None = None
    try:
        yield
    except _ANSWERS:
        raise
    except StorageError as error:
        failed = error
        raise
    finally:
        for watcher in _watchers:
            watcher.answered(store, operation, time.monotonic() - began_s, failed)


class WatchedObjects:
    """An `ObjectStore` that tells of every operation."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def stat(self, key: str) -> ObjectInfo:
        """See `ObjectStore.stat`."""
        with _told("objects", "stat"):
            return self._objects.stat(key)

    def download(self, key: str, path: Path) -> ObjectInfo:
        """See `ObjectStore.download`."""
        with _told("objects", "download"):
            return self._objects.download(key, path)

    def upload(self, path: Path, key: str, content_type: str) -> ObjectInfo:
        """See `ObjectStore.upload`."""
        with _told("objects", "upload"):
            return self._objects.upload(path, key, content_type)

    def upload_stream(self, stream: BinaryIO, key: str, content_type: str, max_bytes: int) -> ObjectInfo:
        """See `ObjectStore.upload_stream`; the client's own pace is part of the time."""
        with _told("objects", "upload_stream"):
            return self._objects.upload_stream(stream, key, content_type, max_bytes)

    def open(self, key: str) -> BinaryIO:
        """See `ObjectStore.open`; what happens to the stream later is not told."""
        with _told("objects", "open"):
            return self._objects.open(key)

    def list(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`; what the caller does between two objects is part of the time."""
        with _told("objects", "list"):
            yield from self._objects.list(prefix, after=after)

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        with _told("objects", "delete"):
            self._objects.delete(key)

    def link(self, key: str, *, lifetime_s: float, filename: str) -> str | None:
        """See `ObjectStore.link`; it asks nobody."""
        return self._objects.link(key, lifetime_s=lifetime_s, filename=filename)


class WatchedDatabase:
    """A `Database` that tells of every operation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, path: str) -> Json:
        """See `Database.get`."""
        with _told("database", "get"):
            return self._database.get(path)

    def set(self, path: str, value: Json) -> None:
        """See `Database.set`."""
        with _told("database", "set"):
            self._database.set(path, value)

    def names(self, path: str) -> list[str]:
        """See `Database.names`."""
        with _told("database", "names"):
            return list(self._database.names(path))
