"""Every backend of the storage, each empty. A new backend is added to `BACKENDS`, and all of this suite runs on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage import Storage, open_storage

BACKENDS: dict[str, Callable[[Path], str]] = {"local": lambda folder: f"local://{folder}/a folder with % and #"}


@pytest.fixture(params=sorted(BACKENDS))
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage of each kind."""
    return open_storage(BACKENDS[request.param](tmp_path))
