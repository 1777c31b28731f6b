"""Signals by Firebase: what a listener of the Realtime Database hears, with the vendor's own client, and a refusal."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import open_storage
from storage.keys import parse_video_key
from storage.signals.channel import DeliveryState
from storage.signals.notices import RedisNotices
from storage.types import NewJob
from tests.receiver import running_signals
from tests.services import RedisServer, wait_until
from tests.standins.fixtures import QUICK_URL
from tests.standins.proxy import Faults, http_answer, running_proxy
from tests.standins.realtime_database import RealtimeDatabase, node_packages
from tests.worker_service import KEY, OWNER, workshop

STATUS_PATH = parse_video_key(KEY).status_path
FIGURES_PATH = parse_video_key(KEY).record_path


@contextmanager
def listening(database: RealtimeDatabase, path: str) -> Iterator[Iterator[object]]:
    """What Firebase's client hears at `path`, as it comes; the first is what is there at the start."""
    script = Path(__file__).parents[1] / "standins" / "listen.js"
    command = ["node", str(script), str(database.port), path]
    # without the emulator's variable, of which this old client makes something else
    environment = {name: value for name, value in os.environ.items() if name != "FIREBASE_DATABASE_EMULATOR_HOST"}
    with subprocess.Popen(command, cwd=node_packages(), stdout=subprocess.PIPE, text=True, env=environment) as node:
        assert node.stdout
        try:
            yield (json.loads(line) for line in node.stdout)
        finally:
            node.kill()


def test_a_listener_fires_once_and_all_is_there(
    firebase_url: str,
    realtime_database: RealtimeDatabase,
    redis_server: RedisServer,
    tmp_path: Path,
) -> None:
    with (
        workshop(redis_server, tmp_path, storage_url=QUICK_URL) as shop,
        listening(realtime_database, STATUS_PATH) as statuses,
        listening(realtime_database, FIGURES_PATH) as figures,
    ):
        assert next(statuses) is None
        assert next(figures) is None
        shop.worker()
        job = shop.ask()
        heard = next(figures)
        # in the moment of the figures the files are there
        folder = f"temp/image/{OWNER}/exercise_Squat_2305092259/{job.id}/"
        files = shop.objects(folder)
        assert isinstance(heard, dict)
        assert sorted(heard) == ["result", "result1", "result2", "result3", "result4", "result5"]
        heard = next(statuses)
        # and in the moment of the status everything is
        ended = shop.jobs.get(job.id)
        assert isinstance(heard, dict)
        assert (heard["job"], heard["status"], heard["results_prefix"]) == (job.id, "succeeded", ended.results_prefix)
        assert sorted(shop.objects(folder)) == sorted(files) == sorted(ended.result_files)
        # nothing follows before the next job, which fails: no figures, and a status of its own
        failed = shop.ask(content=b"no video")
        heard = next(statuses)
        assert isinstance(heard, dict)
        assert (heard["job"], heard["status"], heard["error_code"]) == (failed.id, "failed", "not_a_video")
        shop.storage.database.set(FIGURES_PATH, None)
        assert next(figures) is None  # the next thing that is heard there


def test_a_database_that_refuses_is_tried_again_and_visible_and_harms_no_job(
    firebase_url: str,
    realtime_database: RealtimeDatabase,
    redis_server: RedisServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_proxy(realtime_database.port) as proxy:
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", proxy.host)
        proxy.faults = Faults(answer=http_answer(401))
        with workshop(redis_server, tmp_path, storage_url=QUICK_URL) as shop:
            job, _ = shop.jobs.create(NewJob(OWNER, KEY, "f", "Squat"))
            claim = shop.jobs.claim(job.id, worker="w", lease_s=60, max_attempts=3)
            notices = RedisNotices(redis_server.url)
            with running_signals(redis_server.url, tmp_path, storage_url=QUICK_URL, signal_attempts=3):
                ended = shop.jobs.succeed(claim, results_prefix="p", result_files=["report.json"])
                wait_until(lambda: bool(notices.latest(failed=True)), "the signal is given up")
                (refused,) = notices.of_job(job.id)
                assert (refused.channel, refused.state, refused.attempts) == ("database", DeliveryState.GIVEN_UP, 3)
                assert refused.detail.startswith("Firebase does not let this service in")
                assert shop.jobs.get(job.id) == ended
                proxy.faults = Faults()
                notices.replay(refused.id)
                wait_until(lambda: notices.of_job(job.id)[0].state is DeliveryState.DELIVERED, "it is told")
            record = open_storage(QUICK_URL).database.get(STATUS_PATH)
            assert isinstance(record, dict)
            assert record["job"] == job.id
