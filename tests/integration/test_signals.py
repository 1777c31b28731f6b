"""Whoever wants to hear of a job's end hears of it, whatever goes wrong on the way: real workers, HTTP and Redis."""

import base64
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.keys import parse_video_key
from storage.notices import RedisNotices
from storage.signals import Delivery, DeliveryState
from storage.types import Job, JobStatus
from storage.webhooks import RedisWebhooks, Webhook
from tests.receiver import Receiver, running_receiver
from tests.services import RedisServer, free_port, wait_until
from tests.worker_service import KEY, OWNER, Workshop, workshop

QUICK: dict[str, object] = {
    "signal_first_pause_s": 0.1,
    "signal_longest_pause_s": 0.4,
    "webhooks_to_private_networks": True,
}
STATUS_PATH = parse_video_key(KEY).status_path


@pytest.fixture
def shop(redis_server: RedisServer, tmp_path: Path) -> Iterator[Workshop]:
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **QUICK) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as made:
        yield made


def register(shop: Workshop, url: str, **given: object) -> Webhook:
    scope: dict[str, object] = {"maker": "anyone", "users": None, **given}
    return RedisWebhooks(shop.redis.url).add(url, **scope)  # type: ignore[arg-type]


def deliveries(shop: Workshop, job: Job, channel: str = "webhook") -> list[Delivery]:
    return [each for each in RedisNotices(shop.redis.url).of_job(job.id) if each.channel == channel]


def until_settled(shop: Workshop, job: Job, channel: str = "webhook") -> list[Delivery]:
    """The job's deliveries by that channel, once all of them have come to an end."""

    def settled() -> bool:
        found = deliveries(shop, job, channel)
        return bool(found) and all(each.state is not DeliveryState.WAITING for each in found)

    wait_until(settled, f"signals are settled: {shop.logs()}")
    return deliveries(shop, job, channel)


def test_every_way_says_that_results_are_there(shop: Workshop, receiver: Receiver) -> None:
    webhook = register(shop, receiver.url)
    shop.worker()
    job = shop.until_ended(shop.ask())
    (delivery,) = until_settled(shop, job)
    assert (delivery.state, delivery.attempts, delivery.detail) == (DeliveryState.DELIVERED, 1, "HTTP 204")
    assert (delivery.target, delivery.event) == (webhook.id, "analysis.succeeded")
    (request,) = receiver.received
    assert (request.path, request.headers["host"]) == ("/hook?for=goodrep", f"127.0.0.1:{receiver.port}")
    assert request.headers["webhook-id"] == request.document["id"] == f"{job.id}.1"
    told = request.document["data"]
    assert (told["id"], told["status"], told["results_folder"]) == (job.id, "succeeded", job.results_prefix)
    assert [each["name"] for each in told["results"]] == list(job.result_files)
    until_settled(shop, job, "database")
    assert job.finished_at
    assert shop.storage.database.get(STATUS_PATH) == {
        "job": job.id,
        "status": "succeeded",
        "finished_at": job.finished_at.isoformat(timespec="microseconds"),
        "results_prefix": job.results_prefix,
    }
    assert [event.job for event in shop.jobs.events(job.id) if event][-1] == job


def test_a_listener_of_the_database_hears_once_and_all_is_there(shop: Workshop) -> None:
    """As a listener does, it looks without a pause, and reads everything in the moment when the record appears."""
    seen: list[object] = []
    complete: list[bool] = []
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            record = shop.storage.database.get(STATUS_PATH)
            if record is not None and (not seen or seen[-1] != record):
                seen.append(record)
                assert isinstance(record, dict)
                job = shop.jobs.get(str(record["job"]))
                names = shop.objects(f"{record['results_prefix']}/")
                figures = shop.storage.database.get(parse_video_key(KEY).record_path)
                complete.append(job.status.final and sorted(names) == sorted(job.result_files) and bool(figures))

    listener = threading.Thread(target=listen)
    listener.start()
    shop.worker()
    job = shop.until_ended(shop.ask())
    until_settled(shop, job, "database")
    wait_until(lambda: bool(seen), "the listener has seen the record")
    stop.set()
    listener.join()
    assert len(seen) == 1
    assert complete == [True]


