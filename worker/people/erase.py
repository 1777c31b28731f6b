"""Erasure of one analysis, or of everything of a user, and the proof of it.

What goes is noted before it goes (`RedisDataRequests.note`), so that nothing is missing in the proof when a worker is
killed in between. Jobs are stopped first, by the rules of every cancellation: whoever still works on one after that has
lost its claim, publishes nothing more, and takes back what it was in the middle of (`worker/people/take_back.py`).
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any

import structlog

from storage.errors import InvalidKey, JobNotFound, ObjectNotFound, StorageUnavailable
from storage.keys import VideoKey, parse_video_key
from storage.people.belongings import Figures, figures_of, objects_of, prefixes_of
from storage.people.data_requests import DataRequestKind
from storage.people.guests import is_guest
from storage.people.proofs import signed
from storage.types import Job, JobStatus, ObjectInfo
from worker.people.data_requests import DataEnding, DataTools, Hold, NotYet, stop_job, stop_jobs_of
from worker.people.siblings import copies_are_of, figures_are_of, jobs_of
from worker.publish import CONTRACT_NAMES

_log = structlog.get_logger("goodrep.worker")
DAY_S = 86_400
_BATCH = 50
_ROUNDS = 3
_CLOCKS_DIFFER_S = 60.0
"""By so much may the store's clock and Redis' differ."""


def erase_user(hold: Hold, tools: DataTools) -> DataEnding:
    """Everything of the user: jobs stopped, then figures, files, records about them, and their jobs' records."""
    owner = hold.claim.request.asked.owner
    prefixes_of(owner)  # refuses what is no address
    for _ in range(_ROUNDS):
        _wait_for_end(lambda: stop_jobs_of(owner, tools.jobs), hold, tools)
        for job in jobs_of(owner, tools.jobs):
            _forget_notices(job.id, hold, tools)  # a late one would write the status record again
        figures = figures_of_user(owner, tools)
        tools.requests.note(hold.claim, {f"left:{path}": "1" for path in figures.left})
        _remove_figures(figures.paths, hold, tools)
        _remove_objects((info for _, info in objects_of(tools.storage.objects, owner)), hold, tools)
        _remove_personal_records(owner, hold, tools)
        for job in jobs_of(owner, tools.jobs):
            _forget(job.id, hold, tools)
        if not figures_of_user(owner, tools).paths and not _holds_anything(owner, tools):
            return _ending(hold, tools)
    raise StorageUnavailable("There is still something left of the user.")


def erase_analysis(hold: Hold, tools: DataTools) -> DataEnding:
    """One analysis: its files, what the app reads if it is this analysis', its video if nothing else needs it."""
    asked = hold.claim.request.asked
    _wait_for_end(lambda: stop_job(asked.job_id, tools.jobs), hold, tools)
    try:
        job = tools.jobs.get(asked.job_id)
    except JobNotFound:  # all of it went in an attempt before this one: the record goes last
        return _ending(hold, tools)
    objects = tools.storage.objects
    video = parse_video_key(job.video_key)
    folder = f"{video.results_prefix(job.id)}/"
    copies = list(_copies_for_the_app(job, video, tools)) if copies_are_of(job, tools.jobs) else []
    _forget_notices(job.id, hold, tools)  # a late one would write the status record again
    paths = [video.status_path] if _status_is_of(job, video, tools) else []
    if (job.status is JobStatus.SUCCEEDED or copies) and figures_are_of(job, tools.jobs):
        paths.append(video.record_path)
    _remove_figures(_present(paths, tools), hold, tools)
    _remove_objects(copies, hold, tools)
    _remove_objects(objects.list(folder), hold, tools)
    if _video_goes(job, tools, asked.video):
        _remove_objects(_found([video.key], tools), hold, tools)
    if list(objects.list(folder)):
        raise StorageUnavailable("There is still something left of the analysis.")
    _forget(job.id, hold, tools)
    if tools.keeping.traces_of_job(job.id):
        raise StorageUnavailable("There is still a record of the analysis.")
    return _ending(hold, tools)


def names_of_user(owner: str, tools: DataTools) -> set[str]:
    """Names of all videos of which there is a file or a job."""
    names = {belonging.name for belonging, _ in objects_of(tools.storage.objects, owner) if belonging.name}
    for job in jobs_of(owner, tools.jobs):
        try:
            names.add(parse_video_key(job.video_key).name)
        except InvalidKey:
            continue
    return names


def figures_of_user(owner: str, tools: DataTools) -> Figures:
    """Where the user's figures lie."""
    return figures_of(
        tools.storage.database, owner, names_of_user(owner, tools), lambda twin: names_of_user(twin, tools) or None
    )


def _wait_for_end(stop: Callable[[], bool], hold: Hold, tools: DataTools) -> None:
    """Jobs get the time that a lease lasts, since that of a dead worker must run out. Raises `NotYet`."""
    ends_s = time.monotonic() + 2 * tools.settings.lease_s
    while not stop():
        if time.monotonic() > ends_s:
            raise NotYet("a job is being stopped")
        hold.pause(0.2)


