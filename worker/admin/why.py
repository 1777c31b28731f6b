"""`why`: in sentences, why a job is where it is, and the lever for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import click

from storage.jobs.overview import RedisOverview
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers
from storage.signals.notices import RedisNotices
from worker.admin.options import ids_argument, json_option
from worker.admin.printing import say
from worker.admin.reasons import Explanation, Facts, explain
from worker.admin.several import tell_of_each
from worker.settings import WorkerSettings


@click.command("why")
@ids_argument
@json_option
def why(ids: tuple[str, ...], as_json: bool) -> int:
    """Say why jobs are where they are, and the lever for it."""
    settings = WorkerSettings()
    overview = RedisOverview(settings.redis_url)
    return tell_of_each(
        ids, lambda typed: _explained(overview.find(typed), overview, settings), _document, _say, as_json=as_json
    )


@dataclass(frozen=True, slots=True)
class _Explained:
    facts: Facts
    explanation: Explanation


def _explained(job_id: str, overview: RedisOverview, settings: WorkerSettings) -> _Explained:
    facts = _facts(job_id, overview, settings)
    return _Explained(facts, explain(facts))


def _document(known: _Explained) -> Mapping[str, Any]:
    job = known.facts.record.job
    return {"id": job.id, "status": job.status, **asdict(known.explanation)}


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
        owners_waiting=overview.owners_waiting(record.job.priority),
        owners_running=overview.owners_running(record.job.priority),
        deliveries=RedisNotices(settings.redis_url).of_job(job_id),
        max_attempts=settings.max_attempts,
        max_running_per_user=settings.max_running_per_user,
        queued_for_s=settings.queued_for_s,
    )


def _say(known: _Explained) -> None:
    facts, explanation = known.facts, known.explanation
    say(f"{facts.record.job.id} is {facts.record.job.status} ({explanation.because}).")
    for sentence in explanation.sentences:
        say(f"  {sentence}")
    for lever in explanation.levers:
        say(f"  > {lever.command}   {lever.effect}")
