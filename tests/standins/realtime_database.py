"""The Realtime Database on loopback: firebase-server (npm), in a process of its own.

What it cannot show: push, transactions, listeners over REST, queries and conditional writes. Needs node and npm; where
they are missing, the tests that need it are skipped and say so.
"""

import contextlib
import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.services import REPOSITORY, free_port
from tests.standins.processes import running

PACKAGES = REPOSITORY / ".cache" / "npm"
"""Where `package.json` beside this file is installed, once, from its lock."""
NAMESPACE = "demo-goodrep-default-rtdb"
_HERE = Path(__file__).parent


class NoNode(Exception):
    """Node is not on this machine, or its packages cannot be installed."""


@dataclass(frozen=True, slots=True)
class RealtimeDatabase:
    """A running stand-in; `host` goes into `FIREBASE_DATABASE_EMULATOR_HOST`."""

    port: int

    @property
    def host(self) -> str:
        """Without a scheme."""
        return f"127.0.0.1:{self.port}"

    def wipe(self) -> None:
        """Forget everything."""
        httpx.delete(f"http://{self.host}/.json?ns={NAMESPACE}", timeout=30)


def node_packages() -> Path:
    """The folder that holds `node_modules`, installed when need be. Raises `NoNode`."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise NoNode("node and npm are not installed")
    PACKAGES.mkdir(parents=True, exist_ok=True)
    with (PACKAGES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (_HERE / "package-lock.json").read_bytes()
        done = PACKAGES / "installed.json"
        if not done.exists() or done.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(_HERE / name, PACKAGES / name)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            ran = subprocess.run(command, cwd=PACKAGES, capture_output=True, text=True, check=False)
            if ran.returncode:
                raise NoNode(f"npm ci failed: {ran.stderr[-500:]}")
            done.write_bytes(wanted)
    return PACKAGES


@contextlib.contextmanager
def running_realtime_database() -> Iterator[RealtimeDatabase]:
    """The stand-in, empty. Raises `NoNode`."""
    packages = node_packages()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="goodrep-rtdb-") as folder:
        command = ["node", str(_HERE / "realtime_database.js"), str(port)]
        with running(command, port, Path(folder) / "log", folder=packages):
            yield RealtimeDatabase(port)
