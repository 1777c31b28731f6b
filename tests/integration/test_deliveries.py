"""The outbox and the log of deliveries in a real Redis, and the operator's commands on them."""

import pytest

from storage.errors import DeliveryNotFound
from storage.jobs.queue import RedisJobs
from storage.signals.channel import Delivery, DeliveryState, Taken
from storage.signals.notices import Addressee, RedisNotices
from storage.types import Job, NewJob
from tests.operator_command import Operator
from tests.services import RedisServer, wait_until

TO = [Addressee("webhook", "wh_1"), Addressee("webhook", "wh_2"), Addressee("device", "d_1")]


@pytest.fixture
def notices(redis_server: RedisServer) -> RedisNotices:
    return RedisNotices(redis_server.url)


def ended(jobs: RedisJobs, index: int = 0) -> Job:
    key = f"temp/video/user/a@b.com/exercise_스쿼트_{2305092259 + index}.mp4"
    job, _ = jobs.create(NewJob("a@b.com", key, "f", "Squat"))
    return jobs.succeed(
        jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3), results_prefix="p", result_files=["f"]
    )


def addressed(jobs: RedisJobs, notices: RedisNotices, index: int = 0) -> list[Delivery]:
    job = ended(jobs, index)
    for notice in notices.unaddressed():
        notices.address(notice, TO)
    return list(notices.of_job(job.id))


def test_an_end_leaves_one_notice_with_the_job_as_it_was(jobs: RedisJobs, notices: RedisNotices) -> None:
    job, _ = jobs.create(NewJob("a@b.com", "temp/video/user/a@b.com/exercise_Squat.mp4", "f", "Squat"))
    claim = jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3)
    assert notices.waiting() == 0
    done = jobs.succeed(claim, results_prefix="p", result_files=["f"])
    jobs.succeed(claim, results_prefix="p", result_files=["f"])  # the same call again, after its answer was lost
    (notice,) = notices.unaddressed()
    assert (notice.id, notice.event, notice.job) == (f"{job.id}.1", "analysis.succeeded", done)


def test_a_notice_that_this_version_cannot_read_holds_up_no_other(jobs: RedisJobs, notices: RedisNotices) -> None:
    unreadable, readable = ended(jobs, 0), ended(jobs, 1)
    notices._redis.hset(f"goodrep:notice:{unreadable.id}.1", "record", '{"of": "the future"}')
    assert [notice.job for notice in notices.unaddressed()] == [readable]
    assert notices.waiting() == 2


def test_addressing_twice_makes_one_delivery_each(jobs: RedisJobs, notices: RedisNotices) -> None:
    job = ended(jobs)
    (notice,) = notices.unaddressed()
    notices.address(notice, TO)
    notices.address(notice, TO)
    assert sorted((each.channel, each.target) for each in notices.of_job(job.id)) == sorted(
        (each.channel, each.target) for each in TO
    )
    assert notices.waiting() == 0


def test_each_delivery_is_taken_by_one(jobs: RedisJobs, notices: RedisNotices) -> None:
    addressed(jobs, notices)
    taken = [notices.take("webhook", lease_s=60) for _ in range(3)]
    assert sorted(each.delivery.target for each in taken if each) == ["wh_1", "wh_2"]
    assert taken[2] is None


def test_what_was_taken_and_not_settled_is_due_again_and_whoever_was_slow_has_nothing_to_say(
    jobs: RedisJobs, notices: RedisNotices
) -> None:
    addressed(jobs, notices)
    slow = notices.take("device", lease_s=0.05)
    assert slow
    again: list[Taken] = []

    def taken_again() -> bool:
        again.extend(filter(None, [notices.take("device", lease_s=60)]))
        return bool(again)

    wait_until(taken_again, "it is due again")
    assert (again[0].delivery.id, again[0].delivery.attempts) == (slow.delivery.id, 2)
    assert not notices.settle(slow, DeliveryState.GIVEN_UP, "too late")
    assert notices.settle(again[0], DeliveryState.DELIVERED, "")
    assert notices.delivery(slow.delivery.id).state is DeliveryState.DELIVERED


