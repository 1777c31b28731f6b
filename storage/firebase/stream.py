"""An object in the cloud as a seekable stream: a range at a time, of one generation, so never of two files mixed."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from storage.errors import ObjectNotFound, StorageUnavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_RANGE_BYTES = 1 << 20
"""Asked for at a time when little is read: a request takes some 30 ms, a megabyte about as long."""
_MOST_BYTES = 8 << 20
"""Likewise when much is read; held in memory."""

Fetch = Callable[[int, int], bytes]
"""From the first byte (inclusive) to the second (exclusive). Raises `StorageError`."""


def ranged_stream(fetch: Fetch, size: int) -> io.BufferedReader:
    """A stream of `size` bytes that `fetch` brings."""
    return io.BufferedReader(_Ranges(fetch, size), _RANGE_BYTES)


class _Ranges(io.RawIOBase):
    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a stream has no bytes before its first")
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        content = self._next(min(len(view), _MOST_BYTES))
        view[: len(content)] = content
        return len(content)

    def readall(self) -> bytes:
        parts = []
        while part := self._next(_MOST_BYTES):
            parts.append(part)
        return b"".join(parts)

    def _next(self, length: int) -> bytes:
        end = min(self._position + length, self._size)
        if end <= self._position:
            return b""
        try:
            content = self._fetch(self._position, end)
        except ObjectNotFound as error:
            raise StorageUnavailable("The file was replaced or removed while it was read.") from error
        if len(content) != end - self._position:
            raise StorageUnavailable("The store gave another number of bytes than was asked for.")
        self._position = end
        return content
