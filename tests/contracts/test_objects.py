"""What every object store must do."""

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage import Storage
from storage.errors import InvalidKey, ObjectNotFound, ObjectTooLarge

KEY = "temp/video/user/a@b.com/exercise_Push Up+스쿼트_50%25_2305092259.mp4"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(b"one")
    return path


def test_what_goes_in_comes_out(storage: Storage, file: Path, tmp_path: Path) -> None:
    written = storage.objects.upload(file, KEY, "video/mp4")
    assert (written.key, written.size, written.content_type) == (KEY, 3, "video/mp4")
    assert storage.objects.stat(KEY) == written
    assert storage.objects.download(KEY, tmp_path / "down") == written
    assert (tmp_path / "down").read_bytes() == b"one"


def test_a_stream_can_be_read_anywhere(storage: Storage) -> None:
    storage.objects.upload_stream(io.BytesIO(b"0123456789"), KEY, "video/mp4", 10)
    with storage.objects.open(KEY) as stream:
        assert stream.read(3) == b"012"
        stream.seek(7)
        assert stream.read() == b"789"


def test_the_fingerprint_follows_the_content(storage: Storage, file: Path) -> None:
    first = storage.objects.upload(file, KEY, "video/mp4")
    assert storage.objects.upload(file, KEY, "video/mp4").fingerprint == first.fingerprint
    file.write_bytes(b"two")
    assert storage.objects.upload(file, KEY, "video/mp4").fingerprint != first.fingerprint


def test_the_content_type_is_kept(storage: Storage, file: Path) -> None:
    storage.objects.upload(file, "a/report", "application/json")
    assert storage.objects.stat("a/report").content_type == "application/json"


def test_what_is_not_there(storage: Storage, file: Path, tmp_path: Path) -> None:
    storage.objects.upload(file, "folder/file", "text/plain")
    for key in [KEY, "folder", "folder/file/deeper"]:
        with pytest.raises(ObjectNotFound):
            storage.objects.stat(key)
        with pytest.raises(ObjectNotFound):
            storage.objects.open(key)
        with pytest.raises(ObjectNotFound):
            storage.objects.download(key, tmp_path / "down")
    assert not (tmp_path / "down").exists()


def test_delete(storage: Storage, file: Path) -> None:
    storage.objects.upload(file, KEY, "video/mp4")
    storage.objects.delete(KEY)
    storage.objects.delete(KEY)
    storage.objects.delete("never/was")
    with pytest.raises(ObjectNotFound):
        storage.objects.stat(KEY)


def test_list_is_by_prefix_in_order_of_keys(storage: Storage, file: Path) -> None:
    keys = ["a/b/1", "a/b-c/1", "a/b/2/x", "a/bc", "b/1"]
    for key in keys:
        storage.objects.upload(file, key, "text/plain")
    assert [info.key for info in storage.objects.list("a/b")] == ["a/b-c/1", "a/b/1", "a/b/2/x", "a/bc"]
    assert [info.key for info in storage.objects.list("a/b/")] == ["a/b/1", "a/b/2/x"]
    assert [info.key for info in storage.objects.list("")] == sorted(keys)
    assert list(storage.objects.list("nothing/")) == []
    assert [info.key for info in storage.objects.list("a/", after="a/b/1")] == ["a/b/2/x", "a/bc"]
    assert [info.key for info in storage.objects.list("", after="a/bb")] == ["a/bc", "b/1"]


def test_too_large_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(ObjectTooLarge):
        storage.objects.upload_stream(io.BytesIO(b"x" * 11), KEY, "video/mp4", 10)
    assert list(storage.objects.list("")) == []


def test_a_stream_that_breaks_off_leaves_what_was_there(storage: Storage, file: Path) -> None:
    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self.left = 3

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.left -= 1
            if not self.left:
                raise ConnectionResetError("the client is gone")
            buffer[:5] = b"whole"
            return 5

    before = storage.objects.upload(file, KEY, "video/mp4")
    with pytest.raises(ConnectionResetError):
        storage.objects.upload_stream(io.BufferedReader(Broken(), 5), KEY, "video/mp4", 1_000_000_000)
    assert storage.objects.stat(KEY) == before
    assert [info.key for info in storage.objects.list("")] == [KEY]


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\\b", "a\x00b", "a\nb", "x" * 2000]
)
def test_a_bad_path_is_refused_everywhere(storage: Storage, file: Path, tmp_path: Path, key: str) -> None:
    questions: list[Callable[[], object]] = [
        lambda: storage.objects.stat(key),
        lambda: storage.objects.open(key),
        lambda: storage.objects.delete(key),
        lambda: storage.objects.download(key, tmp_path / "down"),
        lambda: storage.objects.upload(file, key, "text/plain"),
        lambda: storage.objects.upload_stream(io.BytesIO(b""), key, "text/plain", 10),
    ]
    for ask in questions:
        with pytest.raises(InvalidKey):
            ask()


def test_readers_never_see_half_a_file(storage: Storage, tmp_path: Path) -> None:
    contents = [bytes([value]) * 300_000 for value in range(4)]
    known = {hashlib.sha256(content).hexdigest() for content in contents}
    storage.objects.upload_stream(io.BytesIO(contents[0]), KEY, "video/mp4", 1_000_000)

    def write() -> None:
        for round_ in range(20):
            storage.objects.upload_stream(io.BytesIO(contents[round_ % 4]), KEY, "video/mp4", 1_000_000)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        with storage.objects.open(KEY) as stream:
            assert hashlib.sha256(stream.read()).hexdigest() in known
    for writer in writers:
        writer.join()


def test_a_link_opens_the_object_and_is_called_as_asked(storage: Storage) -> None:
    storage.objects.upload_stream(io.BytesIO(b"0123456789"), KEY, "video/mp4", 10)
    link = storage.objects.link(KEY, lifetime_s=60, filename="my video.mp4")
    if link is not None:  # None: the store has none, and the API serves the file
        answer = httpx.get(link, headers={"Range": "bytes=3-5"})
        assert (answer.status_code, answer.content) == (206, b"345")
        assert "my%20video.mp4" in answer.headers["Content-Disposition"]
    with pytest.raises(InvalidKey):
        storage.objects.link("../x", lifetime_s=60, filename="x")
