"""What only a store in a folder has to fear."""

import fcntl
import io
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import open_storage
from storage.errors import InvalidKey, ObjectNotFound, StorageError, StorageFull, StorageUnavailable
from storage.local.database import LocalDatabase
from storage.local.objects import LocalObjects


@pytest.fixture
def objects(tmp_path: Path) -> LocalObjects:
    return LocalObjects(tmp_path / "store")


def put(objects: LocalObjects, key: str, content: bytes = b"x") -> None:
    objects.upload_stream(io.BytesIO(content), key, "text/plain", 1 << 30)


def test_a_file_copied_in_by_hand_is_an_object(objects: LocalObjects, tmp_path: Path) -> None:
    path = tmp_path / "store/objects/temp/video/pro/Squat.mp4"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"by hand")
    info = objects.stat("temp/video/pro/Squat.mp4")
    assert (info.size, info.content_type) == (7, "video/mp4")
    path.write_bytes(b"changed")
    os.utime(path, ns=(1, time.time_ns()))
    assert objects.stat("temp/video/pro/Squat.mp4").fingerprint != info.fingerprint


def test_no_link_is_followed(objects: LocalObjects, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    put(objects, "a/file")
    store = tmp_path / "store/objects"
    (store / "a/link").symlink_to(outside / "secret")
    (store / "folder").symlink_to(outside)
    for key in ["a/link", "folder/secret"]:
        with pytest.raises(ObjectNotFound):
            objects.open(key)
    with pytest.raises(InvalidKey):
        put(objects, "folder/new")
    objects.delete("folder/secret")
    put(objects, "a/link", b"a file of our own")
    assert (outside / "secret").read_text() == "secret"
    assert [info.key for info in objects.list("")] == ["a/file", "a/link"]
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]


def test_a_pipe_is_no_object_and_stops_nobody(objects: LocalObjects, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "store/objects/pipe")
    with pytest.raises(ObjectNotFound):
        objects.stat("pipe")
    assert list(objects.list("")) == []


def test_a_file_is_no_folder(objects: LocalObjects) -> None:
    put(objects, "a")
    with pytest.raises(InvalidKey):
        put(objects, "a/b")
    put(objects, "c/d")
    with pytest.raises(InvalidKey):
        put(objects, "c")


def test_a_full_disk_is_said_and_leaves_nothing(objects: LocalObjects, tmp_path: Path) -> None:
    put(objects, "large", b"x" * 5_000_000)
    with _files_up_to(1_000_000):
        with pytest.raises(StorageFull) as full:
            put(objects, "a/b", b"x" * 5_000_000)
        with pytest.raises(StorageFull):
            objects.download("large", tmp_path / "down")
    assert full.value.code == "storage_full"
    assert list((tmp_path / "store/incoming").iterdir()) == []
    assert not (tmp_path / "down").exists()
    assert [info.key for info in objects.list("")] == ["large"]


def test_what_a_killed_process_left_half_written_is_swept(objects: LocalObjects, tmp_path: Path) -> None:
    left, written = tmp_path / "store/incoming/left", tmp_path / "store/incoming/written"
    for path in (left, written):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    with written.open("rb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        LocalObjects(tmp_path / "store")
        assert [path.name for path in (tmp_path / "store/incoming").iterdir()] == ["written"]
    put(objects, "a")
    assert (tmp_path / "store/objects/a").read_bytes() == b"x"


def test_a_store_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        LocalObjects(tmp_path / "file")
    with pytest.raises(StorageUnavailable):
        LocalDatabase(tmp_path / "file/database.sqlite")


def test_a_broken_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "database.sqlite").write_text("this is not a database, and long enough to be read as one" * 100)
    with pytest.raises(StorageUnavailable):
        LocalDatabase(tmp_path / "database.sqlite").get("a")


@pytest.mark.parametrize("url", ["", "local://", "local://relative/folder", "/folder", "firebase://bucket", "http://x"])
def test_a_url_that_names_no_storage(url: str) -> None:
    with pytest.raises(StorageError):
        open_storage(url)


@contextmanager
def _files_up_to(size: int) -> Iterator[None]:
    """Let the kernel refuse larger files, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_goes_with_the_last_object_in_it(objects: LocalObjects, tmp_path: Path) -> None:
    for key in ("a/b/1", "a/b/2", "a/c/d/3"):
        put(objects, key)
    root = tmp_path / "store/objects"
    objects.delete("a/b/1")
    assert (root / "a/b/2").exists()
    objects.delete("a/c/d/3")
    assert sorted(path.name for path in (root / "a").iterdir()) == ["b"]
    objects.delete("a/b/2")
    assert list(root.iterdir()) == []


def test_folders_that_go_are_in_nobodys_way(objects: LocalObjects) -> None:
    def come_and_go(number: int) -> None:
        for _ in range(60):
            put(objects, f"a/b/c/{number}")
            objects.stat(f"a/b/c/{number}")
            objects.delete(f"a/b/c/{number}")

    with ThreadPoolExecutor(4) as people:
        list(people.map(come_and_go, range(4)))
    assert list(objects.list("")) == []


def test_a_folder_that_is_away_is_not_taken_for_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    LocalObjects(tmp_path / "store").upload(tmp_path / "file", "a/b", "text/plain")
    objects = tmp_path / "store" / "objects"
    objects.rename(tmp_path / "away")
    started_meanwhile = LocalObjects(tmp_path / "store")
    with pytest.raises(StorageUnavailable):
        started_meanwhile.stat("a/b")
    with pytest.raises(StorageUnavailable):
        list(started_meanwhile.list("a/"))
    assert not objects.exists()
    (tmp_path / "away").rename(objects)
    assert started_meanwhile.stat("a/b").size == 4
