"""A zip archive that is written entry by entry, of any size (ZIP64), with a manifest of checksums at its end."""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self, cast

_COMPRESSIBLE = ("text/", "application/json")
_CHUNK_BYTES = 1 << 20
_FIRST_YEAR = 1980
"""Before it a zip archive knows no time."""


class Archive:
    """An archive at `path`, whole after the `with` block.

    Attributes:
        entries: What is in it: `path`, `size`, `sha256` and, of a stored file, `content_type` and `updated_at`.
        sha256: Of the archive, after the block.
    """

    def __init__(self, path: Path) -> None:
        self.entries: list[dict[str, Any]] = []
        self.sha256 = ""
        self._path = path
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()
        if kind is None:
            with self._path.open("rb") as file:
                self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def add_file(self, name: str, path: Path, updated_at: datetime, *, content_type: str) -> None:
        """Add the file at `path`; what is compressed already, as videos and pictures are, is stored as it is."""
        entry = self._entry(name, updated_at, deflate=content_type.startswith(_COMPRESSIBLE))
        with path.open("rb") as source, self._zip.open(entry, "w", force_zip64=True) as target:
            known = _Hashed(target)
            shutil.copyfileobj(source, cast(BinaryIO, known), _CHUNK_BYTES)
        self._remember(name, known, content_type=content_type, updated_at=updated_at.isoformat())

    def add_json(self, name: str, items: Iterable[tuple[str, object]]) -> None:
        """Add a JSON object, an item at a time."""
        with self._zip.open(self._entry(name, datetime.now(UTC), deflate=True), "w", force_zip64=True) as target:
            known = _Hashed(target)
            known.write(b"{")
            for index, (key, value) in enumerate(items):
                text = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
                known.write(f"{',' if index else ''}\n {text}".encode())
            known.write(b"\n}\n")
        self._remember(name, known)

    def add_text(self, name: str, text: str) -> None:
        """Add a text."""
        with self._zip.open(self._entry(name, datetime.now(UTC), deflate=True), "w") as target:
            known = _Hashed(target)
            known.write(text.encode())
        self._remember(name, known)

    def add_manifest(self) -> None:
        """Add `manifest.json`: every entry but itself."""
        text = json.dumps({"entries": self.entries}, ensure_ascii=False, indent=1)
        self._zip.writestr(self._entry("manifest.json", datetime.now(UTC), deflate=True), text.encode())

    def _remember(self, name: str, known: "_Hashed", **more: str) -> None:
        self.entries.append({"path": name, "size": known.size, "sha256": known.digest.hexdigest(), **more})

    def _entry(self, name: str, at: datetime, *, deflate: bool) -> zipfile.ZipInfo:
        year = max(_FIRST_YEAR, at.year)
        entry = zipfile.ZipInfo(name, (year, at.month, at.day, at.hour, at.minute, at.second))
        entry.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        return entry


class _Hashed(io.RawIOBase):
    """Passes on what is written, and knows its size and checksum."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._target.write(content)
        self.size += len(content)
        self.digest.update(content)
        return len(content)
