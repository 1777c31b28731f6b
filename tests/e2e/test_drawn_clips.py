"""Clips with exact truth through HTTP, Redis, worker and store: the count is exact and the turns are in time."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mannequin import Clip, Truth, draw
from mannequin.broken import turned
from tests.e2e.conftest import House

TURN_WITHIN_S = 0.3
"""A pull-up's elbows, hidden beside the head, are read as bent for that much longer than they are."""


def small(clip: Clip) -> Clip:
    """The clip in a size and at a rate that are quickly drawn and read."""
    return replace(clip, width=360, height=480, fps=min(clip.fps, 15.0))


def check(report: dict[str, Any], truth: Truth) -> None:
    """The repetitions are those that were drawn."""
    found = report["repetitions"]
    assert len(found) == truth.count
    for repetition, drawn in zip(found, truth.repetitions, strict=True):
        assert repetition["turn_s"] == pytest.approx(drawn.turn_s, abs=TURN_WITHIN_S)
        assert repetition["start_s"] < repetition["turn_s"] < repetition["end_s"]


ONE_OF_EACH_KIND = ("squat", "push_up", "sit_up", "pull_up")
"""Standing, lying, hanging; `benchmarks.mannequin` draws all of them, and unit tests judge all their skeletons."""


@pytest.mark.parametrize("exercise", ONE_OF_EACH_KIND)
def test_an_exercise_of_each_kind_is_counted(house: House, tmp_path: Path, exercise: str) -> None:
    truth = draw(tmp_path / "clip.mp4", small(Clip(exercise, repetitions=3, seconds_per_repetition=2.0)))
    report = house.report(house.judge(tmp_path / "clip.mp4", exercise))
    assert report["exercise"] == exercise
    check(report, truth)


def test_an_exercise_that_is_not_told_is_recognised_and_counted(house: House, tmp_path: Path) -> None:
    truth = draw(tmp_path / "clip.mp4", small(Clip("biceps_curl", repetitions=4, seconds_per_repetition=1.6)))
    report = house.report(house.judge(tmp_path / "clip.mp4"))
    assert report["exercise"] == "biceps_curl"
    assert report["recognised"]["exercise"] == "biceps_curl"
    check(report, truth)


