"""Uploads in chunks that go on where they were cut, by Cloud Storage's resumable protocol.

The vendor's own upload sends a whole chunk anew after a cut, cannot go on when the answer to the last chunk was lost,
and deletes an object that was visible already when its checksum turns out wrong. So only the session is begun with
the vendor's client; what follows is https://cloud.google.com/storage/docs/performing-resumable-uploads. The checksum
is told when the session begins: the store makes the object visible only if its bytes have that checksum.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from storage.errors import StorageCorrupt, StorageError, StorageRefused, StorageUnavailable
from storage.firebase.errors import firebase_errors, of_status
from storage.firebase.retry import ATTEMPTS_AT_CORRUPTION, Attempts, Patience, patiently

CHUNK_BYTES = 8 << 20
"""Held in memory. Must be a multiple of 256 KiB; more is lost with a cut, less costs more requests."""
_RANGE = re.compile(r"bytes=0-([0-9]+)")


@dataclass(frozen=True, slots=True)
class Source:
    """What is uploaded.

    Attributes:
        file: Seekable; read from its start.
        size: Bytes.
        crc32c: Of all of it, base64.
        content_type: MIME type.
    """

    file: BinaryIO
    size: int
    crc32c: str
    content_type: str


def upload(source: Source, blob: Any, http: Any, patience: Patience) -> Mapping[str, Any]:
    """Put the source where `blob` says; what the store knows about the object then.

    Args:
        source: What.
        blob: A fresh `google.cloud.storage.Blob`.
        http: An authorized `requests` session.
        patience: How long to try.

    Raises:
        StorageCorrupt: The bytes arrived wrong, each time.
        StorageRefused: The store takes no such upload from this service.
        StorageUnavailable: The store stayed away.
    """
    attempts = Attempts(patience)
    refusal: StorageError | None = None
    for _ in range(ATTEMPTS_AT_CORRUPTION):
        url = patiently(lambda: _begin(source, blob, patience), patience)
        try:
            stored = _send_all(source, url, http, patience, attempts)
        except _SessionLost as error:
            refusal = _refusal(error.status)
            continue
        if stored.get("crc32c") == source.crc32c and int(stored.get("size", -1)) == source.size:
            return stored
        refusal = StorageCorrupt("The file that lies in the store is not the one that was sent.")
    raise refusal or StorageUnavailable("The file could not be sent.")


class _SessionLost(Exception):
    """The session is over without an object: it expired, or its bytes did not have the checksum."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _refusal(status: int) -> StorageError:
    match status:
        case 400:
            return StorageCorrupt("The file did not arrive as it was sent.")
        case 404 | 410:
            return StorageUnavailable("The upload's session was lost.")
        case _:
            return StorageRefused(f"Firebase does not take the file ({status}).")


def _begin(source: Source, blob: Any, patience: Patience) -> str:
    blob.crc32c = source.crc32c
    with firebase_errors():
        url: str = blob.create_resumable_upload_session(
            content_type=source.content_type, size=source.size, checksum=None, timeout=patience.timeout, retry=None
        )
    return url


def _send_all(source: Source, url: str, http: Any, patience: Patience, attempts: Attempts) -> Mapping[str, Any]:
    """The chunks, one after another; after a failure the store is asked how far it has come."""
    position = 0
    certain = True
    while True:
        try:
            reply = _send(source, position, url, http, patience) if certain else _ask(source, url, http, patience)
        except StorageUnavailable as error:
            attempts.failed(error)
            certain = False
            continue
        if reply.status_code in (200, 201):
            return _json(reply)
        if reply.status_code != 308:
            raise _SessionLost(reply.status_code)
        reached = _RANGE.fullmatch(reply.headers.get("Range", ""))
        now = int(reached[1]) + 1 if reached else 0
        if now > position:
            attempts.went_forward()
        elif certain:
            attempts.failed(StorageUnavailable("Firebase takes the chunk and keeps nothing of it."))
        position, certain = now, True


def _send(source: Source, position: int, url: str, http: Any, patience: Patience) -> Any:
    source.file.seek(position)
    chunk = source.file.read(min(CHUNK_BYTES, source.size - position))
    what = f"{position}-{position + len(chunk) - 1}" if chunk else "*"
    return _put(http, url, chunk, f"bytes {what}/{source.size}", patience)


def _ask(source: Source, url: str, http: Any, patience: Patience) -> Any:
    return _put(http, url, b"", f"bytes */{source.size}", patience)


def _put(http: Any, url: str, body: bytes, content_range: str, patience: Patience) -> Any:
    with firebase_errors():
        reply = http.put(
            url,
            data=body,
            headers={"Content-Range": content_range},
            timeout=patience.timeout,
            allow_redirects=False,
        )
    if reply.status_code in (401, 403) or isinstance(of_status(reply.status_code, ""), StorageUnavailable):
        raise of_status(reply.status_code, "")
    return reply


def _json(reply: Any) -> Mapping[str, Any]:
    with firebase_errors():
        stored: Mapping[str, Any] = reply.json()
    return stored
