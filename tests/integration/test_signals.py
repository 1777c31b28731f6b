"""Whoever wants to hear of a job's end hears of it: real HTTP, Redis and database; threads send as in a worker."""

import base64
import os
from collections.abc import Callable

import pytest

from storage.signals.channel import DeliveryState
from storage.types import Job, NewJob
from tests.receiver import Receiver
from tests.services import wait_until
from tests.signal_place import PREFIX, STATUS_PATH, Place
from tests.worker_service import KEY, OWNER


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
