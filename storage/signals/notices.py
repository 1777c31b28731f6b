"""Notices of jobs' ends and the log of their deliveries, in Redis.

`storage/jobs/scripts/common.lua` writes a notice in the step that ends a job. What happens to it then is one Lua script
each (`storage/signals/scripts/notices/`): it is addressed, which makes a delivery for every target; a delivery that is
due is taken by one worker for a while, and settled. Whoever dies meanwhile loses nothing: what was not settled is due
again.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.errors import DeliveryNotFound
from storage.jobs.records import job_from
from storage.redis.client import ANSWER_TIMEOUT_S, connect, hashes_at, redis_errors
from storage.redis.scripts import Scripts, fields_from
from storage.redis.times import microseconds_of, time_of, time_or_none
from storage.signals.channel import Delivery, DeliveryState, Notice, Taken

DAY_S = 86_400
PING = "ping"
_LOG, _FAILED, _NOTICES, _WAKE = (
    "goodrep:deliveries:log",
    "goodrep:deliveries:failed",
    "goodrep:notices",
    "goodrep:wake",
)
_SPECIMEN_ID = "0" * 32
_SCRIPTS = Path(__file__).parent / "scripts" / "notices"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is to be told of a notice; with `failed_because`, one that could not even be addressed."""

    channel: str
    target: str
    failed_because: str = ""


class RedisNotices:
    """The outbox and the log of deliveries. Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(
        self,
        url: str,
        *,
        kept_s: float = 30 * DAY_S,
        kept: int = 10_000,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: Of Redis.
            kept_s: The log forgets a delivery so long after its latest attempt.
            kept: Deliveries in the log; more push out the oldest that do not wait any more.
            answer_timeout_s: A Redis that is silent for so long is away.
        """
        self._redis = connect(url, answer_timeout_s)
        self._kept_s, self._kept = int(kept_s), kept
        self._scripts = Scripts(_SCRIPTS, self._redis)

    # From the end of a job to its deliveries.

    def unaddressed(self, *, limit: int = 100) -> Sequence[Notice]:
        """Notices of which nobody was told yet, oldest first; those that this version cannot read wait for another."""
        with redis_errors():
            ids = self._redis.zrange(_NOTICES, 0, limit - 1)
        found = []
        for fields in self._hashes("goodrep:notice:", ids):
            with suppress(KeyError, TypeError, ValueError):  # written by a newer version, while an upgrade goes on
                found.append(notice_from(fields))
        return found

    def address(self, notice: Notice, to: Sequence[Addressee]) -> None:
        """Write a delivery for each; nothing happens where another worker has done so already."""
        self._address(notice.id, to)

    def wait(self, channel: str = "", *, timeout_s: float = 1.0) -> None:
        """Return when there is a new notice, or a new delivery of `channel`, or after `timeout_s` (2 at most)."""
        with redis_errors():
            self._redis.blpop(f"{_WAKE}:{channel}" if channel else _WAKE, timeout=min(timeout_s, 2.0))

    def take(self, channel: str, *, lease_s: float) -> Taken | None:
        """A delivery that is due, for the caller alone while `lease_s` lasts; None when none is."""
        word, *found = self._scripts.ask("take", channel=channel, lease_us=microseconds_of(lease_s))
        if word == "none":
            return None
        delivery, notice = map(fields_from, found)
        return Taken(delivery_from(delivery), notice_from(notice), int(delivery["token"]))

    def settle(self, taken: Taken, state: DeliveryState, detail: str, *, delay_s: float = 0.0) -> bool:
        """Write how an attempt went; of `WAITING`, it is due again in `delay_s`. False when it came too late."""
        word, *_ = self._scripts.ask(
            "settle",
            id=taken.delivery.id,
            token=taken.token,
            state=state.value,
            detail=detail[:200],
            delay_us=microseconds_of(delay_s),
            kept_s=self._kept_s,
        )
        return bool(word == "done")

    # The log.

    def delivery(self, delivery_id: str) -> Delivery:
        """Raises `DeliveryNotFound`."""
        for fields in self._hashes("goodrep:delivery:", [delivery_id]):
            return delivery_from(fields)
        raise DeliveryNotFound(f"There is no delivery {delivery_id}; old ones are forgotten.")

    def of_job(self, job_id: str) -> Sequence[Delivery]:
        """All of one job, oldest first."""
        return self._listed(f"goodrep:deliveries:job:{job_id}", limit=1000)[::-1]

    def of_target(self, channel: str, target: str, *, limit: int = 100) -> Sequence[Delivery]:
        """The latest to one target, latest first."""
        return self._listed(f"goodrep:deliveries:target:{channel}:{target}", limit=limit)

    def latest(self, *, failed: bool = False, limit: int = 100) -> Sequence[Delivery]:
        """The latest of all, or of those that came to nothing, latest first."""
        return self._listed(_FAILED if failed else _LOG, limit=limit)

    def waiting(self) -> int:
        """Notices of which nobody was told yet; more than a few mean that no worker runs."""
        with redis_errors():
            return int(self._redis.zcard(_NOTICES))

    def replay(self, delivery_id: str) -> Delivery:
        """Have it sent again, at once and with all its attempts. Raises `DeliveryNotFound`."""
        word, *found = self._scripts.ask("replay", id=delivery_id)
        if word == "missing":
            raise DeliveryNotFound(f"There is no delivery {delivery_id}; old ones are forgotten.")
        return delivery_from(fields_from(found[0]))

    def ping(self, channel: str, target: str, owner: str) -> str:
        """Have a notice with a specimen of a job sent to one target; the delivery's id."""
        notice_id = f"ping_{secrets.token_hex(8)}"
        fields = {"event": PING, "job": "", "record": _specimen(owner)}
        self._address(notice_id, [Addressee(channel, target)], new=fields)
        return f"{notice_id}.{channel}.1"

    def forget(self, job_id: str) -> int:
        """Remove every notice and delivery of a job, sent or not; how many deliveries there were."""
        return int(self._scripts.ask("forget", job=job_id)[0])

    def _address(self, notice_id: str, to: Sequence[Addressee], **further: object) -> None:
        asked = [
            {
                "channel": each.channel,
                "target": each.target,
                "state": (DeliveryState.REFUSED if each.failed_because else DeliveryState.WAITING).value,
                "detail": each.failed_because,
            }
            for each in to
        ]
        self._scripts.ask("address", notice=notice_id, to=asked, kept_s=self._kept_s, kept=self._kept, **further)

    def _listed(self, index: str, *, limit: int) -> list[Delivery]:
        with redis_errors():
            ids = self._redis.zrevrange(index, 0, limit - 1)
        return [delivery_from(fields) for fields in self._hashes("goodrep:delivery:", ids)]

    def _hashes(self, prefix: str, ids: Sequence[str]) -> list[dict[str, str]]:
        """Those that are there, in order."""
        return [fields for fields in hashes_at(self._redis, (f"{prefix}{each}" for each in ids)) if fields]


