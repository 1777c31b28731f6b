"""Whose turn it is, in a real Redis."""

from itertools import count

import pytest

from storage.jobs.queue import RedisJobs
from storage.redis.client import connect
from storage.types import Claim, Job, JobStatus, NewJob, Priority
from tests.services import RedisServer, wait_until

_NUMBERS = count(1_000_000_000)


def ask(jobs: RedisJobs, owner: str, priority: Priority = Priority.NORMAL) -> Job:
    key = f"temp/video/user/{owner}@b.com/exercise_Squat_{next(_NUMBERS)}.mp4"
    return jobs.create(NewJob(f"{owner}@b.com", key, "f", "Squat", priority=priority))[0]


def take(jobs: RedisJobs, *, most_per_owner: int = 100, lease_s: float = 60, max_attempts: int = 3) -> Claim | None:
    return jobs.claim_next(worker="w", lease_s=lease_s, max_attempts=max_attempts, most_per_owner=most_per_owner)


def end(jobs: RedisJobs, claim: Claim) -> None:
    jobs.succeed(claim, results_prefix="p", result_files=[])


def owners(jobs: RedisJobs, claims: int) -> str:
    """The first letters of those whose jobs are begun, one after the other, by a single worker."""
    order = ""
    for _ in range(claims):
        claim = take(jobs)
        assert claim
        order += claim.job.owner[0]
        end(jobs, claim)
    return order


def test_an_empty_queue(jobs: RedisJobs) -> None:
    assert take(jobs) is None


def test_one_users_jobs_are_begun_in_the_order_of_acceptance(jobs: RedisJobs) -> None:
    made = [ask(jobs, "a").id for _ in range(12)]
    claims = [take(jobs) for _ in made]
    assert [claim.job.id for claim in claims if claim] == made
    assert take(jobs) is None


def test_users_with_a_video_each_are_served_in_the_order_of_acceptance(jobs: RedisJobs) -> None:
    made = [ask(jobs, f"user{index}").id for index in range(20)]
    claims = [take(jobs) for _ in made]
    assert [claim.job.id for claim in claims if claim] == made


def test_a_hundred_videos_do_not_make_a_single_one_wait(jobs: RedisJobs) -> None:
    for _ in range(100):
        ask(jobs, "a")
    assert owners(jobs, 5) == "aaaaa"
    ask(jobs, "b")
    ask(jobs, "c")
    assert sorted(owners(jobs, 3)) == ["a", "b", "c"]
    assert owners(jobs, 94) == 94 * "a"
    assert take(jobs) is None


def test_everybody_in_turn(jobs: RedisJobs) -> None:
    for owner, videos in (("a", 6), ("b", 3), ("c", 1)):
        for _ in range(videos):
            ask(jobs, owner)
    assert owners(jobs, 10) == "abcababaaa"


def test_who_comes_back_again_and_again_gains_nothing(jobs: RedisJobs) -> None:
    for _ in range(6):
        ask(jobs, "a")
    order = ""
    for _ in range(6):
        ask(jobs, "b")
        order += owners(jobs, 2)
    assert order.count("a") == order.count("b") == 6


def test_priorities_in_the_order_of_their_names_and_each_with_a_share(jobs: RedisJobs) -> None:
    for priority in reversed(Priority):
        for _ in range(40):
            ask(jobs, priority.value, priority)
    order = owners(jobs, 60)
    assert order.startswith("iiiin")
    for start in range(50):
        assert order.count("b", start, start + 11) >= 1, order
        assert order.count("n", start, start + 6) >= 1, order
    assert order.count("i") > order.count("n") > order.count("b")


def test_a_class_that_nobody_asks_for_costs_the_others_nothing(jobs: RedisJobs) -> None:
    for _ in range(30):
        ask(jobs, "normal")
    for _ in range(2):
        ask(jobs, "batch", Priority.BATCH)
    order = owners(jobs, 32)
    assert order.count("b") == 2
    assert order.startswith(9 * "n")


def test_who_has_enough_running_steps_back_while_others_wait(jobs: RedisJobs) -> None:
    for _ in range(4):
        ask(jobs, "a")
    first = take(jobs, most_per_owner=1)
    assert first
    ask(jobs, "b")
    ask(jobs, "c", Priority.BATCH)
    assert (claim := take(jobs, most_per_owner=1))
    assert claim.job.owner == "b@b.com"
    # nobody else in the class waits, and an idle worker is of no use to anyone
    assert (second := take(jobs, most_per_owner=1))
    assert second.job.owner == "a@b.com"


