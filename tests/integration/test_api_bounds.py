"""Who asks for too much is told when to come back; who asks for what there is already, gets it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.jobs.workers import RedisWorkers, Worker, WorkerState
from storage.types import Priority
from tests.api_service import OWNER, VIDEO, Api, code_of, running_api
from tests.services import running_redis

DOOR = "/download_and_analyze"


@pytest.fixture(scope="module")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    small: dict[str, Any] = {
        "max_waiting_per_user": 2,
        "max_waiting": 3,
        "limit_uploads": "3/hour",
        "limit_submissions": "4/hour",
    }
    with running_redis() as redis, running_api(redis, tmp_path_factory.mktemp("volumes"), **small) as api:
        yield api


@pytest.fixture
def small(_small: Api) -> Api:
    """An API with small bounds and nothing in Redis."""
    _small.redis.flush()
    return _small


def video(number: int, owner: str = OWNER) -> str:
    return VIDEO.replace("2259", f"225{number}").replace(OWNER, owner)


def ask(api: Api, number: int, owner: str = OWNER, **more: object) -> httpx.Response:
    api.put(video(number, owner))
    return api.http.post("/v1/analyses", json={"video": video(number, owner), **more})


def refused(response: httpx.Response, code: str) -> int:
    """Of 429 with that code: when to come back, in seconds."""
    assert (response.status_code, code_of(response)) == (429, code)
    return int(response.headers["retry-after"])


def test_a_user_with_enough_jobs_waiting_is_told_when_to_come_back(small: Api) -> None:
    made = [ask(small, number).json() for number in range(2)]
    assert refused(ask(small, 2), "too_many_jobs_waiting") == 30  # nobody knows better
    assert refused(ask(small, 0, force=True), "too_many_jobs_waiting")
    assert (ask(small, 0).status_code, ask(small, 0).json()["id"]) == (200, made[0]["id"])
    assert ask(small, 0, "someone@else.org").status_code == 202
    RedisWorkers(small.redis.url).announce(Worker("w:1", "w", 1, "0", datetime.now(UTC), WorkerState.READY))
    small.finish(made[0]["id"])
    ask(small, 2)
    assert 1 <= refused(ask(small, 3), "too_many_jobs_waiting") < 30  # by the measured pace


def test_a_rejudge_is_a_job_like_any_other(small: Api) -> None:
    analysed = ask(small, 0).json()
    small.finish(analysed["id"], landmarks__npz=b"kept")
    small.put(f"temp/image/{OWNER}/exercise_Squat_2305092250/{analysed['id']}/landmarks.npz")
    url = f"/v1/analyses/{analysed['id']}/rejudge"
    made = [small.http.post(url) for _ in range(2)]
    assert [(each.status_code, each.json()["priority"]) for each in made] == [(202, "interactive")] * 2
    assert refused(small.http.post(url), "too_many_jobs_waiting")


def test_the_queue_has_an_end_at_every_door(small: Api) -> None:
    for number in range(3):
        assert ask(small, number, f"user{number}@b.com").status_code == 202
    assert refused(ask(small, 4), "queue_full")
    assert refused(small.http.post(f"{DOOR}?data={video(4).removesuffix('.mp4')}"), "queue_full")
    dance = small.http.post("/analyze", files={"video": ("dance.mp4", b"steps")})
    assert (dance.status_code, dance.headers["retry-after"]) == (429, "30")
    assert dance.json() == {"error": "Too Many Requests", "message": "As many jobs wait as this service takes."}
    assert [info.key for info in small.objects.list("temp/video/user/") if "exercise_unselected" in info.key] == []


def test_new_jobs_are_counted_and_known_ones_are_not(small: Api) -> None:
    made = []
    for number in range(4):
        made.append(ask(small, number).json())
        ask(small, number)
        small.http.delete(made[-1]["links"]["self"])
    assert refused(ask(small, 4), "too_many_requests") > 3000
    assert ask(small, 4, "someone@else.org").status_code == 202
    assert ask(small, 4, "someone@else.org").status_code == 200


def test_uploads_are_counted(small: Api) -> None:
    def upload() -> httpx.Response:
        return small.http.post("/v1/videos", files={"file": ("v.mp4", b"video")}, data={"user": OWNER})

    assert [upload().status_code for _ in range(3)] == [201] * 3
    assert refused(upload(), "too_many_requests") > 3000


def test_priorities(small: Api) -> None:
    batch = ask(small, 0, priority="batch").json()
    assert (batch["priority"], batch["place"]["position"]) == ("batch", 1)
    assert ask(small, 1).json()["place"]["position"] == 1
    assert small.http.get(batch["links"]["self"]).json()["place"]["position"] == 2
    assert ask(small, 0).json()["priority"] == "normal"  # now somebody waits for it
    assert code_of(ask(small, 2, priority=Priority.INTERACTIVE.value)) == "invalid_parameter"


def test_an_upload_for_which_there_is_no_room_is_refused_before_it_is_written(tmp_path: Path) -> None:
    reserve = shutil.disk_usage(tmp_path).free + 10**9
    with running_redis() as redis, running_api(redis, tmp_path, min_free_disk_bytes=reserve) as api:
        response = api.http.post("/v1/videos", files={"file": ("v.mp4", bytes(100_000))}, data={"user": OWNER})
        assert (response.status_code, code_of(response)) == (507, "storage_full")
        dance = api.http.post("/analyze", files={"video": ("dance.mp4", bytes(100_000))})
        assert (dance.status_code, dance.json()["error"]) == (507, "Insufficient Storage")
        assert list(api.objects.list("")) == []
        api.put()
        assert api.http.post("/v1/analyses", json={"video": VIDEO}).status_code == 202  # writes no file
