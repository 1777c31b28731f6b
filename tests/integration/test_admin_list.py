"""The operator's command lists jobs and shows all that is known of one, from a real Redis."""

import re
from itertools import pairwise
from typing import Any

import redis

from storage.jobs.queue import RedisJobs
from storage.signals.notices import Addressee, RedisNotices
from storage.types import Stage
from tests.job_records import OWNER, claim, create, failed
from tests.operator_command import Operator
from tests.services import REPOSITORY, RedisServer

OF_A_JOB = {
    "id",
    "owner",
    "video_key",
    "exercise",
    "status",
    "stage",
    "progress",
    "attempts",
    "error_code",
    "error_message",
    "created_at",
    "started_at",
    "finished_at",
    "cancel_requested",
    "results_prefix",
    "result_files",
    "worker",
    "lease_expires_at",
    "lease_left_s",
    "due_at",
    "ours",
    "reason",
}


def test_a_list_is_a_table_newest_first(jobs: RedisJobs, operator: Operator) -> None:
    waiting, running = create(jobs, 0), create(jobs, 1)
    claim(jobs, running, worker="host:1")
    said = operator("list")
    assert (said.status, said.err) == (0, "")
    assert [(row["ID"], row["STATUS"], row["OWNER"], row["CODE"]) for row in said.table] == [
        (running.id[:12], "running", OWNER, "-"),
        (waiting.id[:12], "queued", OWNER, "-"),
    ]
    assert operator("list", "--ids").out.split() == [running.id, waiting.id]


def test_a_list_in_json(jobs: RedisJobs, operator: Operator) -> None:
    job = create(jobs)
    claim(jobs, job, worker="host:1")
    document = operator("list", "--json").document
    assert set(document) == {"jobs", "next_cursor"}
    (row,) = document["jobs"]
    assert set(row) >= OF_A_JOB
    assert (row["id"], row["status"], row["worker"], row["ours"], row["reason"]) == (
        job.id,
        "running",
        "host:1",
        False,
        "",
    )
    assert 50 < row["lease_left_s"] <= 60
    assert row["created_at"] == job.created_at.isoformat()


def test_jobs_are_chosen_by_what_they_are(jobs: RedisJobs, operator: Operator, redis_server: RedisServer) -> None:
    waiting, other = create(jobs, 0), create(jobs, 0, owner="c@d.e")
    ours, theirs = failed(jobs, 1), failed(jobs, 2, lasting=True)
    assert operator.ids("--status", "queued") == [other.id, waiting.id]
    assert operator.ids("--status", "queued", "--status", "failed", "--owner", OWNER) == [
        theirs.id,
        ours.id,
        waiting.id,
    ]
    assert operator.ids("--code", "internal_error") == [ours.id]
    assert operator.ids("--given-up") == [ours.id]
    assert operator.ids("--newer", "1h") == [theirs.id, ours.id, other.id, waiting.id]
    assert operator.ids("--older", "1h") == []
    hours_ago_us = int((waiting.created_at.timestamp() - 2 * 3600) * 1e6)
    redis.Redis.from_url(redis_server.url).hset(f"goodrep:job:{waiting.id}", "created_us", hours_ago_us)
    assert operator.ids("--older", "1h") == [waiting.id]
    assert operator.ids("--older", "1h", "--newer", "1.5h") == []


def test_where_an_index_helps_not_every_record_is_read(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer
) -> None:
    waiting, running, mine, ours = create(jobs, 0), create(jobs, 1), create(jobs, 2, owner="c@d.e"), failed(jobs, 3)
    claim(jobs, running)
    connection: Any = redis.Redis.from_url(redis_server.url)
    connection.config_resetstat()
    assert operator.ids("--status", "queued", "--status", "running") == [mine.id, running.id, waiting.id]
    assert operator.ids("--owner", "c@d.e") == [mine.id]
    assert operator.ids("--owner", "nobody@d.e") == []
    assert operator.ids("--given-up", "--status", "failed") == [ours.id]
    assert operator.ids("--given-up", "--status", "queued") == []
    assert "cmdstat_scan" not in connection.info("commandstats")
    assert len(operator.ids()) == 4
    assert "cmdstat_scan" in connection.info("commandstats")


def test_what_was_given_up_comes_with_the_reason(jobs: RedisJobs, operator: Operator) -> None:
    failed(jobs, reason="OSError: redis://:hunter2@host/0\nis \x1b[31maway")
    (row,) = operator("list", "--given-up").table
    assert row["REASON"] == "OSError: redis://***@host/0 is \ufffd[31maway"
    assert "hunter2" not in operator("list", "--given-up", "--json").out


