"""Erasing and exporting through the API: each for one's own alone, and with a proof that others can check."""

import io
import json
import os
import subprocess
import sys
import zipfile
from typing import Any

import pytest

from storage.access import RedisAccess
from storage.people.data_requests import DataRequestKind, NewDataRequest, RedisDataRequests
from tests.api_service import OWNER, ROOT, VIDEO, Api, code_of
from tests.standins.identity import bearer
from worker.people.data_requests import data_tools, work_off
from worker.settings import WorkerSettings

MALLORY = "mallory@example.com"
NEARLY = ("Jane.Doe@example.com", "jane_doe@example.com", "jane.doe@example.com.evil.example")
JANE = bearer(OWNER)
USER = f"/v1/users/{OWNER}"


@pytest.fixture
def job_id(guarded: Api) -> str:
    """A finished job of the owner."""
    guarded.put()
    made = guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=JANE).json()["id"]
    guarded.finish(made, report__json=b"{}")
    return str(made)


def work(api: Api, request_id: str) -> None:
    """Do what a worker does."""
    settings = WorkerSettings(redis_url=api.redis.url, volumes=api.volumes)
    assert work_off(request_id, data_tools(settings)) == "done"


def everything(api: Api) -> set[str]:
    return {found.key for found in api.objects.list("")}


@pytest.mark.parametrize("email", [MALLORY, *NEARLY])
def test_nobody_erases_or_exports_anothers_anything(guarded: Api, job_id: str, email: str) -> None:
    stranger, before = bearer(email), everything(guarded)
    mine = guarded.http.post(f"{USER}/export", headers=JANE).json()["id"]
    work(guarded, mine)
    before = everything(guarded)
    for method, path in (("DELETE", USER), ("POST", f"{USER}/export")):
        refused = guarded.http.request(method, path, headers=stranger)
        assert (refused.status_code, code_of(refused)) == (403, "forbidden")
    assert code_of(guarded.http.delete(f"/v1/analyses/{job_id}/data", headers=stranger)) == "job_not_found"
    for path in (f"/v1/data-requests/{mine}", f"/v1/data-requests/{mine}/archive.zip"):
        theirs, missing = (guarded.http.get(each, headers=stranger) for each in (path, path.replace(mine, "0" * 32)))
        assert theirs.status_code == missing.status_code == 404
        assert code_of(theirs) == code_of(missing) == "data_request_not_found"
        assert guarded.http.get(path).status_code == 401
    requests = RedisDataRequests(guarded.redis.url)
    assert requests.open() == []
    assert not requests.erasing(OWNER)
    assert everything(guarded) == before
    # one's own account erased takes nothing of others along
    own = guarded.http.delete(f"/v1/users/{email}", headers=stranger)
    assert own.status_code == 202
    work(guarded, own.json()["id"])
    assert everything(guarded) == before
    assert guarded.http.get(f"/v1/analyses/{job_id}", headers=JANE).status_code == 200


def test_an_analysis_is_erased_and_the_proof_can_be_shown(guarded: Api, job_id: str) -> None:
    path = f"/v1/analyses/{job_id}/data"
    asked = guarded.http.delete(path, headers=JANE)
    assert (asked.status_code, asked.json()["status"], asked.json()["proof"]) == (202, "queued", None)
    assert guarded.http.delete(path, headers=JANE).json()["id"] == asked.json()["id"]
    work(guarded, asked.json()["id"])
    done = guarded.http.get(asked.headers["Location"], headers=JANE).json()
    assert (done["status"], done["kind"], done["analysis"]) == ("succeeded", "erase_analysis", job_id)
    proof = done["proof"]
    assert {each["path"] for each in proof["removed"]["objects"]} == {
        VIDEO,
        f"temp/image/{OWNER}/exercise_Squat_2305092259/{job_id}/report.json",
    }
    assert (proof["asked_by"], proof["request_id"]) == ("id_token", asked.headers["X-Request-ID"])
    assert everything(guarded) == set()
    # whoever is shown it can ask, without a login
    assert guarded.http.post("/v1/proofs/check", json={"proof": proof}).json() == {"genuine": True}
    for name, value in (("id", "0" * 32), ("verified_at", "2020"), ("removed", {}), ("more", 1), ("signature", None)):
        changed = {**proof, name: value}
        assert guarded.http.post("/v1/proofs/check", json={"proof": changed}).json() == {"genuine": False}
    # asked again, the same; to a stranger it never was
    again = guarded.http.delete(path, headers=JANE)
    assert (again.status_code, again.json()["id"]) == (200, done["id"])
    assert guarded.http.delete(path, headers=bearer(MALLORY)).status_code == 404
    assert guarded.http.get(f"/v1/analyses/{job_id}", headers=JANE).status_code == 404


