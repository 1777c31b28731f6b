"""Who cannot be counted is not let in, and that Redis was away is counted."""

import pytest

from api.limits import Limits
from api.settings import Settings
from storage import watch
from storage.errors import StorageError, StorageUnavailable
from tests.services import free_port


class Heard:
    """A `storage.watch.Watcher`."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, StorageError | None]] = []

    def answered(self, store: str, operation: str, seconds: float, failed: StorageError | None) -> None:
        self.failed.append((store, failed))

    def tried_again(self, failed: StorageError) -> None:
        """Nobody tries again here."""


def test_without_redis_nobody_is_let_in_and_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_watchers", [])
    heard = Heard()
    watch.watch_stores(heard)
    limits = Limits(Settings(redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    with pytest.raises(StorageUnavailable) as counted:
        limits.count_upload("jane.doe@example.com", "")
    with pytest.raises(StorageUnavailable) as asked:
        limits.may_submit("jane.doe@example.com")
    assert heard.failed == [("redis", counted.value), ("redis", asked.value)]
