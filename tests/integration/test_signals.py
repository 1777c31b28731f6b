"""Whoever wants to hear of a job's end hears of it, whatever goes wrong on the way: real HTTP, Redis and database.

The threads that send run as in a worker; where a worker's death matters, in real workers.
"""

import base64
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage import Storage, open_storage
from storage.jobs import RedisJobs
from storage.keys import parse_video_key
from storage.notices import RedisNotices
from storage.signals import Delivery, DeliveryState
from storage.types import Claim, Job, JobStatus, NewJob
from storage.webhooks import RedisWebhooks, Webhook
from tests.receiver import QUICK, Receiver, running_receiver, running_signals
from tests.services import RedisServer, free_port, wait_until
from tests.worker_service import KEY, OWNER, Workshop, workshop

STATUS_PATH = parse_video_key(KEY).status_path
PREFIX = "temp/image/somewhere"


@dataclass(frozen=True)
class Place:
    """Where jobs end and signals are sent."""

    redis: RedisServer
    volumes: Path

    @property
    def jobs(self) -> RedisJobs:
        return RedisJobs(self.redis.url)

    @property
    def notices(self) -> RedisNotices:
        return RedisNotices(self.redis.url)

    @property
    def webhooks(self) -> RedisWebhooks:
        return RedisWebhooks(self.redis.url)

    @property
    def storage(self) -> Storage:
        return open_storage(f"local://{self.volumes}/storage")

    def telling(self, **settings: Any) -> AbstractContextManager[None]:
        """Signals are sent."""
        return running_signals(self.redis.url, self.volumes, **settings)

    def register(self, url: str, **given: Any) -> Webhook:
        return self.webhooks.add(url, **{"maker": "anyone", "users": None, **given})

    def begin(self, key: str = KEY) -> Claim:
        job, _ = self.jobs.create(NewJob(OWNER, key, "f", "Squat"), force=True)
        return self.jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3)

    def succeed(self, key: str = KEY) -> Job:
        return self.jobs.succeed(self.begin(key), results_prefix=PREFIX, result_files=["report.json"])

    def fail(self, *, lasting: bool = True) -> Job:
        return self.jobs.fail(self.begin(), code="not_a_video", message="It is no video.", lasting=lasting)

    def deliveries(self, job: Job, channel: str = "webhook") -> list[Delivery]:
        return [each for each in self.notices.of_job(job.id) if each.channel == channel]

    def settled(self, job: Job, channel: str = "webhook") -> list[Delivery]:
        """The job's deliveries by that channel, once all of them have come to an end."""

        def done() -> bool:
            found = self.deliveries(job, channel)
            return bool(found) and all(each.state is not DeliveryState.WAITING for each in found)

        wait_until(done, "signals are settled")
        return self.deliveries(job, channel)

    def status_record(self) -> dict[str, Any]:
        record = self.storage.database.get(STATUS_PATH)
        assert isinstance(record, dict)
        return record


