"""Bad weather between us and Firebase: the real client, real servers, and a proxy in between that misbehaves."""

import hashlib
import io
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Storage, open_storage
from storage.errors import ObjectNotFound, StorageCorrupt, StorageRefused, StorageUnavailable
from storage.keys import parse_video_key
from storage.types import JobStatus
from tests.services import RedisServer, wait_until
from tests.standins.cloud_storage import CloudStorage
from tests.standins.fixtures import (  # noqa: F401 - fixtures
    QUICK_URL,
    _cloud_storage_of_session,
    _realtime_database_of_session,
    cloud_storage,
    firebase_url,
    realtime_database,
)
from tests.standins.identity import IdentityServer, running_identity
from tests.standins.proxy import Faults, Proxy, http_answer, running_proxy
from tests.standins.realtime_database import RealtimeDatabase
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, OWNER, Workshop, workshop

BIG = os.urandom(20_000_000)
RECORD = {"result": 70, "result1": 90, "result2": 80, "result3": 71, "result4": 60, "result5": 50}
IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"


@dataclass
class Weather:
    """The servers behind proxies, and a storage that reaches them through these."""

    files: Proxy
    figures: Proxy
    storage: Storage

    def clears_up(self) -> None:
        self.files.faults = Faults()
        self.figures.faults = Faults()

    def asked(self, *parts: bytes) -> int:
        """How many requests for files had all of these in their first line."""
        return sum(all(part in line for part in parts) for line in self.files.requests)


@pytest.fixture
def weather(
    firebase_url: str,  # noqa: F811
    cloud_storage: CloudStorage,  # noqa: F811
    realtime_database: RealtimeDatabase,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Weather]:
    with running_proxy(cloud_storage.port) as files, running_proxy(realtime_database.port) as figures:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", files.url)
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", figures.host)
        yield Weather(files, figures, open_storage(QUICK_URL))


def media(first: bytes) -> bool:
    """Whether the request reads an object's content."""
    return first.startswith(b"GET") and b"alt=media" in first


def chunk(first: bytes) -> bool:
    """Whether the request sends a part of an object."""
    return first.startswith(b"PUT") and b"content-range: bytes */" not in first.lower()


def put(storage: Storage, content: bytes = BIG, key: str = KEY) -> None:
    storage.objects.upload_stream(io.BytesIO(content), key, "video/mp4", 1 << 30)


def content_of(storage: Storage, key: str = KEY) -> bytes:
    with storage.objects.open(key) as stream:
        return stream.read()


# What the store does in it.


def test_a_download_that_is_cut_again_and_again_goes_on_where_it_was(weather: Weather, tmp_path: Path) -> None:
    put(weather.storage)
    # cut every connection: without going on from there, it would never come to an end
    weather.files.faults = Faults(cut_down_after=3_000_000, only=media)
    weather.storage.objects.download(KEY, tmp_path / "down")
    assert (tmp_path / "down").read_bytes() == BIG
    assert weather.asked(b"alt=media") >= 7


def test_an_upload_that_is_cut_goes_on_with_the_chunk(weather: Weather) -> None:
    weather.files.faults = Faults(cut_up_after=2_000_000, only=chunk, times=2)
    put(weather.storage)
    weather.clears_up()
    assert content_of(weather.storage) == BIG
    # one session; three chunks, two of them cut before; and each time the store was asked how far it had come
    assert weather.asked(b"POST", b"uploadType=resumable") in (1, 2)
    assert weather.asked(b"PUT") >= 5


def test_nobody_sees_an_upload_before_its_end(weather: Weather) -> None:
    put(weather.storage, b"before")
    weather.files.faults = Faults(refuse=True, only=lambda first: chunk(first) and b"bytes 0-" not in first)
    with pytest.raises(StorageUnavailable):
        put(weather.storage)
    weather.clears_up()
    assert content_of(weather.storage) == b"before"


def test_an_upload_whose_last_answer_is_lost_is_there(weather: Weather) -> None:
    weather.files.faults = Faults(cut_down_after=0, only=chunk, times=1)
    put(weather.storage, b"small")
    weather.clears_up()
    assert content_of(weather.storage) == b"small"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(weather: Weather, tmp_path: Path, status: int) -> None:
    for doing in every_call(weather.storage, tmp_path):
        put(weather.storage, b"one")
        weather.files.faults = Faults(answer=http_answer(status), times=3)
        doing()
        assert weather.files.faults.times == 0, "the weather was never met"
        weather.clears_up()


