"""Who sends a dance without a login leaves nothing behind, whatever happens: a real worker around a tiny analysis."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import redis

from storage.people.guests import RedisGuests
from tests.api_service import Api, running_api
from tests.contract_dance.dance_app import BOUNDARY, part, send, traces_of_guests
from tests.services import RedisServer, running_redis, wait_until
from tests.worker_service import Workshop, workshop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """With a worker, for all tests here: whatever happens to one is gone before the next."""
    volumes = tmp_path_factory.mktemp("volumes")
    with running_redis() as server, workshop(server, volumes, sweep_every_s=0) as made:
        made.worker()
        yield made


@pytest.fixture(scope="module")
def api(shop: Workshop) -> Iterator[Api]:
    with running_api(shop.redis, shop.volumes, legacy_wait_s=2) as running:
        yield running


def nothing_is_left(shop: Workshop) -> None:
    wait_until(
        lambda: traces_of_guests(shop.redis, shop.volumes) == [],
        f"nothing is left of {traces_of_guests(shop.redis, shop.volumes)}: {shop.logs()}",
    )


def jobs_of_guests(shop: Workshop) -> int:
    return len(list(redis.Redis.from_url(shop.redis.url).scan_iter("goodrep:job:*")))


def test_after_a_failure(shop: Workshop, api: Api) -> None:
    assert not send(api.http, b"this is no video").is_success
    nothing_is_left(shop)


def test_after_a_success_that_cannot_be_told(shop: Workshop, api: Api) -> None:
    """The tiny analysis writes a report that is no JSON, beside all the files of a success."""
    assert not send(api.http, json.dumps({"frames": 1}).encode()).is_success
    nothing_is_left(shop)


def test_when_it_takes_too_long_the_analysis_is_stopped(shop: Workshop, api: Api) -> None:
    assert send(api.http, json.dumps({"frames": 100_000}).encode()).status_code == 504
    nothing_is_left(shop)


def test_when_the_client_goes_away(shop: Workshop, api: Api) -> None:
    body = part('name="video"; filename="a.mp4"', json.dumps({"frames": 100_000}).encode())
    head = (
        f"POST /analyze HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    address = urlsplit(api.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as client:
        client.sendall(head.encode() + body)
        wait_until(lambda: jobs_of_guests(shop) > 0, "the job is made")
    nothing_is_left(shop)


def test_when_the_api_dies_workers_erase_once_time_is_up(shop: Workshop) -> None:
    owner = RedisGuests(shop.redis.url).arrive(stays_s=1)
    shop.ask(f"temp/video/user/{owner}/exercise_unselected_230509225900.mp4", frames=100_000)
    nothing_is_left(shop)


def test_a_guest_is_not_erased_before_his_time(redis_server: RedisServer) -> None:
    guests = RedisGuests(redis_server.url)
    guests.arrive(stays_s=3600)
    leaving = guests.arrive(stays_s=3600)
    guests.leave(leaving)
    assert [guest.owner for guest in guests.departed()] == [leaving]


def test_a_guest_who_leaves_while_the_erasure_is_asked_for_is_erased_again(redis_server: RedisServer) -> None:
    guests = RedisGuests(redis_server.url)
    owner = guests.arrive(stays_s=0)
    (departed,) = guests.departed()
    assert departed.owner == owner
    redis.Redis.from_url(redis_server.url).zadd("goodrep:guests", {owner: int(departed.since) - 1})
    guests.forget(departed)
    (again,) = guests.departed()
    guests.forget(again)
    assert guests.departed() == []
