"""Options of an analysis: from the request through the record to the worker, and back in the reply."""

from pathlib import Path
from typing import Any

import pytest

from storage.types import AnalysisOptions
from tests.api_service import VIDEO, Api, code_of, running_api
from tests.services import RedisServer

ASKED = {"blur_faces": True, "video": True, "language": "ko", "height_m": 1.72}
ENGLISH = {"blur_faces": False, "video": False, "language": "en", "height_m": None}


def ask(api: Api, options: dict[str, Any] | None = None, language: str = "") -> dict[str, Any]:
    body = {"video": VIDEO} | ({} if options is None else {"options": options})
    response = api.http.post("/v1/analyses", json=body, headers={"Accept-Language": language} if language else {})
    assert response.is_success, response.text
    job: dict[str, Any] = response.json()
    return job


def test_options_reach_the_worker_and_the_reply(api: Api) -> None:
    api.put()
    job = ask(api, ASKED)
    assert job["options"] == ASKED
    assert api.http.get(job["links"]["self"]).json()["options"] == ASKED
    assert api.begin(job["id"]).job.options == AnalysisOptions(True, True, "ko", 1.72)


def test_other_options_are_another_job_and_the_same_ones_the_same(api: Api) -> None:
    api.put()
    plain = ask(api)
    assert plain["options"] == ENGLISH
    assert ask(api, {})["id"] == ask(api, {"language": "en"})["id"] == plain["id"]
    assert ask(api, ASKED)["id"] == ask(api, ASKED)["id"] != plain["id"]


@pytest.mark.parametrize(
    ("options", "header", "language"),
    [
        (None, "ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        (None, "en;q=0.5, de;q=0.9", "de"),
        (None, "fr-CA, ko;q=0.7, en;q=0.5", "ko"),
        (None, "fr", "en"),
        (None, "*", "en"),
        (None, "de;q=0", "en"),
        ({"language": "pt-BR"}, "ko", "pt"),
        ({"height_m": 2}, "", "en"),
    ],
)
def test_the_language_is_the_body_s_else_the_header_s(
    api: Api, options: dict[str, Any] | None, header: str, language: str
) -> None:
    api.put()
    assert ask(api, options, header)["options"]["language"] == language


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "k"},
        {"language": "../../en"},
        {"height_m": 172},
        {"height_m": "1.72"},
        {"blur_faces": "yes"},
        {"blur": True},
    ],
)
def test_options_that_make_no_sense_are_refused(api: Api, wrong: dict[str, Any]) -> None:
    api.put()
    response = api.http.post("/v1/analyses", json={"video": VIDEO, "options": wrong})
    assert (response.status_code, code_of(response)) == (400, "invalid_parameter")


def test_a_house_that_always_blurs_says_so_at_both_doors(redis_server: RedisServer, tmp_path: Path) -> None:
    with running_api(redis_server, tmp_path, blur_faces_always=True) as api:
        api.put()
        job = ask(api)
        assert job["options"] == ENGLISH | {"blur_faces": True}
        old = api.http.post(
            "/download_and_analyze", params={"data": VIDEO.removesuffix(".mp4")}, headers={"Prefer": "respond-async"}
        )
        assert old.json()["id"] == job["id"]
