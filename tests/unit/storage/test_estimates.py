"""Estimates from a job's own frames, else from experience, else none."""

from dataclasses import replace
from typing import Any

import pytest

from storage.jobs.estimates import Pace, Run, claims_before, queue_wait_s, running_seconds_left
from storage.jobs.records import STAGE_SHARES, dedupe_key, progress_of
from storage.types import AnalysisOptions, NewJob, Priority, Stage

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


def test_frames_of_an_earlier_attempt_took_no_time() -> None:
    run = Run(now_s=12.0, frames_done=250, frames_total=300, pose_began_s=2.0, last_frame_s=12.0, frames_resumed=150)
    assert running_seconds_left(run, Pace()) == pytest.approx(5.0)
    begun = Run(now_s=1.0, frames_done=400, frames_total=500, pose_began_s=1.0, last_frame_s=1.0, frames_resumed=400)
    assert running_seconds_left(begun, EXPERIENCED) == pytest.approx(4.0)


def test_without_either_nothing_is_claimed() -> None:
    assert running_seconds_left(Run(now_s=1.0), Pace()) is None
    assert queue_wait_s(before(2), [None], 1, Pace()) is None


def test_never_below_zero() -> None:
    assert running_seconds_left(Run(now_s=99.0), EXPERIENCED) == 0.0


def before(normal: int = 0, *, interactive: int = 0, batch: int = 0) -> dict[Priority, int]:
    return {Priority.INTERACTIVE: interactive, Priority.NORMAL: normal, Priority.BATCH: batch}


def test_a_queue_is_worked_off_by_all_who_take_jobs() -> None:
    assert queue_wait_s(before(), [], 1, EXPERIENCED) == 0.0
    assert queue_wait_s(before(), [10.0], 1, EXPERIENCED) == pytest.approx(10.0)
    assert queue_wait_s(before(), [10.0], 2, EXPERIENCED) == 0.0
    assert queue_wait_s(before(2), [10.0, None], 2, EXPERIENCED) == pytest.approx(40.0)
    assert queue_wait_s(before(2), [10.0, None, 50.0], 2, EXPERIENCED) == pytest.approx(40.0)  # a worker was lost
    assert queue_wait_s(before(5), [], 4, EXPERIENCED) == pytest.approx(30.0)


def test_a_queue_that_nobody_works_off_has_no_end() -> None:
    assert queue_wait_s(before(), [], 0, EXPERIENCED) is None


def test_what_is_short_is_not_taken_for_long() -> None:
    pace = replace(EXPERIENCED, interactive_s=1.0)
    assert queue_wait_s(before(1, interactive=3), [], 1, pace) == pytest.approx(33.0)
    assert queue_wait_s(before(1, interactive=3), [], 1, EXPERIENCED) == pytest.approx(120.0)
    assert (pace.of(Priority.INTERACTIVE), pace.of(Priority.BATCH)) == (1.0, 30.0)


def test_what_is_begun_before_a_job() -> None:
    alone = before(10)
    assert claims_before(Priority.NORMAL, 7, alone, before()) == before(7)
    everybody = before(100, interactive=100, batch=100)
    assert claims_before(Priority.INTERACTIVE, 0, everybody, before()) == before()
    assert claims_before(Priority.NORMAL, 0, everybody, before()) == before(interactive=4)
    assert claims_before(Priority.BATCH, 0, everybody, before()) == before(1, interactive=8)
    assert claims_before(Priority.BATCH, 0, everybody, before(batch=9)) == before()
    few = before(2, interactive=1, batch=3)
    assert claims_before(Priority.BATCH, 2, few, before()) == before(2, interactive=1, batch=2)


@pytest.mark.parametrize("video", [False, True])
def test_progress_rises_through_the_stages(video: bool) -> None:
    course = [progress_of(stage, done, 10, video=video) for stage in STAGE_SHARES for done in range(11)]
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
