"""Cloud Storage on loopback: gcp-storage-emulator, in memory, in a process of its own.

What it cannot show: it ignores preconditions, page sizes and offsets, and never checks a signature or a token.
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.services import free_port
from tests.standins.processes import running

BUCKET = "demo-goodrep.firebasestorage.app"


@dataclass(frozen=True, slots=True)
class CloudStorage:
    """A running stand-in; its address goes into `STORAGE_EMULATOR_HOST`."""

    port: int
    bucket: str = BUCKET

    @property
    def url(self) -> str:
        """For `STORAGE_EMULATOR_HOST`."""
        return f"http://127.0.0.1:{self.port}"

    def wipe(self) -> None:
        """Forget every object; the bucket stays."""
        httpx.get(f"{self.url}/wipe?keep-buckets=1", timeout=30).raise_for_status()


@contextlib.contextmanager
def running_cloud_storage() -> Iterator[CloudStorage]:
    """The stand-in with one empty bucket."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="goodrep-gcs-") as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host=127.0.0.1", f"--port={port}"]
        with running([*command, "--in-memory", f"--default-bucket={BUCKET}"], port, log):
            yield CloudStorage(port)
