"""Taking MP4 files apart and putting them together again (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_CONTAINERS = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta", b"mvex", b"moof", b"traf"}
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies in the file: its size field, payload and end; `path`, the boxes around it from outside."""

    kind: bytes
    start: int
    payload: int
    end: int
    path: tuple[int, ...]


def boxes(data: bytes, start: int = 0, end: int | None = None, path: tuple[int, ...] = ()) -> Iterator[Box]:
    """All boxes of a good file, those within others too."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, start + 8)[0], 16
        if size < header or start + size > end:
            return
        yield Box(kind, start, start + header, start + size, path)
        if kind in _CONTAINERS:
            yield from boxes(data, start + header, start + size, (*path, start))
        start += size


def box(kind: bytes, payload: bytes) -> bytes:
    """A box."""
    return struct.pack(">I4s", len(payload) + 8, kind) + payload


def full_box(kind: bytes, payload: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags) + payload)


def first(data: bytes, kind: bytes) -> Box | None:
    """The first box of a kind."""
    return next((each for each in boxes(data) if each.kind == kind), None)


def replaced(data: bytes, kind: bytes, new: bytes) -> bytes:
    """The file with its first box of a kind replaced; the boxes around it keep fitting, and so do chunk offsets."""
    old = first(data, kind)
    return data if old is None else _spliced(data, old.path, old.start, old.end, new)


def added(data: bytes, into: bytes, new: bytes) -> bytes:
    """The file with one more box in front of the others in the first box of the kind `into`."""
    around = first(data, into)
    return data if around is None else _spliced(data, (*around.path, around.start), around.payload, around.payload, new)


def _spliced(data: bytes, around: tuple[int, ...], start: int, end: int, new: bytes) -> bytes:
    out = bytearray(data[:start] + new + data[end:])
    grown = len(new) - (end - start)
    for outer in around:
        size = struct.unpack_from(">I", out, outer)[0]
        struct.pack_into(">I", out, outer, (size + grown) & 0xFFFFFFFF)
    index, pictures = first(data, b"moov"), first(data, b"mdat")
    if index is not None and pictures is not None and index.start < pictures.start:
        for each in list(boxes(bytes(out))):
            if each.kind == b"stco":
                (count,) = struct.unpack_from(">I", out, each.payload + 4)
                for number in range(count):
                    (offset,) = struct.unpack_from(">I", out, each.payload + 8 + 4 * number)
                    struct.pack_into(">I", out, each.payload + 8 + 4 * number, (offset + grown) & 0xFFFFFFFF)
    return bytes(out)
