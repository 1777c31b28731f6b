"""What becomes of a job in bad weather: the real worker around the tiny analysis, behind the proxies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.keys import parse_video_key
from storage.types import JobStatus
from tests.firebase_weather import IMAGES, RECORD, Weather, chunk, media
from tests.services import RedisServer, wait_until
from tests.standins.cloud_storage import CloudStorage
from tests.standins.fixtures import QUICK_URL
from tests.standins.identity import IdentityServer
from tests.standins.proxy import Faults, http_answer, running_proxy
from tests.standins.realtime_database import RealtimeDatabase
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, Workshop, workshop


@pytest.fixture
def shop(
    redis_server: RedisServer,
    cloud_storage: CloudStorage,
    realtime_database: RealtimeDatabase,
    firebase_url: str,
    tmp_path: Path,
) -> Iterator[tuple[Workshop, Weather]]:
    with (
        running_proxy(cloud_storage.port) as files,
        running_proxy(realtime_database.port) as figures,
        workshop(redis_server, tmp_path, storage_url=f"{QUICK_URL}&deadline_s=2", patience_s=4) as made,
    ):
        made.environment |= {
            "STORAGE_EMULATOR_HOST": files.url,
            "FIREBASE_DATABASE_EMULATOR_HOST": figures.host,
        }
        yield made, Weather(files, figures, made.storage)


def published(shop: Workshop) -> tuple[list[str], object]:
    return shop.objects(IMAGES), shop.storage.database.get(parse_video_key(KEY).record_path)


def everything(job_id: str) -> list[str]:
    contract = [name for name in RESULT_NAMES if name.startswith(("best", "graph"))]
    return sorted([*(f"{job_id}/{name}" for name in RESULT_NAMES), *contract])


@pytest.mark.parametrize(
    ("files", "figures"),
    [
        (Faults(latency_s=0.2), Faults(latency_s=0.2)),
        (Faults(answer=http_answer(503), times=8), Faults()),
        (Faults(refuse=True, times=4), Faults(refuse=True, times=4)),
        (Faults(cut_down_after=3000, only=media, times=1), Faults(answer=http_answer(503), times=2)),
        (Faults(cut_up_after=50, only=chunk, times=4), Faults(cut_down_after=0, times=2)),
        (Faults(corrupt_down_at=3000, only=media, times=1), Faults()),
        (Faults(corrupt_up_at=400, only=chunk, times=1), Faults()),
        (Faults(black_hole=True, times=1), Faults(black_hole=True, times=1)),
    ],
    ids=["slow", "503", "refusing", "cut down", "cut up", "corrupt down", "corrupt up", "silent"],
)
def test_a_job_comes_through_weather_that_passes(
    shop: tuple[Workshop, Weather], files: Faults, figures: Faults
) -> None:
    made, weather = shop
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    weather.files.faults, weather.figures.faults = files, figures
    made.send(job.id)
    ended = made.until_ended(job)
    assert (ended.status, ended.error_code) == (JobStatus.SUCCEEDED, "")
    assert published(made) == (everything(job.id), RECORD)
    assert files.times in (0, None), "the weather was never met"
    assert len([event for event in made.jobs.events(job.id) if event and event.job.status.final]) == 1


def test_a_job_that_cannot_be_published_says_why_and_leaves_nothing(shop: tuple[Workshop, Weather]) -> None:
    made, weather = shop
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    weather.files.faults = Faults(answer=http_answer(503), only=lambda first: not first.startswith(b"GET"))
    made.send(job.id)
    ended = made.until_ended(job)
    assert (ended.status, ended.error_code, ended.attempts) == (JobStatus.FAILED, "too_many_attempts", 3)
    assert "could not be reached" in ended.error_message
    assert published(made) == ([], None)
    assert made.storage.objects.stat(KEY)
    # and when the weather is fine again, the operator runs it again
    weather.clears_up()
    made.jobs.run_again(job.id)
    made.until(job, JobStatus.SUCCEEDED)
    assert published(made) == (everything(job.id), RECORD)


def test_a_job_whose_figures_cannot_be_written_is_not_announced(shop: tuple[Workshop, Weather]) -> None:
    made, weather = shop
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    weather.figures.faults = Faults(refuse=True)
    made.send(job.id)
    ended = made.until_ended(job)
    assert (ended.status, ended.error_code) == (JobStatus.FAILED, "too_many_attempts")
    assert made.storage.database.get(parse_video_key(KEY).record_path) is None
    assert ended.result_files == ()
    assert not [name for name in made.objects(IMAGES) if name.startswith(job.id)]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (Faults(answer=http_answer(403), only=lambda first: first.startswith(b"POST")), "storage_refused"),
        (Faults(corrupt_down_at=3000, only=media), "storage_corrupt"),
    ],
    ids=["403", "corrupt"],
)
def test_what_does_not_pass_ends_the_job_at_once(shop: tuple[Workshop, Weather], files: Faults, code: str) -> None:
    made, weather = shop
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    weather.files.faults = files
    made.send(job.id)
    ended = made.until_ended(job)
    assert (ended.status, ended.error_code, ended.attempts) == (JobStatus.FAILED, code, 1)
    assert ended.error_message.endswith("please try again later.")
    assert [each.job.id for each in made.jobs.given_up()] == [job.id]
    assert published(made) == ([], None)


def test_a_worker_without_its_token_endpoint_waits_for_it(
    shop: tuple[Workshop, Weather], own_identity: IdentityServer
) -> None:
    made, _ = shop
    made.environment["GOOGLE_APPLICATION_CREDENTIALS"] = str(own_identity.credentials())
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    own_identity.away = True
    made.send(job.id)
    wait_until(lambda: own_identity.asked.get("/token", 0) >= 2, "the worker asks for a token")
    own_identity.away = False
    assert made.until_ended(job).status is JobStatus.SUCCEEDED
    assert published(made) == (everything(job.id), RECORD)


def test_a_worker_in_production_refuses_an_emulator(
    shop: tuple[Workshop, Weather], own_identity: IdentityServer
) -> None:
    made, _ = shop
    made.environment |= {
        "GOODREP_PRODUCTION": "true",
        "GOOGLE_APPLICATION_CREDENTIALS": str(own_identity.credentials()),
    }
    with pytest.raises(RuntimeError, match=r"does not start.*STORAGE_EMULATOR_HOST"):
        made.worker()
