"""`workers` and `drain`: who is there, and that one takes no more jobs."""

import socket
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import click

from storage.errors import StorageError, StorageUnavailable, WorkerNotFound
from storage.jobs.overview import AmbiguousId, RedisOverview
from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from worker.admin.options import Age, json_option, to_each
from worker.admin.printing import SHORT_ID, complain, duration, say_json, say_table
from worker.settings import WorkerSettings

_LOOK_AGAIN_S = 0.5
_PATIENCE_S = 60.0
"""A Redis that restarts ends no waiting."""
_COLUMNS = ("worker", "state", "job", "started", "seen", "version", "detail")


class StillBusy(StorageError):
    """The worker has not come to the end of what it does."""

    code = "still_busy"


class WorkerGone(StorageError):
    """The worker is dead or cut off, so nothing can be asked of it."""

    code = "worker_gone"


@click.command("workers")
@json_option
def workers(as_json: bool) -> None:
    """List workers that were seen during the last day, with what each is about."""
    url = WorkerSettings().redis_url
    found, now = RedisWorkers(url).list(), RedisOverview(url).now()
    if as_json:
        say_json({"workers": [asdict(each) for each in found]})
        return
    say_table(_COLUMNS, [_row(each, now) for each in found])


def _row(worker: Worker, now: datetime) -> tuple[object, ...]:
    asked = worker.drain_requested and worker.state not in (WorkerState.DRAINING, WorkerState.DRAINED)
    state = f"{worker.state.value}{', to be drained' if asked else ''}" if worker.alive else "gone"
    started, seen = _ago(worker.started_at, now), _ago(worker.seen_at, now)
    return (worker.id, state, worker.job_id[:SHORT_ID], started, seen, worker.version, worker.detail)


@click.command("drain")
@click.argument("ids", nargs=-1, metavar="[WORKER...]")
@click.option("--all", "everyone", is_flag=True, help="All that are alive now; those that start later take jobs.")
@click.option("--here", is_flag=True, help="Those of this machine or container.")
@click.option("--undo", is_flag=True, help="Let them take jobs again.")
@click.option("--wait", is_flag=True, help="Return when they have nothing to do any more.")
@click.option("--timeout", type=Age(), default="55m", show_default=True, help="Of --wait; a job may take 50 minutes.")
@json_option
def drain(
    ids: tuple[str, ...],
    everyone: bool,
    here: bool,
    undo: bool,
    wait: bool,
    timeout: timedelta,
    as_json: bool,
) -> int:
    """Let workers take no more jobs: each ends the one that it has, then idles until it is stopped.

    WORKER is an id as in `workers`, its beginning, or a host's name.
    """
    if bool(ids) + everyone + here != 1:
        raise click.UsageError("Name workers, or say --all or --here.")
    if undo and wait:
        raise click.UsageError("--undo has nothing to --wait for.")
    records = RedisWorkers(WorkerSettings().redis_url)
    found = records.list()
    if everyone or here:
        asked = [each.id for each in found if each.alive and (everyone or each.host == socket.gethostname())]
        if not asked:
            raise WorkerNotFound("No worker is alive here." if here else "No worker is alive.")
    else:
        asked = list(ids)
    ends_s = time.monotonic() + timeout.total_seconds()

    def ask(typed: str) -> tuple[str, str]:
        worker = _named(typed, found)
        if not worker.alive:
            raise WorkerGone(f"{worker.id} was not seen lately: it is dead or cut off.")
        records.request_drain(worker.id, drain=not undo)
        busy = f"; it still does {worker.job_id}" if worker.job_id else ""
        return worker.id, f"{worker.id} takes {'jobs again' if undo else f'no more jobs{busy}'}."

    if not wait:
        return to_each(asked, ask, as_json=as_json)
    refused: dict[str, StorageError] = {}
    for typed in asked:  # all of them first, so that none takes what another has left
        try:
            ask(typed)
        except (WorkerNotFound, WorkerGone, AmbiguousId) as error:
            refused[typed] = error

    def wait_for(typed: str) -> tuple[str, str]:
        if typed in refused:
            raise refused[typed]
        worker_id = _named(typed, found).id
        return worker_id, _waited_for(worker_id, records, ends_s, quiet=as_json)

    return to_each(asked, wait_for, as_json=as_json)


def _named(typed: str, found: Sequence[Worker]) -> Worker:
    """The one worker whose id is so or begins so. Raises `WorkerNotFound`, `AmbiguousId`."""
    meant = [each for each in found if each.id == typed] or [
        each for each in found if each.id.startswith(typed) or each.host == typed
    ]
    alive = [each for each in meant if each.alive]
    if len(meant) > 1 and len(alive) == 1:
        return alive[0]  # the others are those before it, on the same machine
    if not meant:
        raise WorkerNotFound(f"There is no worker {typed}.")
    if len(meant) > 1:
        raise AmbiguousId(f"{len(meant)} workers begin with {typed}: {', '.join(each.id for each in meant)}")
    return meant[0]


def _waited_for(worker_id: str, records: RedisWorkers, ends_s: float, *, quiet: bool) -> str:
    """Return when it has nothing to do; a sentence. Raises `StillBusy`, `WorkerGone`, `StorageUnavailable`."""
    told, answered_s = "", time.monotonic()
    while True:
        try:
            worker = records.get(worker_id)
        except WorkerNotFound:
            return f"{worker_id} has ended."
        except StorageUnavailable:
            if time.monotonic() > min(answered_s + _PATIENCE_S, ends_s):
                raise
            time.sleep(_LOOK_AGAIN_S)
            continue
        answered_s = time.monotonic()
        if worker.state is WorkerState.DRAINED:
            return f"{worker_id} is drained."
        if not worker.alive:
            raise WorkerGone(f"{worker_id} has fallen silent; what it did goes on elsewhere.")
        if worker.job_id and worker.job_id != told and not quiet:
            complain(f"{worker_id} still does {worker.job_id}.")
            told = worker.job_id
        if time.monotonic() > ends_s:
            raise StillBusy(f"{worker_id} is still at {worker.job_id or 'work'}; it takes no more jobs after that.")
        time.sleep(_LOOK_AGAIN_S)


def _ago(at: datetime | None, now: datetime) -> str:
    return f"{duration((now - at).total_seconds())} ago" if at else ""
