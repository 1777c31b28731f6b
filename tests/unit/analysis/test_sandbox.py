"""What an intruder in a process that reads videos can do: nothing but read that video and answer wrongly."""

import ast
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from analysis.errors import AnalysisCrashed, DecoderLimit
from analysis.pose.processes import STANDS_STILL_AFTER_S, PoseProcess, PoseProcesses
from analysis.sandbox import landlock, seccomp
from analysis.sandbox.room import Allowance, Room, missing_means
from tests.sandboxed import Try

ROOT = Path(__file__).parents[3]
WORKER = "tests.sandboxed"

needs_seccomp = pytest.mark.skipif(not seccomp.is_available(), reason="this kernel has no seccomp")
needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no landlock")


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("another's") / "video.mp4"
    path.write_bytes(b"secret")
    return path


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder = tmp_path_factory.mktemp("room")
    (folder / "video.mp4").write_bytes(b"video")
    (folder / "spool").mkdir()
    return Room(reads=(folder / "video.mp4",), writes=(folder / "spool",), file_bytes=1_000_000)


@pytest.fixture(scope="module")
def team(room: Room) -> Iterator[PoseProcesses]:
    with PoseProcesses(1, worker=WORKER, room=room) as team:
        yield team


def tried(team: PoseProcesses, attempt: str, argument: object = "") -> str:
    ((_, answer),) = team.answers([Try(attempt, str(argument))])
    return str(answer)


def test_it_reads_its_video_and_writes_into_its_folder(team: PoseProcesses, room: Room) -> None:
    assert tried(team, "read", room.reads[0]) == "done: b'vide'"
    assert tried(team, "write", room.writes[0] / "1.jpg") == "done: 1"
    assert tried(team, "start_thread") == "done: ran"


@needs_landlock
def test_no_other_file_is_within_its_reach(team: PoseProcesses, room: Room, secret: Path) -> None:
    for path in (secret, "/etc/passwd", f"/proc/{os.getpid()}/environ", ROOT / "pyproject.toml"):
        assert tried(team, "read", path) == "refused: PermissionError 13"
    for path in (secret, room.reads[0], secret.parent / "new", ROOT / "analysis" / "new.py"):
        assert tried(team, "write", path) == "refused: PermissionError 13"
    assert tried(team, "link", room.writes[0] / "link") == "refused: PermissionError 13"
    assert secret.read_bytes() == b"secret"


@needs_seccomp
def test_it_reaches_no_network(team: PoseProcesses) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert tried(team, "connect", server.getsockname()[1]) == "refused: PermissionError 1"
        with pytest.raises(TimeoutError):
            server.accept()
    assert tried(team, "raw_connect_without_socket") == "refused: PermissionError 1"


@needs_seccomp
@pytest.mark.parametrize("attempt", ["run_program", "fork", "execute"])
def test_it_starts_no_process(team: PoseProcesses, attempt: str) -> None:
    assert tried(team, attempt) == "refused: PermissionError 1"


@needs_seccomp
def test_it_touches_no_other_process(team: PoseProcesses) -> None:
    assert tried(team, "signal_somebody", os.getpid()) == "refused: PermissionError 1"
    assert tried(team, "signal_somebody", -1) == "refused: PermissionError 1"
    assert tried(team, "change_anothers_limits", os.getpid()) == "refused: PermissionError 1"


def test_it_writes_no_large_file_and_opens_few(team: PoseProcesses, room: Room) -> None:
    assert tried(team, "write_much", room.writes[0] / "much") == "refused: OSError 27"
    assert (room.writes[0] / "much").stat().st_size <= room.file_bytes
    assert tried(team, "open_many", room.reads[0]) == "refused: OSError 24"
    with pytest.raises(AnalysisCrashed), PoseProcesses(1, worker=WORKER, room=room) as another:
        tried(another, "raise_limits")  # a ValueError, which is the end of it
    assert tried(team, "leave_core") == "done: (0, 0)"


