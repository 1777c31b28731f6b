"""Every backend of the storage, each empty; all of this suite runs on all of them.

- `local`: the embedded default.
- `stand-ins`: the Firebase code against servers on loopback (`tests/standins/`).
- `offered`: what `GOODREP_TEST_STORAGE_URL` names, such as the official emulators or a real project, reached by the
  variables and credentials of the environment. Everything in it is ERASED, so `GOODREP_TEST_ERASE` must repeat the URL.
"""

import os
from pathlib import Path

import pytest

from storage import Storage, open_storage

OFFERED = os.environ.get("GOODREP_TEST_STORAGE_URL", "")
BACKENDS = ["local", "stand-ins", *(["offered"] if OFFERED else [])]


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty storage of each kind."""
    match request.param:
        case "local":
            return open_storage(f"local://{tmp_path}/a folder with % and #")
        case "stand-ins":
            return open_storage(request.getfixturevalue("firebase_url"))
        case _:
            if os.environ.get("GOODREP_TEST_ERASE") != OFFERED:
                pytest.fail("GOODREP_TEST_ERASE must repeat GOODREP_TEST_STORAGE_URL: all that lies there is erased")
            return _emptied(open_storage(OFFERED))


def _emptied(storage: Storage) -> Storage:
    for info in list(storage.objects.list("")):
        storage.objects.delete(info.key)
    storage.database.set("", None)
    return storage
