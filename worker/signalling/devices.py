"""The channel to people's devices (docs/signals.md)."""

from collections.abc import Callable, Sequence

from storage.base import ObjectStore
from storage.errors import AddressGone, DeviceNotFound, StorageRefused
from storage.signals.channel import Notice, Outcome, Verdict
from storage.signals.devices import RedisDevices
from storage.signals.messaging import Messenger
from worker.signalling.notification import EVENTS, figures_of, message_of


class Devices:
    """A `Channel` to each device that the job's owner has registered."""

    name = "device"

    def __init__(self, devices: RedisDevices, messenger: Messenger, objects: Callable[[], ObjectStore]) -> None:
        """Nothing is sent yet."""
        self._devices = devices
        self._messenger = messenger
        self._objects = objects

    def targets(self, notice: Notice) -> Sequence[str]:
        """See `Channel.targets`: ids of devices."""
        if notice.event not in EVENTS:
            return ()
        return [device.id for device in self._devices.of(notice.job.owner)]

    def deliver(self, notice: Notice, target: str) -> Outcome:
        """See `Channel.deliver`."""
        try:
            device = self._devices.get(target)
        except DeviceNotFound:
            return Outcome(Verdict.GONE, "The device was removed.")
        if device.owner != notice.job.owner:
            return Outcome(Verdict.GONE, "The device is another user's now.")
        try:
            message = message_of(notice, device.language, figures_of(notice.job, self._objects()))
            self._messenger.send(message, device.address)
        except AddressGone as error:
            if self._devices.prune(device):
                return Outcome(Verdict.GONE, f"The device was removed from the list. {error}")
            return Outcome(Verdict.TRY_AGAIN, "The device has just been registered anew.")
        except StorageRefused as error:
            return Outcome(Verdict.REFUSED, str(error))
        return Outcome(Verdict.DELIVERED)
