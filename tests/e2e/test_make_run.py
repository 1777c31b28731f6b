"""`make run`, `make up` and `make down` as a person uses them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from mannequin import Clip, draw
from mannequin.broken import BROKEN
from scripts.service import ROOT, free_port


def environment(volumes: Path, **more: str) -> dict[str, str]:
    """As a shell would have it, with volumes of one's own."""
    return os.environ | {"GOODREP_VOLUMES": str(volumes), "VIDEO": "", "EXERCISE": ""} | more


def run(volumes: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`make run` without make."""
    command = [sys.executable, "-m", "scripts.run"]
    return subprocess.run(
        command, cwd=ROOT, env=environment(volumes, **more), capture_output=True, text=True, timeout=300, check=False
    )


def processes(volumes: Path) -> list[psutil.Process]:
    """Whatever was started for these volumes and still runs."""
    mine = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("GOODREP_VOLUMES") == str(volumes) and process.status() != psutil.STATUS_ZOMBIE:
                mine.append(process)
        except psutil.Error:
            continue
    return mine


def wait_until_gone(volumes: Path, within_s: float = 60.0) -> None:
    deadline_s = time.monotonic() + within_s
    while left := processes(volumes):
        assert time.monotonic() < deadline_s, left
        time.sleep(0.1)


@pytest.fixture
def volumes(tmp_path: Path) -> Iterator[Path]:
    """Volumes of one's own; nothing that works on them outlives the test."""
    folder = tmp_path / "my volumes"
    folder.mkdir()
    yield folder
    left = processes(folder)
    for process in left:
        process.kill()
    assert not left


def test_without_a_video_a_squat_is_drawn_sent_and_counted(volumes: Path) -> None:
    done = run(volumes, EXERCISE="squat")
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("results: /")
    folder = Path(last.removeprefix("results: "))
    report = json.loads((folder / "report.json").read_text())
    assert report["exercise"] == "squat"
    assert len(report["repetitions"]) == Clip().repetitions
    assert volumes in folder.parents
    assert (folder / "summary.png").is_file()
    assert (folder / "annotated.mp4").is_file()
    assert not processes(volumes)
    assert not list((volumes / "run").iterdir())
    assert not list((volumes / "staging").iterdir())


@pytest.mark.skipif(not (ROOT / ".venv" / "ready").exists(), reason="this environment was not made by `make setup`")
def test_make_passes_any_file_name_on_as_it_is(volumes: Path, tmp_path: Path) -> None:
    video = tmp_path / "내 스쿼트 $HOME 100% 'gut' (2).mp4"
    draw(video, Clip(repetitions=2, width=360, height=480, fps=15.0))
    command = ["make", "run", f"VIDEO={video}", "EXERCISE=Squat"]
    unset = {
        name: value
        for name, value in environment(volumes).items()
        if name not in ("VIDEO", "EXERCISE", "MAKEFLAGS", "MAKELEVEL")
    }
    done = subprocess.run(command, cwd=ROOT, env=unset, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.splitlines()[-1].removeprefix("results: "))
    assert len(json.loads((folder / "report.json").read_text())["repetitions"]) == 2


@pytest.mark.parametrize(("path", "sentence"), [("no such.mp4", "no such video"), (".", "a folder")])
def test_a_video_that_is_not_there_is_said_before_anything_is_started(volumes: Path, path: str, sentence: str) -> None:
    done = run(volumes, VIDEO=path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "results:" not in done.stdout
    assert "Starting" not in done.stderr


def test_what_cannot_be_judged_says_why(volumes: Path, tmp_path: Path) -> None:
    BROKEN["text"](tmp_path / "video.mp4")
    done = run(volumes, VIDEO=str(tmp_path / "video.mp4"), EXERCISE="squat")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("not_a_video: ")
    assert "Traceback" not in done.stderr
    assert "results:" not in done.stdout


def test_a_service_that_does_not_start_shows_its_log(volumes: Path) -> None:
    done = run(volumes, GOODREP_HTTP_THREADS="none")
    assert done.returncode == 3
    assert "The api does not run" in done.stderr
    assert "GOODREP_HTTP_THREADS" in done.stderr


def test_a_worker_that_will_do_no_job_is_not_waited_for(volumes: Path, tmp_path: Path) -> None:
    (tmp_path / "other.task").write_bytes(b"no model")
    (tmp_path / "video.mp4").write_bytes(b"the service never comes so far as to look at it")
    done = run(volumes, VIDEO=str(tmp_path / "video.mp4"), GOODREP_POSE_MODEL=str(tmp_path / "other.task"))
    assert done.returncode == 3
    assert "The worker takes no jobs: PoseModelMissing: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_the_run_ends_all_that_it_started(volumes: Path, tmp_path: Path, number: signal.Signals) -> None:
    draw(tmp_path / "video.mp4", Clip(repetitions=12, width=240, height=320, fps=15.0))
    started = subprocess.Popen(
        [sys.executable, "-m", "scripts.run"],
        cwd=ROOT,
        env=environment(volumes, VIDEO=str(tmp_path / "video.mp4"), EXERCISE="squat"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stderr is not None
    for line in started.stderr:
        if "pose" in line:
            break
    started.send_signal(number)
    out, _ = started.communicate(timeout=120)
    assert started.returncode != 0
    assert "results:" not in out
    wait_until_gone(volumes)


def test_up_stays_and_down_stops_it_and_a_run_beside_it_disturbs_nothing(volumes: Path, tmp_path: Path) -> None:
    draw(tmp_path / "video.mp4", Clip(repetitions=2, width=240, height=320, fps=15.0))
    port = str(free_port())

    def make(name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", f"scripts.{name}"]
        own = environment(volumes, GOODREP_PORT=port)
        return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=120, check=False)

    up = make("up")
    try:
        assert up.returncode == 0, up.stderr
        assert f"http://127.0.0.1:{port}" in up.stdout
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, follow_redirects=True) as client:
            assert client.get("/ready").status_code == 200
            assert "swagger" in client.get("/docs").text.casefold()
            assert "running already" in make("up").stdout
            done = run(volumes, VIDEO=str(tmp_path / "video.mp4"), EXERCISE="squat")
            assert done.returncode == 0, done.stderr
            assert client.get("/ready").status_code == 200
    finally:
        down = make("down")
    assert "Stopped" in down.stdout
    wait_until_gone(volumes)
    assert (volumes / "redis").is_dir()
    assert "Nothing" in make("down").stdout


def test_up_says_so_when_the_port_is_taken(volumes: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        own = environment(volumes, GOODREP_PORT=str(other.getsockname()[1]))
        command = [sys.executable, "-m", "scripts.up"]
        done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "is in use" in done.stderr
