"""CRC-32C as Google Cloud Storage writes it: base64 of four big-endian bytes."""

import base64
from pathlib import Path
from typing import Any, BinaryIO

import google_crc32c

_CHUNK_BYTES = 1 << 20


def crc32c_of(path: Path) -> str:
    """Of a whole file."""
    with path.open("rb") as file:
        return crc32c_of_stream(file)


def crc32c_of_stream(stream: BinaryIO) -> str:
    """Of a stream from where it is to its end."""
    checksum: Any = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
    while chunk := stream.read(_CHUNK_BYTES):
        checksum.update(chunk)
    return base64.b64encode(checksum.digest()).decode()
