"""What a worker makes of the clip on which it tries itself out, and of the room on its disk."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.jobs.workers import RedisWorkers
from tests.services import free_port
from worker.presence import Presence
from worker.room import PER_JOB_BYTES, NoRoom, Room, job_bytes
from worker.self_test import CLIP, TURNS_S, SelfTestFailed, self_test


@dataclass(frozen=True)
class Result:
    files: list[Path]
    figures: tuple[int, ...] = ()


def finds(turns_s: tuple[float, ...], *, missing: str = "", empty: bool = False) -> Callable[..., Result]:
    """An analysis that finds repetitions which turn then."""

    def analyse(path: Path, exercise: str, out_dir: Path, **more: Any) -> Result:
        assert (path, exercise) == (CLIP, "squat")
        report = out_dir / "report.json"
        report.write_text("" if empty else json.dumps({"repetitions": [{"turn_s": turn_s} for turn_s in turns_s]}))
        return Result([report, *([out_dir / missing] if missing else [])])

    return analyse


def test_the_clip_is_small_enough_for_the_repository() -> None:
    assert CLIP.stat().st_size < 100_000


def test_what_was_drawn_is_found(tmp_path: Path) -> None:
    self_test(finds((TURNS_S[0] + 0.2, TURNS_S[1] - 0.2)), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("analyse", "says"),
    [
        (finds(TURNS_S[:1]), "2 repetitions; 1 were found"),
        (finds((*TURNS_S, 5.0)), "3 were found"),
        (finds((TURNS_S[0], 4.0)), "turn at"),
        (finds(TURNS_S, missing="summary.png"), "no summary.png"),
        (finds(TURNS_S, empty=True), "no report.json"),
    ],
)
def test_anything_else_is_a_failure(analyse: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(SelfTestFailed, match=says):
        self_test(analyse, tmp_path)
    assert list(tmp_path.iterdir()) == []


def presence(room: Room, test: Callable[[], None] | None) -> Presence:
    return Presence(room, RedisWorkers(f"redis://127.0.0.1:{free_port()}/0"), test)  # nobody is there


def test_it_is_run_once(tmp_path: Path) -> None:
    runs: list[int] = []
    tried = presence(Room(tmp_path, 0), lambda: runs.append(1))
    assert tried.refusal() == "starting"
    for _ in range(3):
        tried.try_out()
        assert tried.refusal() == ""
    assert runs == [1]
    without = presence(Room(tmp_path, 0), None)
    without.try_out()
    assert without.refusal() == ""


def test_a_failure_is_one_for_good(tmp_path: Path) -> None:
    def fail() -> None:
        raise SelfTestFailed("The model is another one. " + 100 * "한")

    tried = presence(Room(tmp_path, 0), fail)
    tried.try_out()
    tried.try_out()
    assert tried.refusal().startswith("SelfTestFailed: The model is another one. 한한")


def test_a_process_that_dies_of_it_twice_is_not_asked_again(tmp_path: Path) -> None:
    def die() -> None:
        raise SystemExit  # nothing after it is done, as in a process that is gone

    tried = presence(Room(tmp_path, 0), die)
    for _ in range(2):
        with pytest.raises(SystemExit):
            tried.try_out()
        assert tried.refusal() == "starting"
    tried.try_out()
    assert tried.refusal() == "The process that ran the self-test died of it."


def test_without_room_it_is_put_off(tmp_path: Path) -> None:
    runs: list[int] = []
    tried = presence(Room(tmp_path, 10**18), lambda: runs.append(1))
    tried.try_out()
    assert runs == []
    assert tried.refusal().startswith("The disk lacks ")


def test_what_a_job_needs_is_remembered_until_there_is_room(tmp_path: Path) -> None:
    room = Room(tmp_path / "not" / "there" / "yet", 0)
    room.require(1)
    assert room.missing_bytes() == 0
    with pytest.raises(NoRoom, match=r"lacks \d+ MB"):
        room.require(10**18)
    assert room.missing_bytes() > 0
    room.require(1)
    assert room.missing_bytes() == 0


def test_what_a_job_may_fill() -> None:
    assert job_bytes(0) == PER_JOB_BYTES
    assert job_bytes(100_000_000) > 500_000_000
