"""Estimates from a job's own frames, else from experience, else none."""

from typing import Any

import pytest

from storage.estimates import Pace, Run, queue_wait_s, running_seconds_left
from storage.records import STAGE_SHARES, dedupe_key, progress_of
from storage.types import AnalysisOptions, NewJob, Stage

EXPERIENCED = Pace(job_s=30.0, frame_s=0.02, tail_s=2.0)


def test_own_frames_count_most() -> None:
    run = Run(now_s=12.0, frames_done=100, frames_total=300, pose_began_s=2.0, last_frame_s=12.0)
    assert running_seconds_left(run, Pace()) == pytest.approx(20.0)
    assert running_seconds_left(run, EXPERIENCED) == pytest.approx(22.0)


def test_the_estimate_falls_while_no_frame_comes() -> None:
    run = Run(now_s=13.0, frames_done=100, frames_total=300, pose_began_s=2.0, last_frame_s=12.0)
    assert running_seconds_left(run, Pace()) == pytest.approx(19.0)


def test_without_frames_experience_counts() -> None:
    assert running_seconds_left(Run(now_s=1.0, frames_total=500, pose_began_s=1.0), EXPERIENCED) == pytest.approx(12.0)
    assert running_seconds_left(Run(now_s=10.0), EXPERIENCED) == pytest.approx(20.0)


def test_without_either_nothing_is_claimed() -> None:
    assert running_seconds_left(Run(now_s=1.0), Pace()) is None
    assert queue_wait_s(3, [None], Pace()) is None


def test_never_below_zero() -> None:
    assert running_seconds_left(Run(now_s=99.0), EXPERIENCED) == 0.0


def test_a_queue_is_worked_off_by_as_many_as_work_now() -> None:
    assert queue_wait_s(1, [], EXPERIENCED) == 0.0
    assert queue_wait_s(1, [10.0], EXPERIENCED) == pytest.approx(10.0)
    assert queue_wait_s(3, [10.0, None], EXPERIENCED) == pytest.approx(50.0)


def test_progress_rises_through_the_stages() -> None:
    course = [progress_of(stage, done, 10) for stage in STAGE_SHARES for done in range(11)]
    assert course == sorted(course)
    assert (course[0], course[-1]) == (0.0, 1.0)
    assert progress_of(Stage.POSE, 5, 10) == pytest.approx(0.45)
    assert progress_of(Stage.POSE, 0, 0) == 0.0


def test_the_same_request_is_the_same_however_the_exercise_is_spelled() -> None:
    def key(exercise: str, fingerprint: str = "f") -> str:
        return dedupe_key(NewJob("a@b.com", "k", fingerprint, exercise))

    assert key("Push Up") == key("push-up") == key("pushup")
    assert len({key("pushup"), key("squat"), key("squat", "g"), key("스쿼트")}) == 4


@pytest.mark.parametrize("other", [{"blur_faces": True}, {"video": True}, {"language": "ko"}, {"height_m": 1.7}])
def test_other_options_are_another_request(other: dict[str, Any]) -> None:
    def key(**options: Any) -> str:
        return dedupe_key(NewJob("a@b.com", "k", "f", "squat", options=AnalysisOptions(**options)))

    assert key() == key() != key(**other) == key(**other)
