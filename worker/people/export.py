"""Everything of a user as one archive in the store."""

from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import structlog

from storage.errors import ObjectNotFound
from storage.people.belongings import ObjectKind, export_key, objects_of
from storage.types import Job, ObjectInfo
from worker.people.archive import Archive
from worker.people.data_requests import DataEnding, DataTools, Hold
from worker.people.erase import DAY_S, figures_of_user
from worker.people.siblings import jobs_of
from worker.staging import locked_folder

_log = structlog.get_logger("goodrep.worker")
_README = """Everything that goodrep holds of {owner}, as of {when:%Y-%m-%d %H:%M} UTC.

files/          your videos and the results of their analyses, under the paths where they lie
figures.json    the figures that the app shows, by their path in the database
analyses.json   the records of your analyses: what was asked for, when, and what became of it
devices.json    the devices on which you are told of results (without the addresses that reach them)
webhooks.json   the addresses that are told of them (without the secrets)
manifest.json   every file in this archive with its size and its SHA-256 checksum, to verify that it is whole

Not in it: passwords and logins, which are Firebase's; archives like this one; log lines, which name no person.
"""


def export(hold: Hold, tools: DataTools) -> DataEnding:
    """Write the archive beside the jobs' staging folders, put it into the store, and say where it lies.

    Memory stays flat: one file at a time goes through the disk, fetched whole and verified first.
    """
    request = hold.claim.request
    owner = request.asked.owner
    key = export_key(owner, request.id)
    with locked_folder(tools.settings.staging_root, f"{request.id}.{hold.claim.token}") as folder:
        path = folder / "archive.zip"
        with Archive(path) as archive:
            _write(archive, owner, folder, hold, tools)
        hold.check()
        stored = tools.storage.objects.upload(path, key, "application/zip")
        try:
            tools.requests.renew(hold.claim)  # whoever erases the user meanwhile has taken the claim away
        except Exception:
            tools.storage.objects.delete(key)
            raise
    _log.info("export written", size=stored.size, files=len(archive.entries))
    days = tools.settings.keep_exports_days
    result = {
        "key": key,
        "size": stored.size,
        "sha256": archive.sha256,
        "files": len(archive.entries),
        "kept_until": (datetime.now(UTC) + timedelta(days=days)).isoformat() if days else None,
    }
    return DataEnding(result, kept_s=ceil(days * DAY_S))


def _write(archive: Archive, owner: str, folder: Path, hold: Hold, tools: DataTools) -> None:
    archive.add_text("README.txt", _README.format(owner=owner, when=datetime.now(UTC)))
    for belonging, info in objects_of(tools.storage.objects, owner):
        if belonging.kind is not ObjectKind.EXPORT:
            hold.check()
            _add_object(archive, info, folder / "file", tools)
    figures = figures_of_user(owner, tools).paths
    archive.add_json("figures.json", ((path, tools.storage.database.get(path)) for path in figures))
    archive.add_json("analyses.json", ((job.id, _plain(job)) for job in jobs_of(owner, tools.jobs)))
    for kind, records in tools.personal.of(owner).items():
        archive.add_json(f"{kind}.json", ((str(record["id"]), record) for record in records))
    archive.add_manifest()


def _add_object(archive: Archive, info: ObjectInfo, path: Path, tools: DataTools) -> None:
    try:
        got = tools.storage.objects.download(info.key, path)
    except ObjectNotFound:
        return  # removed meanwhile
    try:
        archive.add_file(f"files/{info.key}", path, got.updated_at, content_type=got.content_type)
    finally:
        path.unlink(missing_ok=True)


def _plain(job: Job) -> dict[str, Any]:
    """The job as its owner sees it."""
    return {
        "id": job.id,
        "video": job.video_key,
        "exercise": job.exercise,
        "status": job.status.value,
        "attempts": job.attempts,
        "frames": job.frames_total,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "error": {"code": job.error_code, "message": job.error_message} if job.error_code else None,
        "results_folder": job.results_prefix or None,
        "results": list(job.result_files),
    }
