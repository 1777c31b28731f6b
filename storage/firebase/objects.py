"""Objects in the project's bucket."""

import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from firebase_admin import storage as vendor
from google.auth.credentials import Signing
from google.auth.transport.requests import AuthorizedSession

from storage.errors import (
    InvalidKey,
    ObjectNotFound,
    ObjectTooLarge,
    StorageCorrupt,
    StorageError,
    StorageUnavailable,
)
from storage.firebase.checksums import crc32c_of, crc32c_of_stream
from storage.firebase.errors import firebase_errors
from storage.firebase.project import FirebaseProject, app_of
from storage.firebase.retry import ATTEMPTS_AT_CORRUPTION, Attempts, patiently
from storage.firebase.stream import ranged_stream
from storage.firebase.upload import Source, upload
from storage.keys import check_key
from storage.types import ObjectInfo

_CHUNK_BYTES = 1 << 20
_PAGE = 1000
_LONGEST_LINK_S = 7 * 24 * 60 * 60
"""https://cloud.google.com/storage/docs/access-control/signed-urls#limitations"""
_FIELDS = "items(name,size,md5Hash,crc32c,contentType,updated,generation),nextPageToken"


@dataclass(frozen=True, slots=True)
class _Known:
    """An object as it was when we asked, and that very generation of it, to be read."""

    info: ObjectInfo
    crc32c: str
    generation: Any


