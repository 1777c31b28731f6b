"""Job records, their queue and their events in Redis.

Each change is one Lua script (`storage/jobs/scripts/`), so it happens whole or not at all, by Redis' clock. Every claim
of a job raises its fencing token, and every write of a worker names the token it holds. Scripts can be sent twice: a
call whose answer was lost on the way is recognised and answered again.

What Redis must be started with stands in `storage/redis/broker.py`.
"""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from storage.errors import (
    BeingErased,
    ClaimRefused,
    InvalidKey,
    JobAlreadyEnded,
    JobNotFound,
    LeaseLost,
    QueueFull,
    TooManyJobsWaiting,
    VideoQuarantined,
)
from storage.jobs.estimates import PATIENCE
from storage.jobs.events import follow
from storage.jobs.quarantine import Quarantine, blame
from storage.jobs.records import dedupe_key, job_from, options_text, progress_of
from storage.jobs.waiting import place_free_in_s, place_of, seconds_left_of
from storage.redis.client import ANSWER_TIMEOUT_S, connect, fields_of, hashes_at, record_key, redis_errors
from storage.redis.scripts import Scripts
from storage.redis.times import microseconds_of
from storage.types import (
    NO_BOUNDS,
    Bounds,
    Claim,
    ExerciseName,
    GivenUp,
    Job,
    JobEvent,
    JobPage,
    JobStatus,
    NewJob,
    QueuePlace,
    Stage,
)

LONGEST_PAUSE_S = 600.0
"""No lease and no pause before another attempt is longer."""
_RENEWED_WITHIN_S = 10.0
_SCRIPTS = Path(__file__).parent / "scripts"
_MOST_PER_PAGE = 100
_LOST_SENTENCE = "The analysis was begun several times and was cut short on our side each time. Please try again later."


