"""The dance app's door, to the letter of ../shared/contracts/dance.md; the worker's part is played by the tests."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from storage.keys import parse_video_key
from storage.types import Job
from tests.api_service import OWNER, Api, running_api, running_guarded_api
from tests.contract_dance.dance_app import part, send, send_part
from tests.services import wait_until
from tests.standins.identity import IdentityServer, bearer

JOINTS = [
    f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
]
REPORT = {
    "video": {"frame_count": 1460, "duration_s": 48.666},
    "poses": [
        {"name": "T-Pose", "start_frame": 170, "end_frame": 173, "confidence": 0.9},
        {"name": "Squat", "start_frame": 200, "end_frame": 202, "confidence": 0.75},
        {"name": "T-Pose", "start_frame": 300, "end_frame": 303, "confidence": 0.8},
    ],
    "movement": {
        "intensity": {**dict.fromkeys(JOINTS, 0.5), "left_ankle": None},
        "symmetry": 0.91,
        "high_movement_frames": [{"start_frame": 7, "end_frame": 9}, {"start_frame": 20, "end_frame": 20}],
    },
}
T_POSE = [170, 171, 172, 173, 300, 301, 302, 303]
VERSION_1 = {"detected_poses": {"T-Pose": T_POSE, "Squat": [200, 201, 202]}, "total_frames": 1460}
VERSION_2 = {
    "total_frames": 1460,
    "duration_seconds": 48.67,
    "detected_poses": {
        "T-Pose": {"frames": T_POSE, "count": 8, "average_confidence": 0.85},
        "Squat": {"frames": [200, 201, 202], "count": 3, "average_confidence": 0.75},
    },
    "movement_analysis": {
        "movement_intensity": {**dict.fromkeys(JOINTS, 0.5), "left_ankle": 0.0},
        "symmetry_score": 0.91,
        "high_movement_frames": [7, 8, 9, 20],
    },
}


def the_job(api: Api) -> Job:
    """The only job, as soon as it is made."""
    client = redis.Redis.from_url(api.redis.url, decode_responses=True)
    wait_until(lambda: bool(list(client.scan_iter("goodrep:job:*"))), "the job is made")
    (key,) = client.scan_iter("goodrep:job:*")
    return api.jobs.get(key.rpartition(":")[2])


@contextmanager
def waiting(
    api: Api, path: str = "/analyze", name: str = "dance.mp4", **headers: str
) -> Iterator[tuple[Job, Future[httpx.Response]]]:
    """The app waits for its reply, and the job that was made for it."""
    with ThreadPoolExecutor(1) as app:
        reply = app.submit(send, api.http, b"not really a video", name, path, **headers)
        yield the_job(api), reply


def succeed(api: Api, job: Job, report: dict[str, Any] | None = None) -> None:
    prefix = parse_video_key(job.video_key).results_prefix(job.id)
    claim = api.begin(job.id)
    api.put(f"{prefix}/report.json", json.dumps(report or REPORT).encode())
    api.jobs.succeed(claim, results_prefix=prefix, result_files=["report.json"])


def refused(response: httpx.Response, status: int, error: str = "") -> str:
    """The sentence of a refusal in version 2, after checking its shape."""
    body = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json")
    assert set(body) == {"error", "message"}
    assert body["message"].endswith((".", "?", "!"))
    assert "Traceback" not in response.text
    if error:
        assert body["error"] == error
    return str(body["message"])


@pytest.mark.parametrize(("query", "expected"), [("", VERSION_2), ("?version=2", VERSION_2), ("?version=1", VERSION_1)])
def test_both_versions_of_the_reply(api: Api, query: str, expected: dict[str, Any]) -> None:
    with waiting(api, f"/analyze{query}", "Dance.MKV") as (job, reply):
        assert not reply.done()
        succeed(api, job)
        response = reply.result(60)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.json() == expected
    assert (job.exercise, job.video_key.rpartition(".")[2]) == ("unselected", "mkv")


def test_nothing_was_seen(api: Api) -> None:
    movement: dict[str, Any] = {"intensity": dict.fromkeys(JOINTS), "symmetry": None, "high_movement_frames": []}
    with waiting(api) as (job, reply):
        succeed(api, job, {"video": REPORT["video"], "poses": [], "movement": movement})
        found = reply.result(60).json()
    assert found["detected_poses"] == {}
    assert found["movement_analysis"] == {
        "movement_intensity": dict.fromkeys(JOINTS, 0.0),
        "symmetry_score": 0.0,
        "high_movement_frames": [],
    }


NO_FILE, NO_NAME, BAD_TYPE = "No video file provided", "Empty filename", "Invalid file type"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NO_FILE),
        (part('name="other"; filename="a.mp4"'), NO_FILE),
        (part('name="video"'), NO_FILE),
        (part('name="video"; filename=""'), NO_NAME),
        (part('name="video"; filename="a.txt"'), BAD_TYPE),
        (part('name="video"; filename="mp4"'), BAD_TYPE),
        (part('name="video"; filename="a.mp4.exe"'), BAD_TYPE),
    ],
)
def test_what_is_no_video_is_refused_in_both_shapes(api: Api, body: bytes, error: str) -> None:
    sentence = refused(send_part(api.http, body), 400, error)
    old = send_part(api.http, body, "/analyze?version=1")
    assert (old.status_code, old.json()) == (400, {"error": sentence})
    assert list(api.objects.list("")) == []


def test_a_file_that_is_too_large_is_refused_and_the_client_hears_it(api: Api) -> None:
    for size in (1_000_001, 1_200_000):
        sentence = refused(send(api.http, b"x" * size), 413, "File too large")
        assert "1 MB" in sentence
    assert send(api.http, b"x" * 1_200_000, path="/analyze?version=1").json() == {"error": sentence}
    assert list(api.objects.list("")) == []


def test_json_belongs_to_another_contract(api: Api) -> None:
    frame = {"session_id": "1", "frame_id": 1, "frame_content": "A" * 300_000}
    assert "multipart/form-data" in refused(api.http.post("/analyze", json=frame), 415)


@pytest.mark.parametrize("version", ["0", "3", "x"])
def test_a_version_that_there_is_not(api: Api, version: str) -> None:
    assert "version" in refused(send(api.http, b"x", path=f"/analyze?version={version}"), 400, "Invalid parameter")


def test_only_post(api: Api) -> None:
    assert api.http.get("/analyze").status_code == 405


@pytest.mark.parametrize(
    ("code", "lasting", "status", "error"),
    [
        ("not_a_video", True, 400, "Video processing failed"),
        ("nobody_in_picture", True, 400, "Video processing failed"),
        ("internal_error", False, 500, "Internal server error"),
        ("out_of_memory", False, 500, "Video processing failed"),
    ],
)
def test_a_failed_analysis(api: Api, code: str, lasting: bool, status: int, error: str) -> None:
    with waiting(api) as (job, reply):
        api.jobs.fail(api.begin(job.id), code=code, message="It went wrong.", lasting=lasting, reason="a secret")
        assert refused(reply.result(60), status, error) == "It went wrong."


def test_a_report_that_cannot_be_read_tells_nothing(api: Api) -> None:
    with waiting(api) as (job, reply):
        succeed(api, job, {"secret": 1})
        response = reply.result(60)
    refused(response, 500, "Internal server error")
    assert "KeyError" not in response.text


def test_those_who_wait_are_bounded_together_with_the_other_old_app(api: Api) -> None:
    with waiting(api) as (job, reply):
        key = f"temp/video/user/{OWNER}/exercise_Squat_2305092259.mp4"
        api.put(key)
        with ThreadPoolExecutor(1) as other:
            old_app = other.submit(api.http.post, f"/download_and_analyze?data={key.removesuffix('.mp4')}")
            wait_until(lambda: bool(api.jobs.list(OWNER).jobs), "the other app waits")
            busy = send(api.http, b"x")
            refused(busy, 503)
            assert int(busy.headers["retry-after"]) > 0
            api.jobs.request_cancel(api.jobs.list(OWNER).jobs[0].id)
            assert old_app.result(60).status_code == 409
        api.jobs.request_cancel(job.id)
        refused(reply.result(60), 409)


def test_an_operator_chooses_the_version(api: Api, tmp_path: Path) -> None:
    with running_api(api.redis, tmp_path, dance_reply=1, legacy_wait_s=0.5) as old:
        late = send(old.http, b"x")
        assert (late.status_code, list(late.json())) == (504, ["error"])
        assert int(late.headers["retry-after"]) > 0
        assert send_part(old.http, b"").json() == {
            "error": refused(send_part(old.http, b"", "/analyze?version=2"), 400)
        }
        old.redis.flush()
        with waiting(old, "/analyze?version=2") as (job, reply):
            assert reply.result(60).status_code == 504
        assert old.jobs.get(job.id).status == "queued"  # until a worker comes, who erases it


def test_who_logs_in_keeps_everything(guarded: Api) -> None:
    with waiting(guarded, **bearer(OWNER)) as (job, reply):
        succeed(guarded, job)
        assert reply.result(60).json() == VERSION_2
    assert job.owner == OWNER
    assert job.video_key.startswith(f"temp/video/user/{OWNER}/exercise_unselected_")
    shown = guarded.http.get(f"/v1/analyses/{job.id}", headers=bearer(OWNER)).json()
    assert shown["status"] == "succeeded"
    assert not redis.Redis.from_url(guarded.redis.url).exists("goodrep:guests")


def test_the_door_is_shut_where_logins_are_wanted(guarded: Api) -> None:
    refused(send(guarded.http, b"x"), 401)
    refused(send(guarded.http, b"x", Authorization="Bearer x"), 401)
    assert send(guarded.http, b"x", path="/analyze?version=1").json().keys() == {"error"}


def test_once_opened_it_lets_in_few_and_they_are_guests(
    redis_server: Any, identity: IdentityServer, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {
        "open_legacy_door_without_login": True,
        "legacy_limit_per_address": "2/hour",
    }
    with running_guarded_api(redis_server, tmp_path, identity, **settings) as opened:
        with waiting(opened) as (job, reply):
            succeed(opened, job)
            assert reply.result(60).json() == VERSION_2
        assert job.owner.endswith("@guest.invalid")
        assert opened.http.get(f"/v1/analyses/{job.id}").status_code == 401
        assert opened.http.get(f"/v1/analyses/{job.id}", headers=bearer(OWNER)).status_code == 404
        guests = redis.Redis.from_url(redis_server.url, decode_responses=True).zrange("goodrep:guests", 0, -1)
        assert guests == [job.owner]
        refused(send_part(opened.http, b""), 400)
        refused(send_part(opened.http, b""), 429)
