"""A job ends, and its owner's devices are told, each in its language; whatever is wrong with one harms nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import open_storage
from storage.errors import AddressGone, StorageBusy
from storage.jobs.queue import RedisJobs
from storage.signals.channel import Delivery, DeliveryState, Notice, Verdict
from storage.signals.devices import Address, AddressKind, Device, Platform, RedisDevices
from storage.signals.messaging import Message, open_messenger
from storage.signals.notices import RedisNotices
from storage.types import Job, JobStatus, NewJob
from tests.services import RedisServer, wait_until
from tests.standins.fixtures import QUICK_URL
from tests.standins.identity import IdentityServer
from tests.standins.messaging import Messaging, Refusal, running_messaging
from tests.worker_service import KEY, OWNER, Workshop, workshop
from worker.signalling.devices import Devices

JOHN = "john@example.com"
KOREAN = Address(AddressKind.TOKEN, "installation-of-a-phone:APA91bKorean")
GERMAN = Address(AddressKind.FID, "installation-of-a-tablet")
GONE = Address(AddressKind.TOKEN, "installation-of-an-old-one:APA91bGone")
UNREGISTERED = Refusal(404, "UNREGISTERED", "Requested entity was not found.")
QUICK: dict[str, object] = {"signal_first_pause_s": 0.1, "signal_longest_pause_s": 0.4}


@pytest.fixture(scope="module")
def _cloud_of_module() -> Iterator[Messaging]:
    with running_messaging() as messaging:  # the vendor's client asks for the address once
        yield messaging


@pytest.fixture
def cloud(_cloud_of_module: Messaging, identity: IdentityServer, monkeypatch: pytest.MonkeyPatch) -> Messaging:
    """Cloud Messaging of a project, well and with nothing sent, and credentials for it."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(identity.credentials()))
    _cloud_of_module.reset()
    return _cloud_of_module


@pytest.fixture
def devices(redis_server: RedisServer) -> RedisDevices:
    return RedisDevices(redis_server.url)


def register(devices: RedisDevices, address: Address, language: str, owner: str = OWNER) -> Device:
    device, _ = devices.register(owner, address, language=language, platform=Platform.ANDROID)
    return device


# The channel by itself.


@pytest.fixture
def channel(devices: RedisDevices, cloud: Messaging, tmp_path: Path) -> Devices:
    messenger = open_messenger(QUICK_URL)
    assert messenger
    return Devices(devices, messenger, lambda: open_storage(f"local://{tmp_path}/storage").objects)


@pytest.fixture
def notice(jobs: RedisJobs) -> Notice:
    """Of a job that has succeeded."""
    made, _ = jobs.create(NewJob(OWNER, KEY, "fingerprint", "Squat"))
    claim = jobs.claim(made.id, worker="test", lease_s=60, max_attempts=3)
    job = jobs.succeed(claim, results_prefix=f"temp/image/{OWNER}/exercise_Squat_2305092259/{made.id}", result_files=())
    return Notice(f"{job.id}.1", "analysis.succeeded", job, datetime.now(UTC))


def test_all_devices_of_the_owner_are_told_and_no_others(
    channel: Devices, devices: RedisDevices, notice: Notice
) -> None:
    mine = [register(devices, KOREAN, "ko-KR"), register(devices, GERMAN, "de")]
    register(devices, GONE, "en", JOHN)
    assert sorted(channel.targets(notice)) == sorted(device.id for device in mine)
    assert channel.targets(replace(notice, event="analysis.failed"))
    assert not channel.targets(replace(notice, event="analysis.cancelled"))  # whoever did it knows
    assert not channel.targets(replace(notice, event="ping"))


def test_a_device_that_is_anothers_by_now_is_not_told(
    channel: Devices, devices: RedisDevices, notice: Notice, cloud: Messaging
) -> None:
    register(devices, KOREAN, "ko")
    (target,) = channel.targets(notice)
    register(devices, KOREAN, "en", JOHN)
    assert channel.deliver(notice, target).verdict is Verdict.GONE
    assert cloud.asked == 0
    assert len(devices.of(JOHN)) == 1


def test_a_device_that_was_removed_meanwhile_is_not_told(
    channel: Devices, devices: RedisDevices, notice: Notice, cloud: Messaging
) -> None:
    devices.remove(register(devices, KOREAN, "ko"))
    assert channel.deliver(notice, KOREAN.device_id).verdict is Verdict.GONE
    assert cloud.asked == 0


@pytest.mark.parametrize(
    "refusal",
    [Refusal(403, "PERMISSION_DENIED"), Refusal(401, "THIRD_PARTY_AUTH_ERROR"), Refusal(400, "INVALID_ARGUMENT")],
    ids=str,
)
def test_what_the_operator_must_mend_costs_nobody_the_registration(
    channel: Devices, devices: RedisDevices, notice: Notice, cloud: Messaging, refusal: Refusal
) -> None:
    device = register(devices, KOREAN, "ko")
    cloud.of_token[KOREAN.value] = refusal
    outcome = channel.deliver(notice, device.id)
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.detail
    assert KOREAN.value not in outcome.detail
    assert list(devices.of(OWNER)) == [device]