@pytest.fixture
def place(redis_server: RedisServer, tmp_path: Path) -> Place:
    return Place(redis_server, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as made:
        yield made


# What is told.


def test_results_are_there(place: Place, receiver: Receiver) -> None:
    webhook = place.register(receiver.url)
    with place.telling():
        job = place.succeed()
        (delivery,) = place.settled(job)
        (recorded,) = place.settled(job, "database")
    assert (delivery.state, delivery.attempts, delivery.detail) == (DeliveryState.DELIVERED, 1, "HTTP 204")
    assert (delivery.target, delivery.event) == (webhook.id, "analysis.succeeded")
    (request,) = receiver.received
    assert (request.path, request.headers["host"]) == ("/hook?for=goodrep", f"127.0.0.1:{receiver.port}")
    assert request.headers["webhook-id"] == request.document["id"] == f"{job.id}.1"
    told = request.document["data"]
    assert (told["id"], told["status"], told["results_folder"]) == (job.id, "succeeded", PREFIX)
    assert told["results"] == [{"name": "report.json"}]
    assert recorded.target == STATUS_PATH
    assert job.finished_at
    assert place.status_record() == {
        "job": job.id,
        "status": "succeeded",
        "finished_at": job.finished_at.isoformat(timespec="microseconds"),
        "results_prefix": PREFIX,
    }


def test_failure_is_told_as_well(place: Place, receiver: Receiver) -> None:
    place.register(receiver.url)
    with place.telling():
        job = place.fail()
        place.settled(job)
        place.settled(job, "database")
    assert receiver.events == ["analysis.failed"]
    assert receiver.received[0].document["data"]["error"] == {"code": "not_a_video", "message": "It is no video."}
    record = place.status_record()
    assert (record["status"], record["error_code"], record["error_message"]) == (
        "failed",
        "not_a_video",
        "It is no video.",
    )


def given_up(place: Place) -> Job:
    """Begun once too often."""
    claim = place.begin()
    place.jobs.release(claim)
    place.jobs.claim(claim.job.id, worker="w", lease_s=0.01, max_attempts=3)
    wait_until(lambda: claim.job.id in place.jobs.unattended(queued_for_s=3600), "the lease has run out")
    with pytest.raises(Exception, match="given up"):
        place.jobs.claim(claim.job.id, worker="w", lease_s=60, max_attempts=2)
    return place.jobs.get(claim.job.id)


def cancelled_in_queue(place: Place) -> Job:
    job, _ = place.jobs.create(NewJob(OWNER, KEY, "f", "Squat"))
    return place.jobs.request_cancel(job.id)


def cancelled_while_running(place: Place) -> Job:
    return place.jobs.cancelled(place.begin())


def cancelled_on_release(place: Place) -> Job:
    claim = place.begin()
    place.jobs.request_cancel(claim.job.id)
    return place.jobs.release(claim)


@pytest.mark.parametrize(
    ("end", "event"),
    [
        (given_up, "analysis.failed"),
        (lambda place: place.fail(lasting=False), "analysis.failed"),
        (cancelled_in_queue, "analysis.cancelled"),
        (cancelled_while_running, "analysis.cancelled"),
        (cancelled_on_release, "analysis.cancelled"),
    ],
)
def test_no_end_is_without_its_signal(
    place: Place, receiver: Receiver, end: Callable[[Place], Job], event: str
) -> None:
    place.register(receiver.url)
    with place.telling():
        job = end(place)
        place.settled(job)
        place.settled(job, "database")
    assert receiver.events == [event]
    assert place.status_record()["status"] == job.status.value


def test_a_job_that_is_run_again_is_told_again_under_another_id(place: Place, receiver: Receiver) -> None:
    place.register(receiver.url)
    with place.telling():
        job = place.fail(lasting=False)
        place.jobs.run_again(job.id)
        claim = place.jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3)
        place.jobs.succeed(claim, results_prefix=PREFIX, result_files=[])
        wait_until(lambda: len(receiver.received) == 2, "both ends are told")
    told = {each.headers["webhook-id"]: each.document["type"] for each in receiver.received}
    assert told == {f"{job.id}.1": "analysis.failed", f"{job.id}.2": "analysis.succeeded"}


def test_a_webhook_hears_only_what_it_wants_and_may(place: Place, receiver: Receiver) -> None:
    place.register(f"{receiver.url}&1", events=["analysis.failed"])
    place.register(f"{receiver.url}&2", users=["somebody@else.com"])
    place.register(f"{receiver.url}&3", users=[OWNER])
    place.register(f"{receiver.url}&4", maker="api_key revoked")
    with place.telling():
        place.settled(place.succeed())
    assert [each.path[-1] for each in receiver.received] == ["3"]


def test_the_operator_s_own_webhook_hears_of_everything(place: Place, receiver: Receiver) -> None:
    secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
    with place.telling(webhook_url=receiver.url, webhook_secret=secret, webhooks_to_private_networks=False):
        (told,) = place.settled(place.succeed())
    assert (told.state, told.target) == (DeliveryState.DELIVERED, "operator")
    assert len(receiver.received) == 1


def test_private_networks_are_not_knocked_at(place: Place, receiver: Receiver) -> None:
    place.register(receiver.url)
    place.register(f"http://localhost:{receiver.port}/")
    with place.telling(webhooks_to_private_networks=False):
        assert {each.state for each in place.settled(place.succeed())} == {DeliveryState.REFUSED}
    assert receiver.received == []


# What goes wrong.


