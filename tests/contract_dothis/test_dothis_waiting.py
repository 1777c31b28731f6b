"""The old app's contract where the analysis is not the point: real HTTP, and the real worker around a tiny one."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from storage.errors import ObjectNotFound
from storage.types import JobStatus
from tests.api_service import code_of, running_api
from tests.contract_dothis.old_app import RESULT, OldApp
from tests.services import RedisServer, running_redis, wait_until
from tests.worker_service import Workshop, workshop

EMAIL = "drj9802@gmail.com"
GIVES_UP_S = 240
TINY_NAMES = ("best1_user.jpg", "best1_pro.jpg", "graph.png")
"""What the tiny analysis makes of what the app looks for."""


class House:
    """An API, a worker and an app."""

    def __init__(self, shop: Workshop, http: httpx.Client) -> None:
        self.shop, self.app = shop, OldApp(http, shop.storage)

    def video(self, **script: object) -> Path:
        """A "video" that tells the tiny analysis what to do."""
        path = self.shop.volumes / "on_the_phone.mp4"
        path.write_text(json.dumps(script))
        return path


@contextmanager
def opened(redis: RedisServer, volumes: Path, legacy_wait_s: int = 225) -> Iterator[House]:
    with workshop(redis, volumes) as shop, running_api(redis, volumes, legacy_wait_s=legacy_wait_s) as api:
        yield House(shop, api.http)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_redis() as redis, opened(redis, tmp_path_factory.mktemp("volumes")) as made:
        made.shop.worker()
        yield made


def test_result_is_said_when_everything_can_be_read_and_not_before(house: House) -> None:
    upload = house.app.upload(EMAIL, "Squat", house.video(frames=30, frame_s=0.03))
    seen = []
    with ThreadPoolExecutor(1) as phone:
        reply = phone.submit(house.app.ask, upload)
        while not reply.done():
            figures = house.app.figures(upload) is not None
            pictures = all(house.app.picture(upload, name) for name in TINY_NAMES)
            assert pictures or not figures, "the figures came before the pictures"
            seen.append(figures)
        # the very next thing that the app does
        figures_now = house.app.figures(upload)
        pictures_now = [house.app.picture(upload, name) for name in TINY_NAMES]
    assert (reply.result().status_code, reply.result().content.strip()) == (200, RESULT)
    assert reply.result().headers["content-type"] == "application/json"
    assert seen[0] is False
    assert figures_now == {"result": 70, "result1": 90, "result2": 80, "result3": 71, "result4": 60, "result5": 50}
    assert all(pictures_now)


@pytest.mark.parametrize(
    ("email", "key"),
    [
        (EMAIL, "drj9802@gmail_com"),
        ("john.a@gmail.com", "john_a@gmail_com"),
        ("john.b@gmail.com", "john_b@gmail_com"),
        ("kim@naver.co.kr", "kim@naver_co_kr"),
        ("lee@daum.net", "lee@daum_net"),
        ("o_o@x.com", "o_o@x_com"),
    ],
)
def test_the_figures_lie_under_the_servers_key_and_never_under_one_that_collides(
    house: House, email: str, key: str
) -> None:
    upload = house.app.upload(email, "Squat", house.video())
    assert house.app.ask(upload).json() == "RESULT"
    record = house.shop.storage.database.get(f"temp/result/{key}/{upload.name}")
    assert record == {"result": 70, "result1": 90, "result2": 80, "result3": 71, "result4": 60, "result5": 50}
    apps_key = f"{email.split('.')[0]}_com"
    assert (house.app.figures(upload) is not None) == (apps_key == key)
    for colliding in ("john_com", "kim@naver_com", "lee@daum_com"):
        assert house.shop.storage.database.get(f"temp/result/{colliding}") is None


@pytest.mark.parametrize("query", ["data={}", "data={}&", "unknown=1&data={}"])
def test_the_path_may_stand_in_the_query_as_it_is(house: House, query: str) -> None:
    upload = house.app.upload(EMAIL, "Squat", house.video(), timestamp="2305092300")
    assert house.app.ask_for(query.format(upload.data)).json() == "RESULT"


def test_the_older_apps_layout(house: House) -> None:
    upload = house.app.upload_flat(EMAIL, "Squat", house.video(), timestamp="2305092303")
    assert house.app.ask(upload).json() == "RESULT"
    assert all(house.app.picture(upload, name) for name in TINY_NAMES)
    assert upload.pictures == f"{EMAIL}/exercise_Squat_2305092303_result"
    assert house.app.figures(upload) is not None


def test_a_professionals_video_is_used_where_there_is_one(house: House) -> None:
    upload = house.app.upload(EMAIL, "Squat", house.video(), timestamp="2305092304")
    house.app.ask(upload)
    assert b"professional=False" in (house.app.picture(upload, "best1_user.jpg") or b"")
    objects = house.shop.storage.objects
    objects.upload(house.video(), "temp/video/pro/Squat.mp4", "video/mp4")
    try:
        upload = house.app.upload(EMAIL, "Squat", house.video(), timestamp="2305092305")
        house.app.ask(upload)
        assert b"professional=True" in (house.app.picture(upload, "best1_user.jpg") or b"")
    finally:
        objects.delete("temp/video/pro/Squat.mp4")


def test_many_phones_wait_at_once_and_each_gets_its_own(house: House) -> None:
    """The old server shared the names of local files between requests."""
    uploads = [
        house.app.upload(f"user{n}@gmail.com", "Squat", house.video(figures=[n, n, n, n, n]), timestamp="2305092306")
        for n in range(6)
    ]
    with ThreadPoolExecutor(6) as phones:
        replies = list(phones.map(house.app.ask, uploads))
    assert [reply.json() for reply in replies] == ["RESULT"] * 6
    for number, upload in enumerate(uploads):
        figures = house.app.figures(upload)
        assert isinstance(figures, dict)
        assert set(figures.values()) == {number}


def test_a_phone_that_asks_again_waits_for_the_same_analysis(house: House, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    upload = house.app.upload(
        EMAIL, "Squat", house.video(frames=20, frame_s=0.05, witness=str(witness)), timestamp="2305092307"
    )
    with ThreadPoolExecutor(2) as phones:
        replies = list(phones.map(house.app.ask, [upload, upload]))
    assert [reply.json() for reply in replies] == ["RESULT", "RESULT"]
    assert house.app.ask(upload).json() == "RESULT"
    assert len(witness.read_text().splitlines()) == 1


def test_it_answers_before_the_app_gives_up(tmp_path: Path) -> None:
    assert Settings().legacy_wait_s < GIVES_UP_S
    with running_redis() as redis, opened(redis, tmp_path, legacy_wait_s=1) as house:
        # no worker runs yet
        upload = house.app.upload(EMAIL, "Squat", house.video())
        late = house.app.ask(upload)
        assert (late.status_code, code_of(late)) == (504, "analysis_takes_too_long")
        assert int(late.headers["retry-after"]) > 0
        assert house.app.figures(upload) is None
        house.shop.worker()
        wait_until(lambda: house.app.figures(upload) is not None, "the analysis that was asked for goes on")
        assert house.app.ask(upload).json() == "RESULT"


@pytest.mark.parametrize(
    ("script", "status", "code"),
    [
        ("this is no video", 422, "not_a_video"),
        ('{"end": "unexpected"}', 500, "internal_error"),
    ],
)
def test_a_failure_leaves_nothing_and_says_why(house: House, script: str, status: int, code: str) -> None:
    path = house.shop.volumes / "bad.mp4"
    path.write_text(script)
    upload = house.app.upload(EMAIL, "Squat", path, timestamp=f"2305092{status}")
    reply = house.app.ask(upload)
    assert (reply.status_code, code_of(reply)) == (status, code)
    assert "secret" not in reply.text
    assert house.app.figures(upload) is None
    assert list(house.shop.storage.objects.list(f"{upload.pictures}/")) == []


def test_no_such_video(house: House) -> None:
    reply = house.app.ask_for(f"data=temp/video/user/{EMAIL}/exercise_Squat_0000000000")
    assert (reply.status_code, code_of(reply)) == (404, "video_not_found")


@pytest.mark.parametrize("query", ["", "data=", "other=1"])
def test_no_parameter(house: House, query: str) -> None:
    reply = house.app.ask_for(query)
    assert (reply.status_code, reply.content.strip()) == (200, b'"ERROR 1: No parameter"')


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_hello(house: House, method: str) -> None:
    reply = house.app.http.request(method, "/hello")
    assert (reply.status_code, reply.content.strip()) == (200, b'"Hello!"')


def test_clean_says_so_and_harms_nothing(house: House) -> None:
    upload = house.app.upload(EMAIL, "Squat", house.video(), timestamp="2305092309")
    house.app.ask(upload)
    running = house.app.upload(EMAIL, "Squat", house.video(frames=20, frame_s=0.05), timestamp="2305092310")
    before = {found.key: found.fingerprint for found in house.shop.storage.objects.list("")}
    with ThreadPoolExecutor(1) as phone:
        waiting = phone.submit(house.app.ask, running)
        wait_until(lambda: house.shop.jobs.list(EMAIL).jobs[0].status is JobStatus.RUNNING, "it runs")
        reply = house.app.http.delete("/clean")
        assert (reply.status_code, reply.content.strip()) == (200, b'"Clean Complete"')
        assert waiting.result().json() == "RESULT"
    after = {found.key: found.fingerprint for found in house.shop.storage.objects.list("")}
    assert before.items() <= after.items()
    assert house.app.figures(upload) is not None


def test_the_app_looks_in_places_that_only_this_job_writes(house: House) -> None:
    """The newest job of a video replaces what the app looks at, whole."""
    upload = house.app.upload(EMAIL, "Squat", house.video(figures=[10] * 5), timestamp="2305092311")
    house.app.ask(upload)
    house.app.upload(EMAIL, "Squat", house.video(figures=[20] * 5), timestamp="2305092311")
    assert house.app.ask(upload).json() == "RESULT"
    figures = house.app.figures(upload)
    assert isinstance(figures, dict)
    assert set(figures.values()) == {20}
    with pytest.raises(ObjectNotFound):
        house.shop.storage.objects.stat(f"{upload.pictures}/best6_user.jpg")
