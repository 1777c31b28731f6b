"""The worker around the real analysis: what a tiny one cannot show."""

import json
from pathlib import Path

import psutil
import pytest

from mannequin import Clip, draw
from storage.keys import parse_video_key
from storage.types import AnalysisOptions, JobStatus, NewJob
from tests.services import wait_until
from tests.worker_service import KEY, OWNER, Workshop

# QUICK's lease is too short for a machine on which every core is at work
pytestmark = pytest.mark.workshop(app="worker.app", lease_s=5)


@pytest.fixture(scope="module")
def squats(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "squats.mp4"
    draw(path, Clip(exercise="squat", repetitions=6, fps=25, width=360, height=480))
    return path.read_bytes()


def pose_processes(shop: Workshop) -> list[psutil.Process]:
    """Those of this workshop's workers, orphans too; other tests have theirs."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "environ"])
        if "analysis.pose.worker" in (process.info["cmdline"] or [])
        and (process.info["environ"] or {}).get("GOODREP_VOLUMES") == str(shop.volumes)
    ]


def test_squats_go_the_whole_way(shop: Workshop, squats: bytes) -> None:
    shop.settings["self_test"] = True  # once, since it takes a few seconds
    shop.worker()
    job = shop.until_ended(shop.ask(content=squats))
    assert job.status is JobStatus.SUCCEEDED, shop.logs()
    assert job.frames_done == job.frames_total > 300
    with shop.storage.objects.open(f"{job.results_prefix}/report.json") as stream:
        report = json.load(stream)
    assert (report["exercise"], len(report["repetitions"])) == ("squat", 6)
    assert "self-test passed" in shop.logs()
    assert job.result_files[0] == "report.json"
    assert sorted(shop.objects(f"{job.results_prefix}/")) == sorted(job.result_files)
    names = {name for each in shop.jobs.exercises() for name in (each.name, *each.aliases)}
    assert {"squat", "push_up", "unselected"} <= names


def test_a_video_and_hidden_faces_go_the_whole_way_when_asked_for(shop: Workshop, tmp_path: Path) -> None:
    draw(tmp_path / "squat.mp4", Clip(exercise="squat", repetitions=1, fps=15, width=240, height=320))
    shop.worker()
    wanted = AnalysisOptions(blur_faces=True, video=True)
    fingerprint = shop.video(KEY, (tmp_path / "squat.mp4").read_bytes())
    job, _ = shop.jobs.create(NewJob(OWNER, KEY, fingerprint, "squat", options=wanted))
    shop.send(job.id)
    ended = shop.until_ended(job)
    assert ended.status is JobStatus.SUCCEEDED, shop.logs()
    assert ended.result_files[:4] == ("report.json", "report.html", "summary.png", "annotated.mp4")
    stored = shop.storage.objects.stat(f"{ended.results_prefix}/annotated.mp4")
    assert stored.content_type == "video/mp4"
    with shop.storage.objects.open(f"{ended.results_prefix}/report.json") as stream:
        assert json.load(stream)["options"]["blur_faces"] is True


def test_a_running_analysis_is_cancelled_soon_and_leaves_no_process(shop: Workshop, squats: bytes) -> None:
    shop.worker()
    job = shop.until_running(shop.ask(content=squats))
    for process in pose_processes(shop):
        process.suspend()  # or they are through the video before they hear of it
    shop.jobs.request_cancel(job.id)
    ended = shop.until_ended(job)
    assert ended.status is JobStatus.CANCELLED
    assert ended.frames_done > 0
    folder = parse_video_key(ended.video_key).results_prefix(ended.id)
    assert shop.objects(folder) == [], "on a busy machine all frames may be done, but nothing is published"
    assert pose_processes(shop) == []


def test_a_killed_analysis_leaves_nothing_and_goes_on_from_its_checkpoint(shop: Workshop, squats: bytes) -> None:
    shop.settings["checkpoint_every_s"] = 0.3
    worker = shop.worker()
    job = shop.ask(content=squats)
    shop.until_running(job, frames=150)
    kept = parse_video_key(job.video_key).checkpoint_prefix(job.id)
    wait_until(lambda: len(shop.objects(kept)) >= 5, "what is found is put by, which a busy machine does late")
    child = next(process for process in worker.children() if process.ppid() == worker.pid)
    child.kill()
    wait_until(lambda: pose_processes(shop) == [], "the pose processes are gone")
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 2)
    assert ended.frames_resumed > 30
    assert ended.frames_done == ended.frames_total
    assert [path.name for path in shop.scratch.iterdir() if path.name.startswith("goodrep")] == []
    with shop.storage.objects.open(f"{ended.results_prefix}/report.json") as stream:
        report = json.load(stream)
    assert len(report["repetitions"]) == 6
    assert {each["picture"] for each in report["repetitions"]} <= set(ended.result_files)
    wait_until(
        lambda: sorted(shop.objects(f"{ended.results_prefix}/")) == sorted(ended.result_files), "nothing else is left"
    )


def test_a_pose_process_that_is_killed_is_an_attempt(shop: Workshop, squats: bytes) -> None:
    worker = shop.worker()
    job = shop.until_running(shop.ask(content=squats))
    next(process for process in worker.children() if "analysis.pose.worker" in process.cmdline()).kill()
    ended = shop.until_ended(job)
    assert (ended.status, ended.attempts) == (JobStatus.SUCCEEDED, 2)


def test_an_unknown_exercise_is_said(shop: Workshop, squats: bytes) -> None:
    shop.worker()
    job = shop.until_ended(shop.ask(KEY.replace("Squat", "Yodelling"), content=squats))
    assert (job.status, job.error_code) == (JobStatus.FAILED, "unknown_exercise")
