"""`deliveries` and `replay`: who was told of jobs' ends, how that went, and telling them again."""

from collections.abc import Sequence

import click

from storage.errors import DeliveryNotFound
from storage.jobs.overview import AmbiguousId, RedisOverview
from storage.signals.channel import Delivery
from storage.signals.notices import RedisNotices
from worker.admin.documents import delivery_document
from worker.admin.options import json_option, to_each
from worker.admin.printing import say, say_json, say_table
from worker.settings import WorkerSettings

_COLUMNS = ("id", "event", "channel", "target", "state", "attempts", "tried_at", "next_at", "detail")
_ALL = 1_000_000


@click.command("deliveries")
@click.option("--failed", is_flag=True, help="Only what came to nothing.")
@click.option("--job", default="", metavar="ID", help="Only of this job.")
@click.option("--limit", "-n", default=100, show_default=True, type=click.IntRange(1))
@json_option
def deliveries(failed: bool, job: str, limit: int, as_json: bool) -> None:
    """List who was told of jobs' ends and how that went, the latest first."""
    url = WorkerSettings().redis_url
    notices = RedisNotices(url)
    if job:
        of_job = reversed(notices.of_job(RedisOverview(url).find(job)))
        found: Sequence[Delivery] = [each for each in of_job if each.failed or not failed][:limit]
    else:
        found = notices.latest(failed=failed, limit=limit)
    waiting = notices.waiting()
    if as_json:
        say_json({"deliveries": [delivery_document(each) for each in found], "ends_untold": waiting})
        return
    documents = [delivery_document(each) for each in found]
    say_table(_COLUMNS, [[document[column] for column in _COLUMNS] for document in documents])
    if waiting:
        say(f"{waiting} ends of jobs wait to be told; a running worker tells them within seconds.")


@click.command("replay")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--failed", is_flag=True, help="All that came to nothing.")
@json_option
def replay(ids: tuple[str, ...], failed: bool, as_json: bool) -> int:
    """Send signals again, at once and with all their attempts; an ID as in `deliveries`, or its beginning."""
    if bool(ids) == failed:
        raise click.UsageError("Name deliveries, or say --failed for all that came to nothing.")
    url = WorkerSettings().redis_url
    notices, overview = RedisNotices(url), RedisOverview(url)
    asked = [each.id for each in notices.latest(failed=True, limit=_ALL)] if failed else ids

    def act(typed: str) -> tuple[str, str]:
        sent = notices.replay(_whole(typed, notices, overview))
        return sent.id, f"{sent.id} is sent again."

    return to_each(asked, act, as_json=as_json)


def _whole(typed: str, notices: RedisNotices, overview: RedisOverview) -> str:
    """The one delivery whose id begins so. Raises `DeliveryNotFound`, `AmbiguousId`, `JobNotFound`."""
    job, dot, rest = typed.partition(".")
    if job.startswith("ping"):  # of no job
        return typed
    job_id = overview.find(job)
    found = [each.id for each in notices.of_job(job_id) if each.id.startswith(f"{job_id}{dot}{rest}")]
    if typed in found or not found:
        if not found:
            raise DeliveryNotFound(f"There is no delivery {typed}; old ones are forgotten.")
        return typed
    if len(found) > 1:
        raise AmbiguousId(f"{len(found)} deliveries have an id that begins with {typed}: {', '.join(found[:3])}")
    return found[0]
