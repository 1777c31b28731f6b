"""`list`: jobs by what they are, latest first."""

from datetime import timedelta

import click

from storage.jobs.overview import JobRecord, RedisOverview
from storage.jobs.selection import JobFilter
from storage.types import JobStatus
from worker.admin.documents import job_document
from worker.admin.options import Age, json_option
from worker.admin.printing import SHORT_ID, duration, say, say_json, say_table
from worker.settings import WorkerSettings

_COLUMNS = ("id", "status", "stage", "done", "attempts", "accepted", "owner", "exercise", "code")


@click.command("list")
@click.option("--status", "-s", "statuses", multiple=True, type=click.Choice([each.value for each in JobStatus]))
@click.option("--owner", default="", metavar="ADDRESS", help="Jobs of this user.")
@click.option("--code", "codes", multiple=True, help="Failed with this code, such as internal_error.")
@click.option("--given-up", is_flag=True, help="Failed for a reason that lies with us, with that reason.")
@click.option("--older", type=Age(), help="Accepted longer ago than, such as 15m, 2h or 1d.")
@click.option("--newer", type=Age(), help="Accepted within the last, such as 15m.")
@click.option("--limit", "-n", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--cursor", default=0, metavar="N", type=click.IntRange(0), help="Go on where a list before ended.")
@click.option("--ids", "only_ids", is_flag=True, help="Only whole ids, one a line, for xargs.")
@json_option
def list_jobs(
    statuses: tuple[str, ...],
    owner: str,
    codes: tuple[str, ...],
    given_up: bool,
    older: timedelta | None,
    newer: timedelta | None,
    limit: int,
    cursor: int,
    only_ids: bool,
    as_json: bool,
) -> None:
    """List jobs, the latest first."""
    overview = RedisOverview(WorkerSettings().redis_url)
    now = overview.now()
    wanted = JobFilter(
        statuses=frozenset(map(JobStatus, statuses)),
        owner=owner,
        codes=frozenset(codes),
        ours=given_up,
        since=now - newer if newer else None,
        until=now - older if older else None,
    )
    records, next_cursor = overview.list(wanted, cursor=cursor, limit=limit)
    if as_json:
        say_json({"jobs": [job_document(each, now) for each in records], "next_cursor": next_cursor})
        return
    if only_ids:
        for each in records:
            say(each.job.id)
        return
    columns = (*_COLUMNS, "reason") if given_up else _COLUMNS
    say_table(columns, [_row(each, (now - each.job.created_at).total_seconds())[: len(columns)] for each in records])
    if next_cursor:
        say(f"There are more: --cursor {next_cursor}")


def _row(record: JobRecord, age_s: float) -> tuple[object, ...]:
    job = record.job
    status = f"{job.status.value}, cancelling" if job.cancel_requested and not job.status.final else job.status.value
    accepted = f"{duration(age_s)} ago"
    done = f"{job.progress:.0%}"
    place = (job.id[:SHORT_ID], status, job.stage.value, done, job.attempts, accepted)
    return (*place, job.owner, job.exercise, job.error_code, record.reason)
