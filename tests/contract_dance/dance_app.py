"""What the dance app sends, byte for byte where it matters, and how to look at everything that the service keeps."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx

from tests.services import RedisServer

BOUNDARY = "----dance"


def send(
    http: httpx.Client, content: bytes, name: str = "dance.mp4", path: str = "/analyze", **headers: str
) -> httpx.Response:
    return http.post(path, files={"video": (name, content)}, headers=headers, timeout=240)


def part(head: str, content: bytes = b"x") -> bytes:
    """The body of a form with one field, whose header is written by hand."""
    return b"".join(
        (
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode(),
            content,
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )


def send_part(http: httpx.Client, body: bytes, path: str = "/analyze") -> httpx.Response:
    return http.post(path, content=body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})


def traces_of_guests(server: RedisServer, volumes: Path) -> list[str]:
    """All that is left of anybody who came without a login: files, folders, rows, keys."""
    inside = ("storage/objects", "storage/incoming", "staging", "uploads")
    found = [
        os.path.relpath(f"{folder}/{name}", volumes)
        for place in inside
        for folder, folders, files in os.walk(volumes / place)  # which bears that they vanish
        for name in (*folders, *files)
    ]
    for database in (volumes / "storage").glob("*.sqlite"):
        found += [f"{database.name}: {row}" for row in _rows(database) if "guest" in row]
    return found + [key for key, content in server.contents().items() if "guest" in f"{key} {content}"]


def _rows(database: Path) -> Iterator[str]:
    with closing(sqlite3.connect(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            yield from map(str, connection.execute(f"SELECT * FROM {table}"))