def test_a_receiver_that_was_down_hears_when_it_is_up(place: Place) -> None:
    port = free_port()
    place.register(f"http://127.0.0.1:{port}/")
    with place.telling(signal_attempts=1000):
        job = place.succeed()
        wait_until(lambda: any(each.attempts >= 2 for each in place.deliveries(job)), "it was tried again")
        waiting = place.deliveries(job)[0]
        assert (waiting.state, waiting.detail) == (DeliveryState.WAITING, "connection refused")
        assert waiting.next_at
        with running_receiver(port) as receiver:
            assert place.settled(job)[0].state is DeliveryState.DELIVERED
            assert len(receiver.received) == 1


def test_what_a_failing_receiver_is_told_stays_the_same_and_is_given_up_and_visible(
    place: Place, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (404, {}), (302, {"Location": "http://127.0.0.1:1/"}), (503, {})]
    webhook = place.register(receiver.url)
    with place.telling(signal_attempts=4):
        job = place.succeed()
        (delivery,) = place.settled(job)
        assert (delivery.state, delivery.attempts, delivery.detail) == (DeliveryState.GIVEN_UP, 4, "HTTP 503")
        assert len(receiver.received) == 4
        assert len({(each.body, each.headers["webhook-id"]) for each in receiver.received}) == 1
        assert [each.id for each in place.notices.latest(failed=True)] == [delivery.id]
        assert [each.id for each in place.notices.of_target("webhook", webhook.id)] == [delivery.id]
        # the job is as it was, and whoever else wanted to hear of it has
        assert place.jobs.get(job.id) == job
        assert place.settled(job, "database")[0].state is DeliveryState.DELIVERED
        # once the receiver is well, it is sent again, under the same id
        receiver.answers = [(200, {})]
        place.notices.replay(delivery.id)
        wait_until(lambda: place.deliveries(job)[0].state is DeliveryState.DELIVERED, "it is told")
    assert receiver.received[-1].headers["webhook-id"] == f"{job.id}.1"
    assert place.notices.latest(failed=True) == []


def test_gone_switches_the_webhook_off(place: Place, receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    webhook = place.register(receiver.url)
    with place.telling():
        assert [each.state for each in place.settled(place.succeed())] == [DeliveryState.GONE]
        assert place.webhooks.get(webhook.id).off_because == "it answered 410 Gone"
        second = place.succeed()
        place.settled(second, "database")
        assert place.deliveries(second) == []
    assert len(receiver.received) == 1


def test_retry_after_is_kept(place: Place, receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "3"}), (204, {})]
    place.register(receiver.url)
    with place.telling(signal_longest_pause_s=60):
        job = place.succeed()
        wait_until(lambda: [each.detail for each in place.deliveries(job)] == ["HTTP 429"], "it was tried")
        waiting = place.deliveries(job)[0]
        assert waiting.next_at
        assert waiting.tried_at
        assert (waiting.next_at - waiting.tried_at).total_seconds() >= 3
        assert place.settled(job)[0].attempts == 2


def test_a_receiver_that_hangs_holds_up_nobody_else(place: Place, receiver: Receiver) -> None:
    let_go = threading.Event()
    with running_receiver() as hanging:
        hanging.next_answer = lambda: (204 if let_go.wait(60) else 500, {})  # type: ignore[method-assign]
        place.register(hanging.url)
        place.register(receiver.url)
        with place.telling(webhook_timeout_s=30):
            jobs = [place.succeed(), place.succeed()]
            wait_until(lambda: len(receiver.received) == 2, "the other has heard")
            assert len(hanging.received) == 2
            for job in jobs:
                place.settled(job, "database")
            let_go.set()
            for job in jobs:
                place.settled(job)


def test_a_database_that_is_broken_harms_no_job_and_is_tried_again(place: Place) -> None:
    database = place.volumes / "storage" / "database.sqlite"
    database.mkdir(parents=True)
    with place.telling(signal_attempts=1000):
        job = place.succeed()
        wait_until(lambda: any(each.attempts >= 2 for each in place.deliveries(job, "database")), "it is tried again")
        assert place.deliveries(job, "database")[0].state is DeliveryState.WAITING
        assert place.jobs.get(job.id) == job
        shutil.rmtree(database)
        assert place.settled(job, "database")[0].state is DeliveryState.DELIVERED
    assert place.status_record()["job"] == job.id


