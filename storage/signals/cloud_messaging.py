"""Firebase Cloud Messaging through the Admin SDK: one attempt for each call, since the caller keeps its own account.

The vendor's client would try 429 and 503 up to four times, sleeping as long as `Retry-After` says, which may be an
hour; so its retries are switched off. Who calls is told when to come back instead.
"""

import threading
import time
from typing import Any

from firebase_admin import messaging as vendor
from firebase_admin.exceptions import FirebaseError, InvalidArgumentError
from google.auth.credentials import AnonymousCredentials
from requests.adapters import HTTPAdapter

from storage.errors import AddressGone, StorageBusy, StorageError, StorageRefused
from storage.firebase.errors import firebase_errors, ours
from storage.firebase.project import FirebaseProject, app_of
from storage.signals.devices import Address, AddressKind
from storage.signals.messaging import Message
from storage.signals.retry_after import seconds_asked_for

_AFTER_QUOTA_S = 60.0
"""Quotas are of a minute: https://firebase.google.com/docs/cloud-messaging/scale-fcm"""
_AFTER_FAILURE_S = 10.0
"""The least that Google asks for after a failure (ibid.)."""
_LONGEST_S = 3600.0
"""Whatever else a server may ask for."""
_one_at_a_time = threading.Lock()


class CloudMessaging:
    """`Messenger` of a Firebase project. Threads and forked processes may share it."""

    def __init__(self, project: FirebaseProject) -> None:
        """Nothing is sent yet."""
        self._project = project

    def send(self, message: Message, address: Address) -> None:
        """See `Messenger.send`."""
        app = app_of(self._project)
        if isinstance(app.credential.get_credential(), AnonymousCredentials):
            raise StorageRefused("There is no emulator of Cloud Messaging, so nothing was sent.")
        _without_the_vendors_retries(app)
        with firebase_errors():
            try:
                vendor.send(_vendors(message, address), app=app)
            except FirebaseError as error:
                raise _ours(error) from error


def _vendors(message: Message, address: Address) -> vendor.Message:
    lasts_s = int(message.lasts.total_seconds())
    made = vendor.Message(
        notification=vendor.Notification(message.title, message.body),
        data=dict(message.data),
        android=vendor.AndroidConfig(
            # somebody waits for it, and it is shown at once
            priority="high",
            # by default a phone that was off gets only the last of all notifications
            collapse_key=message.subject,
            ttl=message.lasts,
            notification=vendor.AndroidNotification(tag=message.subject, default_sound=True),
        ),
        apns=vendor.APNSConfig(
            headers={"apns-collapse-id": message.subject, "apns-expiration": str(int(time.time()) + lasts_s)},
            payload=vendor.APNSPayload(vendor.Aps(sound="default", thread_id=message.group)),
        ),
        webpush=vendor.WebpushConfig(
            headers={"TTL": str(lasts_s), "Topic": message.subject},
            notification=vendor.WebpushNotification(tag=message.subject),
        ),
    )
    # set rather than given to the constructor, which warns that tokens are deprecated; apps in the field have no other
    match address.kind:
        case AddressKind.TOKEN:
            made.token = address.value
        case AddressKind.FID:
            made.fid = address.value
    return made


def _without_the_vendors_retries(app: Any) -> None:
    """Let each request of this app's messages be one; there is no setting for it."""
    with _one_at_a_time:
        session = vendor._get_messaging_service(app)._client.session
        for prefix, adapter in tuple(session.adapters.items()):
            if adapter.max_retries.total != 0:
                session.mount(prefix, HTTPAdapter(max_retries=0))


def _ours(error: FirebaseError) -> StorageError:
    """Our error for one of the vendor's; their meaning: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode."""
    match error:
        case vendor.UnregisteredError():
            return AddressGone("The app was removed from the device, or its registration has expired.")
        case vendor.SenderIdMismatchError():
            return AddressGone("The device is registered with another Firebase project.")
        case InvalidArgumentError() if _blames_the_address(error):
            return AddressGone("The address is not one that Cloud Messaging gives out.")
        case vendor.ThirdPartyAuthError():
            return StorageRefused(
                "Apple's or the browser's push service does not accept the key that the Firebase project has for it "
                "(Firebase console, Project settings, Cloud Messaging)."
            )
    response = error.http_response
    status = None if response is None else response.status_code
    if status == 429:
        return StorageBusy("Cloud Messaging's quota is used up.", _asked_for_s(response) or _AFTER_QUOTA_S)
    if status is None or status >= 500:
        return StorageBusy("Cloud Messaging does not answer.", _asked_for_s(response) or _AFTER_FAILURE_S)
    return ours(error)


def _blames_the_address(error: FirebaseError) -> bool:
    """Whether the address is wrong, and not another part of the message, which is not the device's fault."""
    try:
        answer = error.http_response.json()["error"]
        fields = [each["field"] for detail in answer.get("details", ()) for each in detail.get("fieldViolations", ())]
        message = str(answer.get("message", ""))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return any(field in ("message.token", "message.fid") for field in fields) or "registration token" in message


def _asked_for_s(response: Any) -> float | None:
    """Seconds that `Retry-After` asks for, no more than the longest; None without it."""
    asked_s = None if response is None else seconds_asked_for(response.headers.get("Retry-After", ""))
    return None if asked_s is None else min(asked_s, _LONGEST_S)