def test_failure_is_told_as_well(shop: Workshop, receiver: Receiver) -> None:
    register(shop, receiver.url)
    shop.worker()
    job = shop.until_ended(shop.ask(content=b"no video"))
    until_settled(shop, job)
    assert receiver.events == ["analysis.failed"]
    assert receiver.received[0].document["data"]["error"] == {"code": "not_a_video", "message": job.error_message}
    until_settled(shop, job, "database")
    record = shop.storage.database.get(STATUS_PATH)
    assert isinstance(record, dict)
    assert (record["status"], record["error_code"], record["error_message"]) == (
        "failed",
        "not_a_video",
        job.error_message,
    )


def test_a_job_that_is_given_up_is_told_once(shop: Workshop, receiver: Receiver) -> None:
    register(shop, receiver.url)
    shop.worker()
    job = shop.until_ended(shop.ask(end="killed"))
    until_settled(shop, job)
    assert [each.document["data"]["error"]["code"] for each in receiver.received] == ["too_many_attempts"]


def test_cancellation_is_told_while_queued_and_while_running(shop: Workshop, receiver: Receiver) -> None:
    register(shop, receiver.url)
    queued = shop.ask(send=False)
    shop.jobs.request_cancel(queued.id)
    shop.worker()
    running = shop.ask("temp/video/user/a@b.com/exercise_Squat.mp4", frames=10_000, frame_s=0.02)
    shop.until_running(running)
    shop.jobs.request_cancel(running.id)
    for job in (queued, running):
        until_settled(shop, job)
    assert receiver.events == ["analysis.cancelled"] * 2
    assert {each.document["data"]["id"] for each in receiver.received} == {queued.id, running.id}


def test_a_job_that_is_run_again_is_told_again_under_another_id(shop: Workshop, receiver: Receiver) -> None:
    register(shop, receiver.url)
    shop.worker()
    job = shop.until_ended(shop.ask(end="unexpected"))
    shop.video()
    shop.jobs.run_again(job.id)
    shop.until(job, JobStatus.SUCCEEDED)
    wait_until(lambda: len(receiver.received) == 2, "both ends are told")
    assert [each.headers["webhook-id"] for each in receiver.received] == [f"{job.id}.1", f"{job.id}.2"]
    assert receiver.events == ["analysis.failed", "analysis.succeeded"]


def test_a_receiver_that_was_down_hears_when_it_is_up(shop: Workshop) -> None:
    port = free_port()
    register(shop, f"http://127.0.0.1:{port}/")
    shop.worker()
    job = shop.until_ended(shop.ask())
    assert job.status is JobStatus.SUCCEEDED
    wait_until(lambda: any(each.attempts >= 2 for each in deliveries(shop, job)), "it was tried again")
    (waiting,) = deliveries(shop, job)
    assert (waiting.state, waiting.detail) == (DeliveryState.WAITING, "connection refused")
    assert waiting.next_at
    with running_receiver(port) as receiver:
        (delivered,) = until_settled(shop, job)
        assert delivered.state is DeliveryState.DELIVERED
        assert len(receiver.received) == 1


