"""Links to results: they open one file without a login, for a while, also to a browser that seeks in a video."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.api_service import OWNER, VIDEO, Api, code_of, running_guarded_api
from tests.services import running_redis, wait_until
from tests.standins.cloud_storage import CloudStorage
from tests.standins.fixtures import PROJECT_URL
from tests.standins.identity import IdentityServer, bearer

MOVIE = bytes(range(256)) * 1000


@pytest.fixture
def links(guarded: Api) -> dict[str, str]:
    """The addresses that a finished job gives out, by name."""
    guarded.put()
    job_id = guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=bearer(OWNER)).json()["id"]
    guarded.finish(job_id, report__json=b'{"a": 1}', annotated__mp4=MOVIE)
    job = guarded.http.get(f"/v1/analyses/{job_id}", headers=bearer(OWNER)).json()
    assert job["results_expire_at"] > job["created_at"]
    return {file["name"]: file["url"] for file in job["results"]}


def test_a_link_opens_its_file_without_a_login(guarded: Api, links: dict[str, str]) -> None:
    assert guarded.http.get(links["report.json"]).json() == {"a": 1}
    without = links["report.json"].partition("?")[0]
    assert guarded.http.get(without).status_code == 401
    assert guarded.http.get(without, headers=bearer(OWNER)).status_code == 200
    assert guarded.http.get(f"{without}?link=", headers=bearer("mallory@example.com")).status_code == 404


def test_a_browser_seeks_in_a_video(guarded: Api, links: dict[str, str]) -> None:
    """As <video> does: the beginning, then the index at the end, then from where the viewer clicked."""
    url = links["annotated.mp4"]
    first = guarded.http.get(url, headers={"Range": "bytes=0-"})
    assert (first.status_code, first.content, first.headers["content-type"]) == (206, MOVIE, "video/mp4")
    assert first.headers["content-range"] == f"bytes 0-{len(MOVIE) - 1}/{len(MOVIE)}"
    assert first.headers["accept-ranges"] == "bytes"
    tail = guarded.http.get(url, headers={"Range": "bytes=-100"})
    assert (tail.status_code, tail.content) == (206, MOVIE[-100:])
    clicked = guarded.http.get(url, headers={"Range": "bytes=123456-", "If-Range": first.headers["etag"]})
    assert (clicked.status_code, clicked.content) == (206, MOVIE[123456:])
    beyond = guarded.http.get(url, headers={"Range": f"bytes={len(MOVIE)}-"})
    assert (beyond.status_code, code_of(beyond)) == (416, "range_not_satisfiable")
    head = guarded.http.head(url)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(MOVIE)))


def test_a_link_opens_nothing_else(guarded: Api, links: dict[str, str]) -> None:
    path, _, link = links["report.json"].partition("?")
    job = path.partition("/files/")[0]
    for other in (links["annotated.mp4"].partition("?")[0], path.replace(job[-32:], "0" * 32)):
        refused = guarded.http.get(f"{other}?{link}")
        assert (refused.status_code, code_of(refused)) == (403, "link_invalid")
    for method, address in (("GET", job), ("GET", f"{job}/events"), ("DELETE", job), ("GET", "/v1/analyses")):
        assert guarded.http.request(method, f"{address}?{link}&user={OWNER}").status_code in (400, 401)


def test_a_changed_link_opens_nothing(guarded: Api, links: dict[str, str]) -> None:
    path, _, _ = links["report.json"].partition("?")
    link = parse_qs(urlsplit(links["report.json"]).query)["link"][0]
    stamp, _, signature = link.partition(".")
    later = stamp[:-1] + ("A" if stamp[-1] != "A" else "B")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    for wrong in (f"{later}.{signature}", f"{stamp}.{flipped}", stamp, ".", f".{link}", f"{link}.x", "ü", "x" * 200):
        refused = guarded.http.get(path, params={"link": wrong})
        assert (refused.status_code, code_of(refused)) == (403, "link_invalid"), wrong
    # not even to the owner: what is shown is what counts
    assert guarded.http.get(path, params={"link": "x"}, headers=bearer(OWNER)).status_code == 403
    assert guarded.http.get(path, params={"link": "x" * 201}).status_code == 400


def test_a_link_ends_and_asking_again_gives_a_new_one(identity: IdentityServer, guarded: Api) -> None:
    with (
        running_redis() as redis,
        running_guarded_api(redis, guarded.volumes, identity, link_lifetime_s=2) as api,
    ):
        api.put()
        job_id = api.http.post("/v1/analyses", json={"video": VIDEO}, headers=bearer(OWNER)).json()["id"]
        api.finish(job_id, report__json=b"{}")

        def link() -> str:
            job = api.http.get(f"/v1/analyses/{job_id}", headers=bearer(OWNER)).json()
            return str(job["results"][0]["url"])

        old = link()
        wait_until(lambda: api.http.get(old).status_code != 200, "the link ends")
        expired = api.http.get(old)
        assert (expired.status_code, code_of(expired)) == (403, "link_expired")
        wait_until(lambda: api.http.get(link()).status_code == 200, "a new one is quick enough to be used")


def test_links_work_in_every_process_and_after_a_restart(
    guarded: Api, links: dict[str, str], identity: IdentityServer
) -> None:
    with running_guarded_api(guarded.redis, guarded.volumes, identity) as another:
        assert another.http.get(links["report.json"]).json() == {"a": 1}


def test_no_link_and_no_secret_is_in_the_log(guarded: Api, links: dict[str, str]) -> None:
    guarded.http.get(links["report.json"])
    link = parse_qs(urlsplit(links["report.json"]).query)["link"][0]
    assert link not in guarded.log.read_text()


def test_the_open_service_needs_no_links(api: Api) -> None:
    api.put()
    job_id = api.http.post("/v1/analyses", json={"video": VIDEO}).json()["id"]
    api.finish(job_id, report__json=b"{}")
    job = api.http.get(f"/v1/analyses/{job_id}").json()
    assert job["results_expire_at"] is None
    assert re.fullmatch(r"/v1/analyses/[0-9a-f]{32}/files/report\.json", job["results"][0]["url"])


def test_a_store_that_signs_links_gives_its_own(
    guarded: Api, identity: IdentityServer, cloud_storage: CloudStorage, tmp_path: Path
) -> None:
    environment = {"STORAGE_EMULATOR_HOST": cloud_storage.url}
    settings = {"storage_url": PROJECT_URL, "link_lifetime_s": 600}
    with running_guarded_api(guarded.redis, tmp_path, identity, environment, **settings) as api:
        file = {"file": ("v.mp4", b"x")}
        stored = api.http.post("/v1/videos", files=file, data={"user": OWNER}, headers=bearer(OWNER))
        video = stored.json()["video"]
        job_id = api.http.post("/v1/analyses", json={"video": video}, headers=bearer(OWNER)).json()["id"]
        key = f"temp/image/{OWNER}/exercise_unselected_1/{job_id}/annotated.mp4"
        upload = f"{cloud_storage.url}/upload/storage/v1/b/{cloud_storage.bucket}/o"
        httpx.post(upload, params={"uploadType": "media", "name": key}, content=MOVIE).raise_for_status()
        api.jobs.succeed(api.begin(job_id), results_prefix=key.rpartition("/")[0], result_files=["annotated.mp4"])

        job = api.http.get(f"/v1/analyses/{job_id}", headers=bearer(OWNER)).json()
        (url,) = (file["url"] for file in job["results"])
        assert url.startswith(cloud_storage.url)
        assert parse_qs(urlsplit(url).query)["X-Goog-Expires"] == ["600"]
        assert job["results_expire_at"] is not None
        assert httpx.get(url).content == MOVIE
        (listed,) = api.http.get("/v1/analyses", params={"user": OWNER}, headers=bearer(OWNER)).json()["jobs"]
        assert api.http.get(listed["results"][0]["url"]).content == MOVIE
        # ours works as well, with a login
        ours = f"/v1/analyses/{job_id}/files/annotated.mp4"
        assert api.http.get(ours).status_code == 401
        part = api.http.get(ours, headers={**bearer(OWNER), "Range": "bytes=123456-"})
        assert (part.status_code, part.content) == (206, MOVIE[123456:])
