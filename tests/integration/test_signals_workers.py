"""Real workers tell of jobs' ends; one that is killed meanwhile leaves nothing untold."""

import os
import signal
import threading
import time

import pytest

from storage.keys import parse_video_key
from storage.signals.channel import Delivery, DeliveryState
from storage.types import JobStatus
from tests.receiver import QUICK, Receiver, Reply
from tests.services import wait_until
from tests.signal_place import STATUS_PATH, Place
from tests.worker_service import KEY, Workshop

pytestmark = pytest.mark.workshop(**QUICK)


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

    def silent() -> Reply:
        in_hand.set()
        go_on.wait(60)
        return 500, {}

    receiver.answered = silent
    place.register(receiver.url)
    first = shop.worker()
    job = shop.until_ended(shop.ask())
    wait_until(in_hand.is_set, "the signal is on its way")
    first.kill()
    go_on.set()
    receiver.answered = None
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
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    os.kill(worker.pid, signal.SIGSTOP)  # the parent, whose threads tell; the child goes on with the job
    shop.until(job, JobStatus.SUCCEEDED)
    worker.kill()
    assert place.notices.waiting() == 1
    assert receiver.received == []
    shop.worker()
    assert place.settled(job)[0].state is DeliveryState.DELIVERED
    assert place.notices.waiting() == 0
    assert place.webhooks.all()[0].secret not in shop.logs()
