"""What Redis holds about a user beside jobs: devices and webhooks."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from storage.signals.devices import RedisDevices
from storage.signals.webhooks import RedisWebhooks

_SECRETS = ("secret", "value")
"""Never exported: who knows a webhook's secret can forge notices, and who knows a device's address can send to it."""


@dataclass(frozen=True, slots=True)
class PersonalRecords:
    """Read, counted and removed by user."""

    devices: RedisDevices
    webhooks: RedisWebhooks

    def of(self, owner: str) -> dict[str, list[dict[str, Any]]]:
        """The user's own, as JSON values by kind, without secrets: for the user's eyes."""
        hooks = [
            hook for hook in self.webhooks.all() if hook.maker == f"user {owner}" or hook.users == frozenset({owner})
        ]
        return {
            "devices": [_plain(asdict(device)) for device in self.devices.of(owner)],
            "webhooks": [{**_plain(asdict(hook)), "users": [owner]} for hook in hooks],
        }

    def ids_of(self, owner: str) -> dict[str, list[str]]:
        """Ids of all that name the user, by kind; also of webhooks that others made for several users."""
        hooks = [hook for hook in self.webhooks.all() if hook.maker == f"user {owner}" or owner in (hook.users or ())]
        return {
            "devices": [device.id for device in self.devices.of(owner)],
            "webhooks": [hook.id for hook in hooks],
        }

    def remove_all(self, owner: str) -> None:
        """Remove them, and the user from the scope of webhooks that are for others too."""
        self.devices.remove_all(owner)
        self.webhooks.forget_user(owner)


def _plain(record: Any) -> Any:
    match record:
        case dict():
            return {name: _plain(value) for name, value in record.items() if name not in _SECRETS}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in record]
        case datetime():
            return record.isoformat()
        case Enum():
            return record.value
        case _:
            return record
