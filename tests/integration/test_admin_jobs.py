"""What the operator's command does to jobs in a real Redis, and its exit status."""

import os
import pty
import subprocess
import sys

import pytest

from storage.jobs.queue import RedisJobs
from storage.types import JobStatus
from tests.job_records import claim, create, failed
from tests.operator_command import Operator
from tests.services import REPOSITORY, RedisServer, free_port


def test_jobs_are_cancelled(jobs: RedisJobs, operator: Operator) -> None:
    waiting, running = create(jobs, 0), create(jobs, 1)
    claim(jobs, running, worker="host:1")
    said = operator("cancel", "--yes", waiting.id[:12], running.id[:12])
    assert said.status == 0
    assert said.out.splitlines() == [
        f"{waiting.id} is cancelled.",
        f"{running.id} is told to stop; host:1 hears it within a second.",
    ]
    assert jobs.get(waiting.id).status is JobStatus.CANCELLED
    assert jobs.get(running.id).cancel_requested
    again = operator("cancel", "--yes", "--json", waiting.id, running.id)
    assert again.status == 1
    assert [(each["id"], each["ok"], each["code"]) for each in again.document["results"]] == [
        (waiting.id, False, "job_already_ended"),
        (running.id, True, ""),
    ]
    assert again.document["results"][0]["message"] == "The job has already ended (cancelled)."


def test_nothing_is_cancelled_unless_it_is_meant(jobs: RedisJobs, operator: Operator) -> None:
    job = create(jobs)
    said = operator("cancel", job.id)
    assert said.status == 2
    assert "add --yes" in said.err
    assert jobs.get(job.id).status is JobStatus.QUEUED


def test_a_failed_job_is_run_again_once(jobs: RedisJobs, operator: Operator) -> None:
    job, other = failed(jobs, 0), create(jobs, 1)
    said = operator("retry", job.id[:12], other.id)
    assert said.status == 1
    assert said.out == f"{job.id} is in the queue again.\n"
    assert said.err == "Only a job that has failed can be run again.\n"
    assert jobs.get(job.id).status is JobStatus.QUEUED
    assert operator.ids("--given-up") == []
    assert operator("retry", "--json", job.id).document == {
        "results": [
            {
                "id": job.id,
                "ok": False,
                "code": "claim_refused",
                "message": "Only a job that has failed can be run again.",
            }
        ]
    }


def test_a_terminal_is_asked_whether_it_is_meant(jobs: RedisJobs, redis_server: RedisServer) -> None:
    job = create(jobs)

    def typed(answer: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "r+b", buffering=0) as terminal:
            command = subprocess.Popen(
                [sys.executable, "-m", "worker.admin", "cancel", job.id[:10]],
                cwd=REPOSITORY,
                env={**os.environ, "GOODREP_REDIS_URL": redis_server.url},
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            os.close(theirs)
            terminal.write(answer.encode())
            out, err = command.communicate(timeout=60)
        return command.returncode, (out + err).decode()

    status, told = typed("n\n")
    assert (status, "Cancel 1 job?" in told, "Nothing was done." in told) == (1, True, True)
    assert jobs.get(job.id).status is JobStatus.QUEUED
    assert typed("y\n")[0] == 0
    assert jobs.get(job.id).status is JobStatus.CANCELLED


# The exit status.


def test_redis_away_is_said(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODREP_REDIS_URL", f"redis://:hunter2@127.0.0.1:{free_port()}/0")
    for arguments in (["list"], ["show", "0" * 32], ["retry", "0" * 32], ["deliveries"], ["cancel", "--yes", "a"]):
        said = operator(*arguments)
        assert (said.status, said.err) == (3, "Redis does not answer.\n"), arguments
        said = operator(*arguments, "--json")
        assert said.status == 3
        assert said.document == {"error": {"code": "storage_unavailable", "message": "Redis does not answer."}}


@pytest.mark.parametrize("arguments", [["nix"], ["list", "--status", "dead"], ["list", "--older", "x"], ["cancel"], []])
def test_wrong_usage(operator: Operator, arguments: list[str]) -> None:
    assert operator(*arguments).status == 2


def test_settings_that_are_not_right(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODREP_WEBHOOK_URL", "https://hook.example.com")
    monkeypatch.setenv("GOODREP_WEBHOOK_SECRET", "hunter2")
    said = operator("list")
    assert said.status == 2
    assert said.err.startswith("The settings in the environment are not right.")
    assert "hunter2" not in said.err


def test_it_is_a_command(jobs: RedisJobs, redis_server: RedisServer) -> None:
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "worker.admin", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "GOODREP_REDIS_URL": redis_server.url},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    job = failed(jobs)
    listed = command("list", "--given-up")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.splitlines()[1].split()[0] == job.id[:12]
    assert command("retry", job.id).returncode == 0
    assert command("retry", job.id).returncode == 1
    assert command("cancel", job.id).returncode == 2
    assert command("--help").returncode == 0