UNUSUAL = {
    "landscape": Clip(repetitions=2, width=640, height=360, fps=15.0),
    "odd size": Clip(repetitions=2, width=362, height=486, fps=24.0),
    "seen from the left": small(Clip(repetitions=2, faces="left")),
    "sixty frames a second": Clip(repetitions=2, fps=60.0, seconds_per_repetition=1.6, width=360, height=480),
    "variable frame rate": small(Clip(repetitions=2, wobbly_clock=True)),
    "someone stands by": Clip(repetitions=2, bystander=True, width=640, height=480, fps=15.0),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_clips_are_counted_as_well(house: House, tmp_path: Path, name: str) -> None:
    truth = draw(tmp_path / "clip.mp4", UNUSUAL[name])
    check(house.report(house.judge(tmp_path / "clip.mp4", "squat")), truth)


@pytest.mark.parametrize("clockwise_deg", [90, 270])
def test_a_video_with_a_rotation_flag_is_stood_upright(house: House, tmp_path: Path, clockwise_deg: int) -> None:
    truth = turned(tmp_path / "turned.mp4", small(Clip(repetitions=2)), clockwise_deg)
    report = house.report(house.judge(tmp_path / "turned.mp4", "squat"))
    assert (report["video"]["width"], report["video"]["height"]) == (360, 480)
    assert report["video"]["rotation"] == clockwise_deg
    check(report, truth)


def test_a_shallow_squat_is_blamed_and_the_deep_ones_are_not(house: House, tmp_path: Path) -> None:
    draw(tmp_path / "clip.mp4", small(Clip("squat", repetitions=3, turn_deg=(108.0, 66.0, 108.0))))
    job = house.judge(tmp_path / "clip.mp4", "squat")
    report = house.report(job)
    faults = [[fault["code"] for fault in repetition["faults"]] for repetition in report["repetitions"]]
    assert faults == [[], ["squat.depth"], []]
    (fault,) = report["repetitions"][1]["faults"]
    assert fault["measured"] == pytest.approx(66.0, abs=8.0)
    assert fault["picture"] in {each["name"] for each in job["results"]}
    assert report["repetitions"][1]["score"] < report["repetitions"][0]["score"]


def test_a_leaning_squat_is_blamed_for_the_lean(house: House, tmp_path: Path) -> None:
    draw(tmp_path / "clip.mp4", small(Clip("squat", repetitions=3, extra_lean_deg=20.0)))
    report = house.report(house.judge(tmp_path / "clip.mp4", "squat"))
    assert [{fault["code"] for fault in each["faults"]} for each in report["repetitions"]] == [{"squat.trunk_lean"}] * 3


def test_a_korean_reader_gets_korean_sentences_pictures_and_page(house: House, tmp_path: Path) -> None:
    draw(tmp_path / "clip.mp4", small(Clip("squat", repetitions=2, turn_deg=(66.0, 66.0))))
    job = house.judge(tmp_path / "clip.mp4", "squat", language="ko-KR,ko;q=0.9,en;q=0.8")
    report = house.report(job)
    assert (report["language"], report["options"]["language"]) == ("ko", "ko")
    cues = {fault["cue"] for fault in report["faults"] if fault["code"] == "squat.depth"}
    assert cues == {"허벅지가 바닥과 평행해질 때까지 내려가세요."}
    files = {each["name"]: house.client.get(each["url"]).raise_for_status().content for each in job["results"]}
    assert '<html lang="ko">' in files["report.html"].decode()

    again = house.judge(tmp_path / "clip.mp4", "squat", language="fr")
    assert house.report(again)["language"] == "en"
    english = {each["name"]: each["url"] for each in again["results"]}
    for name in ("rep_01.jpg", "summary.png", "graph.png"):
        assert house.client.get(english[name]).raise_for_status().content != files[name], f"{name} has the same words"


def test_every_promised_file_is_there_and_can_be_read(house: House, tmp_path: Path) -> None:
    clip = small(Clip("squat", repetitions=2))
    truth = draw(tmp_path / "clip.mp4", clip)
    job = house.judge(tmp_path / "clip.mp4", "squat")
    names = {each["name"]: each["url"] for each in job["results"]}
    assert {"report.json", "summary.png", "landmarks.csv", "angles.csv", "graph.png"} <= set(names)
    pictures = [name for name in names if name.endswith((".jpg", ".png"))]
    assert sum(name.startswith("rep_") for name in pictures) == truth.count
    for name in pictures:
        content = np.frombuffer(house.client.get(names[name]).raise_for_status().content, np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR)
        assert picture is not None, name
        assert min(picture.shape[:2]) >= 300, name
    frames = len(truth.timestamps_s)
    for name in ("landmarks.csv", "angles.csv"):
        text = house.client.get(names[name]).raise_for_status().text
        assert len(list(csv.reader(io.StringIO(text)))) == frames + 1, name
    assert (house.service.objects / job["results_folder"] / "report.json").is_file()


def test_the_drawn_angle_is_measured(house: House, tmp_path: Path) -> None:
    truth = draw(tmp_path / "clip.mp4", Clip("squat", repetitions=2))
    job = house.judge(tmp_path / "clip.mp4", "squat")
    (address,) = (each["url"] for each in job["results"] if each["name"] == "angles.csv")
    rows = list(csv.DictReader(io.StringIO(house.client.get(address).text)))
    measured = np.array([float(row[f"{truth.near_side}_knee_flexion_deg"] or "nan") for row in rows])
    error = np.abs(measured - truth.angles["knee_flexion"])
    assert np.isfinite(error).mean() > 0.98
    assert np.nanmean(error) < 6.0
