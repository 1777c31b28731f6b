"""Every bad video ends in a stable code and a sentence, at the first attempt, and leaves nothing behind."""

from pathlib import Path

import pytest

from mannequin import Clip, draw
from mannequin.broken import BROKEN
from tests.e2e.conftest import OWNER, House

CODES = {
    "zero_bytes": "video_empty",
    "text": "not_a_video",
    "truncated": "video_truncated",
    "unclosed": "video_truncated",
    "sound_only": "sound_only",
    "single_frame": "single_frame",
    "too_long": "video_too_long",
    "beyond_8k": "resolution_too_high",
    "empty_room": "nobody_in_picture",
}


def test_every_broken_video_has_its_code() -> None:
    assert set(CODES) == set(BROKEN)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_video_fails_at_once_and_leaves_nothing_behind(house: House, tmp_path: Path, name: str) -> None:
    BROKEN[name](tmp_path / f"{name}.mp4")
    before = house.files()
    job = house.judge(tmp_path / f"{name}.mp4", "squat")
    assert job["status"] == "failed"
    assert job["error"]["code"] == CODES[name]
    sentence = job["error"]["message"]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert job["attempts"] == 1
    assert job["results"] == []
    assert house.files() - before == {f"storage/objects/{job['video']}"}


def test_the_next_video_is_judged_as_if_nothing_had_been(house: House, tmp_path: Path) -> None:
    BROKEN["truncated"](tmp_path / "broken.mp4")
    assert house.judge(tmp_path / "broken.mp4")["status"] == "failed"
    draw(tmp_path / "good.mp4", Clip(repetitions=2, width=360, height=480))
    assert len(house.report(house.judge(tmp_path / "good.mp4", "squat"))["repetitions"]) == 2


@pytest.mark.parametrize("exercise", ["chess", "../../etc"])
def test_an_unknown_exercise_is_refused(house: House, tmp_path: Path, exercise: str) -> None:
    draw(tmp_path / "good.mp4", Clip(repetitions=1, width=360, height=480))
    key = house.upload(tmp_path / "good.mp4")
    reply = house.client.post("/v1/analyses", json={"video": key, "exercise": exercise})
    assert reply.status_code in (400, 422), reply.text
    assert reply.json()["error"]["code"] == "unknown_exercise"


def test_a_video_that_is_not_there_is_not_found(house: House) -> None:
    reply = house.client.post(
        "/v1/analyses", json={"video": f"temp/video/user/{OWNER}/exercise_Squat_2001010000.mp4", "exercise": "squat"}
    )
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] == "video_not_found"