def test_the_command_tells_a_genuine_proof_from_a_changed_one(guarded: Api, job_id: str) -> None:
    asked = guarded.http.delete(USER, headers=JANE).json()
    work(guarded, asked["id"])
    done = guarded.http.get(asked["links"]["self"], headers=JANE).json()

    def check(shown: Any) -> tuple[int, str]:
        command = [sys.executable, "-m", "storage", "check-proof", "-"]
        ran = subprocess.run(
            command,
            input=json.dumps(shown),
            cwd=ROOT,
            env={**os.environ, "GOODREP_REDIS_URL": guarded.redis.url},
            text=True,
            capture_output=True,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert check(done) == check(done["proof"]) == (0, "Genuine.\n")
    done["proof"]["removed"]["objects"][0]["size"] += 1
    assert check(done)[0] == 1
    assert check([])[0] == 1


def test_an_archive_opens_by_its_link_in_ranges(guarded: Api, job_id: str) -> None:
    asked = guarded.http.post(f"{USER}/export", headers=JANE)
    assert (asked.status_code, asked.json()["archive"]) == (202, None)
    shown = asked.json()["links"]["self"]
    early = guarded.http.get(f"{shown}/archive.zip", headers=JANE)
    assert (early.status_code, code_of(early)) == (404, "file_not_found")
    work(guarded, asked.json()["id"])
    archive = guarded.http.get(shown, headers=JANE).json()["archive"]
    whole = guarded.http.get(archive["url"])
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "application/zip")
    assert len(whole.content) == archive["size"]
    assert archive["expires_at"]
    assert archive["kept_until"]
    with zipfile.ZipFile(io.BytesIO(whole.content)) as opened:
        assert f"files/{VIDEO}" in opened.namelist()
    part = guarded.http.get(archive["url"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PK\x03\x04")
    link = archive["url"].partition("link=")[2]
    other, _ = RedisDataRequests(guarded.redis.url).create(NewDataRequest(DataRequestKind.EXPORT, MALLORY))
    for refused in (f"/v1/data-requests/{other.id}/archive.zip?link={link}", f"{shown}/archive.zip?link=x{link}"):
        assert guarded.http.get(refused).status_code == 403
    # it goes with everything else
    erasure = guarded.http.delete(USER, headers=JANE).json()
    work(guarded, erasure["id"])
    assert guarded.http.get(archive["url"]).status_code == 404


def test_while_everything_is_erased_nothing_new_begins(guarded: Api, job_id: str) -> None:
    erasure = guarded.http.delete(USER, headers=JANE).json()
    video = {"file": ("v.mp4", b"x")}
    for refused in (
        guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=JANE),
        guarded.http.post("/v1/videos", data={"user": OWNER}, files=video, headers=JANE),
        guarded.http.post(f"{USER}/export", headers=JANE),
    ):
        assert (refused.status_code, code_of(refused)) == (409, "being_erased")
    work(guarded, erasure["id"])
    assert guarded.http.post("/v1/videos", data={"user": OWNER}, files=video, headers=JANE).status_code == 201


def test_a_key_erases_for_whom_it_speaks(guarded: Api, job_id: str) -> None:
    access = RedisAccess(guarded.redis.url)
    narrow = {"X-API-Key": access.add_key("narrow", {MALLORY})[1]}
    key, secret = access.add_key("fitting", {OWNER})
    assert guarded.http.delete(USER, headers=narrow).status_code == 403
    assert guarded.http.delete(f"/v1/analyses/{job_id}/data", headers=narrow).status_code == 404
    asked = guarded.http.delete(USER, headers={"X-API-Key": secret}).json()
    work(guarded, asked["id"])
    proof = guarded.http.get(asked["links"]["self"], headers=JANE).json()["proof"]
    assert proof["asked_by"] == f"api_key {key.id}"


def test_what_is_no_address_names_nobody(api: Api) -> None:
    api.put("temp/video/pro/Squat.mp4")
    api.put()
    before = everything(api)
    for name in ("temp", "..", "%2E%2E", "%2e%2e%2fx", "*", "nobody", "a@b%2F..", "@", "%00@b.c"):
        for method, path in (("DELETE", f"/v1/users/{name}"), ("POST", f"/v1/users/{name}/export")):
            assert api.http.request(method, path).status_code in (400, 404, 405), name
    assert api.http.delete("/clean").json() == "Clean Complete"
    assert everything(api) == before
    assert RedisDataRequests(api.redis.url).open() == []
