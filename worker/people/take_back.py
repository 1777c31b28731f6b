"""What a worker does that finds its job erased while it was in the middle of publishing: it takes back what it wrote.

The claim is checked before each write. A worker that was paused just after such a check, for longer than its lease,
writes one more thing when it wakes up; if the job was erased meanwhile, nobody else would ever remove it.
"""

from dataclasses import replace

import structlog

from storage import Storage
from storage.base import Jobs
from storage.errors import InvalidKey, JobNotFound, StorageError
from storage.keys import parse_video_key
from storage.types import Job, JobStatus
from worker.people.siblings import copies_are_of, figures_are_of
from worker.publish import CONTRACT_NAMES

_log = structlog.get_logger("goodrep.worker")


def take_back_what_is_erased(job: Job, jobs: Jobs, storage: Storage) -> None:
    """Remove all that the job can have written, if its record is gone; its own folder also if it was cancelled.

    Never raises for a storage that is away: the job is somebody else's by now, and its worker has to go on.
    """
    try:
        video = parse_video_key(job.video_key)
        try:
            erased, status = False, jobs.get(job.id).status
        except JobNotFound:
            erased, status = True, JobStatus.CANCELLED
        if status is not JobStatus.CANCELLED:
            return
        for info in list(storage.objects.list(f"{video.results_prefix(job.id)}/")):
            storage.objects.delete(info.key)
        began = replace(job, status=JobStatus.RUNNING)
        if erased and copies_are_of(began, jobs):
            for name in CONTRACT_NAMES:
                storage.objects.delete(f"{video.legacy_results_prefix}/{name}")
        if erased and figures_are_of(began, jobs):
            storage.database.set(video.record_path, None)
            storage.database.set(video.status_path, None)
        _log.info("took back what was written of a job that is not wanted any more", erased=erased)
    except (InvalidKey, StorageError) as error:
        _log.error("what was written of an erased job is not taken back", error=str(error))
