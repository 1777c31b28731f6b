"""Real clips of ../shared/videos, where they lie beside the clone, all the way through the service."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.service import ROOT
from tests.e2e.conftest import House

VIDEOS = ROOT.parent / "shared" / "videos"
COUNTED = {
    "squat_03.mp4": "Squat",
    "pushup_07.mov": "Pushup",
    "bicep_curl_03.mp4": "Biceps Curl",
    "shoulder_press_02.mp4": "Military press",
    "situp_03.mp4": "Situp",
    "pullup_02.mp4": "pull_up",
    "negative_idle_01.mp4": "unselected",
}
"""The shortest clips, under the names that apps send; `python -m benchmarks.clips` takes all of them."""

pytestmark = pytest.mark.skipif(not VIDEOS.is_dir(), reason="../shared/videos is not beside this clone")


def label(name: str) -> dict[str, Any]:
    """What people saw in the clip."""
    (found,) = (each for each in json.loads((VIDEOS / "labels.json").read_text()) if each["file"] == name)
    content: dict[str, Any] = found
    return content


def clip(name: str) -> Path:
    """The file; a test that asks for one that is not there is skipped."""
    if not (VIDEOS / name).is_file():
        pytest.skip(f"../shared/videos/{name} is not there")
    return VIDEOS / name


@pytest.mark.parametrize("name", COUNTED)
def test_the_count_is_what_people_saw(house: House, name: str) -> None:
    report = house.report(house.judge(clip(name), COUNTED[name]))
    least, most = label(name)["reps_range"]
    assert least <= len(report["repetitions"]) <= most


def test_an_empty_road_holds_nobody(house: House) -> None:
    job = house.judge(clip("negative_no_person_01.mp4"))
    assert job["status"] == "failed"
    assert job["error"]["code"] == "nobody_in_picture"


def test_a_recording_that_was_never_closed_is_cut_off(house: House) -> None:
    job = house.judge(clip("unreadable_01.MOV"))
    assert job["status"] == "failed"
    assert job["error"]["code"] == "video_truncated"


def test_webm_of_odd_width_and_varying_rate_is_read(house: House) -> None:
    report = house.report(house.judge(clip("other_webm_01.webm")))
    assert report["video"]["width"] == label("other_webm_01.webm")["width"]
    assert report["quality"]["person_found"] > 0.5
