"""POST /v1/videos: into the store, in constant memory, and never over another upload."""

import re
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from storage.types import ExerciseName
from tests.api_service import OWNER, Api, code_of, running_api
from tests.services import RedisServer

LIMIT = 1_000_000


def upload(
    api: Api, content: bytes = b"video", name: str = "v.mp4", user: str = OWNER, exercise: str = "Squat"
) -> httpx.Response:
    return api.http.post("/v1/videos", files={"file": (name, content)}, data={"user": user, "exercise": exercise})


def test_curl_alone_is_enough(api: Api) -> None:
    response = upload(api, b"the bytes", exercise="Bench Press")
    assert response.status_code == 201
    video = response.json()["video"]
    assert re.fullmatch(rf"temp/video/user/{OWNER}/exercise_Bench Press_\d{{12}}\.mp4", video)
    assert response.json()["size"] == 9
    with api.objects.open(video) as stored:
        assert stored.read() == b"the bytes"
    job = api.http.post("/v1/analyses", json={"video": video})
    assert (job.status_code, job.json()["exercise"], job.json()["user"]) == (202, "Bench Press", OWNER)


@pytest.mark.parametrize(
    ("name", "extension", "content_type"),
    [
        ("a.MOV", "mov", "video/quicktime"),
        ("b.webm", "webm", "video/webm"),
        ("c.txt", "mp4", "video/mp4"),
        ("d", "mp4", "video/mp4"),
        ("../../e.mkv", "mkv", "video/x-matroska"),
        ("C:\\videos\\f.avi", "avi", "video/x-msvideo"),
        ("g.mp4/../../x", "mp4", "video/mp4"),
    ],
)
def test_the_name_of_the_file_gives_no_more_than_an_extension(
    api: Api, name: str, extension: str, content_type: str
) -> None:
    video = upload(api, name=name).json()["video"]
    assert re.fullmatch(rf"temp/video/user/{OWNER}/exercise_Squat_\d{{12}}\.{extension}", video)
    assert api.objects.stat(video).content_type == content_type


def test_uploads_at_the_same_time_do_not_meet(api: Api) -> None:
    contents = [f"video {number}".encode() for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda content: upload(api, content, f"v.{'mp4' if content[-1] % 2 else 'mov'}"), contents)
        )
    videos = [reply.json()["video"] for reply in replies]
    assert len({video.rpartition(".")[0] for video in videos}) == 8  # results are filed without the extension
    for video, content in zip(videos, contents, strict=True):
        with api.objects.open(video) as stored:
            assert stored.read() == content
    assert list((api.volumes / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "files", "code"),
    [
        ({"user": OWNER}, {}, "missing_parameter"),
        ({}, {"file": ("v.mp4", b"x")}, "missing_parameter"),
        ({"user": ""}, {"file": ("v.mp4", b"x")}, "missing_parameter"),
        ({"user": OWNER, "file": "text"}, {"other": ("v.mp4", b"x")}, "invalid_parameter"),
        ({"user": "nobody"}, {"file": ("v.mp4", b"x")}, "path_outside_user_folder"),
        ({"user": "../x@y.z"}, {"file": ("v.mp4", b"x")}, "invalid_path"),
        ({"user": "a@b.c/.."}, {"file": ("v.mp4", b"x")}, "invalid_path"),
        ({"user": "123"}, {"file": ("v.mp4", b"x")}, "invalid_parameter"),
        ({"user": OWNER, "exercise": "a/b"}, {"file": ("v.mp4", b"x")}, "path_outside_user_folder"),
        ({"user": OWNER, "exercise": ".."}, {"file": ("v.mp4", b"x")}, None),
        ({"user": OWNER, "exercise": "a\nb"}, {"file": ("v.mp4", b"x")}, "invalid_path"),
        ({"user": OWNER, "exercise": "x" * 65}, {"file": ("v.mp4", b"x")}, "invalid_parameter"),
    ],
)
def test_bad_forms(api: Api, fields: dict[str, str], files: dict[str, tuple[str, bytes]], code: str | None) -> None:
    response = api.http.post("/v1/videos", data=fields, files=files or None)
    if code is None:  # ".." inside a name is no folder
        assert response.status_code == 201
        return
    assert (response.status_code, code_of(response)) == (400, code), response.text
    assert list(api.objects.list("temp/")) == []


