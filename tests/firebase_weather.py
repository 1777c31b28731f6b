"""Firebase's servers behind proxies that misbehave, and a storage that reaches them through these."""

import io
import os
from dataclasses import dataclass

from storage import Storage
from tests.standins.proxy import Faults, Proxy
from tests.worker_service import KEY, OWNER

BIG = os.urandom(20_000_000)
RECORD = {"result": 70, "result1": 90, "result2": 80, "result3": 71, "result4": 60, "result5": 50}
IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"


@dataclass
class Weather:
    """The servers behind proxies, and a storage that reaches them through these."""

    files: Proxy
    figures: Proxy
    storage: Storage

    def clears_up(self) -> None:
        self.files.faults = Faults()
        self.figures.faults = Faults()

    def asked(self, *parts: bytes) -> int:
        """How many requests for files had all of these in their first line."""
        return sum(all(part in line for part in parts) for line in self.files.requests)


def media(first: bytes) -> bool:
    """Whether the request reads an object's content."""
    return first.startswith(b"GET") and b"alt=media" in first


def chunk(first: bytes) -> bool:
    """Whether the request sends a part of an object."""
    return first.startswith(b"PUT") and b"content-range: bytes */" not in first.lower()


def put(storage: Storage, content: bytes = BIG, key: str = KEY) -> None:
    storage.objects.upload_stream(io.BytesIO(content), key, "video/mp4", 1 << 30)


def content_of(storage: Storage, key: str = KEY) -> bytes:
    with storage.objects.open(key) as stream:
        return stream.read()
