"""Bad weather between us and Firebase: the real client, real servers, and a proxy in between that misbehaves."""

import hashlib
import multiprocessing
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import Storage, open_storage
from storage.errors import StorageCorrupt, StorageRefused, StorageUnavailable
from tests.firebase_weather import BIG, Weather, chunk, content_of, media, put
from tests.standins.fixtures import QUICK_URL
from tests.standins.proxy import Faults, http_answer
from tests.worker_service import KEY


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