def test_a_body_that_is_no_form(api: Api) -> None:
    response = api.http.post("/v1/videos", json={"user": OWNER})
    assert (response.status_code, code_of(response)) == (400, "missing_parameter")
    broken = api.http.post(
        "/v1/videos", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code == 400
    assert code_of(broken)


def test_an_exercise_that_nobody_knows(api: Api) -> None:
    api.jobs.announce_exercises([ExerciseName("squat", ("Squat",))])
    response = upload(api, exercise="Yoga")
    assert (response.status_code, code_of(response)) == (400, "unknown_exercise")


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 60_000_000])
def test_too_large_a_file(api: Api, size: int) -> None:
    assert upload(api, b"x" * LIMIT).status_code == 201
    before = len(list(api.objects.list("temp/")))
    response = upload(api, b"x" * size)
    assert (response.status_code, code_of(response)) == (413, "file_too_large")
    assert "1 MB" in response.json()["error"]["message"]
    assert len(list(api.objects.list("temp/"))) == before
    assert list((api.volumes / "uploads").iterdir()) == []


def test_a_file_of_undeclared_size_is_measured_while_it_comes(api: Api) -> None:
    def parts() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="user"\r\n\r\n' + OWNER.encode()
        yield b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="v.mp4"\r\n\r\n'
        for _ in range(40):
            yield b"y" * 100_000
        yield b"\r\n--x--\r\n"

    response = api.http.post("/v1/videos", content=parts(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (response.status_code, code_of(response)) == (413, "file_too_large")


def test_a_client_that_goes_away_leaves_nothing(api: Api) -> None:
    address = urlsplit(api.url)
    with socket.create_connection((address.hostname, address.port)) as half:
        half.sendall(
            b"POST /v1/videos HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="v.mp4"\r\n\r\n' + b"y" * 500_000
        )
    assert upload(api).status_code == 201
    assert len(list(api.objects.list("temp/"))) == 1
    assert list((api.volumes / "uploads").iterdir()) == []


def peak_memory_bytes(pid: int) -> int:
    """Most that the process has ever held, as Linux counts it."""
    status = Path(f"/proc/{pid}/status").read_text()
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes) * 1024


def test_memory_does_not_grow_with_the_upload(api: Api, tmp_path: Path) -> None:
    size = 80_000_000
    video = tmp_path / "large.mp4"
    with video.open("wb") as file:
        file.truncate(size)
    (tmp_path / "volumes").mkdir()
    with running_api(api.redis, tmp_path / "volumes") as roomy:
        (worker,) = psutil.Process(roomy.process.pid).children()
        assert upload(roomy).status_code == 201
        before = peak_memory_bytes(worker.pid)
        with video.open("rb") as file:
            response = roomy.http.post("/v1/videos", files={"file": ("v.mp4", file)}, data={"user": OWNER})
        assert (response.status_code, response.json()["size"]) == (201, size)
        with roomy.objects.open(response.json()["video"]) as stored:
            assert stored.seek(0, 2) == size
        assert peak_memory_bytes(worker.pid) - before < size / 4


@pytest.mark.parametrize(
    "begun",
    [
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Le",
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        b"POST /v1/videos HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        b'Content-Length: 900\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="v"\r\n\r\ny',
    ],
)
def test_clients_that_stall_give_their_threads_back(api: Api, tmp_path: Path, begun: bytes) -> None:
    few: dict[str, Any] = {"http_threads": 4, "max_event_streams": 1, "max_legacy_waits": 1, "client_timeout_s": 1}
    with running_api(api.redis, tmp_path, **few) as small, ExitStack() as stalled:
        address = urlsplit(small.url)
        for _ in range(few["http_threads"]):
            connection = socket.create_connection((address.hostname, address.port))
            stalled.enter_context(connection).sendall(begun)
        time.sleep(0.5)  # until every thread is held; without the cut, the next line would wait in vain
        assert small.http.get("/health").status_code == 200


def test_a_full_disk_is_told_as_what_it_is(redis_server: RedisServer, tmp_path: Path) -> None:
    with running_api(redis_server, tmp_path) as api:
        for process in psutil.Process(api.process.pid).children():
            # the kernel refuses to let a file grow, which is to a program what a full disk is
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        response = upload(api, b"x" * 700_000)
        assert (response.status_code, code_of(response)) == (507, "storage_full")
        assert list(api.objects.list("temp/")) == []
        assert upload(api, b"small").status_code == 201
