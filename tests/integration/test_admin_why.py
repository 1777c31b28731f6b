"""`why`: each place where a job can be, brought about in a real Redis, is told apart and comes with its lever."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import redis

from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.redis.broker import QUEUE, TASK_NAME
from storage.signals.channel import DeliveryState
from storage.signals.notices import Addressee, RedisNotices
from storage.types import Job, Priority, Stage
from tests.job_records import OWNER, claim, create, request
from tests.operator_command import Operator
from tests.services import REPOSITORY, RedisServer, wait_until


def announce(server: RedisServer, state: WorkerState = WorkerState.READY, detail: str = "") -> RedisWorkers:
    workers = RedisWorkers(server.url)
    workers.announce(Worker("host:1", "host", 1, "1", datetime.now(UTC), state, detail))
    return workers


def change(server: RedisServer, job: Job, field: str, value: object) -> None:
    redis.Redis.from_url(server.url).hset(f"goodrep:job:{job.id}", field, str(value))


def because(operator: Operator, job: Job) -> tuple[str, str]:
    """The word and all sentences; what stands in the text for people is the same."""
    (document,) = operator("why", job.id, "--json").document["jobs"]
    assert set(document) == {"id", "status", "because", "sentences", "levers"}
    assert all(set(lever) == {"command", "effect"} for lever in document["levers"])
    told = operator("why", job.id[:16])
    assert told.status == 0
    assert told.out.startswith(f"{job.id} is {document['status']} ({document['because']}).")
    for lever in document["levers"]:
        assert lever["command"] in told.out
    sentences = " ".join(document["sentences"])
    levers = " ".join(lever["command"] for lever in document["levers"])
    return document["because"], f"{sentences} > {levers}"


def test_no_worker_is_there(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    job = create(jobs)
    word, told = because(operator, job)
    assert word == "no_worker"
    assert "docker compose up -d worker" in told
    announce(redis_server)
    redis.Redis.from_url(redis_server.url).hset("goodrep:worker:host:1", "seen_us", 1)
    word, told = because(operator, job)
    assert word == "no_worker"
    assert "host:1, last seen" in told


@pytest.mark.parametrize(
    ("state", "detail", "expected"),
    [
        (WorkerState.DRAINING, "", "drain --undo host:1"),
        (WorkerState.DRAINED, "", "drain --undo host:1"),
        (WorkerState.FAILED_SELF_TEST, "It counted 0 repetitions.", "host:1 says: It counted 0 repetitions."),
        (WorkerState.NO_ROOM, "The disk lacks 3 MB.", "host:1 says: The disk lacks 3 MB."),
        (WorkerState.STARTING, "", "1 starting"),
    ],
)
def test_no_worker_takes_jobs(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, state: WorkerState, detail: str, expected: str
) -> None:
    job = create(jobs)
    announce(redis_server, state, detail)
    word, told = because(operator, job)
    assert word == "workers_take_none"
    assert expected in told


def test_it_is_next(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    job = create(jobs)
    announce(redis_server)
    assert because(operator, job)[0] == "next"


def test_others_go_first(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    running = create(jobs, 0)
    create(jobs, 1)
    create(jobs, 2)
    job = create(jobs, 3)
    announce(redis_server)
    claim(jobs, running, worker="host:1")
    word, told = because(operator, job)
    assert word == "behind_others"
    assert "2 jobs go before it." in told
    assert "Workers: 1 busy." in told
    assert "--scale worker=N" in told


def test_its_owner_has_as_many_running_as_may_be(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, job = create(jobs, 0), create(jobs, 1)
    announce(redis_server)
    claim(jobs, running, worker="host:1")
    monkeypatch.setenv("GOODREP_MAX_RUNNING_PER_USER", "1")
    assert because(operator, job)[0] == "next"  # nobody else waits
    create(jobs, 2, owner="c@d.e")
    word, told = because(operator, job)
    assert word == "capped"
    assert "1 job running, as many as one may have while others wait" in told


def test_others_who_have_as_many_running_do_not_count(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer
) -> None:
    for owner in (OWNER, "c@d.e"):
        claim(jobs, create(jobs, 0, owner), worker="host:1")
    job = create(jobs, 1)
    create(jobs, 1, "c@d.e")
    announce(redis_server)
    assert because(operator, job)[0] == "next"
    jobs.request_cancel(create(jobs, 0, "e@f.g").id)
    assert because(operator, job)[0] == "next"
    create(jobs, 1, "e@f.g")
    assert because(operator, job)[0] == "capped"


def test_of_interactive_jobs_only_such_count(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    def interactive(index: int, owner: str = OWNER) -> Job:
        return jobs.create(replace(request(index, owner=owner), priority=Priority.INTERACTIVE))[0]

    claim(jobs, create(jobs, 0), worker="host:1")
    job = interactive(1)
    announce(redis_server)
    interactive(2, "c@d.e")
    assert because(operator, job)[0] == "next"
    claim(jobs, interactive(3), worker="host:2")
    word, told = because(operator, job)
    assert word == "capped"
    assert "1 interactive job running, as many as one may have" in told
    jobs.claim_next(worker="host:3", lease_s=60, max_attempts=3, most_per_owner=1)  # the other's
    assert because(operator, job)[0] == "next"


def test_it_pauses_after_a_failed_attempt(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    job = create(jobs)
    announce(redis_server)
    jobs.release(claim(jobs, job, worker="host:1"), delay_s=90, reason="MemoryError", message="m")
    word, told = because(operator, job)
    assert word == "pausing"
    assert "Attempt 1 of 3 was cut short: MemoryError." in told
    assert "in 1m" in told


def test_its_message_is_lost(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = create(jobs)
    announce(redis_server)
    monkeypatch.setenv("GOODREP_QUEUED_FOR_S", "0.001")
    assert because(operator, job)[0] == "message_lost"
    message = f'{{"headers": {{"id": "{job.id}", "task": "{TASK_NAME}"}}}}'
    redis.Redis.from_url(redis_server.url).rpush(QUEUE, message)
    assert because(operator, job)[0] == "next"


def test_a_worker_works_on_it(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    job = create(jobs)
    held = claim(jobs, job, worker="host:1")
    announce(redis_server)
    jobs.progress(held, Stage.POSE, frames_done=30, frames_total=100)
    word, told = because(operator, job)
    assert word == "running"
    assert "host:1 has worked on it for" in told
    assert "(attempt 1 of 3): pose, 27%, frame 30 of 100." in told
    assert "Its lease holds for another" in told
    two_hours_ago_us = int((datetime.now(UTC).timestamp() - 7200) * 1e6)
    change(redis_server, job, "updated_us", two_hours_ago_us)
    word, told = because(operator, job)
    assert word == "stalled"
    assert "For 2h00m" in told.replace("But for", "For")
    jobs.request_cancel(job.id)
    assert because(operator, job)[0] == "cancelling"


def test_its_worker_is_silent(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    job = create(jobs)
    claim(jobs, job, worker="host:1", lease_s=0.05)
    wait_until(lambda: job.id in jobs.unattended(queued_for_s=3600), "the lease has run out")
    word, told = because(operator, job)
    assert word == "worker_silent"
    assert "No worker is there that could take it over" in told
    announce(redis_server)
    assert "Another worker takes it over within seconds" in because(operator, job)[1]


@pytest.mark.parametrize(
    ("lasting", "code", "word", "expected"),
    [
        (True, "not_a_video", "video_at_fault", "The same request would fail again."),
        (False, "internal_error", "failed_here", "KeyError: 'x'"),
        (False, "too_many_attempts", "too_many_attempts", "retry"),
    ],
)
def test_it_failed(jobs: RedisJobs, operator: Operator, lasting: bool, code: str, word: str, expected: str) -> None:
    job = create(jobs)
    jobs.fail(claim(jobs, job, worker="host:1"), code=code, message="Sorry.", lasting=lasting, reason="KeyError: 'x'")
    found, told = because(operator, job)
    assert found == word
    assert expected in told
    assert "Its owner was told: Sorry." in told
    assert ("retry" in told) is not lasting


def test_its_video_is_set_aside(jobs: RedisJobs, operator: Operator) -> None:
    job = create(jobs)
    assert operator("quarantine", "--yes", "--reason", "kills the decoder", job.id[:12]).status == 0
    word, told = because(operator, job)
    assert word == "quarantined"
    assert "kills the decoder" in told
    assert f"release {job.id[:12]}" in told


def test_it_was_cancelled(jobs: RedisJobs, operator: Operator) -> None:
    early, late = create(jobs, 0), create(jobs, 1)
    held = claim(jobs, late, worker="host:1")
    for job in (early, late):
        jobs.request_cancel(job.id)
    jobs.cancelled(held)
    assert "before any worker had begun it" in because(operator, early)[1]
    word, told = because(operator, late)
    assert word == "cancelled"
    assert "in attempt 1, on host:1" in told


def _told(server: RedisServer, state: DeliveryState) -> None:
    notices = RedisNotices(server.url)
    (notice,) = notices.unaddressed()
    notices.address(notice, [Addressee("webhook", "wh_1")])
    taken = notices.take("webhook", lease_s=60)
    assert taken
    notices.settle(taken, state, "HTTP 503")


@pytest.mark.parametrize(("state", "expected"), [(DeliveryState.GIVEN_UP, True), (DeliveryState.DELIVERED, False)])
def test_it_succeeded(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer, state: DeliveryState, expected: bool
) -> None:
    job = create(jobs)
    jobs.succeed(claim(jobs, job, worker="host:1"), results_prefix="temp/image/x", result_files=["report.json"])
    _told(redis_server, state)
    word, told = because(operator, job)
    assert word == "succeeded"
    assert "Files in temp/image/x: report.json." in told
    assert ("1 of 1 signals of its end came to nothing: webhook wh_1: given_up, HTTP 503." in told) is expected
    assert (f"replay {job.id}.1.webhook.1" in told) is expected


def test_what_is_missing_is_said(jobs: RedisJobs, operator: Operator) -> None:
    job = create(jobs)
    said = operator("why", "--json", "0" * 32, job.id)
    assert said.status == 1
    missing, found = said.document["jobs"]
    assert missing["error"]["code"] == "job_not_found"
    assert found["id"] == job.id
    assert operator("why", "nix").status == 1


def test_every_word_is_written_down() -> None:
    source = (REPOSITORY / "worker/admin/reasons.py").read_text()
    words = set(re.findall(r'Explanation\(\s*"(\w+)"', source)) | {"behind_others", "too_many_attempts", "failed_here"}
    assert len(words) == 17
    page = (REPOSITORY / "docs/operate.md").read_text()
    assert {word for word in words if f"`{word}`" not in page} == set()