class FirebaseObjects:
    """An `ObjectStore` in Cloud Storage. Threads and processes may share it; each process connects by itself."""

    def __init__(self, project: FirebaseProject) -> None:
        """Nothing is sent yet. Raises `StorageRefused` without credentials."""
        self._project = project
        self._patience = project.patience
        app_of(project)

    def stat(self, key: str) -> ObjectInfo:
        """See `ObjectStore.stat`."""
        return self._known(check_key(key)).info

    def download(self, key: str, path: Path) -> ObjectInfo:
        """See `ObjectStore.download`. After a cut it goes on from the byte where it was.

        Raises:
            StorageCorrupt: The bytes came with another checksum than the store's, each time.
        """
        for _ in range(ATTEMPTS_AT_CORRUPTION):
            known = self._known(check_key(key))
            whole = False
            try:
                self._fetch_all(known, path)
                whole = crc32c_of(path) == known.crc32c
            except ObjectNotFound:
                continue  # replaced since we asked: its generation is gone
            finally:
                if not whole:
                    path.unlink(missing_ok=True)
            if whole:
                return known.info
        self._known(key)
        raise StorageCorrupt("What came from the store is not what lies in it.")

    def upload(self, path: Path, key: str, content_type: str) -> ObjectInfo:
        """See `ObjectStore.upload`."""
        check_key(key)
        with path.open("rb") as file:
            return self._put(file, key, content_type)

    def upload_stream(self, stream: BinaryIO, key: str, content_type: str, max_bytes: int) -> ObjectInfo:
        """See `ObjectStore.upload_stream`. It goes through a file, since after a cut bytes must be sent again."""
        check_key(key)
        with tempfile.TemporaryFile() as file:
            size = 0
            while chunk := stream.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise ObjectTooLarge(f"The file is larger than {max_bytes / 1e6:.0f} MB.")
                with firebase_errors():
                    file.write(chunk)
                    file.flush()
            return self._put(file, key, content_type)

    def open(self, key: str) -> io.BufferedReader:
        """See `ObjectStore.open`. What is read raises `StorageUnavailable` when the object is replaced meanwhile."""
        known = self._known(check_key(key))

        def fetch(start: int, end: int) -> bytes:
            with firebase_errors(key):
                content: bytes = known.generation.download_as_bytes(
                    start=start,
                    end=end - 1,
                    raw_download=True,
                    checksum=None,
                    timeout=self._patience.timeout,
                    retry=None,
                )
            return content

        return ranged_stream(lambda start, end: patiently(lambda: fetch(start, end), self._patience), known.info.size)

    def list(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `ObjectStore.list`."""
        check_key(prefix.removesuffix("/") or "all")
        bucket = self._bucket()
        token: str | None = None
        while True:
            page, token = patiently(lambda: self._page(bucket, prefix, after, token), self._patience)  # noqa: B023
            for blob in sorted(page, key=lambda blob: str(blob.name)):
                if blob.name <= after:
                    continue  # the store begins with that very name
                try:
                    check_key(blob.name)
                except InvalidKey:
                    continue  # such as the empty object that Firebase's console makes for a folder
                yield _info(blob)
            if not token:
                return

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        blob = self._bucket().blob(check_key(key))

        def once() -> None:
            with firebase_errors(key):
                blob.delete(timeout=self._patience.timeout, retry=None)

        try:
            patiently(once, self._patience)
        except ObjectNotFound:
            return

    def link(self, key: str, *, lifetime_s: float, filename: str) -> str | None:
        """See `ObjectStore.link`: a URL that Google serves, signed (V4) by the service account.

        None where the credentials cannot sign, as those of an emulator or of a machine in Google's cloud.
        """
        check_key(key)
        credential = app_of(self._project).credential.get_credential()
        if not isinstance(credential, Signing):
            return None
        with firebase_errors(key):
            url: str = (
                self._bucket()
                .blob(key)
                .generate_signed_url(
                    version="v4",
                    method="GET",
                    expiration=timedelta(seconds=max(1, min(int(lifetime_s), _LONGEST_LINK_S))),
                    response_disposition=f"inline; filename*=UTF-8''{quote(filename, safe='')}",
                    credentials=credential,
                )
            )
        return url

    def __repr__(self) -> str:
        return f"FirebaseObjects({self._project.bucket})"

    def _bucket(self) -> Any:
        with firebase_errors():
            return vendor.bucket(app=app_of(self._project))

    def _known(self, key: str) -> _Known:
        def once() -> _Known:
            bucket = self._bucket()
            blob = bucket.blob(key)
            with firebase_errors(key):
                blob.reload(timeout=self._patience.timeout, retry=None)
            return _Known(_info(blob), blob.crc32c, bucket.blob(key, generation=blob.generation))

        return patiently(once, self._patience)

    def _fetch_all(self, known: _Known, path: Path) -> None:
        attempts = Attempts(self._patience)
        with firebase_errors(), path.open("wb") as file:
            while (position := file.tell()) < known.info.size:
                try:
                    with firebase_errors(known.info.key):
                        known.generation.download_to_file(
                            file,
                            start=position,
                            raw_download=True,
                            checksum=None,
                            timeout=self._patience.timeout,
                            retry=None,
                        )
                except StorageError as error:
                    if file.tell() > position:
                        attempts.went_forward()
                    attempts.failed(error)
            file.truncate(known.info.size)

    def _page(self, bucket: Any, prefix: str, after: str, token: str | None) -> tuple[Any, str | None]:
        with firebase_errors():
            found = bucket.list_blobs(
                prefix=prefix,
                start_offset=after or None,
                page_token=token,
                page_size=_PAGE,
                fields=_FIELDS,
                timeout=self._patience.timeout,
                retry=None,
            )
            return list(next(found.pages, ())), found.next_page_token

    def _put(self, file: BinaryIO, key: str, content_type: str) -> ObjectInfo:
        file.seek(0)
        source = Source(file, os.fstat(file.fileno()).st_size, crc32c_of_stream(file), content_type)
        http = AuthorizedSession(  # type: ignore[no-untyped-call]
            app_of(self._project).credential.get_credential()
        )
        with http:
            stored = upload(source, self._bucket().blob(key), http, self._patience)
        return ObjectInfo(
            key=key,
            size=source.size,
            fingerprint=_fingerprint(stored.get("md5Hash"), source.crc32c, source.size),
            content_type=content_type,
            updated_at=datetime.fromisoformat(stored["updated"]),
        )


def _info(blob: Any) -> ObjectInfo:
    if blob.size is None or not blob.crc32c:
        raise StorageUnavailable("The store does not know the object's checksum.")
    return ObjectInfo(
        key=blob.name,
        size=blob.size,
        fingerprint=_fingerprint(blob.md5_hash, blob.crc32c, blob.size),
        content_type=blob.content_type or "application/octet-stream",
        updated_at=blob.updated or datetime.now(UTC),
    )


def _fingerprint(md5: str | None, crc32c: str, size: int) -> str:
    """MD5 where the store knows it. Not the generation: the same content, put there again, shall give the same."""
    return md5 or f"{crc32c}-{size}"