def test_only_its_last_words_are_listened_to(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with PoseProcesses(1, worker=WORKER, room=room) as team:
        tried(team, "chatter")
        with pytest.raises(AnalysisCrashed):
            tried(team, "die")
    assert 1000 < len(caplog.messages[-1]) < 5000


def test_its_memory_ends_in_an_error_and_it_goes_on(team: PoseProcesses) -> None:
    with pytest.raises(DecoderLimit, match="memory"):
        tried(team, "fill_memory")
    assert tried(team, "start_thread") == "done: ran"


def test_its_processor_time_ends(room: Room) -> None:
    with PoseProcesses(1, worker=WORKER, room=room) as team, pytest.raises(DecoderLimit, match="longer"):
        list(team.answers([Try("spin", allowance=Allowance(cpu_s=0.5, memory_bytes=1_000_000_000))]))


def wait_in_vain(process: PoseProcess) -> None:
    for _ in range(100):
        process.check_that_it_lives(STANDS_STILL_AFTER_S)
        time.sleep(0.05)  # until it sleeps, too


def test_when_it_stands_still_it_is_given_up(room: Room) -> None:
    process = PoseProcess(WORKER, room)
    try:
        process.ask(Try("start_thread"))
        assert process.answer() == "done: ran"
        process.check_that_it_lives(STANDS_STILL_AFTER_S)
        assert process.answer() is None
        process.ask(Try("sleep"))
        process.check_that_it_lives(STANDS_STILL_AFTER_S + 10)  # it has worked since it was begun
        with pytest.raises(AnalysisCrashed):
            wait_in_vain(process)
    finally:
        process.close()


@pytest.mark.parametrize("attempt", ["pickle", "broken_pickle", "die", "hang_up"])
def test_nothing_in_its_answer_is_called(room: Room, attempt: str) -> None:
    called = Path("/tmp/goodrep-was-called")
    with PoseProcesses(1, worker=WORKER, room=room) as team, pytest.raises(AnalysisCrashed):
        tried(team, attempt)
    assert not called.exists()


def test_it_is_told_no_secret(room: Room) -> None:
    os.environ["GOODREP_WEBHOOK_SECRET"] = "whsec_secret"
    try:
        with PoseProcesses(1, worker=WORKER, room=room) as team:
            assert "WEBHOOK" not in tried(team, "environment")
    finally:
        del os.environ["GOODREP_WEBHOOK_SECRET"]


def test_it_ends_with_its_parent_even_when_it_does_not_listen() -> None:
    program = (
        "from analysis.pose.processes import PoseProcesses; from analysis.sandbox.room import Room\n"
        "from tests.sandboxed import Try\n"
        f"team = PoseProcesses(1, worker='{WORKER}', room=Room())\n"
        "list(team.answers([Try('start_thread')])); print('going', flush=True); list(team.answers([Try('sleep')]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"going\n"
        orphans = psutil.Process(parent.pid).children()
        assert orphans
        parent.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(orphans, timeout=20)
    assert alive == []


def test_what_is_missing_is_said() -> None:
    assert (missing_means() == ()) == (seccomp.is_available() and landlock.version() > 0)


@needs_landlock
def test_a_model_may_lie_anywhere(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.task").write_bytes(b"model")
    monkeypatch.setenv("GOODREP_POSE_MODEL", str(tmp_path / "model.task"))
    with PoseProcesses(1, worker=WORKER, room=room) as team:
        assert tried(team, "read", tmp_path / "model.task") == "done: b'mode'"


def test_only_processes_in_the_sandbox_parse_videos() -> None:
    """Of the product: the packages that are in the images."""
    parsing = {("analysis.media.video", "probe"), ("analysis.media.video", "open_container")}
    parsing |= {("analysis.media.frames", "decode"), ("analysis.film.encoding", "join")}
    in_sandbox = {f"analysis/{room}/worker.py" for room in ("pose", "faces", "film")} | {"analysis/media/frames.py"}
    for package in ("analysis", "worker", "storage", "api", "telemetry"):
        for path in (ROOT / package).rglob("*.py"):
            imported = {
                (node.module, name.name)
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.ImportFrom)
                for name in node.names
            }
            name = path.relative_to(ROOT).as_posix()
            assert not imported & parsing or name in in_sandbox, name