def test_a_list_goes_on_where_it_ended(jobs: RedisJobs, operator: Operator) -> None:
    made = [create(jobs, index).id for index in range(5)]
    first = operator("list", "--json", "--limit", "2").document
    assert [job["id"] for job in first["jobs"]] == [made[4], made[3]]
    create(jobs, 9)
    second = operator("list", "--json", "--limit", "2", "--cursor", str(first["next_cursor"])).document
    assert [job["id"] for job in second["jobs"]] == [made[2], made[1]]
    last = operator("list", "--json", "--limit", "2", "--cursor", str(second["next_cursor"])).document
    assert ([job["id"] for job in last["jobs"]], last["next_cursor"]) == ([made[0]], 0)
    assert f"--cursor {first['next_cursor'] + 1}" in operator("list", "--limit", "2").out


def test_a_job_is_found_by_the_beginning_of_its_id(jobs: RedisJobs, operator: Operator) -> None:
    made = sorted(create(jobs, index).id for index in range(40))  # so that some begin alike
    assert operator("show", "--json", made[0].upper()[:20]).document["jobs"][0]["id"] == made[0]
    first, _ = next(pair for pair in pairwise(made) if pair[0][0] == pair[1][0])
    said = operator("show", first[0])
    assert said.status == 1
    assert f"jobs have an id that begins with {first[0]}: " in said.err
    for typed in ("", "*", "a" * 33, "../x", "0" * 32):
        assert operator("show", "--", typed).status == 1, typed


def test_all_that_is_known_of_a_job(jobs: RedisJobs, operator: Operator) -> None:
    job = create(jobs)
    held = claim(jobs, job, worker="host:1")
    for done in (1, 2):
        jobs.progress(held, Stage.POSE, frames_done=done, frames_total=8)
    jobs.release(held, reason="MemoryError", message="m")
    held = claim(jobs, job, worker="host:2")
    out = operator("show", job.id).out
    assert "host:2, lease ends in " in out
    jobs.succeed(held, results_prefix="temp/image/x", result_files=["report.json", "summary.png"])
    (notice,) = (notices := RedisNotices(operator.environment["GOODREP_REDIS_URL"])).unaddressed()
    notices.address(notice, [Addressee("webhook", "wh_1")])

    out = operator("show", job.id).out
    for known in (job.id, "succeeded", OWNER, job.video_key, "temp/image/x", "report.json, summary.png", "wh_1"):
        assert known in out, known
    (document,) = operator("show", job.id[:9], "--json").document["jobs"]
    assert set(document) >= OF_A_JOB | {"history", "deliveries"}
    history = [(each["status"], each["stage"], each["attempt"], each["worker"]) for each in document["history"]]
    assert history == [
        ("queued", "waiting", 0, ""),
        ("running", "staging", 1, "host:1"),
        ("running", "pose", 1, "host:1"),
        ("queued", "waiting", 1, ""),
        ("running", "staging", 2, "host:2"),
        ("succeeded", "done", 2, "host:2"),
    ]
    assert document["history"][3]["note"] == "MemoryError"
    assert document["deliveries"][0]["target"] == "wh_1"


def test_a_history_that_is_forgotten_is_said_to_be(
    jobs: RedisJobs, operator: Operator, redis_server: RedisServer
) -> None:
    job = failed(jobs)
    redis.Redis.from_url(redis_server.url).delete(f"goodrep:events:{job.id}")
    said = operator("show", job.id)
    assert said.status == 0
    assert "events are kept for an hour" in said.out
    assert "KeyError: 'x'" in said.out


def test_several_are_shown_and_what_is_missing_is_said(jobs: RedisJobs, operator: Operator) -> None:
    first, second = create(jobs, 0), create(jobs, 1)
    said = operator("show", first.id, "0" * 32, second.id)
    assert said.status == 1
    assert first.id in said.out
    assert second.id in said.out
    assert said.err == f"There is no job {'0' * 32}.\n"
    shown = operator("show", "--json", "0" * 32, second.id)
    assert shown.status == 1
    assert shown.document["jobs"][0]["error"]["code"] == "job_not_found"
    assert shown.document["jobs"][1]["id"] == second.id


def test_every_field_that_is_written_down_is_there(jobs: RedisJobs, operator: Operator) -> None:
    held = claim(jobs, create(jobs))
    jobs.succeed(held, results_prefix="p", result_files=["f"])
    (document,) = operator("show", "--json", held.job.id).document["jobs"]
    page = (REPOSITORY / "docs/operate.md").read_text()
    of_a_job, of_a_change = page.partition("JOB has ")[2].partition("\n\n")[0].split("Each of `history` has ")
    assert set(re.findall(r"`(\w+)`", of_a_job)) == set(document) - {"history", "deliveries"}
    assert set(re.findall(r"`(\w+)`", of_a_change)) == set(document["history"][0])