@pytest.mark.parametrize("status", [400, 401, 403])
def test_what_does_not_pass_is_not_tried_again(weather: Weather, tmp_path: Path, status: int) -> None:
    put(weather.storage, b"one")
    for doing in every_call(weather.storage, tmp_path):
        before = len(weather.files.requests)
        weather.files.faults = Faults(answer=http_answer(status))
        with pytest.raises(StorageRefused) as caught:
            doing()
        assert caught.value.__cause__ is not None
        assert len(weather.files.requests) - before == (1 if status != 401 else len(weather.files.requests) - before)
        weather.clears_up()


def every_call(storage: Storage, tmp_path: Path) -> list[Callable[[], object]]:
    return [
        lambda: storage.objects.stat(KEY),
        lambda: storage.objects.download(KEY, tmp_path / "down"),
        lambda: put(storage, b"two"),
        lambda: list(storage.objects.list("temp/")),
        lambda: storage.objects.delete(KEY),
    ]


@pytest.mark.parametrize(
    "faults",
    [
        Faults(answer=http_answer(503)),
        Faults(refuse=True),
        Faults(black_hole=True),
    ],
    ids=["503", "refused", "black hole"],
)
def test_what_lasts_is_said_with_its_cause(weather: Weather, tmp_path: Path, faults: Faults) -> None:
    put(weather.storage, b"one")
    weather.files.faults = faults
    with pytest.raises(StorageUnavailable) as caught:
        weather.storage.objects.download(KEY, tmp_path / "down")
    assert caught.value.__cause__ is not None
    assert not (tmp_path / "down").exists()


def test_silence_is_not_waited_for_forever(weather: Weather) -> None:
    put(weather.storage, b"one")
    weather.files.faults = Faults(black_hole=True, times=1)
    assert content_of(weather.storage) == b"one"


def test_slow_is_slow_and_no_more(weather: Weather, tmp_path: Path) -> None:
    content = BIG[:1_000_000]
    weather.files.faults = Faults(latency_s=0.3, bytes_per_s=1_000_000)
    put(weather.storage, content)
    weather.storage.objects.download(KEY, tmp_path / "down")
    assert (tmp_path / "down").read_bytes() == content


def test_bytes_that_came_wrong_are_fetched_again(weather: Weather, tmp_path: Path) -> None:
    put(weather.storage)
    weather.files.faults = Faults(corrupt_down_at=5_000_000, only=media, times=1)
    weather.storage.objects.download(KEY, tmp_path / "down")
    assert (tmp_path / "down").read_bytes() == BIG
    weather.files.faults = Faults(corrupt_down_at=5_000_000, only=media)
    before = weather.asked(b"alt=media")
    with pytest.raises(StorageCorrupt):
        weather.storage.objects.download(KEY, tmp_path / "down")
    assert weather.asked(b"alt=media") - before == 3
    assert not (tmp_path / "down").exists()


def test_bytes_that_arrived_wrong_are_sent_again_and_never_seen(weather: Weather) -> None:
    put(weather.storage, b"before")
    weather.files.faults = Faults(corrupt_up_at=5_000_000, only=chunk)
    with pytest.raises(StorageCorrupt):
        put(weather.storage)
    weather.clears_up()
    assert content_of(weather.storage) == b"before"
    weather.files.faults = Faults(corrupt_up_at=5_000_000, only=chunk, times=1)
    put(weather.storage)
    weather.clears_up()
    assert content_of(weather.storage) == BIG


def test_a_database_that_comes_back_is_waited_for(weather: Weather) -> None:
    for faults in [
        Faults(refuse=True, times=3),
        Faults(answer=http_answer(503), times=3),
        Faults(black_hole=True, times=1),
    ]:
        weather.figures.faults = faults
        weather.storage.database.set("temp/result/a", {"result": 1})
        assert faults.times == 0
        assert weather.storage.database.get("temp/result/a") == {"result": 1}


def test_a_database_that_stays_away_or_refuses_is_named(weather: Weather) -> None:
    weather.figures.faults = Faults(refuse=True)
    with pytest.raises(StorageUnavailable):
        weather.storage.database.set("temp/result/a", {"result": 1})
    weather.figures.faults = Faults(answer=http_answer(403, b'{"error": "Permission denied"}'))
    before = len(weather.figures.requests)
    with pytest.raises(StorageRefused):
        weather.storage.database.set("temp/result/a", {"result": 1})
    assert len(weather.figures.requests) - before == 1
    weather.clears_up()
    assert weather.storage.database.get("temp/result/a") is None


