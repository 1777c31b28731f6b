"""Objects as files below a folder: the embedded default.

`<root>/objects/<key>` are the files and nothing else; `<root>/incoming/` holds what is not whole yet, and
`<root>/index.sqlite` remembers checksums and content types. A file that somebody copies into `objects/` by hand is an
object like any other.

No symbolic link is followed below `objects/`, at any depth: folders are opened one by one, relative to each other.
"""

import errno
import fcntl
import hashlib
import mimetypes
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from storage.errors import InvalidKey, ObjectNotFound, ObjectTooLarge, StorageError, StorageFull, StorageUnavailable
from storage.keys import check_key
from storage.local.sqlite import transaction
from storage.types import ObjectInfo

_CHUNK_BYTES = 1 << 20
_SURELY_LOCKED_S = 60.0
"""A file that is being written has been locked when it is so old."""
_TRIES = 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_AN_OBJECT = (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ENAMETOOLONG)
_INDEX = """
CREATE TABLE IF NOT EXISTS object (
    key TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    sha256 TEXT NOT NULL, content_type TEXT NOT NULL
) WITHOUT ROWID
"""


class LocalObjects:
    """An `ObjectStore` in a folder. Threads and processes may share it."""

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._incoming = root / "incoming"
        self._index = root / "index.sqlite"
        with _plain_errors("open the store"):
            if not self._index.exists():  # else it is away: an empty one in its place would be taken for the store
                self._objects.mkdir(parents=True, exist_ok=True)
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._sweep()

    def stat(self, key: str) -> ObjectInfo:
        """See `ObjectStore.stat`. The checksum is computed when the file has changed since it was last asked for."""
        with self.open(key) as file:
            return self._info(key, file)

    def download(self, key: str, path: Path) -> ObjectInfo:
        """See `ObjectStore.download`."""
        with self.open(key) as source, _plain_errors("copy the object"):
            expected = self._info(key, source)
            whole = False
            try:
                with path.open("wb") as target:
                    whole = _copy(source, target.fileno()) == expected.fingerprint
            finally:
                if not whole:
                    path.unlink(missing_ok=True)
        if not whole:
            raise StorageUnavailable("The file in the store is still being written.")
        return expected

    def upload(self, path: Path, key: str, content_type: str) -> ObjectInfo:
        """See `ObjectStore.upload`."""
        with path.open("rb") as stream:
            return self._put(stream, key, content_type, None)

    def upload_stream(self, stream: BinaryIO, key: str, content_type: str, max_bytes: int) -> ObjectInfo:
        """See `ObjectStore.upload_stream`. Raises `ObjectTooLarge`."""
        return self._put(stream, key, content_type, max_bytes)

    def open(self, key: str) -> BufferedReader:
        """See `ObjectStore.open`."""
        *folders, name = check_key(key).split("/")
        try:
            with self._folder(folders, create=False) as folder:
                # O_NONBLOCK: opening a pipe that somebody put there must not wait for its other end
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError as error:
            if error.errno in (errno.ENOENT, *_NOT_AN_OBJECT):
                raise ObjectNotFound(f"There is nothing at {key}.") from error
            raise _wrapped(error, "open the object") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ObjectNotFound(f"There is nothing at {key}.")
        return os.fdopen(descriptor, "rb")

    def list(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        check_key(prefix.removesuffix("/") or "all")
        with self._folder((), create=False):  # raises where the store is away
            pass
        top = self._objects / prefix.rpartition("/")[0]
        keys = []
        for folder, _, files in os.walk(top, followlinks=False):
            inside = Path(folder).relative_to(self._objects)
            keys += [key for file in files if (key := (inside / file).as_posix()).startswith(prefix)]
        for key in sorted(key for key in keys if key > after):
            try:
                info = self.stat(key)
            except (ObjectNotFound, InvalidKey):
                continue  # removed meanwhile, a link, or a name that no key has
            yield info

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        *folders, name = check_key(key).split("/")
        with _plain_errors("delete the object"):
            try:
                with self._folder(folders, create=False) as folder:
                    os.unlink(name, dir_fd=folder)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return
            with transaction(self._index, _INDEX) as index:
                index.execute("DELETE FROM object WHERE key = ?", (key,))
            self._remove_empty(folders)

    def link(self, key: str, *, lifetime_s: float, filename: str) -> str | None:  # noqa: ARG002
        """See `ObjectStore.link`; there are none, the API serves what lies here."""
        check_key(key)
        return None

    def _put(self, stream: BinaryIO, key: str, content_type: str, max_bytes: int | None) -> ObjectInfo:
        *folders, name = check_key(key).split("/")
        with _plain_errors("write the object"):
            descriptor, incoming = tempfile.mkstemp(dir=self._incoming)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            try:
                sha256 = _copy(stream, descriptor, max_bytes)
                with _plain_errors("write the object"):
                    os.fchmod(descriptor, 0o644)
                    os.fsync(descriptor)
                written = os.fstat(descriptor)
            finally:
                os.close(descriptor)
            with _plain_errors("write the object"):
                self._place(incoming, folders, name)
        except BaseException:
            Path(incoming).unlink(missing_ok=True)
            raise
        self._remember(key, written, sha256, content_type)
        return _object_info(key, written, sha256, content_type)

    def _place(self, incoming: str, folders: Sequence[str], name: str) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._folder(folders, create=True) as folder:
                    os.replace(incoming, name, dst_dir_fd=folder)
                    os.fsync(folder)
            except FileNotFoundError:  # a folder was empty, and a deletion has just taken it away
                if not tries_left:
                    raise
            else:
                return

    def _remove_empty(self, folders: Sequence[str]) -> None:
        """Folders are named after people, so they go with the last object in them."""
        for depth in range(len(folders) - 1, -1, -1):
            try:
                with self._folder(folders[:depth], create=False) as parent:
                    os.rmdir(folders[depth], dir_fd=parent)
            except OSError:  # there is something in it, or another was quicker
                return

    def _sweep(self) -> None:
        """Remove what killed processes left half-written: the kernel has dropped their locks."""
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - path.stat().st_mtime > _SURELY_LOCKED_S:
                    path.unlink()

    def _info(self, key: str, file: BufferedReader) -> ObjectInfo:
        """Of an open file, which is left at its start."""
        with _plain_errors("read the object"):
            now = os.fstat(file.fileno())
            with transaction(self._index, _INDEX) as index:
                known = index.execute(
                    "SELECT sha256, content_type FROM object WHERE key = ? AND size = ? AND mtime_ns = ? AND inode = ?",
                    (key, now.st_size, now.st_mtime_ns, now.st_ino),
                ).fetchone()
            if known:
                return _object_info(key, now, *known)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            content_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
            self._remember(key, now, sha256, content_type)
            return _object_info(key, now, sha256, content_type)

    def _remember(self, key: str, of: os.stat_result, sha256: str, content_type: str) -> None:
        with transaction(self._index, _INDEX) as index:
            index.execute(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?)",
                (key, of.st_size, of.st_mtime_ns, of.st_ino, sha256, content_type),
            )

    @contextmanager
    def _folder(self, names: Sequence[str], *, create: bool) -> Iterator[int]:
        """A descriptor of the folder, reached step by step without following a link."""
        try:
            step = os.open(self._objects, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:  # as when a volume is not mounted: not the same as no such object
            raise StorageUnavailable("The store's folder is not there.") from error
        try:
            for name in names:
                if create:
                    try:
                        os.mkdir(name, dir_fd=step)
                    except FileExistsError:
                        pass
                    else:
                        os.fsync(step)
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=step)
                os.close(step)
                step = inner
            yield step
        finally:
            os.close(step)


def _copy(source: BinaryIO, target: int, max_bytes: int | None = None) -> str:
    """Copy to the end; the content's SHA-256. What goes wrong with the source is the caller's and is not wrapped."""
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise ObjectTooLarge(f"The file is larger than {max_bytes / 1e6:.0f} MB.")
        digest.update(chunk)
        with _plain_errors("write the object"):
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(target, rest) :]
    return digest.hexdigest()


def _object_info(key: str, of: os.stat_result, sha256: str, content_type: str) -> ObjectInfo:
    return ObjectInfo(key, of.st_size, sha256, content_type, datetime.fromtimestamp(of.st_mtime, UTC))


@contextmanager
def _plain_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _wrapped(error, doing) from error


def _wrapped(error: OSError, doing: str) -> StorageError:
    if error.errno in _NO_ROOM:
        return StorageFull("There is no room left on the server's disk.")
    if error.errno in _NOT_AN_OBJECT:
        return InvalidKey("The path goes through something that is no folder of the store, or names a folder.")
    return StorageUnavailable(f"The store could not {doing}: {error.strerror or 'unknown reason'}.")
