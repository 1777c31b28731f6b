"""`show`: everything that is known of a job."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click

from storage.jobs.overview import Change, JobRecord, RedisOverview
from storage.signals.channel import Delivery
from storage.signals.notices import RedisNotices
from worker.admin.documents import delivery_document, job_document
from worker.admin.options import ids_argument, json_option
from worker.admin.printing import duration, say, say_pairs, say_table
from worker.admin.several import tell_of_each
from worker.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class _Known:
    record: JobRecord
    history: tuple[Change, ...]
    deliveries: tuple[Delivery, ...]
    now: datetime


@click.command("show")
@ids_argument
@json_option
def show(ids: tuple[str, ...], as_json: bool) -> int:
    """Show all that is known of jobs: record, history, attempts, worker, lease, results, deliveries."""
    url = WorkerSettings().redis_url
    overview, notices = RedisOverview(url), RedisNotices(url)
    return tell_of_each(
        ids, lambda typed: _known(overview.find(typed), overview, notices), _document, _say, as_json=as_json
    )


def _known(job_id: str, overview: RedisOverview, notices: RedisNotices) -> _Known:
    record = overview.record(job_id)
    return _Known(record, tuple(overview.history(job_id)), tuple(notices.of_job(job_id)), overview.now())


def _document(known: _Known) -> Mapping[str, Any]:
    return {
        **job_document(known.record, known.now),
        "history": [asdict(change) for change in known.history],
        "deliveries": [delivery_document(each) for each in known.deliveries],
    }


def _say(known: _Known) -> None:
    job = known.record.job
    resumed = f", {job.frames_resumed} of them from an attempt before" if job.frames_resumed else ""
    frames = f", frame {job.frames_done} of {job.frames_total}{resumed}" if job.frames_total else ""
    pairs: list[tuple[str, object]] = [
        ("id", job.id),
        ("status", f"{job.status.value}{', to be cancelled' if job.cancel_requested and not job.status.final else ''}"),
        ("stage", f"{job.stage.value}, {job.progress:.0%}{frames}"),
        ("attempts", job.attempts),
        ("worker", _worker(known)),
        ("owner", job.owner),
        ("video", job.video_key),
        ("exercise", job.exercise),
        ("options", ", ".join(f"{name}={value}" for name, value in asdict(job.options).items())),
        ("accepted", _ago(job.created_at, known.now)),
        ("begun", _ago(job.started_at, known.now)),
        ("ended", _ago(job.finished_at, known.now)),
        ("request", job.request_id),
        ("trace", job.traceparent),
    ]
    if job.rejudge_of:
        pairs.append(("judges again", job.rejudge_of))
    if job.error_code:
        pairs += [("error", job.error_code), ("told", job.error_message)]
    if known.record.reason:
        pairs.append(("reason", known.record.reason))
    if job.results_prefix:
        pairs += [("results", job.results_prefix), ("files", ", ".join(job.result_files))]
    say_pairs(pairs)
    _say_history(known)
    if known.deliveries:
        say("\nWho was told:")
        columns = ("id", "channel", "target", "state", "attempts", "detail")
        documents = [delivery_document(each) for each in known.deliveries]
        say_table(columns, [[document[column] for column in columns] for document in documents])


def _say_history(known: _Known) -> None:
    if not known.history:
        say("\nIts history is forgotten: events are kept for an hour after the end.")
        return
    say("\nHistory (UTC):")
    rows = []
    for change in known.history:
        frames = f"{change.frames_done}/{change.frames_total}" if change.frames_total else ""
        status = f"{change.status.value}{', to be cancelled' if change.cancel_requested else ''}"
        rows.append(
            (
                f"{change.at:%F %T}.{change.at.microsecond // 1000:03}",
                status,
                change.stage,
                change.attempt,
                frames,
                change.worker,
                change.note,
            )
        )
    say_table(("at", "status", "stage", "attempt", "frames", "worker", "note"), rows)


def _worker(known: _Known) -> str:
    job = known.record.job
    if not job.lease_expires_at:
        return f"{job.worker} (the last one)" if job.worker else ""
    left_s = (job.lease_expires_at - known.now).total_seconds()
    lease = f"lease ends in {duration(left_s)}" if left_s > 0 else f"lease ran out {duration(-left_s)} ago"
    return f"{job.worker}, {lease}"


def _ago(at: datetime | None, now: datetime) -> str:
    return f"{at:%F %T} UTC, {duration((now - at).total_seconds())} ago" if at else ""
