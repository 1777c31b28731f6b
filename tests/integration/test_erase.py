"""Erasure by the real worker: of one analysis, and of everything of a user."""

from pathlib import Path
from typing import Any

import pytest

from storage.access import RedisAccess
from storage.errors import BeingErased, JobNotFound
from storage.keys import parse_video_key
from storage.people.data_requests import DataRequest, DataRequestKind, NewDataRequest, RedisDataRequests
from storage.people.proofs import is_genuine
from storage.signals.devices import Address, AddressKind, Platform, RedisDevices
from storage.signals.webhooks import RedisWebhooks
from storage.types import JobStatus, NewJob
from tests.services import RedisServer, wait_until
from tests.standins.fixtures import QUICK_URL
from tests.tiny_worker import RESULT_NAMES
from tests.worker_service import KEY, OWNER, Workshop, workshop

OTHER = "john.roe@example.com"
TWIN = "jane_doe@example.com"
IMAGES = f"temp/image/{OWNER}/exercise_Squat_2305092259/"
PATHS = parse_video_key(KEY)
pytestmark = pytest.mark.workshop(sweep_every_s=0)


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
    contents = {key: content for key, content in shop.redis.contents().items() if "goodrep:data_request" not in key}
    return [key for key, content in contents.items() if text in key or text in content]


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


def test_the_video_stays_while_another_analysis_is_of_it_unless_asked_for(
    shop: Workshop, requests: RedisDataRequests
) -> None:
    shop.worker()
    first, second = shop.until_ended(shop.ask()), shop.until_ended(shop.ask())
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_ANALYSIS, OWNER, first.id))
    # what the app reads is the second's
    assert removed(proof_of(ended(requests, asked, shop), shop)) == {
        f"{IMAGES}{first.id}/{name}" for name in RESULT_NAMES
    }
    assert shop.storage.database.get(PATHS.record_path) is not None
    third = shop.until_ended(shop.ask())
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_ANALYSIS, OWNER, second.id, video=True))
    assert KEY in removed(proof_of(ended(requests, asked, shop), shop))
    assert shop.jobs.get(third.id).status is JobStatus.SUCCEEDED


def put_everything(shop: Workshop) -> set[str]:
    """Something of every kind for the owner; the paths of the objects."""
    redis_url = shop.redis.url
    keys = {
        KEY,
        f"temp/exercise/{OWNER}_exercise_Push Up_2305092301.mp4",
        f"{OWNER}/exercise_Push Up_2305092301_result/best1_user.jpg",
        f"temp/image/{OWNER}/exercise_Squat_1111111111/graph.png",
        f"temp/export/{OWNER}/{'0' * 32}.zip",
    }
    for key in keys:
        shop.video(key)
    shop.storage.database.set("temp/result/jane_doe@example_com/exercise_Squat_1111111111", {"result": 1})
    RedisDevices(redis_url).register(
        OWNER, Address(AddressKind.TOKEN, "a-token"), language="en", platform=Platform.OTHER
    )
    RedisWebhooks(redis_url).add("https://example.com/hook", maker=f"user {OWNER}", users=[OWNER])
    return keys


def put_others(shop: Workshop) -> set[str]:
    """What is not the owner's, though it looks like it."""
    keys = {
        f"temp/video/user/{OTHER}/exercise_Squat_2305092259.mp4",
        f"temp/video/user/{OWNER}.evil/exercise_Squat_2305092259.mp4",
        f"temp/exercise/x{OWNER}_exercise_Squat_2305092259.mp4",
        f"temp/image/{OWNER}.evil/exercise_Squat_1/graph.png",
        "temp/video/pro/Squat.mp4",
    }
    for key in keys:
        shop.video(key)
    shop.storage.database.set("temp/result/jane_com/exercise_Squat_1", {"result": 5})  # the app's key: nobody's
    shop.storage.database.set("temp/result/john_roe@example_com/exercise_Squat_1", {"result": 6})
    RedisDevices(shop.redis.url).register(
        OTHER, Address(AddressKind.TOKEN, "b-token"), language="en", platform=Platform.OTHER
    )
    RedisWebhooks(shop.redis.url).add("https://example.com/two", maker="api_key 1", users=[OWNER, OTHER])
    return keys


def erases_a_user(shop: Workshop, requests: RedisDataRequests) -> None:
    shop.worker()
    own, others = put_everything(shop), put_others(shop)
    job = shop.until_ended(shop.ask())
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER, asked_by="id_token"))
    assert requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))[0].id == asked.id
    proof = proof_of(ended(requests, asked, shop), shop)
    assert removed(proof) >= own | {f"{IMAGES}{job.id}/{name}" for name in RESULT_NAMES}
    assert {info.key for info in shop.storage.objects.list("")} == others
    assert {PATHS.record_path, "temp/result/jane_doe@example_com/exercise_Squat_1111111111"} <= set(
        proof["removed"]["database"]
    )
    assert shop.storage.database.get("temp/result") == {
        "jane_com": {"exercise_Squat_1": {"result": 5}},
        "john_roe@example_com": {"exercise_Squat_1": {"result": 6}},
    }
    assert proof["removed"]["records"].keys() >= {"devices", "webhooks", "job record", "events"}
    assert proof["left"] == []
    assert keys_with(OWNER, shop) == []
    (hook,) = RedisWebhooks(shop.redis.url).all()
    assert hook.users == frozenset({OTHER})
    assert len(RedisDevices(shop.redis.url).of(OTHER)) == 1
    # the account can begin anew
    assert not requests.erasing(OWNER)
    assert shop.until_ended(shop.ask()).status is JobStatus.SUCCEEDED


