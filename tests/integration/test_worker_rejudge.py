"""The real worker judges kept landmarks again: a new job beside the analysis, which stays as it is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.kept import Kept, KeptPose, write_kept
from storage.types import Job, JobStatus, NewJob
from tests.skeleton import cosine, skeleton_track
from tests.worker_service import KEY, OWNER, Workshop

RESULTS = ["report.json", "report.html", "summary.png", "graph.png", "angles.csv", "landmarks.npz"]
pytestmark = pytest.mark.workshop(app="worker.app", lease_s=5)


@pytest.fixture
def analysed(shop: Workshop, tmp_path: Path) -> Job:
    """A job that has ended well and has kept the landmarks of three squats."""
    job, _ = shop.jobs.create(NewJob(OWNER, KEY, "fingerprint", "squat"))
    track = skeleton_track("squat", cosine(3, 5.0, 75.0))
    kept = Kept("squat", "ab" * 32, KeptPose(replace(track, video=replace(track.video, sha256="0" * 64)), 1))
    write_kept(kept, tmp_path / "landmarks.npz")
    prefix = f"temp/image/{OWNER}/exercise_Squat_2305092259/{job.id}"
    shop.storage.objects.upload(tmp_path / "landmarks.npz", f"{prefix}/landmarks.npz", "application/octet-stream")
    claim = shop.jobs.claim(job.id, worker="test", lease_s=60, max_attempts=3)
    return shop.jobs.succeed(claim, results_prefix=prefix, result_files=["landmarks.npz"])


def again(shop: Workshop, analysed: Job, exercise: str) -> Job:
    job, _ = shop.jobs.create(NewJob(OWNER, KEY, "", exercise, rejudge_of=analysed.id), force=True)
    shop.send(job.id)
    return shop.until_ended(job)


def test_landmarks_are_judged_again_without_the_video(shop: Workshop, analysed: Job) -> None:
    shop.worker()
    for exercise in ("squat", "lunge"):
        job = again(shop, analysed, exercise)
        assert job.status is JobStatus.SUCCEEDED, shop.logs()
        assert list(job.result_files) == RESULTS
        with shop.storage.objects.open(f"{job.results_prefix}/report.json") as stream:
            report = json.load(stream)
        assert report["exercise"] == exercise
        assert report["produced_by"]["pose_model_sha256"] == "ab" * 32
        assert ("squat.depth" in {fault["code"] for fault in report["faults"]}) == (exercise == "squat")
    folders = {name.partition("/")[0] for name in shop.objects(f"temp/image/{OWNER}/exercise_Squat_2305092259/")}
    jobs = {each.id for each in shop.jobs.list(OWNER).jobs}
    assert folders == jobs, "nothing lies there for the old app, which shows analyses"

    for name in shop.objects(f"{analysed.results_prefix}/"):
        shop.storage.objects.delete(f"{analysed.results_prefix}/{name}")
    gone = again(shop, analysed, "squat")
    assert (gone.status, gone.error_code) == (JobStatus.FAILED, "landmarks_gone")
