"""A staging folder is there while it is used, and never longer."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.types import Claim, Job, JobStatus, Stage
from tests.services import REPOSITORY
from worker.staging import staging_folder, sweep

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JOB = Job("0" * 32, "a@b.com", "k", "Squat", JobStatus.RUNNING, Stage.STAGING, NOW, NOW)


def claim(token: int = 1) -> Claim:
    return Claim(JOB, token, "w", 60)


def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    with staging_folder(tmp_path / "staging", claim(7)) as folder:
        assert folder.name == f"{JOB.id}.7"
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text("x")
    assert list((tmp_path / "staging").iterdir()) == []


def test_it_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(MemoryError), staging_folder(tmp_path, claim()):
        raise MemoryError
    assert list(tmp_path.iterdir()) == []


def test_it_begins_empty(tmp_path: Path) -> None:
    left = tmp_path / f"{JOB.id}.1"
    left.mkdir()
    (left / "old").write_text("x")
    with staging_folder(tmp_path, claim()) as folder:
        assert list(folder.iterdir()) == []


def test_a_living_worker_s_folder_is_not_swept(tmp_path: Path) -> None:
    with staging_folder(tmp_path, claim()) as folder:
        (tmp_path / f"{JOB.id}.2").mkdir()
        assert sweep(tmp_path) == [f"{JOB.id}.2"]
        assert folder.is_dir()


def test_a_killed_worker_s_folder_is_swept(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.unit.worker.test_staging import claim, staging_folder\n"
        "with staging_folder(Path(sys.argv[1]), claim()): print('in', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=REPOSITORY, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in\n"
        assert sweep(tmp_path) == []
        os.kill(process.pid, signal.SIGKILL)
    assert sweep(tmp_path) == [f"{JOB.id}.1"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_sweep(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not ours")
    (tmp_path / "link").symlink_to(tmp_path)
    assert sweep(tmp_path) == []
    assert sweep(tmp_path / "missing") == []
