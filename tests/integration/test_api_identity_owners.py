"""Nobody reads, lists, follows, cancels or fetches another's anything, and nobody learns what others have."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.access import RedisAccess
from tests.api_service import OWNER, VIDEO, Api, code_of
from tests.standins.identity import bearer

MALLORY = "mallory@example.com"
NEARLY = (
    "Jane.Doe@example.com",  # letter for letter: another folder
    "jane.doe@EXAMPLE.com",
    "jane.doe@example.com ",
    "janedoe@example.com",
    "jane.doe+x@example.com",
    "jane_doe@example.com",  # shares the old app's key in the database, and nothing else
    "jane.doe@example.com.evil.example",
    "ｊane.doe@example.com",  # full-width j, which some normalise
)


@pytest.fixture
def job_id(guarded: Api) -> str:
    """A finished job of the owner."""
    guarded.put()
    made = guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=bearer(OWNER)).json()["id"]
    guarded.finish(made, report__json=b"{}")
    return str(made)


def send(api: Api, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
    return api.http.request(method, path, headers={**headers, **more.pop("headers", {})}, **more)


OF_A_JOB = [
    ("GET", "/v1/analyses/{}"),
    ("DELETE", "/v1/analyses/{}"),
    ("POST", "/v1/analyses/{}/rejudge"),
    ("GET", "/v1/analyses/{}/events"),
    ("GET", "/v1/analyses/{}/deliveries"),
    ("GET", "/v1/analyses/{}/files/report.json"),
    ("HEAD", "/v1/analyses/{}/files/report.json"),
    ("GET", "/v1/analyses/{}/files/no-such-file"),
]


@pytest.mark.parametrize(("method", "path"), OF_A_JOB, ids=str)
def test_anothers_job_is_as_one_that_does_not_exist(guarded: Api, job_id: str, method: str, path: str) -> None:
    before = guarded.jobs.get(job_id)
    for email in (MALLORY, *NEARLY):
        theirs = send(guarded, method, path.format(job_id), bearer(email))
        missing = send(guarded, method, path.format("0" * 32), bearer(email))
        assert theirs.status_code == missing.status_code == 404
        if method != "HEAD":
            assert code_of(theirs) == code_of(missing) == "job_not_found"
            told = [reply.json()["error"]["message"] for reply in (theirs, missing)]
            assert told[0].replace(job_id, "") == told[1].replace("0" * 32, "")
    assert guarded.jobs.get(job_id) == before
    assert send(guarded, method, path.format(job_id), {}).status_code == 401


def test_a_running_job_is_not_cancelled_by_another(guarded: Api) -> None:
    guarded.put()
    made = guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=bearer(OWNER)).json()["id"]
    guarded.begin(made)
    assert send(guarded, "DELETE", f"/v1/analyses/{made}", bearer(MALLORY)).status_code == 404
    assert not guarded.jobs.get(made).cancel_requested
    assert send(guarded, "DELETE", f"/v1/analyses/{made}", bearer(OWNER)).status_code == 202


@pytest.mark.parametrize("email", [MALLORY, *NEARLY])
def test_what_names_another_is_forbidden_whether_it_is_there_or_not(guarded: Api, job_id: str, email: str) -> None:
    for video in (VIDEO, VIDEO.replace("Squat", "Lunge"), f"temp/exercise/{OWNER}_exercise_Squat_2305092259.mp4"):
        for reply in (
            send(guarded, "POST", "/v1/analyses", bearer(email), json={"video": video}),
            send(guarded, "POST", "/v1/analyses", bearer(email), json={"video": video, "force": True}),
            send(guarded, "POST", f"/download_and_analyze?data={video.removesuffix('.mp4')}", bearer(email)),
        ):
            assert (reply.status_code, code_of(reply)) == (403, "forbidden")
    listed = send(guarded, "GET", "/v1/analyses", bearer(email), params={"user": OWNER})
    assert (listed.status_code, code_of(listed)) == (403, "forbidden")
    assert [job.id for job in guarded.jobs.list(OWNER).jobs] == [job_id]


def test_nobody_uploads_into_anothers_folder(guarded: Api) -> None:
    for user in (OWNER, f"{MALLORY}/../{OWNER}", f"../user/{OWNER}", f"{OWNER}/x"):
        reply = guarded.http.post(
            "/v1/videos", files={"file": ("v.mp4", b"x")}, data={"user": user}, headers=bearer(MALLORY)
        )
        assert reply.status_code == 403, user
    assert list(guarded.objects.list("temp/")) == []
    own = guarded.http.post(
        "/v1/videos", files={"file": ("v.mp4", b"x")}, data={"user": MALLORY}, headers=bearer(MALLORY)
    )
    assert own.json()["video"].startswith(f"temp/video/user/{MALLORY}/")


def test_an_exercise_in_the_form_does_not_lead_into_anothers_folder(guarded: Api) -> None:
    for exercise in (f"x/../../{OWNER}/exercise_Squat", f"../{OWNER}/exercise_Squat", "a/b"):
        reply = guarded.http.post(
            "/v1/videos",
            files={"file": ("v.mp4", b"x")},
            data={"user": MALLORY, "exercise": exercise},
            headers=bearer(MALLORY),
        )
        assert reply.status_code == 400, exercise
    assert list(guarded.objects.list("temp/")) == []


@pytest.mark.parametrize(
    "video",
    [
        f"temp/video/user/{MALLORY}/../{OWNER}/exercise_Squat_2305092259.mp4",
        f"temp/video/user/{MALLORY}/%2e%2e/{OWNER}/exercise_Squat_2305092259.mp4",
        f"temp/exercise/{MALLORY}_exercise_x/../{OWNER}_exercise_Squat_2305092259.mp4",
        f"temp/image/{OWNER}/exercise_Squat_2305092259/graph.png",
    ],
)
def test_a_path_does_not_lead_into_anothers_folder(guarded: Api, job_id: str, video: str) -> None:
    reply = guarded.http.post("/v1/analyses", json={"video": video}, headers=bearer(MALLORY))
    assert reply.status_code in (400, 403)


def test_an_address_that_would_read_as_anothers_flat_name_gets_nowhere(guarded: Api) -> None:
    """In the flat layout, address and name are one text; it is cut at the first `_exercise_`."""
    sneaky = f"{OWNER}_exercise_x@evil.example"
    guarded.put(f"temp/exercise/{sneaky}_exercise_Squat_2305092259.mp4")
    video = f"temp/exercise/{sneaky}_exercise_Squat_2305092259.mp4"
    assert guarded.http.post("/v1/analyses", json={"video": video}, headers=bearer(sneaky)).status_code in (400, 403)


def test_anothers_cursor_pages_through_ones_own_list(guarded: Api) -> None:
    videos = {
        user: f"temp/video/user/{user}/exercise_Squat_23050922{n}.mp4" for n, user in ((10, OWNER), (11, MALLORY))
    }
    for user in (OWNER, MALLORY):
        for number in range(3):
            video = videos[user].replace(".mp4", f"{number}0.mp4")
            guarded.put(video)
            reply = guarded.http.post("/v1/analyses", json={"video": video}, headers=bearer(user))
            assert reply.status_code == 202
    page = guarded.http.get("/v1/analyses", params={"user": OWNER, "limit": 1}, headers=bearer(OWNER)).json()
    foreign = guarded.http.get(page["next"], headers=bearer(MALLORY))
    assert (foreign.status_code, code_of(foreign)) == (403, "forbidden")
    as_own = page["next"].replace("jane.doe", "mallory")
    seen = guarded.http.get(as_own, headers=bearer(MALLORY)).json()["jobs"]
    assert {job["user"] for job in seen} <= {MALLORY}


def test_guessed_ids_lead_nowhere(guarded: Api, job_id: str) -> None:
    last = format((int(job_id[-1], 16) + 1) % 16, "x")
    for guess in (job_id[:-1] + last, job_id.upper(), f"{job_id}%00", "*", f"../{job_id}", "goodrep:queue", "a" * 1000):
        assert guarded.http.get(f"/v1/analyses/{guess}", headers=bearer(OWNER)).status_code in (400, 404), guess


def test_a_key_for_one_user_does_not_reach_anothers_job(guarded: Api, job_id: str) -> None:
    access = RedisAccess(guarded.redis.url)
    narrow = {"X-API-Key": access.add_key("narrow", {MALLORY})[1]}
    fitting = {"X-API-Key": access.add_key("fitting", {OWNER})[1]}
    nobody = {"X-API-Key": access.add_key("nobody", set())[1]}
    for headers, status in ((narrow, 404), (nobody, 404), (fitting, 200)):
        assert guarded.http.get(f"/v1/analyses/{job_id}", headers=headers).status_code == status


def test_what_belongs_to_nobody_is_open(guarded: Api) -> None:
    for path in ("/health", "/ready", "/hello", "/v1/exercises", "/openapi/openapi.json", "/docs"):
        assert guarded.http.get(path).status_code in (200, 302), path
    assert guarded.http.delete("/clean").json() == "Clean Complete"


def test_clean_harms_nobody(guarded: Api, job_id: str, tmp_path: Path) -> None:
    before = {found.key for found in guarded.objects.list("temp/")}
    guarded.http.delete("/clean")
    assert {found.key for found in guarded.objects.list("temp/")} == before
    assert guarded.jobs.get(job_id).status == "succeeded"
