"""Whatever goes wrong on the way, a job's end is told, or it is seen that it was not: real HTTP, Redis and database."""

import shutil
import threading

from storage.signals.channel import DeliveryState
from tests.receiver import Receiver, running_receiver
from tests.services import free_port, wait_until
from tests.signal_place import Place


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
        hanging.answered = lambda: (204 if let_go.wait(60) else 500, {})
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
