"""The devices on which a user wants to hear that results are there: how Cloud Messaging reaches each, in what language.

An app registers each time it starts, so what is kept is what was seen. A device is one installation of the app: a
registration token begins with the installation's id and a colon, so a new token, or the id itself, takes the place of
the token before, and whoever logs in on a phone is from then on the only one whose messages go there.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from storage.errors import DeviceNotFound
from storage.redis.client import ANSWER_TIMEOUT_S, connect, hashes_at, redis_errors
from storage.redis.scripts import Scripts
from storage.redis.times import time_of

UNSEEN_FOR = timedelta(days=270)
"""Then a device is forgotten, as Android's registrations expire at Google after so long:
https://firebase.google.com/docs/cloud-messaging/manage-tokens"""
MOST_PER_USER = 20
"""Of a user with more, those not seen for longest are forgotten."""

NOT_THERE = "There is no such device."

_INSTALLATION = re.compile(r"[A-Za-z0-9_-]{11,64}")
"""Firebase's have 22 characters, those of its older Instance ID 11."""
_SCRIPTS = Path(__file__).parent / "scripts" / "devices"


class AddressKind(StrEnum):
    """What Cloud Messaging takes as an address."""

    TOKEN = "token"  # noqa: S105 - a name
    """A registration token, which apps in the field have."""
    FID = "fid"
    """A Firebase installation id, which takes its place in newer ones."""


class Platform(StrEnum):
    """What the app runs on; for the person who looks through the list."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """Where Cloud Messaging delivers: a `value` of that `kind`. Whoever knows it and has our credentials can send."""

    kind: AddressKind
    value: str = field(repr=False)

    @property
    def device_id(self) -> str:
        """The device's id, 32 lower-case hex digits: the same for every address of one installation."""
        installation, colon, _ = self.value.partition(":")
        known = self.kind is AddressKind.TOKEN and colon and _INSTALLATION.fullmatch(installation)
        return hashlib.sha256((installation if known else self.value).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device.

    Attributes:
        id: See `Address.device_id`.
        owner: The user's e-mail address.
        address: Where messages go.
        language: What its user reads, as BCP 47 has it, such as `ko-KR`.
        platform: What it runs on.
        registered_at: When this owner registered it first, UTC.
        seen_at: When it was registered last.
    """

    id: str
    owner: str
    address: Address
    language: str
    platform: Platform
    registered_at: datetime
    seen_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten, unless it is registered again."""
        return self.seen_at + UNSEEN_FOR


class RedisDevices:
    """The registry. Every method raises `StorageUnavailable`; threads and forked processes may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._scripts = Scripts(_SCRIPTS, self._redis)

    def register(self, owner: str, address: Address, *, language: str, platform: Platform) -> tuple[Device, bool]:
        """The device as it is kept from now on, and whether it is new to this owner.

        It is taken from whoever had it before. Doing it twice is doing it once.
        """
        fields = {
            "owner": owner,
            "kind": address.kind.value,
            "address": address.value,
            "language": language,
            "platform": platform.value,
        }
        last_s = int(UNSEEN_FOR.total_seconds())
        word, device = self._scripts.ask_for_record(
            "register", id=address.device_id, fields=fields, last_s=last_s, most=MOST_PER_USER
        )
        return _device_from(device), word == "new"

    def of(self, owner: str) -> Sequence[Device]:
        """The owner's devices, last seen first."""
        with redis_errors():
            ids = self._redis.zrevrange(f"goodrep:devices:{owner}", 0, -1)
        records = hashes_at(self._redis, map(_key, ids))
        # one may have expired, or have gone to somebody else in between
        return [_device_from(fields) for fields in records if fields.get("owner") == owner]

    def get(self, device_id: str) -> Device:
        """Raises `DeviceNotFound`."""
        with redis_errors():
            fields = self._redis.hgetall(_key(device_id))
        if not fields:
            raise DeviceNotFound(NOT_THERE)
        return _device_from(fields)

    def remove(self, device: Device) -> bool:
        """Forget it, when it is still this owner's; whether it was."""
        return self._remove(device, "")

    def prune(self, device: Device) -> bool:
        """Forget it because Google does not know its address any more; whether it was forgotten.

        A device that was registered with another address meanwhile, or by another owner, stays.
        """
        return self._remove(device, device.address.value)

    def remove_all(self, owner: str) -> int:
        """Forget all of the owner's devices; how many there were."""
        return int(self._scripts.ask("remove_all", owner=owner))

    def _remove(self, device: Device, address: str) -> bool:
        return bool(self._scripts.ask("remove", id=device.id, owner=device.owner, address=address))


def _key(device_id: str) -> str:
    return f"goodrep:device:{device_id}"


def _device_from(fields: dict[str, str]) -> Device:
    return Device(
        id=fields["id"],
        owner=fields["owner"],
        address=Address(AddressKind(fields["kind"]), fields["address"]),
        language=fields["language"],
        platform=Platform(fields["platform"]),
        registered_at=time_of(fields["registered_us"]),
        seen_at=time_of(fields["seen_us"]),
    )
