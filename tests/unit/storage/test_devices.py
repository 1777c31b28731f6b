"""The registry of devices, on a real Redis."""

from datetime import timedelta

import pytest
import redis

from storage.errors import DeviceNotFound, StorageUnavailable
from storage.signals.devices import MOST_PER_USER, UNSEEN_FOR, Address, AddressKind, Device, Platform, RedisDevices
from tests.services import RedisServer, free_port

JANE, JOHN = "jane.doe@example.com", "john@example.com"
INSTALLATION = "cX5vYw0rRb2nKq8sT1uE_-"
LAST_S = int(UNSEEN_FOR.total_seconds())


@pytest.fixture
def devices(redis_server: RedisServer) -> RedisDevices:
    return RedisDevices(redis_server.url)


def token(installation: str = INSTALLATION, secret: str = "APA91bFirst") -> Address:
    return Address(AddressKind.TOKEN, f"{installation}:{secret}")


def register(
    devices: RedisDevices, owner: str = JANE, address: Address | None = None, language: str = "ko-KR"
) -> Device:
    device, _ = devices.register(owner, address or token(), language=language, platform=Platform.ANDROID)
    return device


def installation(number: int) -> str:
    return f"installation_{number:08d}"


def test_a_device_is_kept_as_it_was_registered(devices: RedisDevices) -> None:
    made, is_new = devices.register(JANE, token(), language="ko-KR", platform=Platform.IOS)
    assert is_new
    assert (made.owner, made.address, made.language, made.platform) == (JANE, token(), "ko-KR", Platform.IOS)
    assert made.seen_at == made.registered_at
    assert made.expires_at - made.seen_at == timedelta(days=270)
    assert list(devices.of(JANE)) == [made]
    assert devices.get(made.id) == made


def test_a_token_that_gets_into_a_log_by_mistake_is_not_there(devices: RedisDevices) -> None:
    assert "APA91" not in f"{register(devices)!r} {register(devices)}"


def test_an_app_that_starts_again_is_the_same_device_seen_later_in_the_language_of_today(devices: RedisDevices) -> None:
    first = register(devices)
    again, is_new = devices.register(JANE, token(), language="en", platform=Platform.ANDROID)
    assert not is_new
    assert (again.id, again.registered_at, again.language) == (first.id, first.registered_at, "en")
    assert again.seen_at > first.seen_at
    assert list(devices.of(JANE)) == [again]


def test_a_new_token_or_the_installation_id_takes_the_place_of_the_token_before(devices: RedisDevices) -> None:
    first = register(devices)
    for address in (token(secret="APA91bSecond"), Address(AddressKind.FID, INSTALLATION)):
        assert register(devices, address=address).id == first.id
        assert [device.address for device in devices.of(JANE)] == [address]


def test_tokens_of_no_known_form_are_devices_of_their_own(devices: RedisDevices) -> None:
    ids = {Address(AddressKind.TOKEN, value).device_id for value in ("one", "two", ":one", "a:one", "a:two")}
    assert len(ids) == 5


def test_whoever_logs_in_on_the_phone_is_the_only_one_whose_messages_go_there(devices: RedisDevices) -> None:
    register(devices, JANE)
    hers = register(devices, JANE, token(installation(1)))
    his, is_new = devices.register(JOHN, token(), language="en", platform=Platform.ANDROID)
    assert is_new
    assert list(devices.of(JOHN)) == [his]
    assert list(devices.of(JANE)) == [hers]
    assert devices.get(his.id).owner == JOHN


def test_a_user_has_a_bounded_number_and_the_longest_unseen_go(devices: RedisDevices) -> None:
    made = [register(devices, address=token(installation(number))) for number in range(MOST_PER_USER)]
    first = register(devices, address=token(installation(0)))  # seen again
    register(devices, address=token(installation(MOST_PER_USER)))
    kept = devices.of(JANE)
    assert len(kept) == MOST_PER_USER
    assert first.id in {device.id for device in kept}
    with pytest.raises(DeviceNotFound):
        devices.get(made[1].id)


def test_what_was_not_seen_for_270_days_expires(devices: RedisDevices, redis_server: RedisServer) -> None:
    device = register(devices)
    with redis.Redis(port=redis_server.port, decode_responses=True) as client:
        keys = [f"goodrep:device:{device.id}", f"goodrep:devices:{JANE}"]
        assert all(LAST_S - 60 < int(client.ttl(key)) <= LAST_S for key in keys)
        assert sorted(client.keys("*device*")) == sorted(keys)
        client.expire(keys[0], 0)
        assert list(devices.of(JANE)) == []
        # its place in the list goes when the owner registers another, had it been there for so long
        client.zadd(keys[1], {device.id: 1})
        register(devices, address=token(installation(1)))
        assert client.zcard(keys[1]) == 1


def test_removing(devices: RedisDevices) -> None:
    one, other = register(devices), register(devices, address=token(installation(1)))
    assert devices.remove(one)
    assert not devices.remove(one)
    assert list(devices.of(JANE)) == [other]
    with pytest.raises(DeviceNotFound):
        devices.get(one.id)


def test_what_moved_to_another_user_is_not_removed_for_the_one_before(devices: RedisDevices) -> None:
    before = register(devices, JANE)
    after = register(devices, JOHN)
    assert not devices.remove(before)
    assert not devices.prune(before)
    assert devices.remove_all(JANE) == 0
    assert list(devices.of(JOHN)) == [after]


def test_pruning_spares_a_device_that_has_a_new_address_meanwhile(devices: RedisDevices) -> None:
    before = register(devices)
    after = register(devices, address=token(secret="APA91bSecond"))
    assert not devices.prune(before)
    assert devices.prune(after)
    assert list(devices.of(JANE)) == []


def test_all_of_a_user_and_nobody_elses(devices: RedisDevices, redis_server: RedisServer) -> None:
    for number in range(3):
        register(devices, JANE, token(installation(number)))
    his = register(devices, JOHN, token(installation(9)))
    assert devices.remove_all(JANE) == 3
    assert devices.remove_all(JANE) == 0
    assert list(devices.of(JANE)) == []
    assert list(devices.of(JOHN)) == [his]
    with redis.Redis(port=redis_server.port) as client:
        assert len(client.keys("*")) == 2


def test_a_redis_that_is_away() -> None:
    devices = RedisDevices(f"redis://127.0.0.1:{free_port()}/0")
    for call in (lambda: register(devices), lambda: devices.of(JANE), lambda: devices.remove_all(JANE)):
        with pytest.raises(StorageUnavailable):
            call()
