"""Result files: ranges, conditional requests, types, and nothing else than the job's own."""

import pytest

from tests.api_service import OWNER, VIDEO, Api, code_of

REPORT = b'{"schema_version": "1.0"}' * 4000


@pytest.fixture
def results(api: Api) -> dict[str, str]:
    """Addresses of a finished job's files, by name."""
    api.put()
    job_id = api.http.post("/v1/analyses", json={"video": VIDEO}).json()["id"]
    api.finish(job_id, report__json=REPORT, summary__png=b"\x89PNG", rep1__jpg=b"jpg", angles__csv=b"a,b", other=b"?")
    job = api.http.get(f"/v1/analyses/{job_id}").json()
    assert job["status"] == "succeeded"
    assert job["results_folder"] == f"temp/image/{OWNER}/exercise_Squat_2305092259/{job_id}"
    return {file["name"]: file["url"] for file in job["results"]}


def test_every_result_has_a_link_that_gives_it(api: Api, results: dict[str, str]) -> None:
    assert list(results) == ["report.json", "summary.png", "rep1.jpg", "angles.csv", "other"]
    types = {name: api.http.get(url).headers["content-type"] for name, url in results.items()}
    assert types == {
        "report.json": "application/json",
        "summary.png": "image/png",
        "rep1.jpg": "image/jpeg",
        "angles.csv": "text/csv; charset=utf-8",
        "other": "application/octet-stream",
    }
    response = api.http.get(results["report.json"])
    assert response.content == REPORT
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in response.headers["cache-control"]


def test_a_page_shows_itself_and_runs_nothing(api: Api) -> None:
    api.put()
    job_id = api.http.post("/v1/analyses", json={"video": VIDEO}).json()["id"]
    api.finish(job_id, report__html=b"<!doctype html><style>p{}</style>")
    (page,) = api.http.get(f"/v1/analyses/{job_id}").json()["results"]

    answer = api.http.get(page["url"])

    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert {"sandbox", "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:"} <= set(policy.split("; "))
    assert "script" not in policy


def test_a_part_of_a_file(api: Api, results: dict[str, str]) -> None:
    url = results["report.json"]
    part = api.http.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, REPORT[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(REPORT)}"
    tail = api.http.get(url, headers={"Range": "bytes=-7"})
    assert (tail.status_code, tail.content) == (206, REPORT[-7:])
    beyond = api.http.get(url, headers={"Range": f"bytes={len(REPORT)}-"})
    assert (beyond.status_code, code_of(beyond)) == (416, "range_not_satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(REPORT)}"
    head = api.http.head(url)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(REPORT)))
    assert head.headers["accept-ranges"] == "bytes"


def test_a_file_that_the_client_has_is_not_sent_again(api: Api, results: dict[str, str]) -> None:
    first = api.http.get(results["report.json"])
    by_tag = api.http.get(results["report.json"], headers={"If-None-Match": first.headers["etag"]})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    by_date = api.http.get(results["report.json"], headers={"If-Modified-Since": first.headers["last-modified"]})
    assert by_date.status_code == 304
    changed = api.http.get(
        results["report.json"], headers={"Range": "bytes=0-3", "If-Range": '"the tag of something else"'}
    )
    assert (changed.status_code, changed.content) == (200, REPORT)


@pytest.mark.parametrize(
    "name",
    [
        "landmarks.csv",
        "..%2freport.json",
        "%2e%2e/%2e%2e/exercise_Squat_2305092259.mp4",
        "report.json%00",
        "report.json/",
        "REPORT.JSON",
    ],
)
def test_only_the_jobs_own_results_are_given(api: Api, results: dict[str, str], name: str) -> None:
    folder = results["report.json"].removesuffix("report.json")
    response = api.http.get(f"{folder}{name}")
    assert response.status_code == 404
    assert code_of(response) in ("file_not_found", "not_found")


def test_results_that_were_removed_are_missed_in_words(api: Api, results: dict[str, str]) -> None:
    job = api.http.get(results["report.json"].partition("/files/")[0]).json()
    api.objects.delete(f"{job['results_folder']}/report.json")
    response = api.http.get(results["report.json"])
    assert (response.status_code, code_of(response)) == (404, "file_not_found")
