"""Cloud Messaging through the real Admin SDK, against a stand-in on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from storage.errors import AddressGone, StorageBusy, StorageError, StorageRefused, StorageUnavailable
from storage.signals.devices import Address, AddressKind
from storage.signals.messaging import Message, Messenger, open_messenger
from tests.services import free_port
from tests.standins.fixtures import QUICK_URL
from tests.standins.identity import IdentityServer
from tests.standins.messaging import Messaging, Refusal, ask_the_stand_in, running_messaging

TOKEN = Address(AddressKind.TOKEN, "cX5vYw0rRb2nKq8sT1uE_-:APA91bFirst")
FID = Address(AddressKind.FID, "cX5vYw0rRb2nKq8sT1uE_-")
MESSAGE = Message(
    "Squat: fertig",
    "Wiederholungen: 8.",
    {"job_id": "1", "event": "analysis.succeeded"},
    "1",
    "analyses",
    timedelta(days=3),
)


@pytest.fixture
def cloud(own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Messaging]:
    """Cloud Messaging of a project, with credentials for it."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own_identity.credentials()))
    with running_messaging() as messaging:
        yield messaging


@pytest.fixture
def messenger(cloud: Messaging) -> Messenger:
    opened = open_messenger(QUICK_URL)
    assert opened
    return opened


def refused(messenger: Messenger, address: Address = TOKEN) -> StorageError:
    with pytest.raises(StorageError) as caught:
        messenger.send(MESSAGE, address)
    return caught.value


def test_a_message_as_the_platforms_want_it(messenger: Messenger, cloud: Messaging) -> None:
    before_s = datetime.now(UTC).timestamp()
    messenger.send(MESSAGE, TOKEN)
    (sent,) = cloud.messages_to(TOKEN.value)
    assert sent["notification"] == {"title": "Squat: fertig", "body": "Wiederholungen: 8."}
    assert sent["data"] == {"job_id": "1", "event": "analysis.succeeded"}
    assert sent["android"]["collapse_key"] == sent["android"]["notification"]["tag"] == "1"
    assert (sent["android"]["ttl"], sent["android"]["priority"]) == ("259200s", "high")
    assert sent["apns"]["headers"]["apns-collapse-id"] == "1"
    assert 259100 < int(sent["apns"]["headers"]["apns-expiration"]) - before_s < 259500
    assert sent["apns"]["payload"]["aps"] == {"sound": "default", "thread-id": "analyses"}
    assert sent["webpush"]["headers"] == {"TTL": "259200", "Topic": "1"}


def test_tokens_and_installation_ids_are_addresses_of_their_own_kind(messenger: Messenger, cloud: Messaging) -> None:
    messenger.send(MESSAGE, TOKEN)
    messenger.send(MESSAGE, FID)
    by_token, by_fid = (body["message"] for body in cloud.sent)
    assert by_token["token"] == TOKEN.value
    assert "fid" not in by_token
    assert by_fid["fid"] == FID.value
    assert "token" not in by_fid


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(404, "UNREGISTERED", "Requested entity was not found."),
        Refusal(403, "SENDER_ID_MISMATCH"),
        Refusal(400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token"),
        Refusal(400, "INVALID_ARGUMENT", field="message.token"),
        Refusal(400, "INVALID_ARGUMENT", field="message.fid"),
    ],
    ids=str,
)
def test_an_address_that_is_no_more(messenger: Messenger, cloud: Messaging, refusal: Refusal) -> None:
    cloud.of_token[TOKEN.value] = refusal
    assert isinstance(refused(messenger), AddressGone)
    messenger.send(MESSAGE, FID)  # others are not touched by it


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(400, "INVALID_ARGUMENT", "Android message is too big"),
        Refusal(400, "INVALID_ARGUMENT", field="message.data[0].value"),
        Refusal(401, "THIRD_PARTY_AUTH_ERROR"),
        Refusal(401, "UNAUTHENTICATED"),
        Refusal(403, "PERMISSION_DENIED"),
        Refusal(404, "NOT_FOUND"),
    ],
    ids=str,
)
def test_what_the_operator_must_mend_is_not_the_devices_fault(
    messenger: Messenger, cloud: Messaging, refusal: Refusal
) -> None:
    cloud.of_token[TOKEN.value] = refusal  # always: at a 401 the vendor asks again with a new access token
    error = refused(messenger)
    assert type(error) is StorageRefused
    assert TOKEN.value not in str(error)
    assert error.__cause__


@pytest.mark.parametrize(
    ("refusal", "after_s"),
    [
        (Refusal(429, "QUOTA_EXCEEDED", retry_after="17"), 17),
        (Refusal(429, "QUOTA_EXCEEDED"), 60),
        (Refusal(429, "QUOTA_EXCEEDED", retry_after="soon"), 60),
        (Refusal(503, "UNAVAILABLE", retry_after="2.5"), 2.5),
        (Refusal(503, "UNAVAILABLE"), 10),
        (Refusal(500, "INTERNAL"), 10),
        (Refusal(503, "UNAVAILABLE", retry_after="999999"), 3600),
        (Refusal(503, "UNAVAILABLE", retry_after="nan"), 10),
    ],
    ids=str,
)
def test_when_to_come_back_is_said_and_each_call_is_one_request(
    messenger: Messenger, cloud: Messaging, refusal: Refusal, after_s: float
) -> None:
    cloud.answers.append(refusal)
    error = refused(messenger)
    assert isinstance(error, StorageBusy)
    assert error.after_s == after_s
    assert cloud.asked == 1
    messenger.send(MESSAGE, TOKEN)
    assert cloud.asked == 2


def test_a_date_to_come_back_at(messenger: Messenger, cloud: Messaging) -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)
    cloud.answers.append(Refusal(503, "UNAVAILABLE", retry_after=format_datetime(later, usegmt=True)))
    error = refused(messenger)
    assert isinstance(error, StorageBusy)
    assert 200 < error.after_s <= 300


def test_nobody_there(messenger: Messenger) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ask_the_stand_in(url)
    opened = open_messenger(f"{QUICK_URL}&read_s=3")  # an app of its own: the address is read once for each
    assert opened
    error = refused(opened)
    assert isinstance(error, StorageUnavailable)
    assert url.removeprefix("http://") not in str(error)


def test_credentials(messenger: Messenger, own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch) -> None:
    own_identity.away = True
    assert isinstance(refused(messenger), StorageUnavailable)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")
    assert type(refused(messenger)) is StorageRefused


def test_emulators_have_no_messaging_and_google_is_not_asked(
    messenger: Messenger, cloud: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", "127.0.0.1:1")
    assert type(refused(messenger)) is StorageRefused
    assert cloud.asked == 0


def test_data_that_is_no_text_is_our_mistake_and_is_heard(messenger: Messenger) -> None:
    with pytest.raises(ValueError):
        messenger.send(replace(MESSAGE, data={"job_id": 1}), TOKEN)  # type: ignore[dict-item]


def test_the_embedded_default_has_no_way_to_devices(tmp_path: Path) -> None:
    assert open_messenger(f"local://{tmp_path}") is None
