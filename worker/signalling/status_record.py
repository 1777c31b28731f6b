"""The channel of the database: how a video's newest job ended, in one record that a listener hears.

It is written after everything else, once the job has ended, and apart from the figures that the old app reads.
"""

from collections.abc import Callable, Sequence

from storage.base import Database, Json
from storage.errors import InvalidKey
from storage.keys import parse_video_key
from storage.signals.channel import Notice, Outcome, Verdict
from storage.types import Job


class StatusRecord:
    """A `Channel` to the one record of the job's video."""

    name = "database"

    def __init__(self, database: Callable[[], Database]) -> None:
        """`database` is asked when it is needed: it may be away now."""
        self._database = database

    def targets(self, notice: Notice) -> Sequence[str]:
        """See `Channel.targets`: the record's path, which any log of jobs may show."""
        try:
            return [parse_video_key(notice.job.video_key).status_path]
        except InvalidKey:
            return []  # the job failed for this very reason, and there is no place to tell so

    def deliver(self, notice: Notice, target: str) -> Outcome:
        """See `Channel.deliver`. A notice that comes late does not hide the end of a newer job of the same video."""
        record = status_record(notice.job)
        database = self._database()
        known = database.get(target)
        if isinstance(known, dict) and str(known.get("finished_at", "")) > str(record["finished_at"]):
            return Outcome(Verdict.DELIVERED, "a newer job's record stands there")
        database.set(target, {**record})
        return Outcome(Verdict.DELIVERED)


def status_record(job: Job) -> dict[str, Json]:
    """What is written; a member without a value is absent, as the Realtime Database keeps none."""
    finished_at = job.finished_at or job.updated_at
    record: dict[str, Json] = {
        "job": job.id,
        "status": job.status.value,
        "finished_at": finished_at.isoformat(timespec="microseconds"),  # fixed width: compared as text
    }
    if job.error_code:
        record |= {"error_code": job.error_code, "error_message": job.error_message}
    if job.results_prefix:
        record["results_prefix"] = job.results_prefix
    return record
