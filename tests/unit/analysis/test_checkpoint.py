"""A pose that was half-way estimated goes on from there: real MediaPipe in real child processes."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import AnalysisCancelled, AnalysisCrashed
from analysis.media.video import VideoFile, probe
from analysis.pose.follow import PoseRun, estimate_pose
from mannequin.clip import Clip, draw
from tests.unit.analysis.pose_processes import pose_processes


@dataclass
class ListShelf:
    """Keeps parts in memory."""

    every_s: float = 0.0
    kept: dict[str, list[bytes]] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)

    def put(self, name: str, part: bytes) -> None:
        self.kept.setdefault(name, []).append(part)

    def parts(self, name: str) -> Iterable[bytes]:
        return list(self.kept.get(name, ()))

    def resumed(self, frames: int) -> None:
        self.told.append(frames)


@pytest.fixture(scope="module")
def squat(tmp_path_factory: pytest.TempPathFactory) -> VideoFile:
    path = tmp_path_factory.mktemp("clips") / "squat.mp4"
    draw(path, Clip(repetitions=2, fps=20, width=240, height=320))
    return probe(path)


@pytest.fixture(scope="module")
def whole(squat: VideoFile) -> Iterator[PoseRun]:
    """Without any interruption."""
    with estimate_pose(squat, processes=2) as run:
        yield run


def cut_short(video: VideoFile, shelf: ListShelf, *, at: float, processes: int = 2) -> None:
    """Follow until that share of the frames is done."""
    done = [0.0]
    with pytest.raises(AnalysisCancelled):
        estimate_pose(
            video,
            processes=processes,
            shelf=shelf,
            on_progress=lambda frames, total: done.append(frames / total),
            cancelled=lambda: done[-1] >= at,
        )


def assert_same(one: PoseRun, other: PoseRun) -> None:
    """Within what the borders of segments make."""
    np.testing.assert_array_equal(one.track.timestamps_s, other.track.timestamps_s)
    torso = np.linalg.norm(other.track.landmarks[:, 11, :2] - other.track.landmarks[:, 23, :2], axis=-1)
    distance = np.linalg.norm(one.track.landmarks[..., :2] - other.track.landmarks[..., :2], axis=-1)
    assert np.nanmedian(distance / torso[:, None]) < 0.005
    assert np.nanpercentile(distance / torso[:, None], 95) < 0.05


@pytest.mark.parametrize("later", [1, 2, 3])
def test_it_goes_on_from_where_it_was_on_any_number_of_cores(squat: VideoFile, whole: PoseRun, later: int) -> None:
    shelf = ListShelf()
    cut_short(squat, shelf, at=0.5)
    told: list[int] = []
    with estimate_pose(squat, processes=later, shelf=shelf, on_progress=lambda done, _: told.append(done)) as run:
        assert_same(run, whole)
        pictures = [frame for frame, _ in run.frames([0, 40, 80])]
        np.testing.assert_allclose(pictures, [0, 40, 80], atol=6)
    assert told[0] == shelf.told[0] >= 0.5 * len(squat.pts)
    assert told[-1] == len(squat.pts)


def test_cut_short_twice(squat: VideoFile, whole: PoseRun) -> None:
    shelf = ListShelf()
    cut_short(squat, shelf, at=0.3)
    cut_short(squat, shelf, at=0.6)
    with estimate_pose(squat, processes=2, shelf=shelf) as run:
        assert_same(run, whole)
    assert 0.3 * len(squat.pts) <= shelf.told[0] < 0.6 * len(squat.pts) <= shelf.told[1]


def test_what_is_known_wholly_is_not_looked_at_again(squat: VideoFile, whole: PoseRun) -> None:
    shelf = ListShelf()
    with estimate_pose(squat, processes=2, shelf=shelf):
        pass
    parts = {name: list(kept) for name, kept in shelf.kept.items()}
    with estimate_pose(squat, processes=2, shelf=shelf) as run:
        np.testing.assert_array_equal(run.track.landmarks, whole.track.landmarks)
    assert shelf.told == [len(squat.pts)]
    assert shelf.kept == parts


def test_a_short_one_puts_nothing_by(squat: VideoFile) -> None:
    shelf = ListShelf(every_s=3600)
    with estimate_pose(squat, processes=2, shelf=shelf):
        pass
    assert shelf.kept == {}


def test_what_a_pose_process_found_before_one_died_is_put_by(squat: VideoFile) -> None:
    shelf = ListShelf(every_s=3600)

    def kill_one(done: int, _total: int) -> None:
        if done > 30:
            pose_processes()[0].kill()

    with pytest.raises(AnalysisCrashed):
        estimate_pose(squat, processes=2, shelf=shelf, on_progress=kill_one)
    with estimate_pose(squat, processes=2, shelf=shelf):
        assert shelf.told[0] > 30


def test_what_is_another_s_or_broken_is_not_used(squat: VideoFile, whole: PoseRun, tmp_path: Path) -> None:
    shelf = ListShelf()
    cut_short(squat, shelf, at=0.3)
    ((name, parts),) = shelf.kept.items()
    other = ListShelf()
    draw(tmp_path / "other.mp4", Clip(repetitions=1, fps=20, width=240, height=320))
    cut_short(probe(tmp_path / "other.mp4"), other, at=0.3)
    (foreign,) = other.kept.values()
    with np.load(io.BytesIO(parts[0])) as arrays:
        changed = io.BytesIO()
        np.savez(
            changed,
            **{
                **arrays,
                "about": np.frombuffer(
                    bytes(arrays["about"]).replace(b'"code_sha256": "', b'"code_sha256": "x'), np.uint8
                ),
            },
        )
        wrong = io.BytesIO()
        np.savez(wrong, **{**arrays, "pts": arrays["pts"] + 1})
    shelf.kept = {name: [*foreign, parts[0][:1000], b"", b"no archive", changed.getvalue(), wrong.getvalue()]}
    with estimate_pose(squat, processes=2, shelf=shelf) as run:
        np.testing.assert_array_equal(run.track.landmarks, whole.track.landmarks)
    assert shelf.told == []


def test_parts_are_of_the_very_video(squat: VideoFile) -> None:
    shelf = ListShelf()
    cut_short(squat, shelf, at=0.3)
    renamed = replace(squat, info=replace(squat.info, sha256=squat.info.sha256[:16] + "0" * 48))
    with estimate_pose(renamed, processes=2, shelf=shelf):
        assert shelf.told == []