def notice_from(fields: Mapping[str, str]) -> Notice:
    """The notice that a hash describes."""
    record = json.loads(fields["record"])
    return Notice(fields["id"], fields["event"], job_from(record), time_of(fields["created_us"]))


def delivery_from(fields: Mapping[str, str]) -> Delivery:
    """The delivery that a hash describes."""
    return Delivery(
        id=fields["id"],
        notice_id=fields["notice"],
        job_id=fields["job"],
        event=fields["event"],
        channel=fields["channel"],
        target=fields["target"],
        state=DeliveryState(fields["state"]),
        attempts=int(fields["attempts"]),
        detail=fields["detail"],
        created_at=time_of(fields["created_us"]),
        tried_at=time_or_none(fields.get("tried_us")),
        next_at=time_or_none(fields.get("next_us")),
    )


def _specimen(owner: str) -> str:
    """The record of a job that there never was, to show a receiver what one looks like."""
    folder = f"temp/image/{owner}/exercise_Squat_2305092259/{_SPECIMEN_ID}"
    record = {
        "id": _SPECIMEN_ID,
        "owner": owner,
        "video_key": f"temp/video/user/{owner}/exercise_Squat_2305092259.mp4",
        "exercise": "squat",
        "status": "succeeded",
        "stage": "done",
        "progress": "1",
        "frames_done": "300",
        "frames_total": "300",
        "attempts": "1",
        "cancel_requested": "0",
        "results_prefix": folder,
        "result_files": json.dumps(["report.json"]),
        **dict.fromkeys(("created_us", "started_us", "finished_us", "updated_us"), str(microseconds_of(time.time()))),
    }
    return json.dumps(record)
