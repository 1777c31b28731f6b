"""Erasure by the real worker: of one analysis, and of everything of a user."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from storage.access import RedisAccess
from storage.data_requests import DataRequest, DataRequestKind, NewDataRequest, RedisDataRequests
from storage.errors import JobNotFound
from storage.keys import parse_video_key
from storage.proofs import is_genuine
from storage.types import JobStatus
from tests.services import RedisServer, wait_until
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, OWNER, Workshop, workshop

OTHER = "john.roe@example.com"
TWIN = "jane_doe@example.com"
IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"
PATHS = parse_video_key(KEY)


@pytest.fixture
def shop(redis_server: RedisServer, tmp_path: Path) -> Iterator[Workshop]:
    with workshop(redis_server, tmp_path, sweep_every_s=0) as made:
        yield made


@pytest.fixture
def requests(redis_server: RedisServer) -> RedisDataRequests:
    return RedisDataRequests(redis_server.url)


def ended(requests: RedisDataRequests, request: DataRequest, shop: Workshop) -> DataRequest:
    wait_until(lambda: requests.get(request.id).status.final, f"the request ends: {shop.logs()}")
    return requests.get(request.id)


def proof_of(request: DataRequest, shop: Workshop) -> dict[str, Any]:
    assert request.status is JobStatus.SUCCEEDED, request
    proof: dict[str, Any] = request.result["proof"]
    assert is_genuine(proof, RedisAccess(shop.redis.url).proof_secret())
    return proof


def removed(proof: dict[str, Any]) -> set[str]:
    return {each["path"] for each in proof["removed"]["objects"]}


def keys_with(text: str, shop: Workshop) -> list[str]:
    """Redis keys that have the text in their name or in what they hold, but for records of erasures."""
    client = redis.Redis.from_url(shop.redis.url, decode_responses=True)
    found = []
    for key in client.scan_iter():
        if key.startswith("goodrep:data_request"):
            continue
        match client.type(key):
            case "string":
                content = client.get(key)
            case "hash":
                content = client.hgetall(key)
            case "zset":
                content = client.zrange(key, 0, -1)
            case "stream":
                content = client.xrange(key)
            case "list":
                content = client.lrange(key, 0, -1)
            case _:
                content = client.smembers(key)
        if text in key or text in json.dumps(content, default=list, ensure_ascii=False):
            found.append(key)
    return found


def test_one_analysis_goes_with_its_video_and_leaves_a_proof(shop: Workshop, requests: RedisDataRequests) -> None:
    shop.worker()
    other_key = KEY.replace("2259", "2301")
    job, other = shop.until_ended(shop.ask()), shop.until_ended(shop.ask(other_key))
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_ANALYSIS, OWNER, job.id, asked_by="id_token"))
    proof = proof_of(ended(requests, asked, shop), shop)
    assert removed(proof) == {
        KEY,
        *(f"{IMAGES}{job.id}/{name}" for name in RESULT_NAMES),
        *(f"{IMAGES}{name}" for name in ("best1_user.jpg", "best1_pro.jpg", "graph.png")),
    }
    assert all(each["size"] > 0 and each["fingerprint"] for each in proof["removed"]["objects"])
    assert PATHS.record_path in proof["removed"]["database"]
    assert proof["removed"]["records"].keys() >= {"job record", "events", "entry of equal requests"}
    assert (proof["id"], proof["erased"], proof["asked_by"]) == (
        asked.id,
        {"user": OWNER, "analysis": job.id},
        "id_token",
    )
    with pytest.raises(JobNotFound):
        shop.jobs.get(job.id)
    assert keys_with(job.id, shop) == []
    assert shop.storage.database.get(PATHS.record_path) is None
    assert shop.storage.database.get(PATHS.status_path) is None
    assert shop.objects(IMAGES) == []
    # another analysis is as it was
    assert shop.jobs.get(other.id).status is JobStatus.SUCCEEDED
    assert len(shop.objects(f"{other.results_prefix}/")) == len(RESULT_NAMES)
    shop.storage.objects.stat(other_key)
    # asked again, the same proof
    assert requests.create(NewDataRequest(DataRequestKind.ERASE_ANALYSIS, OWNER, job.id))[0].id == asked.id
