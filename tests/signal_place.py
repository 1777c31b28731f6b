"""Where jobs end and signals of that are sent, for tests."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage import Storage, open_storage
from storage.jobs.queue import RedisJobs
from storage.keys import parse_video_key
from storage.signals.channel import Delivery, DeliveryState
from storage.signals.notices import RedisNotices
from storage.signals.webhooks import RedisWebhooks, Webhook
from storage.types import Claim, Job, NewJob
from tests.receiver import running_signals
from tests.services import RedisServer, wait_until
from tests.worker_service import KEY, OWNER

STATUS_PATH = parse_video_key(KEY).status_path
PREFIX = "temp/image/somewhere"


@dataclass(frozen=True)
class Place:
    """Where jobs end and signals are sent."""

    redis: RedisServer
    volumes: Path

    @property
    def jobs(self) -> RedisJobs:
        return RedisJobs(self.redis.url)

    @property
    def notices(self) -> RedisNotices:
        return RedisNotices(self.redis.url)

    @property
    def webhooks(self) -> RedisWebhooks:
        return RedisWebhooks(self.redis.url)

    @property
    def storage(self) -> Storage:
        return open_storage(f"local://{self.volumes}/storage")

    def telling(self, **settings: Any) -> AbstractContextManager[None]:
        """Signals are sent."""
        return running_signals(self.redis.url, self.volumes, **settings)

    def register(self, url: str, **given: Any) -> Webhook:
        return self.webhooks.add(url, **{"maker": "anyone", "users": None, **given})

    def begin(self, key: str = KEY) -> Claim:
        job, _ = self.jobs.create(NewJob(OWNER, key, "f", "Squat"), force=True)
        return self.jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3)

    def succeed(self, key: str = KEY) -> Job:
        return self.jobs.succeed(self.begin(key), results_prefix=PREFIX, result_files=["report.json"])

    def fail(self, *, lasting: bool = True) -> Job:
        return self.jobs.fail(self.begin(), code="not_a_video", message="It is no video.", lasting=lasting)

    def deliveries(self, job: Job, channel: str = "webhook") -> list[Delivery]:
        return [each for each in self.notices.of_job(job.id) if each.channel == channel]

    def settled(self, job: Job, channel: str = "webhook") -> list[Delivery]:
        """The job's deliveries by that channel, once all of them have come to an end."""

        def done() -> bool:
            found = self.deliveries(job, channel)
            return bool(found) and all(each.state is not DeliveryState.WAITING for each in found)

        wait_until(done, "signals are settled")
        return self.deliveries(job, channel)

    def status_record(self) -> dict[str, Any]:
        record = self.storage.database.get(STATUS_PATH)
        assert isinstance(record, dict)
        return record
