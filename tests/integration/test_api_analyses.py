"""POST, GET and DELETE of jobs, over real HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as redis_client

from storage.redis.broker import QUEUE, TASK_NAME
from storage.types import ExerciseName, Stage
from tests.api_service import OWNER, VIDEO, Api, code_of


def messages(api: Api) -> list[dict[str, object]]:
    """The headers of what waits for a worker, oldest first."""
    with redis_client.Redis.from_url(api.redis.url) as connection:
        waiting = connection.lrange(QUEUE, 0, -1)
    return [json.loads(message)["headers"] for message in reversed(waiting)]


def test_a_video_becomes_a_job_with_all_a_client_needs(api: Api) -> None:
    api.put()
    response = api.http.post("/v1/analyses", json={"video": VIDEO})
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"/v1/analyses/{job['id']}" == job["links"]["self"]
    assert api.http.get(response.headers["location"]).json() == job
    assert job | {"id": "", "created_at": "", "updated_at": "", "links": {}} == {
        "id": "",
        "user": OWNER,
        "video": VIDEO,
        "exercise": "Squat",
        "options": {"blur_faces": False, "video": False, "language": "en", "height_m": None},
        "status": "queued",
        "stage": "waiting",
        "progress": 0.0,
        "frames_done": 0,
        "frames_total": 0,
        "seconds_left": None,
        "place": {"position": 1, "wait_s": None},
        "attempts": 0,
        "rejudge_of": None,
        "priority": "normal",
        "cancel_requested": False,
        "created_at": "",
        "started_at": None,
        "finished_at": None,
        "updated_at": "",
        "error": None,
        "results_folder": None,
        "results": [],
        "results_expire_at": None,
        "links": {},
    }


def test_the_message_to_the_workers_holds_the_id_and_is_sent_by_name(api: Api) -> None:
    api.put()
    job = api.http.post("/v1/analyses", json={"video": VIDEO}).json()
    (message,) = messages(api)
    assert message["task"] == TASK_NAME
    assert message["id"] == job["id"]
    assert message["argsrepr"] == repr([job["id"]])


def test_the_same_request_gives_the_same_job_and_force_another(api: Api) -> None:
    api.put()
    first = api.http.post("/v1/analyses", json={"video": VIDEO})
    again = api.http.post("/v1/analyses", json={"video": VIDEO})
    forced = api.http.post("/v1/analyses", json={"video": VIDEO, "force": True})
    assert (first.status_code, again.status_code, forced.status_code) == (202, 200, 202)
    assert again.json()["id"] == first.json()["id"] != forced.json()["id"]
    assert again.headers["location"] == first.headers["location"]
    assert len(messages(api)) == 2


def test_equal_requests_at_the_same_time_give_one_job(api: Api) -> None:
    api.put()
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: api.http.post("/v1/analyses", json={"video": VIDEO}), range(24)))
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert sorted(reply.status_code for reply in replies) == [200] * 23 + [202]
    assert len(messages(api)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "exercise_Military press_2305092259.mp4",
        "exercise_스쿼트_2305092259.mp4",
        "exercise_a+b_2305092259.mp4",
        "exercise_100%25 Squat_2305092259.mp4",
        "exercise_%41_2305092259.mp4",
        'exercise_Squat\'s & "pulls"; <b>_2305092259.mp4',
    ],
)
def test_odd_characters_are_what_they_are(api: Api, name: str) -> None:
    video = f"temp/video/user/{OWNER}/{name}"
    api.put(video)
    response = api.http.post("/v1/analyses", json={"video": video})
    assert response.status_code == 202, response.text
    assert response.json()["video"] == video
    assert api.http.get(response.headers["location"]).json()["video"] == video


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "missing_parameter"),
        ({"video": ""}, 400, "missing_parameter"),
        ({"video": None}, 400, "missing_parameter"),
        ({"video": 7}, 400, "invalid_parameter"),
        ({"video": VIDEO, "excercise": "Squat"}, 400, "invalid_parameter"),
        ({"video": VIDEO, "force": "perhaps"}, 400, "invalid_parameter"),
        ([VIDEO], 400, "invalid_json"),
        (VIDEO, 400, "invalid_json"),
        (None, 400, "invalid_json"),
        ({"video": "temp/video/pro/Squat.mp4"}, 400, "path_outside_user_folder"),
        ({"video": "exercise_Squat_2305092259.mp4"}, 400, "path_outside_user_folder"),
        ({"video": f"temp/image/{OWNER}/exercise_Squat_2305092259/report.json"}, 400, "path_outside_user_folder"),
        ({"video": f"temp/video/user/{OWNER}/../other@example.com/exercise_Squat_2305092259.mp4"}, 400, "invalid_path"),
        ({"video": f"/temp/video/user/{OWNER}/exercise_Squat_2305092259.mp4"}, 400, "invalid_path"),
        ({"video": f"temp/video/user/{OWNER}/exercise_Squat\x00_2305092259.mp4"}, 400, "invalid_path"),
        ({"video": f"temp/video/user/{OWNER}/exercise_Squat\ud800_2305092259.mp4"}, 400, "invalid_parameter"),
        ({"video": VIDEO, "exercise": "\ud800"}, 400, "invalid_parameter"),
        ({"video": VIDEO, "exercise": "x" * 65}, 400, "invalid_parameter"),
        ({"video": f"temp/video/user/{OWNER}/exercise_{'long' * 500}_2305092259.mp4"}, 400, "invalid_path"),
        ({"video": VIDEO.replace("Squat", "Lunge")}, 404, "video_not_found"),
        ({"video": VIDEO.replace("Squat", "%53quat")}, 404, "video_not_found"),
    ],
)
def test_bad_requests_are_refused_and_nothing_runs(api: Api, body: object, status: int, code: str) -> None:
    api.put()
    response = api.http.post(
        "/v1/analyses", content=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, code_of(response)) == (status, code), response.text
    assert messages(api) == []


def test_a_body_that_is_no_json_is_told_apart_from_one_that_is_not_declared_as_such(api: Api) -> None:
    broken = api.http.post("/v1/analyses", content=b'{"video": ', headers={"Content-Type": "application/json"})
    assert (broken.status_code, code_of(broken)) == (400, "invalid_json")
    undeclared = api.http.post("/v1/analyses", content=b"{}", headers={"Content-Type": "text/plain"})
    assert (undeclared.status_code, code_of(undeclared)) == (415, "unsupported_media_type")
    nothing = api.http.post("/v1/analyses")
    assert (nothing.status_code, code_of(nothing)) == (415, "unsupported_media_type")
    endless = api.http.post("/v1/analyses", json={"video": "x" * 100_000})
    assert (endless.status_code, code_of(endless)) == (413, "body_too_large")


def test_a_video_beyond_the_limit_is_refused(api: Api) -> None:
    api.put(content=b"x" * (1_000_000 + 1))
    response = api.http.post("/v1/analyses", json={"video": VIDEO})
    assert (response.status_code, code_of(response)) == (413, "file_too_large")
    assert "1 MB" in response.json()["error"]["message"]
    assert messages(api) == []


def test_exercises_are_checked_once_the_workers_have_said_what_they_can(api: Api) -> None:
    api.put()
    unchecked = api.http.post("/v1/analyses", json={"video": VIDEO, "exercise": "Yoga"})
    assert (unchecked.status_code, unchecked.json()["exercise"]) == (202, "Yoga")
    assert api.http.get("/v1/exercises").json() == {"exercises": []}

    api.jobs.announce_exercises([ExerciseName("bench_press", ("Bench Press", "bench")), ExerciseName("squat", ())])
    assert api.http.get("/v1/exercises").json() == {
        "exercises": [
            {"name": "bench_press", "aliases": ["Bench Press", "bench"]},
            {"name": "squat", "aliases": []},
        ]
    }
    unknown = api.http.post("/v1/analyses", json={"video": VIDEO, "exercise": "Yoga"})
    assert (unknown.status_code, code_of(unknown)) == (400, "unknown_exercise")
    assert "bench_press" in unknown.json()["error"]["message"]

    by_alias = api.http.post("/v1/analyses", json={"video": VIDEO, "exercise": "bench press"}).json()
    by_name = api.http.post("/v1/analyses", json={"video": VIDEO, "exercise": "bench_press"}).json()
    assert by_alias["exercise"] == "bench_press"
    assert by_alias["id"] == by_name["id"]
    assert api.http.post("/v1/analyses", json={"video": VIDEO}).json()["exercise"] == "squat"


def test_a_job_is_shown_while_it_runs_and_after_it_failed(api: Api) -> None:
    api.put()
    url = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    claim = api.begin(url.rpartition("/")[2])
    api.jobs.progress(claim, Stage.POSE, frames_done=30, frames_total=120)
    running = api.http.get(url).json()
    assert (running["status"], running["stage"], running["attempts"]) == ("running", "pose", 1)
    assert (running["frames_done"], running["frames_total"]) == (30, 120)
    assert running["place"] is None
    assert running["started_at"].endswith("Z")
    assert 0 < running["progress"] < 1

    api.jobs.fail(claim, code="not_a_video", message="The file is not a video.", lasting=True)
    failed = api.http.get(url).json()
    assert failed["status"] == "failed"
    assert failed["error"] == {"code": "not_a_video", "message": "The file is not a video."}
    assert failed["finished_at"]
    again = api.http.post("/v1/analyses", json={"video": VIDEO})
    assert (again.status_code, again.headers["location"]) == (200, url)


def test_the_queue_has_places(api: Api) -> None:
    places = []
    for method in ("Squat", "Lunge", "Situp"):
        video = VIDEO.replace("Squat", method)
        api.put(video)
        places.append(api.http.post("/v1/analyses", json={"video": video}).json()["place"]["position"])
    assert places == [1, 2, 3]


def test_jobs_are_listed_newest_first_page_by_page(api: Api) -> None:
    made = []
    for number in range(5):
        video = VIDEO.replace("2259", f"225{number}")
        api.put(video)
        made.append(api.http.post("/v1/analyses", json={"video": video}).json()["id"])
    other = VIDEO.replace(OWNER, "someone@else.org")
    api.put(other)
    api.http.post("/v1/analyses", json={"video": other})

    seen, pages, following = [], 0, f"/v1/analyses?user={OWNER}&limit=2"
    while following:
        page = api.http.get(following).json()
        seen += [job["id"] for job in page["jobs"]]
        following = page["next"]
        pages += 1
    assert seen == made[::-1]
    assert pages == 3
    assert api.http.get("/v1/analyses", params={"user": "nobody@example.com"}).json() == {"jobs": [], "next": None}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "missing_parameter"),
        ({"user": ""}, "missing_parameter"),
        ({"user": OWNER, "limit": "0"}, "invalid_parameter"),
        ({"user": OWNER, "limit": "101"}, "invalid_parameter"),
        ({"user": OWNER, "limit": "many"}, "invalid_parameter"),
        ({"user": OWNER, "cursor": "made-up"}, "invalid_cursor"),
    ],
)
def test_a_list_is_asked_for_properly(api: Api, query: dict[str, str], code: str) -> None:
    response = api.http.get("/v1/analyses", params=query)
    assert (response.status_code, code_of(response)) == (400, code)


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_is_told(api: Api) -> None:
    api.put()
    queued = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    response = api.http.delete(queued)
    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    response = api.http.delete(queued)
    assert (response.status_code, code_of(response)) == (409, "job_already_ended")

    running = api.http.post("/v1/analyses", json={"video": VIDEO}).headers["location"]
    assert running != queued
    claim = api.begin(running.rpartition("/")[2])
    response = api.http.delete(running)
    assert (response.status_code, response.json()["status"]) == (202, "running")
    assert response.json()["cancel_requested"] is True
    assert api.jobs.renew(claim) is True
    api.jobs.cancelled(claim)
    assert api.http.get(running).json()["status"] == "cancelled"


@pytest.mark.parametrize("job_id", ["0" * 32, "x", "..", "0" * 300, "%00", "a b", "스"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/files/a")])
def test_a_job_that_is_not_there(api: Api, job_id: str, method: str, rest: str) -> None:
    response = api.http.request(method, f"/v1/analyses/{job_id}{rest}")
    assert response.status_code == 404, response.text
    assert code_of(response) == ("not_found" if job_id == ".." else "job_not_found")
