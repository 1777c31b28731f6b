"""`quarantine` and `release`: videos that kill what reads them, set aside for everybody, and let in again."""

from dataclasses import asdict

import click

from storage.errors import JobNotFound
from storage.jobs.overview import RedisOverview
from storage.jobs.queue import RedisJobs
from storage.types import Quarantined
from worker.admin.options import ask_whether, ids_argument, json_option, to_each, yes_option
from worker.admin.printing import SHORT_ID, duration, say_json, say_table
from worker.settings import WorkerSettings


@click.command("quarantine")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--reason", default="", help="For the operators who come after you.")
@click.option("--message", default="", help="What whoever sends the video is told; by default a sentence that fits.")
@yes_option
@json_option
def quarantine(ids: tuple[str, ...], reason: str, message: str, yes: bool, as_json: bool) -> int:
    """Set the videos of jobs aside, for everybody; without ID, list those that are."""
    url = WorkerSettings().redis_url
    jobs, overview = RedisJobs(url), RedisOverview(url)
    if not ids:
        return _list(jobs, overview, as_json=as_json)
    ask_whether(f"Set aside the videos of {len(set(ids))} jobs? Jobs that have not ended fail.", yes=yes)

    def act(typed: str) -> tuple[str, str]:
        job = jobs.quarantine(overview.find(typed), reason=reason, message=message)
        return job.id, f"The video of {job.id} is set aside; the job has {job.status}."

    return to_each(ids, act, as_json=as_json)


@click.command("release")
@ids_argument
@json_option
def release(ids: tuple[str, ...], as_json: bool) -> int:
    """Let videos that were set aside be sent again; ID of a job of the video, or the video's fingerprint."""
    url = WorkerSettings().redis_url
    jobs, overview = RedisJobs(url), RedisOverview(url)

    def act(typed: str) -> tuple[str, str]:
        known = {each.fingerprint for each in jobs.quarantined()} | {each.job_id for each in jobs.quarantined()}
        try:
            video = typed if typed in known else overview.find(typed)
        except JobNotFound:
            begins = [each for each in known if each.startswith(typed)]  # of a job whose record is gone
            if len(begins) != 1:
                raise
            video = begins[0]
        jobs.lift_quarantine(video)
        return video, f"{video} can be sent again; retry runs its failed jobs again."

    return to_each(ids, act, as_json=as_json)


def _list(jobs: RedisJobs, overview: RedisOverview, *, as_json: bool) -> int:
    found, now = jobs.quarantined(), overview.now()
    if as_json:
        say_json({"quarantined": [_document(each) for each in found]})
        return 0
    rows = [
        (
            each.job_id[:SHORT_ID],
            f"{duration((now - each.since).total_seconds())} ago",
            each.fingerprint,
            each.job.owner if each.job else "",
            each.reason,
        )
        for each in found
    ]
    say_table(("job", "since", "fingerprint", "owner", "reason"), rows)
    return 0


def _document(each: Quarantined) -> dict[str, object]:
    document = asdict(each)
    del document["job"]
    return {**document, "owner": each.job.owner if each.job else None}