def test_a_rejudge_does_not_wait_for_its_owners_analysis(jobs: RedisJobs) -> None:
    ask(jobs, "a")
    take(jobs, most_per_owner=1)
    ask(jobs, "b")
    rejudge = ask(jobs, "a", Priority.INTERACTIVE)
    claim = take(jobs, most_per_owner=1)
    assert claim
    assert claim.job.id == rejudge.id


def test_the_job_of_a_lost_worker_goes_first(jobs: RedisJobs) -> None:
    lost = ask(jobs, "a", Priority.BATCH)
    take(jobs, lease_s=0.01)
    ask(jobs, "b", Priority.INTERACTIVE)
    wait_until(lambda: lost.id in jobs.unattended(queued_for_s=3600), "the lease has run out")
    claim = take(jobs)
    assert claim
    assert (claim.job.id, claim.token) == (lost.id, 2)


def test_a_job_that_pauses_is_not_begun_and_blocks_nobody(jobs: RedisJobs) -> None:
    failed = ask(jobs, "a")
    claim = take(jobs)
    assert claim
    jobs.release(claim, delay_s=3600)
    assert take(jobs) is None
    other = ask(jobs, "b")
    claim = take(jobs)
    assert claim
    assert claim.job.id == other.id
    assert jobs.get(failed.id).status is JobStatus.QUEUED


def test_after_a_failed_attempt_everybody_else_has_a_turn(jobs: RedisJobs) -> None:
    tried = ask(jobs, "a")
    others = [ask(jobs, owner) for owner in "bc"]
    claim = take(jobs)
    assert claim
    assert claim.job.id == tried.id
    jobs.release(claim)
    assert owners(jobs, 3) == "bca"
    assert [jobs.get(job.id).status for job in others] == [JobStatus.SUCCEEDED] * 2


def test_a_job_that_is_given_back_uncounted_keeps_its_turn(jobs: RedisJobs) -> None:
    ask(jobs, "a")
    ask(jobs, "b")
    claim = take(jobs)
    assert claim
    jobs.release(claim, counts=False)
    assert owners(jobs, 2) == "ab"


def test_what_is_to_end_is_passed_by(jobs: RedisJobs) -> None:
    cancelled, spent, good = (ask(jobs, owner) for owner in "abc")
    jobs.request_cancel(cancelled.id)
    jobs.release(jobs.claim(spent.id, worker="w", lease_s=60, max_attempts=3))
    claim = take(jobs, max_attempts=1)
    assert claim
    assert claim.job.id == good.id
    assert take(jobs, max_attempts=1) is None
    assert jobs.get(spent.id).error_code == "too_many_attempts"


@pytest.mark.parametrize("priority", Priority)
def test_the_priority_stands_in_the_record(jobs: RedisJobs, priority: Priority) -> None:
    assert ask(jobs, "a", priority).priority is priority


def test_nothing_is_left_of_a_queue_that_is_worked_off(jobs: RedisJobs, redis_server: RedisServer) -> None:
    for priority in Priority:
        ask(jobs, "a", priority)
    jobs.request_cancel(ask(jobs, "a").id)
    owners(jobs, 3)
    client = connect(redis_server.url)
    keys = [key for kind in ("order", "waiting", "queue", "due", "running") for key in client.keys(f"goodrep:{kind}*")]
    assert keys == []


def test_jobs_from_before_there_were_classes_are_found(jobs: RedisJobs, redis_server: RedisServer) -> None:
    job = ask(jobs, "a")
    client = connect(redis_server.url)
    client.delete("goodrep:order:normal", "goodrep:waiting:normal:a@b.com")
    client.hdel(f"goodrep:job:{job.id}", "tag", "priority")
    claim = take(jobs)
    assert claim
    assert claim.job.id == job.id


def test_what_was_removed_by_hand_does_not_stand_in_the_way(jobs: RedisJobs, redis_server: RedisServer) -> None:
    gone, there = ask(jobs, "a"), ask(jobs, "b")
    connect(redis_server.url).delete(f"goodrep:job:{gone.id}")
    claim = take(jobs)
    assert claim
    assert claim.job.id == there.id
    assert take(jobs) is None


def test_the_place_says_how_many_are_begun_before(jobs: RedisJobs) -> None:
    for priority in Priority:
        for owner in "ab":
            for _ in range(7):
                ask(jobs, owner, priority)
    asked = [ask(jobs, "c", priority) for priority in Priority]
    expected = {}
    for job in asked:
        place = jobs.place(job.id)
        assert place
        expected[job.id] = place.position
    begun = [claim.job.id for _ in range(45) if (claim := take(jobs))]
    assert {job.id: begun.index(job.id) + 1 for job in asked} == expected
