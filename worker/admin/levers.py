"""What an operator does to jobs: `cancel`, `retry`."""

import click

from storage.jobs.overview import RedisOverview
from storage.jobs.queue import RedisJobs
from worker.admin.options import ask_whether, ids_argument, json_option, to_each, yes_option
from worker.settings import WorkerSettings


@click.command("cancel")
@ids_argument
@yes_option
@json_option
def cancel(ids: tuple[str, ...], yes: bool, as_json: bool) -> int:
    """End jobs that wait or run, as their owner could: what was begun is thrown away, and the owner is told."""
    count = len(set(ids))
    ask_whether(f"Cancel {count} {'job' if count == 1 else 'jobs'}?", yes=yes)
    jobs, overview = _doors()

    def act(typed: str) -> tuple[str, str]:
        job = jobs.request_cancel(overview.find(typed))
        done = "is cancelled" if job.status.final else f"is told to stop; {job.worker} hears it within a second"
        return job.id, f"{job.id} {done}."

    return to_each(ids, act, as_json=as_json)


@click.command("retry")
@ids_argument
@json_option
def retry(ids: tuple[str, ...], as_json: bool) -> int:
    """Put failed jobs back into the queue, with all their attempts."""
    jobs, overview = _doors()

    def act(typed: str) -> tuple[str, str]:
        job = jobs.run_again(overview.find(typed))  # a worker finds it within seconds and sends the message
        return job.id, f"{job.id} is in the queue again."

    return to_each(ids, act, as_json=as_json)


def _doors() -> tuple[RedisJobs, RedisOverview]:
    url = WorkerSettings().redis_url
    return RedisJobs(url), RedisOverview(url)