def test_the_log_is_bounded_but_drops_nothing_that_waits(jobs: RedisJobs, redis_server: RedisServer) -> None:
    notices = RedisNotices(redis_server.url, kept=4)
    first = addressed(jobs, notices, 0)
    for each in first[:2]:
        taken = notices.take(each.channel, lease_s=60)
        assert taken
        notices.settle(taken, DeliveryState.DELIVERED, "")
    done = {each.id for each in notices.latest() if each.state is DeliveryState.DELIVERED}
    addressed(jobs, notices, 1)
    assert len(done) == 2
    kept = {each.id for each in notices.latest()}
    assert not done & kept
    assert len(kept) == 4
    for delivery_id in done:
        with pytest.raises(DeliveryNotFound):
            notices.delivery(delivery_id)


def test_the_log_expires(jobs: RedisJobs, redis_server: RedisServer) -> None:
    notices = RedisNotices(redis_server.url, kept_s=1)
    found = addressed(jobs, notices)
    assert len(found) == 3
    wait_until(lambda: notices.latest() == [], "the log has expired")
    assert notices.take("webhook", lease_s=60) is None
    with pytest.raises(DeliveryNotFound):
        notices.replay(found[0].id)


def test_a_job_s_notices_and_deliveries_can_be_forgotten(jobs: RedisJobs, notices: RedisNotices) -> None:
    told = addressed(jobs, notices, 0)
    untold = ended(jobs, 1)
    other = addressed(jobs, notices, 2)
    assert notices.forget(told[0].job_id) == 3
    assert notices.of_job(told[0].job_id) == []
    ended_again = ended(jobs, 3)
    assert notices.forget(ended_again.id) == 0
    assert notices.waiting() == 0
    assert {each.job_id for each in notices.latest()} == {untold.id, other[0].job_id}


def test_the_operator_lists_and_replays(jobs: RedisJobs, notices: RedisNotices, operator: Operator) -> None:
    first, *_ = addressed(jobs, notices)
    ended(jobs, 1)
    taken = notices.take("webhook", lease_s=60)
    assert taken
    notices.settle(taken, DeliveryState.GIVEN_UP, "HTTP 503")
    said = operator("deliveries")
    assert said.status == 0
    heading = ["ID", "EVENT", "CHANNEL", "TARGET", "STATE", "ATTEMPTS", "TRIED_AT", "NEXT_AT", "DETAIL"]
    assert said.out.splitlines()[0].split() == heading
    assert len(said.out.splitlines()) == 5
    assert said.out.splitlines()[-1].startswith("1 ends of jobs wait to be told")

    said = operator("deliveries", "--failed", "--json")
    (row,) = said.document["deliveries"]
    assert (row["id"], row["state"], row["detail"], row["attempts"]) == (taken.delivery.id, "given_up", "HTTP 503", 1)
    assert set(said.document) == {"deliveries", "ends_untold"}
    assert set(map(str.upper, row)) - {"JOB_ID", "CREATED_AT"} == set(heading)
    of_job = operator("deliveries", "--job", first.job_id[:10], "--limit", "2", "--json").document["deliveries"]
    assert [each["job_id"] for each in of_job] == [first.job_id] * 2


def test_the_operator_replays(jobs: RedisJobs, notices: RedisNotices, operator: Operator) -> None:
    addressed(jobs, notices)
    taken = notices.take("webhook", lease_s=60)
    assert taken
    notices.settle(taken, DeliveryState.GIVEN_UP, "HTTP 503")

    said = operator("replay", "no-such-delivery")
    assert (said.status, said.out) == (1, "")
    assert "'no-such-delivery' is not the id of a job" in said.err
    said = operator("replay", "--json", f"{taken.delivery.id}9", taken.delivery.id[:8])
    assert said.status == 1
    missing, ambiguous = said.document["results"]
    assert (missing["ok"], missing["code"]) == (False, "delivery_not_found")
    assert (ambiguous["ok"], ambiguous["code"]) == (False, "ambiguous_id")

    assert operator("replay", taken.delivery.id).status == 0
    again = notices.delivery(taken.delivery.id)
    assert (again.state, again.attempts) == (DeliveryState.WAITING, 0)
    taken = notices.take("webhook", lease_s=60)
    assert taken
    notices.settle(taken, DeliveryState.REFUSED, "HTTP 403")
    assert operator("replay", "--failed").status == 0
    assert notices.latest(failed=True) == []
    assert operator("replay").status == 2
    assert operator("replay", "--failed", taken.delivery.id).status == 2
