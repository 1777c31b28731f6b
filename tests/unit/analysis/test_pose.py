"""Real MediaPipe in real child processes, on clips that the mannequin draws."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from analysis import errors
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.media.video import VideoFile, probe
from analysis.pose.follow import PoseRun, estimate_pose
from analysis.pose.model import PoseLandmarker, checked_model
from analysis.pose.people import same_pose
from mannequin.clip import Clip, draw
from tests.unit.analysis.pose_processes import pose_processes
from tests.unit.analysis.small_videos import write_video

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def squat(tmp_path_factory: pytest.TempPathFactory) -> VideoFile:
    path = tmp_path_factory.mktemp("clips") / "squat.mp4"
    draw(path, Clip(repetitions=2))
    return probe(path)


@pytest.fixture(scope="module")
def run(squat: VideoFile) -> Iterator[PoseRun]:
    with estimate_pose(squat, processes=2) as run:
        yield run


@pytest.fixture(scope="module")
def plain(squat: VideoFile) -> np.ndarray:
    """Landmarks in pixels, (frames, 33, 2), as a plain loop finds them."""
    pictures = UprightPictures(squat.orientation, "rgb24", 10_000)
    with PoseLandmarker(checked_model()) as landmarker:
        people = [
            landmarker.people(pictures.convert(frame), float(pts * squat.time_base))
            for pts, frame in decode(squat, int(squat.pts[0]), int(squat.pts[-1]) + 1)
        ]
    return np.array(people)[:, 0, :, :2] * (squat.info.width, squat.info.height)


def test_the_track_holds_every_frame_and_nothing_unknown(run: PoseRun, squat: VideoFile) -> None:
    frames = squat.info.frame_count
    track = run.track
    assert track.landmarks.shape == (frames, 33, 4)
    assert track.world.shape == (frames, 33, 3)
    assert track.landmarks.dtype == track.world.dtype == np.float32
    np.testing.assert_allclose(track.timestamps_s, np.arange(frames) / 30, atol=1e-6)
    assert np.isfinite(track.landmarks[:, 0, 0]).mean() > 0.98
    assert track.video.frame_count == frames
    assert run.people == 1


def test_two_processes_find_what_a_plain_loop_finds(run: PoseRun, plain: np.ndarray) -> None:
    found = run.track.landmarks[..., :2]
    first_half = slice(0, 60)
    np.testing.assert_array_equal(found[first_half], plain[first_half].astype(np.float32))
    torso = np.linalg.norm(plain[:, 11] - plain[:, 23], axis=-1)
    distance = np.linalg.norm(found - plain, axis=-1) / torso[:, None]
    assert np.nanmedian(distance[60:]) < 0.02


def test_one_process_is_the_plain_loop(squat: VideoFile, plain: np.ndarray) -> None:
    with estimate_pose(squat, processes=1) as run:
        np.testing.assert_array_equal(run.track.landmarks[..., :2], plain.astype(np.float32))


def test_progress_counts_real_frames_up_to_all(squat: VideoFile) -> None:
    told: list[tuple[int, int]] = []
    with estimate_pose(squat, on_progress=lambda done, total: told.append((done, total))):
        pass
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (squat.info.frame_count, squat.info.frame_count)
    assert len(told) > 3


def test_pictures_are_those_of_the_frames_they_are_given_for(run: PoseRun, squat: VideoFile) -> None:
    asked = [150, 3, 54, 54, 90]
    shown = list(run.frames(asked))
    pictures = UprightPictures(squat.orientation, "bgr24", 1280)
    frames = [pictures.convert(frame) for _, frame in decode(squat, int(squat.pts[0]), int(squat.pts[-1]) + 1)]
    assert len(shown) == len(asked)
    for wanted, (served, picture) in zip(asked, shown, strict=True):
        assert abs(wanted - served) <= 9
        nearness = [np.abs(picture.astype(int) - frame).mean() for frame in frames[max(0, served - 5) : served + 6]]
        assert np.argmin(nearness) == min(5, served)
    assert list(run.frames([])) == []


def test_a_neighbour_stands_for_a_frame_only_where_the_person_hardly_moved(run: PoseRun) -> None:
    asked = range(30, 90)
    served = [frame for frame, _ in run.frames(asked)]

    assert len(set(served)) < len(asked), "at rest one picture stands for several frames"
    for wanted, frame in zip(asked, served, strict=True):
        assert same_pose(run.track.landmarks[wanted], run.track.landmarks[frame])


def test_a_picture_that_shows_what_was_measured_is_of_that_very_frame(run: PoseRun) -> None:
    exact = [wanted for wanted in range(30, 90) for served, _ in run.frames([wanted]) if served != wanted][:3]

    assert exact, "without the wish a neighbour serves"
    assert [served for served, _ in run.frames(exact, exact=exact)] == exact


def test_large_pictures_are_shrunk_and_turned(tmp_path: Path) -> None:
    path = write_video(tmp_path / "large.mp4", frames=5, size=(1920, 1080), rotation=90)
    video = probe(path)
    with pytest.raises(errors.NobodyInPicture):
        estimate_pose(video)
    pictures = UprightPictures(video.orientation, "bgr24", 1280)
    assert pictures.convert(next(decode(video, 0, 1))[1]).shape == (1280, 720, 3)


def test_nobody_in_the_picture(tmp_path: Path) -> None:
    video = probe(write_video(tmp_path / "empty.mp4", frames=60))
    with pytest.raises(errors.NobodyInPicture, match="No person was found"):
        estimate_pose(video, scratch=tmp_path)
    assert pose_processes() == []
    assert [path.name for path in tmp_path.iterdir()] == ["empty.mp4"]


def test_nothing_is_left_behind(squat: VideoFile, tmp_path: Path) -> None:
    with estimate_pose(squat, scratch=tmp_path) as run:
        assert pose_processes() == []
        list(run.frames([10]))
        assert pose_processes() == []
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_cancelling_ends_it_soon_and_cleanly(squat: VideoFile, tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(errors.AnalysisCancelled):
        estimate_pose(
            squat, on_progress=lambda count, _: done.append(count), cancelled=lambda: bool(done), scratch=tmp_path
        )
    assert done[-1] < squat.info.frame_count / 2
    assert pose_processes() == []
    assert list(tmp_path.iterdir()) == []


def test_the_death_of_a_child_is_an_error_with_a_sentence(squat: VideoFile, tmp_path: Path) -> None:

    def kill_one(done: int, _: int) -> None:
        if done:
            pose_processes()[0].send_signal(signal.SIGSEGV)

    with pytest.raises(errors.AnalysisCrashed):
        estimate_pose(squat, on_progress=kill_one, scratch=tmp_path)
    assert pose_processes() == []
    assert list(tmp_path.iterdir()) == []


def test_children_do_not_outlive_their_parent(squat: VideoFile, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from analysis.media.video import probe; from analysis.pose.follow import estimate_pose\n"
        "estimate_pose(probe(Path(sys.argv[1])), on_progress=lambda *_: print('going', flush=True))\n"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(squat.path)], cwd=ROOT, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"going\n"
        orphans = psutil.Process(parent.pid).children(recursive=True)
        assert orphans
        parent.kill()
    _, alive = psutil.wait_procs(orphans, timeout=20)
    assert alive == []


def test_mediapipe_does_not_chatter_on_the_terminal(squat: VideoFile) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from analysis.media.video import probe; from analysis.pose.follow import estimate_pose\n"
        "with estimate_pose(probe(Path(sys.argv[1]))): pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(squat.path)], cwd=ROOT, capture_output=True, check=True, timeout=120
    )
    assert done.stdout == done.stderr == b""


def test_of_two_people_the_one_who_exercises_is_followed(tmp_path: Path) -> None:
    """A taller one stands still at the left, another one squats at the right."""
    draw(tmp_path / "squats.mp4", Clip(repetitions=2, width=360, height=480))
    squats = probe(tmp_path / "squats.mp4")
    standing = next(decode(squats, 0, 1))[1].to_ndarray(format="rgb24")
    still = cv2.resize(standing, (405, 540))
    together = []
    for _, frame in decode(squats, int(squats.pts[0]), int(squats.pts[-1]) + 1):
        wall = np.full((540, 800, 3), 200, np.uint8)
        wall[:, :405] = still
        wall[60:, 420:780] = frame.to_ndarray(format="rgb24")
        together.append(wall)
    video = probe(write_video(tmp_path / "both.mp4", together, size=(800, 540), options={"g": "30"}))
    with estimate_pose(video) as run:
        assert run.people == 2
        hips = run.track.landmarks[:, 24]
    assert np.isfinite(hips[:, 0]).mean() > 0.9
    assert np.nanmin(hips[:, 0]) > 405
    assert np.nanmax(hips[:, 1]) - np.nanmin(hips[:, 1]) > 40


def test_a_missing_model_says_how_to_make_it(squat: VideoFile, tmp_path: Path) -> None:
    program = "from analysis.pose.model import checked_model; checked_model()"
    for content, said in ((None, "`make setup` builds it"), (b"rubbish", "is not the pinned one")):
        model = tmp_path / "model.task"
        if content is not None:
            model.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"GOODREP_POSE_MODEL": str(model)},
        )
        assert done.returncode != 0
        assert said in done.stderr.splitlines()[-1]