def test_everything_of_a_user_goes_and_nothing_of_others(shop: Workshop, requests: RedisDataRequests) -> None:
    erases_a_user(shop, requests)


def test_the_same_on_firebase(
    redis_server: RedisServer,
    requests: RedisDataRequests,
    tmp_path: Path,
    firebase_url: str,
) -> None:
    with workshop(redis_server, tmp_path, sweep_every_s=0, storage_url=QUICK_URL) as shop:
        erases_a_user(shop, requests)


def test_a_key_that_two_addresses_share_is_divided_by_names(shop: Workshop, requests: RedisDataRequests) -> None:
    shop.worker()
    folder = "temp/result/jane_doe@example_com"
    shop.video(KEY)
    shop.video(KEY.replace("2259", "2301"))
    shop.video(KEY.replace(OWNER, TWIN))
    shop.video(KEY.replace(OWNER, TWIN).replace("2259", "2302"))
    for minute in ("2259", "2301", "2302", "2303"):
        shop.storage.database.set(f"{folder}/exercise_Squat_230509{minute}", {"result": 1})
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))
    proof = proof_of(ended(requests, asked, shop), shop)
    assert proof["removed"]["database"] == [f"{folder}/exercise_Squat_2305092301"]
    # the same minute: whose it is cannot be told; nothing is said of what is the other's alone
    assert [each["database"] for each in proof["left"]] == [f"{folder}/exercise_Squat_2305092259"]
    assert len(shop.storage.database.names(folder)) == 3
    assert len(shop.objects(f"temp/video/user/{TWIN}/")) == 2


def test_a_running_job_is_stopped_and_publishes_nothing(shop: Workshop, requests: RedisDataRequests) -> None:
    shop.worker()
    shop.worker()
    job = shop.ask(frames=10_000, frame_s=0.02)
    waiting = shop.ask(KEY.replace("2259", "2301"), send=False)
    shop.until_running(job)
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))
    with pytest.raises(BeingErased):
        shop.jobs.create(NewJob(OWNER, KEY, "1", "Squat"))
    with pytest.raises(BeingErased):
        requests.create(NewDataRequest(DataRequestKind.EXPORT, OWNER))
    proof = proof_of(ended(requests, asked, shop), shop)
    assert KEY in removed(proof)
    assert proof["removed"]["records"]["job record"] == 2
    assert keys_with(job.id, shop) == keys_with(waiting.id, shop) == keys_with(OWNER, shop) == []
    assert list(shop.storage.objects.list("")) == []
    assert shop.storage.database.get("temp") is None


def test_a_worker_that_slept_through_the_erasure_takes_back_what_it_writes(
    shop: Workshop, requests: RedisDataRequests
) -> None:
    sleeper = shop.worker()
    job = shop.until_running(shop.ask(frames=100, frame_s=0.02))
    (child,) = sleeper.children()
    shop.put_to_sleep(child)
    shop.worker()
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))
    proof_of(ended(requests, asked, shop), shop)
    # what it was in the middle of, as if the check before it had been made just before it fell asleep
    left = [f"{IMAGES}{job.id}/report.json", f"{IMAGES}graph.png"]
    for key in left:
        shop.video(key)
    shop.storage.database.set(PATHS.record_path, {"result": 1})
    child.resume()
    wait_until(lambda: '"outcome": "lost"' in sleeper.log(), "the sleeper gives up")
    assert list(shop.storage.objects.list("")) == []
    assert shop.storage.database.get("temp") is None


def test_an_erasure_outlives_its_worker_and_its_proof_is_whole(shop: Workshop, requests: RedisDataRequests) -> None:
    worker = shop.worker()
    keys = {f"{IMAGES}{index:04}.jpg" for index in range(150)}
    folder = shop.volumes / "storage/objects" / IMAGES
    folder.mkdir(parents=True)
    for key in keys:
        (folder / key.rpartition("/")[2]).write_text(key)
    asked, _ = requests.create(NewDataRequest(DataRequestKind.ERASE_USER, OWNER))
    wait_until(lambda: '"object":' in worker.log(), "the erasure has begun")
    worker.kill()
    before = requests.get(asked.id)
    assert (before.status, before.attempts) == (JobStatus.RUNNING, 1)
    left = list(shop.storage.objects.list(""))
    assert 0 < len(left) < len(keys)
    shop.worker()
    done = ended(requests, asked, shop)
    assert done.attempts >= 2
    assert removed(proof_of(done, shop)) == keys
    assert list(shop.storage.objects.list("")) == []
