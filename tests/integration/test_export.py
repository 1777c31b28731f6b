"""Everything of a user as one archive, by the real worker."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from storage.keys import parse_video_key
from storage.people.data_requests import DataRequestKind, NewDataRequest, RedisDataRequests
from storage.signals.devices import Address, AddressKind, Platform, RedisDevices
from storage.signals.webhooks import RedisWebhooks
from storage.types import JobStatus
from tests.services import RedisServer, wait_until
from tests.standins.fixtures import QUICK_URL
from tests.worker_service import KEY, OWNER, Workshop, workshop

FLAT = f"temp/exercise/{OWNER}_exercise_스쿼트+50%25_2305092301.mp4"
BIG = os.urandom(3_000_000)
pytestmark = pytest.mark.workshop(sweep_every_s=0)


def exported(shop: Workshop, requests: RedisDataRequests) -> tuple[dict[str, Any], bytes]:
    """What is said of the archive, and the archive."""
    asked, _ = requests.create(NewDataRequest(DataRequestKind.EXPORT, OWNER))
    wait_until(lambda: requests.get(asked.id).status.final, f"the export ends: {shop.logs()}")
    done = requests.get(asked.id)
    assert done.status is JobStatus.SUCCEEDED, done
    assert done.result["key"] == f"temp/export/{OWNER}/{asked.id}.zip"
    with shop.storage.objects.open(done.result["key"]) as stream:
        return dict(done.result), stream.read()


def exports_everything(shop: Workshop, requests: RedisDataRequests) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask())
    shop.video(FLAT, BIG)
    shop.video("temp/video/user/john@example.com/exercise_Squat_1.mp4", b"another's")
    RedisDevices(shop.redis.url).register(
        OWNER, Address(AddressKind.TOKEN, "a-secret-token"), language="en", platform=Platform.ANDROID
    )
    hook = RedisWebhooks(shop.redis.url).add("https://example.com/hook", maker=f"user {OWNER}", users=[OWNER])
    exported(shop, requests)  # an archive does not hold those before it
    known, content = exported(shop, requests)
    assert (known["size"], known["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    stored = {
        f"files/{info.key}": info.key
        for info in shop.storage.objects.list("")
        if OWNER in info.key and "/export/" not in info.key
    }
    assert len(stored) > 8
    for name, key in stored.items():
        with shop.storage.objects.open(key) as stream:
            assert files[name] == stream.read(), key
    records = {"README.txt", "manifest.json", "figures.json", "analyses.json", "devices.json", "webhooks.json"}
    assert files.keys() == stored.keys() | records
    manifest = {entry.pop("path"): entry for entry in json.loads(files["manifest.json"])["entries"]}
    assert manifest.keys() == files.keys() - {"manifest.json"}
    assert known["files"] == len(manifest)
    for name, entry in manifest.items():
        assert (entry["size"], entry["sha256"]) == (len(files[name]), hashlib.sha256(files[name]).hexdigest())
    assert json.loads(files["figures.json"])[parse_video_key(KEY).record_path]["result"] == 70
    assert json.loads(files["analyses.json"])[job.id]["video"] == KEY
    assert [each["platform"] for each in json.loads(files["devices.json"]).values()] == ["android"]
    assert json.loads(files["webhooks.json"])[hook.id]["url"] == "https://example.com/hook"
    assert b"a-secret-token" not in files["devices.json"]
    assert hook.secret.encode() not in files["webhooks.json"]
    assert OWNER in files["README.txt"].decode()
    assert not any(b"another's" in each for each in files.values())
    assert shop.staged() == []


def test_everything_is_in_it_byte_for_byte(shop: Workshop, requests: RedisDataRequests) -> None:
    exports_everything(shop, requests)


def test_the_same_on_firebase(
    redis_server: RedisServer,
    requests: RedisDataRequests,
    tmp_path: Path,
    firebase_url: str,
) -> None:
    with workshop(redis_server, tmp_path, sweep_every_s=0, storage_url=QUICK_URL) as shop:
        exports_everything(shop, requests)


def test_an_export_outlives_its_worker_and_gives_way_to_an_erasure(shop: Workshop, requests: RedisDataRequests) -> None:
    worker = shop.worker()
    for index in range(60):
        shop.video(f"temp/image/{OWNER}/exercise_Squat_1/{index}.jpg", BIG)
    asked, _ = requests.create(NewDataRequest(DataRequestKind.EXPORT, OWNER))
    assert requests.create(NewDataRequest(DataRequestKind.EXPORT, OWNER))[0].id == asked.id
    wait_until(lambda: shop.staged() == [f"{asked.id}.1"], "the export is being written")
    worker.kill()
    shop.worker()
    wait_until(lambda: f"{asked.id}.2" in shop.staged(), "another begins anew")
    erasure, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))
    assert requests.get(asked.id).status is JobStatus.CANCELLED
    wait_until(lambda: requests.get(erasure.id).status is JobStatus.SUCCEEDED, f"all is erased: {shop.logs()}")
    assert list(shop.storage.objects.list("")) == []
    assert shop.staged() == []
