"""What must hold once all jobs have ended, whatever happened on the way."""

import io
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis as vendor
from PIL import Image

from benchmarks.faults.house import FINAL, REAL, House
from benchmarks.faults.processes import until
from storage.errors import StorageError
from storage.keys import parse_video_key
from storage.types import Job, JobStatus
from tests.tiny_worker import RESULT_NAMES

_SETTLE_S = 60.0


@dataclass
class Findings:
    """How a case came out.

    Attributes:
        jobs: How many were accepted.
        ended: How they ended: `succeeded`, `cancelled`, or the code of the failure.
        attempts: The most of any job.
        resumed: Frames that did not have to be looked at again, in all jobs.
        lost: Jobs that have not ended, or of whose results something is missing.
        doubled: Jobs that ended more than once, or whose results are of two attempts.
        problems: Everything that is not as it must be, in words.
        notes: What was brought about, where that is not the same each time.
    """

    jobs: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    resumed: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)
    notes: str = ""

    @property
    def survived(self) -> bool:
        """Whether everything is as it must be."""
        return not self.problems


def examine(house: House, *, within_s: float, may_fail: frozenset[str]) -> Findings:
    """Wait for the end of all jobs and look at everything that they could have left."""
    found = Findings(jobs=len(house.accepted), notes=house.notes)
    with suppress(TimeoutError):  # who has not ended is found below
        house.until_ended(within_s)
    client = vendor.Redis.from_url(house.redis.url, decode_responses=True)
    for job_id in house.accepted:
        _look_at(house.job(job_id), house, client, found, may_fail)
    try:
        until(lambda: not _left(house, client), "nothing is left", within_s=_SETTLE_S, every_s=0.2)
    except TimeoutError:
        found.problems += _left(house, client)
    client.close()
    return found


def _look_at(job: Job, house: House, client: vendor.Redis, found: Findings, may_fail: frozenset[str]) -> None:
    found.attempts = max(found.attempts, job.attempts)
    found.resumed += job.frames_resumed
    if job.status not in FINAL:
        found.lost += 1
        found.problems.append(f"{job.id} is still {job.status} in {job.stage}, attempt {job.attempts}")
        return
    found.ended[job.error_code or job.status.value] += 1
    if int(client.hget(f"goodrep:job:{job.id}", "ends") or 0) != 1:
        found.doubled += 1
        found.problems.append(f"{job.id} ended more than once")
    if job.status is JobStatus.FAILED and job.error_code not in may_fail:
        found.problems.append(f"{job.id} failed without a cause: {job.error_code}: {job.error_message}")
    if job.status is JobStatus.CANCELLED and job.id not in house.cancelled:
        found.problems.append(f"{job.id} was cancelled by nobody")
    folder = f"{parse_video_key(job.video_key).results_prefix(job.id)}/"
    lying = {info.key.removeprefix(folder) for info in house.storage.objects.list(folder)}
    if job.status is not JobStatus.SUCCEEDED:
        if published := {name for name in lying if not name.startswith("checkpoint/")}:
            found.problems.append(f"{job.id} has {job.status} and left {sorted(published)}")
        return
    problem = _of_results(job, house)
    if missing := set(job.result_files) - lying:
        problem = f"lacks {sorted(missing)}"
    if surplus := {name for name in lying - set(job.result_files) if not name.startswith("checkpoint/")}:
        problem = f"has {sorted(surplus)} too many"
    if house.storage.database.get(parse_video_key(job.video_key).record_path) is None:
        problem = "has no figures"
    if problem:
        found.lost += "of two attempts" not in problem
        found.doubled += "of two attempts" in problem
        found.problems.append(f"{job.id} succeeded and {problem}")


def _of_results(job: Job, house: House) -> str:
    """What is wrong with a job's files, read whole as its owner would; "" for nothing."""
    contents = {}
    for name in job.result_files:
        key = f"{job.results_prefix}/{name}"
        try:
            with house.storage.objects.open(key) as stream:
                contents[name] = stream.read()
            if len(contents[name]) != house.storage.objects.stat(key).size or not contents[name]:
                return f"half of {name}"
        except StorageError as error:
            return f"{name} cannot be read: {error}"
    if house.worker_app == REAL:
        return _of_report(contents)
    if set(contents) != set(RESULT_NAMES):
        return f"has {sorted(contents)}"
    runs = {content.rpartition(b"run=")[2] for content in contents.values()}
    return "" if len(runs) == 1 else "its files are of two attempts"


def _of_report(contents: dict[str, bytes]) -> str:
    report = json.loads(contents["report.json"])
    named = {each["picture"] for each in report["repetitions"] if each["picture"]}
    if not named or not named <= set(contents):
        return f"lacks pictures: {sorted(named - set(contents))}"
    for name, content in contents.items():
        if Path(name).suffix in (".jpg", ".png"):
            Image.open(io.BytesIO(content)).load()  # raises where half of it is there
    return ""


def _left(house: House, client: vendor.Redis) -> list[str]:
    """What should be gone by now."""
    kinds = {"goodrep:running": client.zcard, "goodrep:queue": client.zcard, "goodrep:due": client.zcard}
    left = [f"{count} in {key}" for key, size in kinds.items() if (count := size(key))]
    for pattern in ("goodrep:order:*", "goodrep:waiting:*", "goodrep:checkpoints"):
        left += [f"{key} is left" for key in client.scan_iter(pattern)]
    if messages := client.llen("goodrep"):
        left.append(f"{messages} messages wait")
    staging = house.volumes / "staging"
    left += [f"staging/{path.name} is left" for path in staging.iterdir()] if staging.is_dir() else []
    objects = house.volumes / "storage" / "objects"
    left += [f"{path.name} is left" for path in objects.rglob("checkpoint/*")] if objects.is_dir() else []
    left += [f"scratch/{path.name} is left" for path in (house.folder / "scratch").glob("goodrep*")]
    return left