def test_what_a_failing_receiver_is_told_stays_the_same_and_is_given_up_and_visible(
    redis_server: RedisServer, tmp_path: Path, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (404, {}), (302, {"Location": "http://127.0.0.1:1/"}), (503, {})]
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **QUICK, signal_attempts=4) as shop:
        webhook = register(shop, receiver.url)
        shop.worker()
        job = shop.until_ended(shop.ask())
        assert job.status is JobStatus.SUCCEEDED
        (delivery,) = until_settled(shop, job)
        assert (delivery.state, delivery.attempts, delivery.detail) == (DeliveryState.GIVEN_UP, 4, "HTTP 503")
        assert len(receiver.received) == 4
        assert len({(each.body, each.headers["webhook-id"]) for each in receiver.received}) == 1
        notices = RedisNotices(redis_server.url)
        assert [each.id for each in notices.latest(failed=True)] == [delivery.id]
        assert [each.id for each in notices.of_target("webhook", webhook.id)] == [delivery.id]
        # others are told, and the next job is as good as ever
        until_settled(shop, job, "database")
        assert shop.until_ended(shop.ask()).status is JobStatus.SUCCEEDED
        # and once the receiver is well, it is sent again, under the same id
        receiver.answers = [(200, {})]
        notices.replay(delivery.id)
        wait_until(lambda: deliveries(shop, job)[0].state is DeliveryState.DELIVERED, "it is told")
        assert receiver.received[-1].headers["webhook-id"] == f"{job.id}.1"
        assert delivery.id not in [each.id for each in notices.latest(failed=True)]


def test_gone_switches_the_webhook_off(shop: Workshop, receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    webhook = register(shop, receiver.url)
    shop.worker()
    first = shop.until_ended(shop.ask())
    assert [each.state for each in until_settled(shop, first)] == [DeliveryState.GONE]
    assert RedisWebhooks(shop.redis.url).get(webhook.id).off_because == "it answered 410 Gone"
    second = shop.until_ended(shop.ask())
    until_settled(shop, second, "database")
    assert deliveries(shop, second) == []
    assert len(receiver.received) == 1


def test_retry_after_is_kept(redis_server: RedisServer, tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "3"}), (204, {})]
    quick = {**QUICK, "signal_longest_pause_s": 60}
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **quick) as shop:
        register(shop, receiver.url)
        shop.worker()
        job = shop.until_ended(shop.ask())
        wait_until(lambda: bool(deliveries(shop, job)) and deliveries(shop, job)[0].attempts == 1, "it was tried")
        wait_until(lambda: deliveries(shop, job)[0].detail == "HTTP 429", "it is settled")
        (waiting,) = deliveries(shop, job)
        assert waiting.next_at
        assert waiting.tried_at
        assert (waiting.next_at - waiting.tried_at).total_seconds() >= 3
        assert until_settled(shop, job)[0].attempts == 2


def test_a_worker_killed_between_the_end_and_the_signal_leaves_nothing_untold(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    """The receiver takes the request and keeps silent; in this moment the worker is killed. Another tells it again."""
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **QUICK) as shop, running_receiver() as receiver:
        in_hand, go_on = threading.Event(), threading.Event()

        def silent() -> tuple[int, dict[str, str]]:
            in_hand.set()
            go_on.wait(60)
            return 500, {}

        receiver.next_answer = silent  # type: ignore[method-assign]
        register(shop, receiver.url)
        first = shop.worker()
        job = shop.until_ended(shop.ask())
        wait_until(in_hand.is_set, "the signal is on its way")
        first.kill()
        go_on.set()
        receiver.next_answer = lambda: (204, {})  # type: ignore[method-assign]
        (untold,) = deliveries(shop, job)
        assert (untold.state, untold.attempts) == (DeliveryState.WAITING, 1)
        overdue(shop, untold)
        shop.worker()
        (told,) = until_settled(shop, job)
        assert (told.state, told.attempts) == (DeliveryState.DELIVERED, 2)
        assert {each.headers["webhook-id"] for each in receiver.received} == {f"{job.id}.1"}
        assert len(receiver.received) == 2


def overdue(shop: Workshop, delivery: Delivery) -> None:
    """As when the two minutes are over for which the dead worker had taken it."""
    redis = RedisNotices(shop.redis.url)._redis
    assert redis.zscore("goodrep:deliveries:due:webhook", delivery.id) > time.time() * 1e6
    redis.zadd("goodrep:deliveries:due:webhook", {delivery.id: 0})


