"""Videos that are set aside, since reading them ended the process that did it, time and again.

Such a video is told apart by its fingerprint: whoever sends it again, under whichever name, is told so at once, until
an operator lifts it. What counts is decided in `worker/failures.py` and `worker/deaths.py`.
"""

import json
from collections.abc import Sequence
from typing import Any

from storage.errors import JobNotFound, NotInQuarantine
from storage.jobs.records import job_from
from storage.redis.client import hashes_at, record_key, redis_errors
from storage.redis.scripts import Scripts
from storage.redis.times import microseconds_of, time_of
from storage.types import Job, Quarantined, Stage

MOST_DEATHS = 2
"""So often may a video end the process that reads it."""
_QUARANTINE = "goodrep:quarantine"
_SENTENCE = (
    "Reading this video ended the analysis abruptly, twice, so the video was set aside. "
    "Please export it again in another format, or record it again, and send the new file."
)
_OPERATORS_SENTENCE = (
    "This video was set aside by the operator of this server. Please send another one, or ask the operator."
)
_DIED = "Reading the video ended the analysis abruptly."
STAGES_OF_VIDEO = (Stage.CHECKING, Stage.POSE, Stage.DRAWING)
"""While these last the video is being read; a process that dies meanwhile may have died of it."""


def blame(delay_s: float, reason: str) -> dict[str, object]:
    """What the scripts must know where a process died of a video."""
    return {
        "most": MOST_DEATHS,
        "quarantine_message": _SENTENCE,
        "delay_us": microseconds_of(delay_s),
        "message": _DIED,
        "reason": reason,
    }


class Quarantine:
    """The part of `RedisJobs` that is about videos which are set aside."""

    _redis: Any
    _scripts: Scripts

    def child_died(self, job_id: str, token: int, *, delay_s: float, reason: str) -> Job | None:
        """See `Jobs.child_died`."""
        stages = dict.fromkeys(STAGES_OF_VIDEO, True)
        word, fields = self._scripts.ask_for_record(
            "child_died", id=job_id, token=token, stages=stages, blame=blame(delay_s, reason)
        )
        return job_from(fields) if word == "done" else None

    def quarantined(self) -> Sequence[Quarantined]:
        """Every video that is set aside, the latest first. Raises `StorageUnavailable`."""
        with redis_errors():
            entries = {fingerprint: json.loads(text) for fingerprint, text in self._redis.hgetall(_QUARANTINE).items()}
        records = hashes_at(self._redis, (record_key(entry["job"]) for entry in entries.values()))
        found = [
            Quarantined(
                fingerprint=fingerprint,
                since=time_of(entry["since_us"]),
                message=entry["message"],
                reason=entry["reason"],
                job_id=entry["job"],
                job=job_from(fields) if fields else None,
            )
            for (fingerprint, entry), fields in zip(entries.items(), records, strict=True)
        ]
        return sorted(found, key=lambda each: each.since, reverse=True)

    def quarantine(self, job_id: str, *, reason: str = "", message: str = "") -> Job:
        """Set the video of a job aside by hand; the job ends so, if it has not ended.

        Args:
            job_id: The job.
            reason: For the operators.
            message: What whoever sends the video is told; a sentence that fits always if "".

        Raises `JobNotFound`, `StorageUnavailable`.
        """
        reason, message = reason or "set aside by an operator", message or _OPERATORS_SENTENCE
        word, fields = self._scripts.ask_for_record("quarantine", id=job_id, message=message, reason=reason)
        if word == "missing":
            raise JobNotFound(f"There is no job {job_id}.")
        return job_from(fields)

    def lift_quarantine(self, video: str) -> str:
        """Let a video be sent again; its fingerprint.

        Args:
            video: Its fingerprint, or the id of a job that is about it.

        Raises `NotInQuarantine`, `StorageUnavailable`.
        """
        with redis_errors():
            fingerprint: str = self._redis.hget(record_key(video), "video_fingerprint") or video
            if not self._redis.hdel(_QUARANTINE, fingerprint):
                raise NotInQuarantine("That video is not set aside.")
        return fingerprint