def test_a_notice_that_comes_late_does_not_hide_a_newer_end(place: Place) -> None:
    with place.telling():
        older, newer = place.succeed(), place.fail()
        place.settled(older, "database")
        place.settled(newer, "database")
        place.notices.replay(place.deliveries(older, "database")[0].id)
        (again,) = place.settled(older, "database")
    assert (again.attempts, again.detail) == (1, "a newer job's record stands there")
    assert place.status_record()["job"] == newer.id


def test_signals_outlive_redis(place: Place, receiver: Receiver) -> None:
    place.register(receiver.url)
    with place.telling():
        place.redis.restart()
        assert place.settled(place.succeed())[0].state is DeliveryState.DELIVERED


# In real workers.


@pytest.fixture
def shop(redis_server: RedisServer, tmp_path: Path) -> Iterator[Workshop]:
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **QUICK) as made:
        yield made


def test_a_listener_of_the_database_hears_once_and_all_is_there(shop: Workshop, place: Place) -> None:
    """As a listener does, it looks without a pause, and reads everything in the moment when the record appears."""
    seen: list[object] = []
    complete: list[bool] = []
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            record = shop.storage.database.get(STATUS_PATH)
            if isinstance(record, dict) and (not seen or seen[-1] != record):
                seen.append(record)
                job = shop.jobs.get(str(record["job"]))
                names = shop.objects(f"{record['results_prefix']}/")
                figures = shop.storage.database.get(parse_video_key(KEY).record_path)
                complete.append(job.status.final and sorted(names) == sorted(job.result_files) and bool(figures))

    listener = threading.Thread(target=listen)
    listener.start()
    shop.worker()
    job = shop.until_ended(shop.ask())
    place.settled(job, "database")
    wait_until(lambda: bool(complete), "the listener has seen the record")
    stop.set()
    listener.join()
    assert (len(seen), complete) == (1, [True])
    assert [event.job for event in shop.jobs.events(job.id) if event][-1] == job


def test_a_worker_killed_while_it_tells_leaves_nothing_untold(shop: Workshop, place: Place, receiver: Receiver) -> None:
    """The receiver takes the request and keeps silent; in this moment the worker is killed. Another tells it again."""
    in_hand, go_on = threading.Event(), threading.Event()

    def silent() -> tuple[int, dict[str, str]]:
        in_hand.set()
        go_on.wait(60)
        return 500, {}

    receiver.next_answer = silent  # type: ignore[method-assign]
    place.register(receiver.url)
    first = shop.worker()
    job = shop.until_ended(shop.ask())
    wait_until(in_hand.is_set, "the signal is on its way")
    first.kill()
    go_on.set()
    receiver.next_answer = lambda: (204, {})  # type: ignore[method-assign]
    (untold,) = place.deliveries(job)
    assert (untold.state, untold.attempts) == (DeliveryState.WAITING, 1)
    overdue(place, untold)
    shop.worker()
    (told,) = place.settled(job)
    assert (told.state, told.attempts) == (DeliveryState.DELIVERED, 2)
    assert [each.headers["webhook-id"] for each in receiver.received] == [f"{job.id}.1"] * 2


def overdue(place: Place, delivery: Delivery) -> None:
    """As when the two minutes are over for which the dead worker had taken it."""
    redis = place.notices._redis
    assert redis.zscore("goodrep:deliveries:due:webhook", delivery.id) > time.time() * 1e6
    redis.zadd("goodrep:deliveries:due:webhook", {delivery.id: 0})


def test_a_worker_killed_between_the_end_and_the_signal_leaves_nothing_untold(
    shop: Workshop, place: Place, receiver: Receiver
) -> None:
    place.register(receiver.url)
    worker = shop.worker()
    job = shop.ask(frames=100, frame_s=0.02)
    shop.until_running(job)
    os.kill(worker.pid, signal.SIGSTOP)  # the parent, whose threads tell; the child goes on with the job
    shop.until(job, JobStatus.SUCCEEDED)
    worker.kill()
    assert place.notices.waiting() == 1
    assert receiver.received == []
    shop.worker()
    assert place.settled(job)[0].state is DeliveryState.DELIVERED
    assert place.notices.waiting() == 0
    assert place.webhooks.all()[0].secret not in shop.logs()
