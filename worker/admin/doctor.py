"""`doctor`: whether Redis, queue, workers, staging and the store are as they should be, and what to do where not."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from storage.doctor.findings import Finding, State, Wrong, attempt
from storage.doctor.redis import examine_redis
from storage.doctor.stores import examine
from storage.errors import JobNotFound
from storage.jobs.queue import RedisJobs
from storage.types import JobStatus
from worker.admin.options import json_option
from worker.admin.printing import say, say_json
from worker.settings import WorkerSettings

_SIGNS = {State.OK: "ok     ", State.FAILED: "FAILED ", State.SKIPPED: "-      "}
_STORE_AWAY = 3
_UNSWEPT = "Any worker of this machine sweeps them; if they stay, look in its log for `staging is not removed`."
_OVERDUE_LEASES = 4
"""What should have happened is missing after so many leases: until then a worker may be about to do it."""


@click.command("doctor")
@click.option("--no-store", is_flag=True, help="Leave out the store, into which the checks write for a moment.")
@json_option
def doctor(no_store: bool, as_json: bool) -> int:
    """Check Redis, queue, workers, staging and the store; say what is wrong and what to do about it."""
    settings = WorkerSettings()
    findings = []
    for finding in _findings(settings, store=not no_store):
        findings.append(finding)
        if not as_json:
            say(f"{_SIGNS[finding.state]}{finding.check:<13}{finding.sentence}")
            if finding.remedy:
                say(f"{' ' * 20}{finding.remedy}")
    if as_json:
        say_json({"findings": [asdict(each) for each in findings]})
    if findings[0].state is State.FAILED:
        return _STORE_AWAY
    return int(any(each.state is State.FAILED for each in findings))


def _findings(settings: WorkerSettings, *, store: bool) -> Iterator[Finding]:
    redis = list(examine_redis(settings.redis_url, overdue_s=_OVERDUE_LEASES * settings.lease_s))
    yield from redis
    if redis[0].state is State.OK:
        yield attempt("staging", lambda: _staging(settings), _UNSWEPT)
    if store:
        yield from examine(settings.storage)


def _staging(settings: WorkerSettings) -> str:
    """Every folder is that of a running job, or was a moment ago."""
    jobs = RedisJobs(settings.redis_url)
    folders = _folders(settings.staging_root)
    orphans = [folder.name for folder in folders if not _is_in_use(folder, jobs)]
    still = [name for name in orphans if (settings.staging_root / name).exists()]
    if still:
        raise Wrong(f"{len(still)} folders in {settings.staging_root} are of no running job: {', '.join(still[:3])}")
    return f"{len(folders)} folders in {settings.staging_root}, each of a running job."


def _folders(root: Path) -> list[Path]:
    """Those of jobs, `<id>.<token>`."""
    if not root.is_dir():
        return []
    return [each for each in sorted(root.iterdir()) if re.fullmatch(r"[0-9a-f]{32}\.[0-9]+", each.name)]


def _is_in_use(folder: Path, jobs: RedisJobs) -> bool:
    try:
        return jobs.get(folder.name.partition(".")[0]).status is JobStatus.RUNNING
    except JobNotFound:
        return False
