"""API and worker with everything switched on that tells of them, and secrets of every kind: for tests of what is seen.

Real processes around the tiny analysis: Redis with a password, logins, an API key, webhooks' secrets, metrics, traces.
"""

import base64
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis as redis_client

from storage.access import RedisAccess
from storage.types import JobStatus
from tests.api_service import Api, running_guarded_api
from tests.receiver import Receiver, running_receiver
from tests.scrape import Page, scrape
from tests.services import free_port, running_redis, wait_until
from tests.standins.identity import IdentityServer, bearer, running_identity
from tests.standins.traces import Traces, running_traces
from tests.worker_service import KEY, OWNER, Workshop, workshop

APPS_TRACE = "0af7651916cd43dd8448eb211c80319c"
"""Id of the trace that the app keeps of the request `seen-1`."""


@dataclass(frozen=True)
class House:
    """What runs."""

    api: Api
    shop: Workshop
    traces: Traces
    receiver: Receiver
    identity: IdentityServer
    api_port: int
    worker_port: int
    hidden: dict[str, str]
    """Secrets by what they are, as they would be found in a log."""

    def analyse(self, name: str, *, headers: dict[str, str] | None = None, **script: Any) -> str:
        """Ask for an analysis through HTTP, with the request id `name`, and wait for its end; the job's id."""
        self.shop.video(KEY, name=name, **script)  # its content is new, so the job is
        asked = {**bearer(OWNER), "X-Request-ID": name, **(headers or {})}
        reply = self.api.http.post("/v1/analyses", json={"video": KEY}, headers=asked)
        assert reply.status_code == 202, reply.text
        job = self.shop.jobs.get(reply.json()["id"])
        self.shop.until(job, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
        return job.id

    def pages(self) -> tuple[Page, Page]:
        """What Prometheus reads of API and worker."""
        return scrape(self.api_port), scrape(self.worker_port)

    def lines(self) -> Sequence[dict[str, Any]]:
        """Every line of both logs; each must be JSON."""
        return [json.loads(line) for line in self.log().splitlines()]

    def log(self) -> str:
        """Both logs."""
        worker = self.shop.volumes / "worker0.log"
        return self.api.log.read_text() + worker.read_text()


@contextmanager
def watched_house(folder: Path) -> Iterator[House]:
    """All of it, in a folder of its own."""
    webhook_secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    password = secrets.token_hex(16)
    api_port, worker_port = free_port(), free_port()
    with (
        running_redis() as redis,
        running_identity(folder) as identity,
        running_traces() as traces,
        running_receiver() as receiver,
    ):
        with redis_client.Redis.from_url(redis.url) as connection:
            connection.config_set("requirepass", password)
        redis.url = redis.url.replace("redis://", f"redis://:{password}@")
        _, api_key = RedisAccess(redis.url).add_key("tests", None)
        guarded: dict[str, Any] = {"production": True}
        guarded |= {"metrics_port": api_port, "webhooks_to_private_networks": True}
        told: dict[str, Any] = {"webhook_url": receiver.url, "webhook_secret": webhook_secret}
        told |= {"worker_metrics_port": worker_port, "webhooks_to_private_networks": True, "signal_first_pause_s": 0.1}
        told |= {"max_attempts": 2}
        with (
            running_guarded_api(redis, folder, identity, traces.environment, **guarded) as api,
            workshop(redis, folder, **told) as shop,
        ):
            shop.environment |= {**identity.environment, **traces.environment}
            shop.worker()
            registered = api.http.post(
                "/v1/webhooks", json={"url": receiver.url, "user": OWNER}, headers={"X-API-Key": api_key}
            )
            assert registered.status_code == 201, registered.text
            account = identity.credentials()
            hidden = {
                "Redis' password": password,
                "the API key": api_key,
                "the operator's webhook secret": webhook_secret.removeprefix("whsec_"),
                "a registered webhook's secret": registered.json()["secret"].removeprefix("whsec_"),
                "a login": bearer(OWNER)["Authorization"].partition(".")[0].removeprefix("Bearer "),
                "the path of the credentials": str(account),
                "the service account's key": json.loads(account.read_text())["private_key"].splitlines()[1],
            }
            yield House(api, shop, traces, receiver, identity, api_port, worker_port, hidden)


def live_a_night(house: House) -> None:
    """Let happen what is to be seen: jobs that go well and badly, a Redis that hangs, refused requests."""
    good = house.analyse("seen-1", headers={"traceparent": f"00-{APPS_TRACE}-b7ad6b7169203331-01"}, frames=20)
    house.analyse("seen-2", end="unexpected")
    house.analyse("seen-3", end="memory")
    stale = bearer(OWNER, exp=int(time.time()) - 60)
    for headers in (stale, {"X-API-Key": "gr_0123_wrong"}, {"Authorization": "Bearer nonsense"}, {}):
        assert house.api.http.get("/v1/analyses", params={"user": OWNER}, headers=headers).status_code == 401
    assert house.api.http.get(f"/v1/analyses/{good}", headers={"X-API-Key": house.hidden["the API key"]}).is_success
    house.api.redis.freeze()
    try:
        assert house.api.http.get(f"/v1/analyses/{good}", headers=bearer(OWNER)).status_code == 503
        wait_until(lambda: "signals wait" in house.log() or "chores wait" in house.log(), "the worker notices")
    finally:
        house.api.redis.thaw()
    wait_until(lambda: len(house.receiver.received) >= 6, "three ends are told to two webhooks")