def _remove_figures(paths: Collection[str], hold: Hold, tools: DataTools) -> None:
    tools.requests.note(hold.claim, {f"database:{path}": "1" for path in paths})
    for path in paths:
        hold.check()
        tools.storage.database.set(path, None)
        if tools.storage.database.get(path) is not None:
            raise StorageUnavailable("A figure is still there after its removal.")
        _log.info("erased", database=path)


def _remove_objects(found: Iterable[ObjectInfo], hold: Hold, tools: DataTools) -> None:
    batch: list[ObjectInfo] = []
    for info in found:
        batch.append(info)
        if len(batch) == _BATCH:
            _remove_batch(batch, hold, tools)
            batch = []
    _remove_batch(batch, hold, tools)


def _remove_batch(batch: list[ObjectInfo], hold: Hold, tools: DataTools) -> None:
    notes = {f"object:{info.key}": json.dumps({"size": info.size, "fingerprint": info.fingerprint}) for info in batch}
    tools.requests.note(hold.claim, notes)
    for info in batch:
        hold.check()
        tools.storage.objects.delete(info.key)
        _log.info("erased", object=info.key, size=info.size)


def _remove_personal_records(owner: str, hold: Hold, tools: DataTools) -> None:
    found = tools.personal.ids_of(owner)
    tools.requests.note(hold.claim, {f"redis:{kind}:{each}": "1" for kind, ids in found.items() for each in ids})
    tools.personal.remove_all(owner)
    if tools.requests.forget_exports(owner):
        tools.requests.note(hold.claim, {"redis:record of an export:latest": "1"})


def _forget_notices(job_id: str, hold: Hold, tools: DataTools) -> None:
    hold.check()
    if tools.notices.of_job(job_id):
        tools.requests.note(hold.claim, {f"redis:deliveries:{job_id}": "1"})
    tools.notices.forget(job_id)


def _forget(job_id: str, hold: Hold, tools: DataTools) -> None:
    _forget_notices(job_id, hold, tools)
    tools.requests.forget_job(job_id, noted_in=hold.claim.request.id)


def _holds_anything(owner: str, tools: DataTools) -> bool:
    """Whether there is an object, a job or another record of the user, read back from where they lay."""
    if next(objects_of(tools.storage.objects, owner), None) or next(jobs_of(owner, tools.jobs), None):
        return True
    return any(tools.personal.ids_of(owner).values())


def _copies_for_the_app(job: Job, video: VideoKey, tools: DataTools) -> Iterator[ObjectInfo]:
    """The copies; of a job that did not succeed only what it can have written."""
    for info in _found([f"{video.legacy_results_prefix}/{name}" for name in CONTRACT_NAMES], tools):
        began = job.started_at.timestamp() - _CLOCKS_DIFFER_S if job.started_at else float("inf")
        if job.status is JobStatus.SUCCEEDED or info.updated_at.timestamp() >= began:
            yield info


def _video_goes(job: Job, tools: DataTools, asked: bool | None) -> bool:
    if asked is not None:
        return asked
    return not any(other.video_key == job.video_key and other.id != job.id for other in jobs_of(job.owner, tools.jobs))


def _status_is_of(job: Job, video: VideoKey, tools: DataTools) -> bool:
    record = tools.storage.database.get(video.status_path)
    return isinstance(record, dict) and record.get("job") == job.id


def _present(paths: Iterable[str], tools: DataTools) -> list[str]:
    return [path for path in paths if tools.storage.database.get(path) is not None]


def _found(keys: Iterable[str], tools: DataTools) -> Iterator[ObjectInfo]:
    for key in keys:
        try:
            yield tools.storage.objects.stat(key)
        except ObjectNotFound:
            continue


def _ending(hold: Hold, tools: DataTools) -> DataEnding:
    """The signed proof, from what was noted in all attempts."""
    request, notes = hold.claim.request, tools.requests.notes(hold.claim)
    objects, database, left, redis = list[dict[str, Any]](), list[str](), list[str](), dict[str, int]()
    for name, value in sorted(notes.items()):
        sort, _, what = name.partition(":")
        match sort:
            case "object":
                objects.append({"path": what, **json.loads(value)})
            case "database":
                database.append(what)
            case "left":
                left.append(what)
            case _:
                kind = what.rpartition(":")[0]
                redis[kind] = redis.get(kind, 0) + 1
    about = {"user": request.asked.owner}
    if request.asked.kind is DataRequestKind.ERASE_ANALYSIS:
        about["analysis"] = request.asked.job_id
    proof = {
        "proof": "goodrep.erasure.1",
        "id": request.id,
        "erased": about,
        "asked_at": request.created_at.isoformat(),
        "asked_by": request.asked.asked_by,
        "request_id": request.asked.request_id,
        "removed": {"objects": objects, "database": database, "records": redis},
        "left": [{"database": path, "why": "another user's address has the same key"} for path in left],
        "verified_at": datetime.now(UTC).isoformat(),
    }
    # nobody knows a guest's address, so nobody can ask for the proof
    kept_s = 1 if is_guest(request.asked.owner) else ceil(tools.settings.keep_proofs_days * DAY_S)
    return DataEnding({"proof": signed(proof, tools.access.proof_secret())}, kept_s)
