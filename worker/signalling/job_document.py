"""A job as JSON for those who are told of its end: as `GET /v1/analyses/<id>` shows it, as far as a worker knows it.

Left out are links, which the API signs when it is asked, and estimates, which an ended job has none of.
"""

from dataclasses import asdict
from datetime import datetime

from storage.base import Json
from storage.types import Job


def job_document(job: Job) -> dict[str, Json]:
    """The job's document; its members are named as in the API's reply and mean the same."""
    error: Json = {"code": job.error_code, "message": job.error_message} if job.error_code else None
    return {
        "id": job.id,
        "user": job.owner,
        "video": job.video_key,
        "exercise": job.exercise,
        "options": {**asdict(job.options)},
        "rejudge_of": job.rejudge_of or None,
        "priority": job.priority.value,
        "status": job.status.value,
        "stage": job.stage.value,
        "progress": job.progress,
        "frames_done": job.frames_done,
        "frames_total": job.frames_total,
        "attempts": job.attempts,
        "cancel_requested": job.cancel_requested,
        "created_at": _written(job.created_at),
        "started_at": _written(job.started_at),
        "finished_at": _written(job.finished_at),
        "updated_at": _written(job.updated_at),
        "error": error,
        "results_folder": job.results_prefix or None,
        "results": [{"name": name} for name in job.result_files],
        "links": {"self": f"/v1/analyses/{job.id}"},
    }


def _written(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
