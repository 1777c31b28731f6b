"""The ways by which workers tell of jobs' ends."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from storage import Storage, open_storage
from storage.errors import StorageError
from storage.signals import Channel
from worker.settings import WorkerSettings
from worker.status_record import StatusRecord
from worker.webhooks import Webhooks


def open_channels(settings: WorkerSettings) -> Sequence[Channel]:
    """All of them. Raises nothing: what is away now may be there when it is needed."""

    @cache
    def storage() -> Storage:
        return open_storage(settings.storage)  # not kept when it raises

    with suppress(StorageError):
        storage()  # imports its packages now, and not while a process is forked

    return (
        StatusRecord(lambda: storage().database),
        Webhooks(settings),
        # further channels: one line each
    )