def test_a_quota_is_waited_for(channel: Devices, devices: RedisDevices, notice: Notice, cloud: Messaging) -> None:
    device = register(devices, KOREAN, "ko")
    cloud.answers.append(Refusal(429, "QUOTA_EXCEEDED", retry_after="30"))
    with pytest.raises(StorageBusy) as busy:
        channel.deliver(notice, device.id)
    assert busy.value.after_s == 30
    assert channel.deliver(notice, device.id).verdict is Verdict.DELIVERED


class RegistersMeanwhile:
    """A `Messenger` for which the app registers anew while the message to its old address fails."""

    def __init__(self, devices: RedisDevices) -> None:
        self._devices = devices

    def send(self, message: Message, address: Address) -> None:
        register(self._devices, replace(address, value=f"{address.value}Newer"), "ko")
        raise AddressGone("The app was removed from the device.")


def test_an_app_that_registers_anew_meanwhile_is_told_at_its_new_address(
    channel: Devices, devices: RedisDevices, notice: Notice, cloud: Messaging, tmp_path: Path
) -> None:
    device = register(devices, KOREAN, "ko")
    storage = open_storage(f"local://{tmp_path}/storage")
    late = Devices(devices, RegistersMeanwhile(devices), lambda: storage.objects)
    assert late.deliver(notice, device.id).verdict is Verdict.TRY_AGAIN
    assert channel.deliver(notice, device.id).verdict is Verdict.DELIVERED
    assert len(cloud.messages_to(f"{KOREAN.value}Newer")) == 1


# From the end of a job to the phone, through real workers.


@pytest.fixture
def shop(
    firebase_url: str,
    cloud: Messaging,
    redis_server: RedisServer,
    tmp_path: Path,
) -> Iterator[Workshop]:
    volumes = tmp_path / "volumes"
    volumes.mkdir()
    with workshop(redis_server, volumes, "tests.tiny_worker", storage_url=QUICK_URL, **QUICK) as made:
        made.environment.update(cloud.environment)
        yield made


def settled(shop: Workshop, job: Job) -> dict[str, Delivery]:
    """The job's deliveries to devices by target, once all of them have come to an end."""

    def found() -> list[Delivery]:
        return [each for each in RedisNotices(shop.redis.url).of_job(job.id) if each.channel == "device"]

    wait_until(
        lambda: bool(found()) and all(each.state is not DeliveryState.WAITING for each in found()),
        f"the devices are told: {shop.logs()}",
    )
    return {each.target: each for each in found()}


def test_a_message_in_each_devices_language_and_a_device_that_is_no_more_is_forgotten(
    shop: Workshop, cloud: Messaging, devices: RedisDevices
) -> None:
    korean, german, gone = (
        register(devices, KOREAN, "ko-KR"),
        register(devices, GERMAN, "de"),
        register(devices, GONE, "en"),
    )
    cloud.of_token[GONE.value] = UNREGISTERED
    shop.worker()
    job = shop.until_ended(shop.ask())
    deliveries = settled(shop, job)
    assert deliveries[korean.id].state is deliveries[german.id].state is DeliveryState.DELIVERED
    assert (deliveries[gone.id].state, deliveries[gone.id].attempts) == (DeliveryState.GONE, 1)
    assert "removed from the list" in deliveries[gone.id].detail
    assert {device.id for device in devices.of(OWNER)} == {korean.id, german.id}
    (to_korean,), (to_german,) = cloud.messages_to(KOREAN.value), cloud.messages_to(GERMAN.value)
    assert to_korean["notification"]["title"] == "스쿼트: 결과가 준비되었습니다"
    assert to_german["notification"]["title"] == "Kniebeuge: Ihre Ergebnisse sind da"
    assert to_korean["data"]["job_id"] == job.id
    assert to_korean["data"]["results"] == job.results_prefix.removeprefix(f"temp/image/{OWNER}/")

    cloud.sent.clear()
    failed = shop.until_ended(shop.ask(content=b"no video"))
    assert failed.status is JobStatus.FAILED
    assert set(settled(shop, failed)) == {korean.id, german.id}
    (to_korean,) = cloud.messages_to(KOREAN.value)
    assert to_korean["notification"]["body"] == "읽을 수 있는 영상 파일이 아닙니다."
    assert to_korean["data"]["status"] == "failed"


def test_messaging_that_is_away_harms_no_job_and_the_message_comes_later(
    shop: Workshop, cloud: Messaging, devices: RedisDevices
) -> None:
    device = register(devices, KOREAN, "ko-KR")
    cloud.away = True
    shop.worker()
    job = shop.until_ended(shop.ask())
    assert job.status is JobStatus.SUCCEEDED
    wait_until(lambda: cloud.asked >= 2, "it was tried again")
    assert cloud.sent == []
    cloud.away = False
    delivery = settled(shop, job)[device.id]
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.attempts >= 3
    assert len(cloud.messages_to(KOREAN.value)) == 1
    assert list(devices.of(OWNER)) == [device]
