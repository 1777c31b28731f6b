"""`python -m analysis` on a drawn clip: what it prints, how it ends, and that it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.analysis.analysed_clip import ROOT, Analysed, report_in


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "analysis", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_the_command_writes_the_same_report_as_the_pipeline(clip: Path, alone: Analysed, tmp_path: Path) -> None:
    done = run(clip, "--exercise", "Squats", "--out", tmp_path / "out")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"results: {tmp_path / 'out'}"
    assert "Squat · 2 repetitions" in done.stdout
    assert "Following the person" in done.stderr
    assert report_in(tmp_path / "out") == report_in(alone.folder)


def test_a_quiet_command_prints_where_the_results_lie_and_nothing_else(clip: Path, tmp_path: Path) -> None:
    done = run(clip, "--exercise", "squat", "--out", tmp_path / "out", "--quiet")

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"results: {tmp_path / 'out'}\n"


def test_a_bad_video_is_one_sentence_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no video" * 100)

    done = run(tmp_path / "bad.mp4", "--out", tmp_path / "out", "--quiet")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().endswith("(not_a_video)")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_video_is_named(tmp_path: Path) -> None:
    done = run(tmp_path / "none.mp4", "--out", tmp_path / "out", "--quiet")

    assert done.returncode == 1
    assert "none.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_exercise_lists_the_known_ones(clip: Path, tmp_path: Path) -> None:
    done = run(clip, "--exercise", "juggling", "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "push_up" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_folder_must_be_given(clip: Path) -> None:
    assert run(clip).returncode == 2


@pytest.fixture
def working(clip: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command in a session of its own, following the person."""
    process = subprocess.Popen(
        command(clip, "--exercise", "squat", "--out", tmp_path / "out"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Following" in line:
            break
    with process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_ctrl_c_ends_cleanly(working: subprocess.Popen[str], tmp_path: Path) -> None:
    """A terminal sends the signal to the whole group, children too."""
    os.killpg(working.pid, signal.SIGINT)

    _, errors = working.communicate(timeout=60)

    assert working.returncode == 130
    assert "Traceback" not in errors
    assert "nothing was written" in errors
    assert not (tmp_path / "out").exists()
    _assert_gone(working.pid)


def _assert_gone(group: int) -> None:
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a process of the analysis is still there")
