"""Which professional's video belongs to a user's."""

import io
from pathlib import Path

import pytest

from storage.keys import video_key
from storage.local.objects import LocalObjects
from storage.types import ExerciseName
from worker.professional import find_professional

EXERCISES = (
    ExerciseName("lunge", ("Lunge", "lunges")),
    ExerciseName("push_up", ("Push-up", "pushup", "press up")),
    ExerciseName("squat", ("Squat", "back squat")),
    ExerciseName("unselected", ("Unselected",)),
)
PRO = "temp/video/pro/"


@pytest.fixture
def objects(tmp_path: Path) -> LocalObjects:
    return LocalObjects(tmp_path / "store")


def found(objects: LocalObjects, method: str, told: str, *names: str) -> str | None:
    for name in names:
        objects.upload_stream(io.BytesIO(b"x"), f"{PRO}{name}", "video/mp4", 1 << 20)
    video = video_key("jane.doe@example.com", method, "2305092259")
    key = find_professional(video, told, EXERCISES, objects)
    return None if key is None else key.removeprefix(PRO)


@pytest.mark.parametrize(
    ("method", "told", "file"),
    [
        ("Squat", "squat", "Squat.mp4"),
        ("Push Up", "push_up", "Pushup.mp4"),  # what the app sends, and what lies on the old server
        ("squat", "squat", "Squat.mp4"),  # uploaded through our own door
        ("Push Up", "push_up", "press-up.mp4"),
        ("unselected", "squat", "Squat.mp4"),  # the request tells what the name does not
        ("Yoga", "Yoga", "Yoga.mp4"),  # before any worker has announced it
    ],
)
def test_any_name_of_the_exercise_will_do(objects: LocalObjects, method: str, told: str, file: str) -> None:
    assert found(objects, method, told, "Lunge.mp4", file) == file


def test_the_name_as_in_the_upload_goes_first(objects: LocalObjects) -> None:
    assert found(objects, "Pushup", "push_up", "Push Up.mp4", "Pushup.mp4") == "Pushup.mp4"


def test_what_is_told_counts_and_not_the_name_of_the_video(objects: LocalObjects) -> None:
    assert found(objects, "Squat", "lunge", "Squat.mp4") is None
    assert found(objects, "Squat", "lunge", "Lunge.mp4") == "Lunge.mp4"


@pytest.mark.parametrize("other", ["Lunge.mp4", "Squat.txt", "old/Squat.mp4", "unselected.mp4"])
def test_other_files_are_no_professional_s_video(objects: LocalObjects, other: str) -> None:
    assert found(objects, "Squat", "squat", other) is None


def test_nothing_lies_there(objects: LocalObjects) -> None:
    assert found(objects, "Squat", "squat") is None
