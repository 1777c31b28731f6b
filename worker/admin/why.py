"""`why`: in sentences, why a job is where it is, and the lever for it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from storage.errors import StorageError, StorageUnavailable
from storage.jobs import RedisJobs
from storage.notices import RedisNotices
from storage.overview import RedisOverview
from storage.workers import RedisWorkers
from worker.admin.options import ids_argument, json_option
from worker.admin.printing import complain, say, say_json
from worker.admin.reasons import Explanation, Facts, explain
from worker.settings import WorkerSettings


@click.command("why")
@ids_argument
@json_option
def why(ids: tuple[str, ...], as_json: bool) -> int:
    """Say why jobs are where they are, and the lever for it."""
    settings = WorkerSettings()
    overview = RedisOverview(settings.redis_url)
    documents: list[Mapping[str, Any]] = []
    refused = 0
    for typed in dict.fromkeys(ids):
        try:
            facts = _facts(overview.find(typed), overview, settings)
        except StorageUnavailable:
            raise
        except StorageError as error:
            refused += 1
            documents.append({"id": typed, "error": {"code": error.code, "message": str(error)}})
            if not as_json:
                complain(str(error))
            continue
        explanation = explain(facts)
        documents.append({"id": facts.record.job.id, "status": facts.record.job.status, **asdict(explanation)})
        if not as_json:
            _say(facts, explanation)
    if as_json:
        say_json({"jobs": documents})
    return int(refused > 0)


def _facts(job_id: str, overview: RedisOverview, settings: WorkerSettings) -> Facts:
    jobs = RedisJobs(settings.redis_url)
    record = overview.record(job_id)
    return Facts(
        record=record,
        now=overview.now(),
        place=jobs.place(job_id),
        seconds_left=jobs.seconds_left(record.job),
        workers=RedisWorkers(settings.redis_url).list(),
        messages=overview.messages(),
        owners_in_queue=overview.owners_in_queue(),
        owners_running=overview.owners_running(),
        deliveries=RedisNotices(settings.redis_url).of_job(job_id),
        max_attempts=settings.max_attempts,
        max_running_per_user=settings.max_running_per_user,
        queued_for_s=settings.queued_for_s,
    )


def _say(facts: Facts, explanation: Explanation) -> None:
    say(f"{facts.record.job.id} is {facts.record.job.status} ({explanation.because}).")
    for sentence in explanation.sentences:
        say(f"  {sentence}")
    for lever in explanation.levers:
        say(f"  > {lever.command}   {lever.effect}")
