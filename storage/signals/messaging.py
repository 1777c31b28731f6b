"""Messages to devices: what is sent, and what can come of it. Firebase Cloud Messaging is the only way there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from storage.signals.devices import Address


@dataclass(frozen=True, slots=True)
class Message:
    """What a device is told.

    Attributes:
        title: First line of the notification.
        body: The rest of it.
        data: For the app, all strings.
        subject: What it is about, at most 32 characters of `A-Za-z0-9_-`: a later message about the same takes the
            place of an earlier one, so a message that is sent twice is seen once.
        group: Under which the device gathers such messages.
        lasts: For so long a device that is off may still get it.
    """

    title: str
    body: str
    data: Mapping[str, str]
    subject: str
    group: str
    lasts: timedelta


class Messenger(Protocol):
    """Sends messages to devices."""

    def send(self, message: Message, address: Address) -> None:
        """Hand the message over, in one attempt.

        Raises:
            AddressGone: Nobody has this address any more, or it is none; it should be forgotten.
            StorageBusy: Come back later, and when.
            StorageUnavailable: Not reached; worth another try.
            StorageRefused: Credentials, roles, an API that is not enabled, or a message that is not taken; the operator
                has to do something.
        """
        ...


def sends_messages(storage_url: str) -> bool:
    """Whether with this storage devices can be reached: with Firebase's, and not in the embedded default."""
    return storage_url.startswith("firebase:")


def open_messenger(storage_url: str) -> Messenger | None:
    """The way to the devices, or None where there is none. Raises `StorageError` for a URL that is none."""
    if not sends_messages(storage_url):
        return None
    # the vendor's packages take a second to import, which the embedded default does not pay
    from storage.firebase.project import parse_firebase_url
    from storage.signals.cloud_messaging import CloudMessaging

    return CloudMessaging(parse_firebase_url(storage_url))