def test_an_end_that_nobody_was_there_to_tell_is_told_later(shop: Workshop, receiver: Receiver) -> None:
    register(shop, receiver.url)
    worker = shop.worker()
    job = shop.ask(frames=100, frame_s=0.02)
    shop.until_running(job)
    os.kill(worker.pid, signal.SIGSTOP)  # the parent, whose threads tell; the child goes on with the job
    shop.until(job, JobStatus.SUCCEEDED)
    worker.kill()
    assert RedisNotices(shop.redis.url).waiting() == 1
    assert receiver.received == []
    shop.worker()
    assert until_settled(shop, job)[0].state is DeliveryState.DELIVERED
    assert RedisNotices(shop.redis.url).waiting() == 0


def test_a_database_that_refuses_harms_no_job_and_is_tried_again(shop: Workshop) -> None:
    """The record cannot be written where a file lies in the way; the figures went elsewhere and are there."""
    worker = shop.worker()
    job = shop.ask(frames=100, frame_s=0.02)
    shop.until_running(job)
    os.kill(worker.pid, signal.SIGSTOP)
    ended = shop.until(job, JobStatus.SUCCEEDED)
    database = shop.volumes / "storage" / "database.sqlite"
    kept = {path: path.read_bytes() for path in database.parent.glob("database.sqlite*")}
    for path in kept:
        path.unlink()
    database.mkdir()
    os.kill(worker.pid, signal.SIGCONT)
    wait_until(lambda: any(each.attempts >= 2 for each in deliveries(shop, job, "database")), "it is tried again")
    assert deliveries(shop, job, "database")[0].state is DeliveryState.WAITING
    assert shop.jobs.get(job.id) == ended
    database.rmdir()
    for path, content in kept.items():
        path.write_bytes(content)
    assert until_settled(shop, job, "database")[0].state is DeliveryState.DELIVERED


def test_a_notice_that_comes_late_does_not_hide_a_newer_end(shop: Workshop) -> None:
    shop.worker()
    older = shop.until_ended(shop.ask())
    until_settled(shop, older, "database")
    newer = shop.until_ended(shop.ask(content=b"no video"))
    until_settled(shop, newer, "database")
    RedisNotices(shop.redis.url).replay(deliveries(shop, older, "database")[0].id)
    (again,) = until_settled(shop, older, "database")
    assert (again.attempts, again.detail) == (1, "a newer job's record stands there")
    record = shop.storage.database.get(STATUS_PATH)
    assert isinstance(record, dict)
    assert record["job"] == newer.id


def test_a_webhook_hears_only_what_it_wants_and_may(shop: Workshop, receiver: Receiver) -> None:
    register(shop, f"{receiver.url}&1", events=["analysis.failed"])
    register(shop, f"{receiver.url}&2", users=["somebody@else.com"])
    register(shop, f"{receiver.url}&3", users=[OWNER])
    register(shop, f"{receiver.url}&4", maker="api_key revoked")
    shop.worker()
    job = shop.until_ended(shop.ask())
    until_settled(shop, job)
    assert [each.path[-1] for each in receiver.received] == ["3"]


def test_private_networks_are_not_knocked_at(redis_server: RedisServer, tmp_path: Path, receiver: Receiver) -> None:
    quick = {**QUICK, "webhooks_to_private_networks": False}
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **quick) as shop:
        register(shop, receiver.url)
        register(shop, f"http://localhost:{receiver.port}/")
        shop.worker()
        job = shop.until_ended(shop.ask())
        assert {each.state for each in until_settled(shop, job)} == {DeliveryState.REFUSED}
        assert receiver.received == []


def test_the_operator_s_own_webhook_hears_of_everything(
    redis_server: RedisServer, tmp_path: Path, receiver: Receiver
) -> None:
    secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
    operators: dict[str, object] = {
        "webhook_url": receiver.url,
        "webhook_secret": secret,
        "webhooks_to_private_networks": False,
    }
    with workshop(redis_server, tmp_path, "tests.tiny_worker", **QUICK | operators) as shop:
        shop.worker()
        job = shop.until_ended(shop.ask())
        (told,) = until_settled(shop, job)
        assert (told.state, told.target) == (DeliveryState.DELIVERED, "operator")
        assert secret not in shop.logs()
