"""Whether a video file holds all that its own container promises, read from a few header bytes."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_MP4_BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"moof", b"wide", b"free", b"skip", b"pnot", b"styp", b"sidx", b"uuid"}
)
_EBML_MAGIC = b"\x1a\x45\xdf\xa3"
_MATROSKA_SEGMENT = b"\x18\x53\x80\x67"


def looks_like_a_video(path: Path) -> bool:
    """Whether the file begins as an MP4, Matroska/WebM or AVI file does, readable or not."""
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] in _MP4_BOXES or head[:4] == _EBML_MAGIC or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")


def missing_bytes(path: Path) -> int:
    """How many bytes the outermost elements of the container promise beyond the end of the file (0: none)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] in _MP4_BOXES:
            return max(0, max((end for _, end in _mp4_boxes(file, size)), default=0) - size)
        if head[:4] == _EBML_MAGIC:
            return max(0, _matroska_end(file) - size)
        if head[:4] == b"RIFF":
            return max(0, int.from_bytes(head[4:8], "little") + 8 - size)
    return 0


def lacks_mp4_index(path: Path) -> bool:
    """Whether this is an MP4 or MOV file without the index (`moov`) that a recorder writes when it closes the file."""
    with path.open("rb") as file:
        if file.read(12)[4:8] not in _MP4_BOXES:
            return False
        return all(kind != b"moov" for kind, _ in _mp4_boxes(file, path.stat().st_size))


def _mp4_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Type and end of each outermost box (ISO/IEC 14496-12, 4.2); stops at what is no box, such as trailing rubbish."""
    start = 0
    while start + 8 <= size:
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1:
            length = int.from_bytes(file.read(8), "big")
        elif length == 0:
            length = size - start
        if length < 8 or kind not in _MP4_BOXES:
            return
        yield kind, start + length
        start += length


def _matroska_end(file: BinaryIO) -> int:
    """Where the Segment element ends (RFC 8794, 4 and 5); 0 where a live recorder left its size unknown."""
    file.seek(4)
    header_length = _ebml_size(file)
    if header_length is None:
        return 0
    file.seek(header_length, 1)
    if file.read(4) != _MATROSKA_SEGMENT:
        return 0
    length = _ebml_size(file)
    return 0 if length is None else file.tell() + length


def _ebml_size(file: BinaryIO) -> int | None:
    """A variable-length integer of EBML; None where all its bits are set, which means unknown."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    width = 9 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] & (0xFF >> width)]) + file.read(width - 1), "big")
    return None if value == (1 << (7 * width)) - 1 else value