class RedisJobs(Quarantine):
    """`Jobs` in Redis. Threads and forked processes may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet: an object can be made while Redis is away."""
        self._redis = connect(url, answer_timeout_s)
        self._scripts = Scripts(_SCRIPTS, self._redis)

    # What the API asks.

    def create(self, new: NewJob, *, force: bool = False, bounds: Bounds = NO_BOUNDS) -> tuple[Job, bool]:
        """See `Jobs.create`. When it returns, the job is on Redis' disk."""
        job_id = uuid.uuid4().hex
        request = {
            "owner": new.owner,
            "video_key": new.video_key,
            "video_fingerprint": new.video_fingerprint,
            "exercise": new.exercise,
            "request_id": new.request_id,
            "traceparent": new.traceparent,
            "options": options_text(new.options),
            "rejudge_of": new.rejudge_of,
            "priority": new.priority.value,
        }
        most_of_owner, most = (-1 if bound is None else bound for bound in (bounds.of_owner, bounds.of_all))
        ask = {"dedupe": dedupe_key(new), "force": force, "most_of_owner": most_of_owner, "most": most}
        word, fields = self._scripts.ask_for_record("create", id=job_id, **ask, fields=request)
        match word:
            case "owner_full":
                again_in_s = place_free_in_s(self._redis, new.owner)
                raise TooManyJobsWaiting(
                    f"This user has {most_of_owner} jobs waiting, the most there may be.", again_in_s
                )
            case "full":
                raise QueueFull("As many jobs wait as this service takes.", place_free_in_s(self._redis))
            case "erasing":
                raise BeingErased("Everything of this user is being erased; please wait until it is done.")
            case "quarantined":
                raise VideoQuarantined(fields["message"])
        return job_from(fields), word == "created"

    def get(self, job_id: str) -> Job:
        """See `Jobs.get`."""
        return job_from(fields_of(self._redis, job_id))

    def list(self, owner: str, *, cursor: str = "", limit: int = 20) -> JobPage:
        """See `Jobs.list`. At most 100 a page."""
        if cursor and not re.fullmatch(r"[0-9]{1,15}", cursor):
            raise InvalidKey("The cursor is not one that was given out.")
        count = max(1, min(limit, _MOST_PER_PAGE))
        newest = f"({cursor}" if cursor else "+inf"
        with redis_errors():
            found = self._redis.zrevrangebyscore(
                f"goodrep:owner:{owner}", newest, "-inf", start=0, num=count + 1, withscores=True
            )
        records = hashes_at(self._redis, (record_key(job_id) for job_id, _ in found[:count]))
        next_cursor = str(int(found[count - 1][1])) if len(found) > count else ""
        return JobPage(tuple(job_from(fields) for fields in records if fields), next_cursor)

    def place(self, job_id: str) -> QueuePlace | None:
        """See `Jobs.place`."""
        return place_of(self._redis, job_id)

    def seconds_left(self, job: Job) -> float | None:
        """See `Jobs.seconds_left`."""
        return seconds_left_of(self._redis, job)

    def request_cancel(self, job_id: str) -> Job:
        """See `Jobs.request_cancel`."""
        word, fields = self._scripts.ask_for_record("cancel", id=job_id)
        if word == "missing":
            raise JobNotFound(f"There is no job {job_id}.")
        if word == "ended":
            raise JobAlreadyEnded(f"The job has already ended ({job_from(fields).status}).")
        return job_from(fields)

    def events(self, job_id: str, *, after: str = "", timeout_s: float = 15.0) -> Iterator[JobEvent | None]:
        """See `Jobs.events`. Without `after`, or with what is no event's id, it begins with the job as it is now."""
        fields_of(self._redis, job_id)
        return follow(self._redis, job_id, after=after, timeout_s=timeout_s)

    # What a worker does.

    def claim(self, job_id: str, *, worker: str, lease_s: float, max_attempts: int) -> Claim:
        """See `Jobs.claim`."""
        word, fields = self._begin(worker, lease_s, max_attempts, id=job_id)
        match word:
            case "claimed":
                return Claim(job_from(fields), int(fields["token"]), worker, lease_s)
            case "missing":
                raise JobNotFound(f"There is no job {job_id}.")
            case "held":
                raise ClaimRefused("Another worker holds the job.")
            case "ended":
                raise ClaimRefused("The job has ended already.")
            case "cancelled":
                raise ClaimRefused("The job was to be cancelled, and is.")
            case "quarantined":
                raise ClaimRefused("The job's video is set aside.")
            case _:
                raise ClaimRefused("The job was begun too often, and is given up.")

    def claim_next(self, *, worker: str, lease_s: float, max_attempts: int, most_per_owner: int) -> Claim | None:
        """See `Jobs.claim_next`."""
        word, fields = self._begin(worker, lease_s, max_attempts, most_per_owner=most_per_owner, patience={**PATIENCE})
        return Claim(job_from(fields), int(fields["token"]), worker, lease_s) if word == "claimed" else None

    def renew(self, claim: Claim) -> bool:
        """See `Jobs.renew`."""
        word, _ = self._run_held("renew", claim, lease_us=microseconds_of(claim.lease_s))
        return word == "cancel"

    def progress(
        self, claim: Claim, stage: Stage, *, frames_done: int = 0, frames_total: int = 0, frames_resumed: int = 0
    ) -> None:
        """See `Jobs.progress`. Frames count in the stage `POSE`; elsewhere they are parts of that stage's work."""
        posing = stage is Stage.POSE
        self._run_held(
            "progress",
            claim,
            stage=stage.value,
            progress=progress_of(stage, frames_done, frames_total, video=claim.job.options.video),
            frames_done=frames_done if posing else 0,
            frames_total=frames_total if posing else 0,
            frames_resumed=frames_resumed if posing else 0,
        )

    def succeed(self, claim: Claim, *, results_prefix: str, result_files: Sequence[str]) -> Job:
        """See `Jobs.succeed`."""
        fields = {"results_prefix": results_prefix, "result_files": json.dumps(list(result_files))}
        return self._finish(claim, JobStatus.SUCCEEDED, fields)

    def fail(self, claim: Claim, *, code: str, message: str, lasting: bool, reason: str = "") -> Job:
        """See `Jobs.fail`; a failure that is not lasting is kept in `given_up`, with `reason` for the operator."""
        fields = {"error_code": code, "error_message": message}
        return self._finish(claim, JobStatus.FAILED, fields, lasting=lasting, reason=reason or message)

    def cancelled(self, claim: Claim) -> Job:
        """See `Jobs.cancelled`."""
        return self._finish(claim, JobStatus.CANCELLED, {})

    def release(
        self,
        claim: Claim,
        *,
        counts: bool = True,
        delay_s: float = 0.0,
        message: str = _LOST_SENTENCE,
        reason: str = "",
        died_of_video: bool = False,
    ) -> Job:
        """See `Jobs.release`."""
        ask = {
            "counts": counts,
            "delay_us": microseconds_of(delay_s),
            "message": message or _LOST_SENTENCE,
            "reason": reason,
            **({"blame": blame(delay_s, reason)} if died_of_video else {}),
        }
        _, fields = self._run_held("release", claim, **ask)
        return job_from(fields)

    # What keeps the queue whole.

    def unattended(self, *, queued_for_s: float) -> Sequence[str]:
        """See `Jobs.unattended`."""
        ask = {
            "queued_us": microseconds_of(queued_for_s),
            "longest_us": microseconds_of(LONGEST_PAUSE_S),
            "grace_us": microseconds_of(_RENEWED_WITHIN_S),
        }
        ids: Sequence[str] = self._scripts.ask("unattended", **ask)
        return ids

    def take_turn(self, what: str, *, for_s: float) -> bool:
        """Whether the caller is the first to ask for this turn within `for_s`; so one of many workers does a chore."""
        key, for_ms = f"goodrep:turn:{what}", int(1000 * for_s)
        with redis_errors():
            if self._redis.pttl(key) > for_ms:  # Redis' clock was set back since
                self._redis.delete(key)
            return bool(self._redis.set(key, "taken", nx=True, px=for_ms))

    def given_up(self, *, limit: int = 100) -> Sequence[GivenUp]:
        """Jobs that failed for a reason that lies with us, latest first."""
        with redis_errors():
            ids = self._redis.zrevrange("goodrep:given_up", 0, limit - 1)
        records = hashes_at(self._redis, map(record_key, ids))
        return [GivenUp(job_from(fields), fields.get("reason", "")) for fields in records if fields]

    def run_again(self, job_id: str) -> Job:
        """Put a failed job back into the queue, with all its attempts. Raises `JobNotFound`, `ClaimRefused`."""
        word, fields = self._scripts.ask_for_record("run_again", id=job_id)
        if word == "missing":
            raise JobNotFound(f"There is no job {job_id}.")
        if word == "refused":
            raise ClaimRefused("Only a job that has failed can be run again.")
        return job_from(fields)

    def announce_exercises(self, exercises: Sequence[ExerciseName]) -> None:
        """See `Jobs.announce_exercises`."""
        names = [{"name": each.name, "aliases": list(each.aliases)} for each in exercises]
        with redis_errors():
            self._redis.set("goodrep:exercises", json.dumps(names))

    def exercises(self) -> Sequence[ExerciseName]:
        """See `Jobs.exercises`."""
        with redis_errors():
            names = self._redis.get("goodrep:exercises")
        return [ExerciseName(each["name"], tuple(each["aliases"])) for each in json.loads(names or "[]")]

    def ping(self) -> None:
        """See `Jobs.ping`."""
        with redis_errors():
            self._redis.ping()

    def _finish(
        self, claim: Claim, status: JobStatus, ending: dict[str, str], *, lasting: bool = True, reason: str = ""
    ) -> Job:
        _, fields = self._run_held("finish", claim, status=status.value, fields=ending, lasting=lasting, reason=reason)
        return job_from(fields)

    def _begin(self, worker: str, lease_s: float, max_attempts: int, **which: object) -> tuple[str, dict[str, str]]:
        return self._scripts.ask_for_record(
            "claim",
            worker=worker,
            lease_us=microseconds_of(lease_s),
            max_attempts=max_attempts,
            nonce=uuid.uuid4().hex,
            message=_LOST_SENTENCE,
            **which,
        )

    def _run_held(self, script: str, claim: Claim, **ask: object) -> tuple[str, dict[str, str]]:
        word, fields = self._scripts.ask_for_record(script, id=claim.job.id, token=claim.token, **ask)
        if word == "lost":
            raise LeaseLost(f"The claim {claim.token} on job {claim.job.id} holds no more.")
        return word, fields