def test_an_object_that_is_replaced_while_it_is_read_is_not_mixed(weather: Weather) -> None:
    put(weather.storage)
    with weather.storage.objects.open(KEY) as stream:
        assert stream.read(10) == BIG[:10]
        # the stand-in keeps no generations; the real store answers 404 for one that was replaced
        weather.files.faults = Faults(answer=http_answer(404), only=media)
        stream.seek(15_000_000)
        with pytest.raises(StorageUnavailable, match="replaced"):
            stream.read(10)


# The credentials.


@pytest.fixture
def identity(tmp_path: Path) -> Iterator[IdentityServer]:
    with running_identity(tmp_path) as server:
        yield server


def test_a_token_endpoint_that_is_down_is_waited_for(
    weather: Weather, identity: IdentityServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(identity.credentials()))
    identity.away = True
    with pytest.raises(StorageUnavailable, match="token endpoint"):
        weather.storage.objects.stat(KEY)
    threading.Timer(1, lambda: setattr(identity, "away", False)).start()
    with pytest.raises(ObjectNotFound):
        weather.storage.objects.stat(KEY)


def test_credentials_that_google_does_not_know_are_refused(
    weather: Weather, identity: IdentityServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_proxy(int(identity.url.rpartition(":")[2])) as proxy:
        proxy.faults = Faults(answer=http_answer(400, b'{"error": "invalid_grant"}'))
        path = tmp_path / "account.json"
        path.write_text(identity.credentials().read_text().replace(identity.url, proxy.url))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with pytest.raises(StorageRefused, match="credentials"):
            weather.storage.objects.stat(KEY)
        assert len(proxy.requests) == 1


def test_a_token_endpoint_that_keeps_silent_is_not_waited_for_forever(
    weather: Weather, identity: IdentityServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_proxy(int(identity.url.rpartition(":")[2])) as proxy:
        proxy.faults = Faults(black_hole=True, times=1)
        path = tmp_path / "account.json"
        path.write_text(identity.credentials().read_text().replace(identity.url, proxy.url))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with pytest.raises(ObjectNotFound):
            weather.storage.objects.stat(KEY)
        assert len(proxy.requests) == 2


# Memory.


def _peak_of_a_round_trip(megabytes: int, folder: str, peak: "multiprocessing.Queue[int]") -> None:
    path = Path(folder) / f"{megabytes}"
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1 << 20))
    storage = open_storage(QUICK_URL)
    storage.objects.upload(path, KEY, "video/mp4")
    storage.objects.download(KEY, path.with_suffix(".down"))
    peak.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    with path.open("rb") as sent, path.with_suffix(".down").open("rb") as came:
        assert hashlib.file_digest(sent, "sha256").digest() == hashlib.file_digest(came, "sha256").digest()


def test_memory_is_the_same_for_a_large_file(weather: Weather, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    peaks = []
    for megabytes in (9, 90):
        queue: multiprocessing.Queue[int] = context.Queue()
        process = context.Process(target=_peak_of_a_round_trip, args=(megabytes, str(tmp_path), queue))
        process.start()
        peaks.append(queue.get(timeout=300))
        process.join()
        assert process.exitcode == 0
    print(peaks)
    assert peaks[1] - peaks[0] < 25_000_000, peaks


# What becomes of a job in it: the real worker around the tiny analysis, behind the proxies.


@pytest.fixture
def shop(
    redis_server: RedisServer,
    cloud_storage: CloudStorage,  # noqa: F811
    realtime_database: RealtimeDatabase,  # noqa: F811
    firebase_url: str,  # noqa: F811
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
    shop: tuple[Workshop, Weather], identity: IdentityServer
) -> None:
    made, _ = shop
    made.environment["GOOGLE_APPLICATION_CREDENTIALS"] = str(identity.credentials())
    job = made.ask(send=False, padding="x" * 5000)
    made.worker()
    identity.away = True
    made.send(job.id)
    wait_until(lambda: identity.asked.get("/token", 0) >= 2, "the worker asks for a token")
    identity.away = False
    assert made.until_ended(job).status is JobStatus.SUCCEEDED
    assert published(made) == (everything(job.id), RECORD)


def test_a_worker_in_production_refuses_an_emulator(shop: tuple[Workshop, Weather], identity: IdentityServer) -> None:
    made, _ = shop
    made.environment |= {
        "GOODREP_PRODUCTION": "true",
        "GOOGLE_APPLICATION_CREDENTIALS": str(identity.credentials()),
    }
    with pytest.raises(RuntimeError, match=r"does not start.*STORAGE_EMULATOR_HOST"):
        made.worker()
