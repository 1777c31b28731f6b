"""The ways by which workers tell of jobs' ends."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache

from storage import Storage, open_storage
from storage.base import ObjectStore
from storage.errors import StorageError
from storage.signals.channel import Channel
from storage.signals.devices import RedisDevices
from storage.signals.messaging import open_messenger
from worker.settings import WorkerSettings
from worker.signalling.devices import Devices
from worker.signalling.status_record import StatusRecord
from worker.signalling.webhooks import Webhooks


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
        *_to_devices(settings, lambda: storage().objects),
        # further channels: one line each
    )


def _to_devices(settings: WorkerSettings, objects: Callable[[], ObjectStore]) -> Sequence[Channel]:
    """The one to devices, where there is a way to them."""
    with suppress(StorageError):  # of a storage's URL that is none: whoever needs the storage says so
        if messenger := open_messenger(settings.storage):
            return (Devices(RedisDevices(settings.redis_url), messenger, objects),)
    return ()
