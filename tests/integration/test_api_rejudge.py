"""An analysis judged again: through the door, by the owner alone, with the landmarks that are still there."""

from typing import Any

import pytest

from storage.types import AnalysisOptions, ExerciseName, Job
from tests.api_service import VIDEO, Api, code_of


@pytest.fixture
def analysed(api: Api) -> Job:
    """A job that has ended well, with landmarks."""
    api.put()
    options = {"language": "ko", "height_m": 1.72, "video": True}
    job = api.http.post("/v1/analyses", json={"video": VIDEO, "options": options}).json()
    return api.finish(job["id"], report__json=b"{}", landmarks__npz=b"kept")


def again(api: Api, job_id: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    url = f"/v1/analyses/{job_id}/rejudge"
    response = api.http.post(url) if body is None else api.http.post(url, json=body)
    assert response.status_code == 202, response.text
    reply: dict[str, Any] = response.json()
    assert response.headers["Location"] == reply["links"]["self"]
    return reply


def test_it_is_a_new_job_that_names_the_analysis(api: Api, analysed: Job) -> None:
    reply = again(api, analysed.id)
    assert reply["id"] != analysed.id
    assert reply["rejudge_of"] == analysed.id
    assert reply["exercise"] == analysed.exercise
    job = api.begin(reply["id"]).job
    assert (job.rejudge_of, job.video_key, job.owner) == (analysed.id, analysed.video_key, analysed.owner)
    assert job.options == AnalysisOptions(language="ko", height_m=1.72), "no video is drawn"
    assert api.http.get(f"/v1/analyses/{analysed.id}").json()["rejudge_of"] is None


def test_each_time_is_a_new_job_and_none_is_taken_for_an_analysis(api: Api, analysed: Job) -> None:
    assert again(api, analysed.id)["id"] != again(api, analysed.id)["id"]
    options = {"language": "ko", "height_m": 1.72, "video": True}
    same = api.http.post("/v1/analyses", json={"video": VIDEO, "options": options})
    assert (same.status_code, same.json()["id"]) == (200, analysed.id)


def test_exercise_height_and_language_may_change(api: Api, analysed: Job) -> None:
    api.jobs.announce_exercises([ExerciseName("squat", ("Squat",)), ExerciseName("lunge", ("Lunges",))])
    reply = again(api, analysed.id, {"exercise": "Lunges", "height_m": 1.8, "language": "de-AT"})
    assert reply["exercise"] == "lunge"
    assert api.begin(reply["id"]).job.options == AnalysisOptions(language="de", height_m=1.8)


def test_a_rejudge_can_be_judged_again_and_does_not_lose_what_it_was_told(api: Api, analysed: Job) -> None:
    first = again(api, analysed.id, {"height_m": 1.8})
    api.finish(first["id"], report__json=b"{}", landmarks__npz=b"kept")
    second = again(api, first["id"], {"language": None})
    assert second["rejudge_of"] == first["id"]
    assert second["options"] == first["options"] | {"height_m": 1.8}


def test_the_video_may_be_gone(api: Api, analysed: Job) -> None:
    api.objects.delete(VIDEO)
    assert again(api, analysed.id, {})["rejudge_of"] == analysed.id


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"exercise": "zumba"}, "unknown_exercise"),
        ({"exercise": ""}, "missing_parameter"),
        ({"height_m": 17}, "invalid_parameter"),
        ({"video": VIDEO}, "invalid_parameter"),
        ([], "invalid_json"),
    ],
)
def test_what_is_wrong_with_the_request_is_said(api: Api, analysed: Job, body: Any, code: str) -> None:
    api.jobs.announce_exercises([ExerciseName("squat", ("Squat",))])
    response = api.http.post(f"/v1/analyses/{analysed.id}/rejudge", json=body)
    assert (response.status_code, code_of(response)) == (400, code)


def test_what_is_no_json_is_said(api: Api, analysed: Job) -> None:
    url = f"/v1/analyses/{analysed.id}/rejudge"
    broken = api.http.post(url, content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, code_of(broken)) == (400, "invalid_json")
    assert api.http.post(url, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_only_what_has_succeeded_and_is_still_kept_can_be_judged_again(api: Api, analysed: Job) -> None:
    def refused(job_id: str) -> tuple[int, str]:
        response = api.http.post(f"/v1/analyses/{job_id}/rejudge")
        return response.status_code, code_of(response)

    assert refused("0" * 32) == (404, "job_not_found")
    waiting = api.http.post("/v1/analyses", json={"video": VIDEO, "force": True}).json()["id"]
    assert refused(waiting) == (409, "job_not_succeeded")
    cancelled = api.http.post("/v1/analyses", json={"video": VIDEO, "force": True}).json()["id"]
    api.http.delete(f"/v1/analyses/{cancelled}")
    assert refused(cancelled) == (409, "job_not_succeeded")
    api.finish(waiting, report__json=b"{}")
    assert refused(waiting) == (410, "landmarks_gone"), "an analysis from before landmarks were kept"
    api.objects.delete(f"{analysed.results_prefix}/landmarks.npz")
    assert refused(analysed.id) == (410, "landmarks_gone")
