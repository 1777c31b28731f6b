"""The old app's doors, to the letter of ../shared/contracts/dothis.md."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.api_service import OWNER, VIDEO, Api, code_of, running_api

DATA = VIDEO.removesuffix(".mp4")
DOOR = "/download_and_analyze"


def the_only_job(api: Api) -> str:
    """Id of the job that a waiting request has made, as soon as it has."""
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        if jobs := api.jobs.list(OWNER).jobs:
            return jobs[0].id
        time.sleep(0.01)
    raise AssertionError("no job was made")


def test_the_app_waits_and_hears_result_when_the_results_are_there(api: Api) -> None:
    api.put()
    with ThreadPoolExecutor(1) as app:
        waiting = app.submit(api.http.post, f"{DOOR}?data={DATA}")
        job_id = the_only_job(api)
        assert not waiting.done()
        api.finish(job_id, report__json=b"{}")
        response = waiting.result(60)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.content.strip() == b'"RESULT"'
    assert api.jobs.get(job_id).video_key == VIDEO
    assert api.http.post(f"{DOOR}?data={DATA}").json() == "RESULT"  # at once: it is the same job
    assert len(api.jobs.list(OWNER).jobs) == 1


@pytest.mark.parametrize("query", ["", "?", "?data", "?data=", "?other=1"])
def test_without_a_parameter_it_says_what_the_old_server_said(api: Api, query: str) -> None:
    response = api.http.post(f"{DOOR}{query}")
    assert response.status_code == 200
    assert response.content.strip() == b'"ERROR 1: No parameter"'


def test_it_answers_in_time_and_the_job_goes_on(api: Api, tmp_path: Path) -> None:
    with running_api(api.redis, tmp_path, legacy_wait_s=0.5) as hasty:
        hasty.put()
        response = hasty.http.post(f"{DOOR}?data={DATA}")
        assert (response.status_code, code_of(response)) == (504, "analysis_takes_too_long")
        job_id = the_only_job(hasty)
        assert hasty.jobs.get(job_id).status == "queued"
        hasty.finish(job_id, report__json=b"{}")
        assert hasty.http.post(f"{DOOR}?data={DATA}").json() == "RESULT"


@pytest.mark.parametrize("prefer", ["respond-async", "wait=10, respond-async", "Respond-Async; foo=1"])
def test_a_client_that_prefers_not_to_wait_gets_the_job(api: Api, prefer: str) -> None:
    api.put()
    response = api.http.post(f"{DOOR}?data={DATA}", headers={"Prefer": prefer})
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "respond-async"
    new_way = api.http.post("/v1/analyses", json={"video": VIDEO})
    assert (new_way.status_code, new_way.headers["location"]) == (200, response.headers["location"])
    assert response.json()["id"] == new_way.json()["id"]


def test_a_failed_job_is_told_as_an_error(api: Api) -> None:
    api.put()
    job_id = api.http.post("/v1/analyses", json={"video": VIDEO}).json()["id"]
    api.jobs.fail(api.begin(job_id), code="not_a_video", message="The file is not a video.", lasting=True)
    response = api.http.post(f"{DOOR}?data={DATA}")
    assert (response.status_code, code_of(response)) == (422, "not_a_video")
    assert response.json()["error"]["message"] == "The file is not a video."


def test_a_job_that_is_cancelled_meanwhile_is_told_as_an_error(api: Api) -> None:
    api.put()
    with ThreadPoolExecutor(1) as app:
        waiting = app.submit(api.http.post, f"{DOOR}?data={DATA}")
        api.http.delete(f"/v1/analyses/{the_only_job(api)}")
        response = waiting.result(60)
    assert (response.status_code, code_of(response)) == (409, "cancelled")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ("temp/video/pro/Squat", 400, "path_outside_user_folder"),
        (f"temp/video/user/{OWNER}/../x@y.z/exercise_Squat_2305092259", 400, "invalid_path"),
        ("../../etc/passwd", 400, "invalid_path"),
        (f"temp/video/user/{OWNER}/exercise_Lunge_2305092259", 404, "video_not_found"),
        (f"temp/video/user/{OWNER}/exercise_Lunge+up_2305092259", 404, "video_not_found"),
        ("%00", 400, "invalid_path"),
        ("%ff", 400, "path_outside_user_folder"),
    ],
)
def test_bad_paths(api: Api, data: str, status: int, code: str) -> None:
    response = api.http.post(f"{DOOR}?data={data}", headers={"Prefer": "respond-async"})
    assert (response.status_code, code_of(response)) == (status, code)


def asked_for(api: Api, raw_query: str) -> httpx.Response:
    """Send the query byte for byte."""
    url = httpx.URL(api.url).copy_with(raw_path=f"{DOOR}?{raw_query}".encode())
    return api.http.post(url, headers={"Prefer": "respond-async"})


@pytest.mark.parametrize(
    ("video", "data"),
    [
        ("Military press", "exercise_Military%20press_2305092259"),
        ("Military press", "exercise_Military+press_2305092259"),
        ("Push+Up", "exercise_Push%2BUp_2305092259"),
        ("Push+Up", "exercise_Push+Up_2305092259"),
        ("100%25", "exercise_100%2525_2305092259"),
        ("스쿼트", f"exercise_{quote('스쿼트')}_2305092259"),
    ],
)
@pytest.mark.parametrize("owner", ["drj9802@gmail.com", "drj+9802@gmail.com"])
@pytest.mark.parametrize("at_sign", ["@", "%40"])
def test_paths_are_read_as_the_app_may_send_them(api: Api, video: str, data: str, owner: str, at_sign: str) -> None:
    key = f"temp/video/user/{owner}/exercise_{video}_2305092259.mp4"
    api.put(key)
    response = asked_for(api, f"data=temp/video/user/{owner.replace('@', at_sign)}/{data}")
    if owner.startswith("drj+") and data.startswith("exercise_Push%2BUp"):
        response = asked_for(api, f"data=temp/video/user/{quote(owner)}/{data}")
    assert response.status_code == 202, response.text
    assert response.json()["video"] == key


def test_a_space_wins_over_a_plus_where_both_are_there(api: Api) -> None:
    for name in ("Push Up", "Push+Up"):
        api.put(f"temp/video/user/{OWNER}/exercise_{name}_2305092259.mp4")
    as_form = asked_for(api, f"data=temp/video/user/{OWNER}/exercise_Push+Up_2305092259")
    assert as_form.json()["video"].endswith("Push Up_2305092259.mp4")
    escaped = asked_for(api, f"data=temp/video/user/{OWNER}/exercise_Push%2BUp_2305092259")
    assert escaped.json()["video"].endswith("Push+Up_2305092259.mp4")


def test_an_older_apps_path(api: Api) -> None:
    api.put(f"temp/exercise/{OWNER}_exercise_Squat_2305092259.mp4")
    response = asked_for(api, f"data=temp/exercise/{OWNER}_exercise_Squat_2305092259")
    assert (response.status_code, response.json()["user"]) == (202, OWNER)


def test_those_who_wait_are_bounded_and_what_is_refused_does_not_run(api: Api) -> None:
    videos = [VIDEO.replace("2259", f"225{number}") for number in range(3)]
    for video in videos:
        api.put(video)
    with ThreadPoolExecutor(2) as app:
        waiting = [app.submit(api.http.post, f"{DOOR}?data={video.removesuffix('.mp4')}") for video in videos[:2]]
        while len(api.jobs.list(OWNER).jobs) < 2:
            threading.Event().wait(0.01)
        refused = api.http.post(f"{DOOR}?data={videos[2].removesuffix('.mp4')}")
        assert (refused.status_code, code_of(refused)) == (503, "too_many_waiting")
        assert int(refused.headers["retry-after"]) > 0
        assert {job.video_key for job in api.jobs.list(OWNER).jobs} == set(videos[:2])
        for job in api.jobs.list(OWNER).jobs:
            api.jobs.request_cancel(job.id)
        assert [each.result(60).status_code for each in waiting] == [409, 409]
    # and their places are free again
    assert api.http.post(f"{DOOR}?data={DATA.replace('Squat', 'Lunge')}").status_code == 404


def test_hello_and_clean(api: Api) -> None:
    assert api.http.get("/hello").json() == api.http.post("/hello").json() == "Hello!"
    assert api.http.delete("/clean").json() == "Clean Complete"
    assert api.http.get(DOOR).status_code == 405
