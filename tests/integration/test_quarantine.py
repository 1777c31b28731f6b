"""A video that kills the process which reads it is tried twice, then set aside; in a real Redis."""

import pytest

from storage.errors import ClaimRefused, NotInQuarantine, VideoQuarantined
from storage.jobs.queue import RedisJobs
from storage.types import Claim, Job, JobStatus, NewJob, Stage
from tests.api_service import OWNER as API_OWNER
from tests.api_service import VIDEO, Api, code_of

OWNER = "jane.doe@example.com"


def new(number: int = 0, fingerprint: str = "fatal", rejudge_of: str = "") -> NewJob:
    return NewJob(
        OWNER,
        f"temp/video/user/{OWNER}/exercise_Squat_{1_000_000_000 + number}.mp4",
        fingerprint,
        "squat",
        rejudge_of=rejudge_of,
    )


def claim(jobs: RedisJobs, worker: str = "host:1") -> Claim | None:
    return jobs.claim_next(worker=worker, lease_s=60, max_attempts=3, most_per_owner=9)


def die(jobs: RedisJobs, held: Claim | None) -> Job:
    assert held is not None
    return jobs.release(held, message="It died.", reason="AnalysisCrashed", died_of_video=True)


def set_aside(jobs: RedisJobs) -> Job:
    jobs.create(new())
    die(jobs, claim(jobs))
    return die(jobs, claim(jobs))


def test_it_is_tried_twice_then_fails_with_a_reason(jobs: RedisJobs) -> None:
    jobs.create(new())
    first = die(jobs, claim(jobs))
    assert (first.status, first.attempts) == (JobStatus.QUEUED, 1)
    second = die(jobs, claim(jobs))
    assert (second.status, second.error_code, second.attempts) == (JobStatus.FAILED, "video_quarantined", 2)
    assert second.error_message.endswith("send the new file.")
    (entry,) = jobs.quarantined()
    assert (entry.fingerprint, entry.job_id, entry.reason) == ("fatal", second.id, "AnalysisCrashed")
    assert entry.job == second
    assert jobs.given_up() == []


def test_the_answer_that_was_lost_is_given_again(jobs: RedisJobs) -> None:
    jobs.create(new())
    die(jobs, claim(jobs))
    held = claim(jobs)
    assert die(jobs, held).status is die(jobs, held).status is JobStatus.FAILED


def test_the_others_go_first(jobs: RedisJobs) -> None:
    deadly, _ = jobs.create(new(0))
    held = claim(jobs)
    harmless, _ = jobs.create(new(1, "harmless"))
    die(jobs, held)
    order = [each.job.id for each in (claim(jobs), claim(jobs)) if each]
    assert order == [harmless.id, deadly.id]


def test_whoever_sends_it_again_is_told_at_once(jobs: RedisJobs) -> None:
    failed = set_aside(jobs)
    assert jobs.create(new()) == (failed, False)
    for again in (new(1), new(2)):
        with pytest.raises(VideoQuarantined, match=r"ended the analysis abruptly, twice"):
            jobs.create(again, force=True)
    assert jobs.create(new(3, "another"))[1]
    assert jobs.create(new(4, rejudge_of=failed.id))[1]


def test_a_job_that_waits_with_the_same_video_is_not_begun(jobs: RedisJobs) -> None:
    jobs.create(new())
    held = claim(jobs)
    twin, _ = jobs.create(new(1))
    die(jobs, held)
    waiting = claim(jobs)
    assert waiting is not None
    assert waiting.job.id == twin.id
    jobs.release(waiting, counts=False)
    jobs.quarantine(held.job.id if held else "")
    assert claim(jobs) is None
    assert jobs.get(twin.id).error_code == "video_quarantined"


def test_an_operator_lifts_it(jobs: RedisJobs) -> None:
    failed = set_aside(jobs)
    assert jobs.lift_quarantine(failed.id) == "fatal"
    assert jobs.quarantined() == []
    job, is_new = jobs.create(new())
    assert is_new
    assert job.status is JobStatus.QUEUED
    with pytest.raises(NotInQuarantine):
        jobs.lift_quarantine("fatal")


def test_an_operator_runs_it_again_all_the_same(jobs: RedisJobs) -> None:
    failed = set_aside(jobs)
    jobs.run_again(failed.id)
    assert die(jobs, claim(jobs)).status is JobStatus.QUEUED
    assert die(jobs, claim(jobs)).error_code == "video_quarantined"


def test_an_operator_sets_it_aside(jobs: RedisJobs) -> None:
    job, _ = jobs.create(new())
    held = claim(jobs)
    ended = jobs.quarantine(job.id, reason="looks odd")
    assert (ended.status, ended.error_code) == (JobStatus.FAILED, "video_quarantined")
    assert held is not None
    with pytest.raises(ClaimRefused):
        jobs.claim(job.id, worker="host:2", lease_s=60, max_attempts=3)
    assert jobs.quarantined()[0].reason == "looks odd"


def test_a_child_that_dies_while_it_reads_the_video_blames_it(jobs: RedisJobs) -> None:
    job, _ = jobs.create(new())
    for expected in (JobStatus.QUEUED, JobStatus.FAILED):
        held = claim(jobs)
        assert held is not None
        jobs.progress(held, Stage.POSE, frames_done=1, frames_total=9)
        assert jobs.child_died(job.id, held.token - 1, delay_s=0, reason="") is None
        died = jobs.child_died(job.id, held.token, delay_s=0, reason="killed by signal 9")
        assert died is not None
        assert (died.id, died.status) == (job.id, expected)
    assert jobs.quarantined()[0].reason == "killed by signal 9"


def test_a_child_that_dies_elsewhere_only_loses_an_attempt(jobs: RedisJobs) -> None:
    job, _ = jobs.create(new())
    for _ in range(3):
        held = claim(jobs)
        assert held is not None
        jobs.progress(held, Stage.PUBLISHING)
        jobs.child_died(job.id, held.token, delay_s=0, reason="killed by signal 9")
    assert claim(jobs) is None
    assert jobs.get(job.id).error_code == "too_many_attempts"
    assert jobs.quarantined() == []


def test_both_doors_say_so_at_once(api: Api) -> None:
    api.put(content=b"deadly")
    first = api.http.post("/v1/analyses", json={"video": VIDEO}).json()
    api.jobs.quarantine(first["id"])
    again = api.http.post("/v1/analyses", json={"video": VIDEO}).json()
    assert (again["id"], again["error"]["code"]) == (first["id"], "video_quarantined")
    other = f"temp/video/user/{API_OWNER}/exercise_Squat_2305092300.mp4"
    api.put(other, content=b"deadly")
    for reply in (
        api.http.post("/v1/analyses", json={"video": other}),
        api.http.post("/download_and_analyze", params={"data": other}),
    ):
        assert (reply.status_code, code_of(reply)) == (422, "video_quarantined")
    api.jobs.lift_quarantine(first["id"])
    assert api.http.post("/v1/analyses", json={"video": other}).status_code == 202
