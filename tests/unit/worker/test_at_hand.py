"""What a child was doing when it died is not lost, even if the next child begins before the parent looks."""

import os
from datetime import UTC, datetime

from storage.types import Claim, Job, JobStatus, Stage
from worker.deaths import AtHand, Doing

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def claim(job_id: str) -> Claim:
    """The first one of a job."""
    job = Job(
        job_id,
        "a@b.com",
        "temp/video/user/a@b.com/exercise_Squat.mp4",
        "squat",
        JobStatus.RUNNING,
        Stage.POSE,
        NOW,
        NOW,
    )
    return Claim(job, token=1, worker="w", lease_s=15.0)


def child_that_dies(at_hand: AtHand, job_id: str) -> int:
    """A process that dies in the middle of the job; its pid."""
    child = os.fork()
    if child == 0:
        with at_hand.doing(claim(job_id)):
            os._exit(9)
    os.waitpid(child, 0)
    return child


def test_a_death_is_known_until_it_is_seen_to_though_the_next_child_works_already() -> None:
    at_hand = AtHand()
    dead = Doing(child_that_dies(at_hand, "first"), "first", 1)
    assert at_hand.of_dead() == [dead]
    with at_hand.doing(claim("second")):
        assert at_hand.of_dead() == [dead]
        at_hand.forget(dead)
        assert at_hand.of_dead() == []
    next_dead = Doing(child_that_dies(at_hand, "third"), "third", 1)
    assert at_hand.of_dead() == [next_dead]


def test_who_lives_and_who_has_ended_well_is_not_dead() -> None:
    at_hand = AtHand()
    with at_hand.doing(claim("one")):
        assert at_hand.of_dead() == []
    assert at_hand.of_dead() == []
