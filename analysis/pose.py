"""Following the person who exercises through every frame of a video, on all cores."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisCrashed, NobodyInPicture, NotAVideo
from analysis.people import choose_person, count_people
from analysis.pose_commands import Follow, Scout, Show, frame_records
from analysis.pose_model import checked_model
from analysis.pose_processes import PoseProcesses
from analysis.segments import divide, divide_pictures
from analysis.turning_points import SAME_MOMENT_S
from analysis.types import PoseTrack
from analysis.video import VideoFile

MAX_PROCESSES = 8
# Once several people are seen, so many are followed.
MAX_PEOPLE = 4
SCOUT_EVERY_S, MIN_SCOUTED, MAX_SCOUTED = 5.0, 4, 16
# In traffic a "person" is seen in 2 % of the frames, for half a second; who comes for one set stays longer.
MIN_SHARE_FOUND = 0.05
LONG_ENOUGH_S = 3.0


def estimate_pose(
    video: VideoFile,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    processes: int | None = None,
    scratch: Path | None = None,
) -> "PoseRun":
    """Follow the person who exercises through all frames.

    The video is divided among child processes. When only one person is seen in it, each runs MediaPipe as everyone
    does; with several, all are followed and `analysis.people` says which one exercises.

    Args:
        video: As checked by `analysis.video.probe`.
        on_progress: Called with frames done and frames in all, several times a second.
        cancelled: Asked several times a second.
        processes: How many children; one for each core if None.
        scratch: Existing folder for evidence until the run is closed; the system's if None.

    Returns:
        An open run; use it as a context manager.

    Raises:
        NobodyInPicture: Hardly a frame shows a person.
        NotAVideo: No frame could be decoded.
        AnalysisCancelled: `cancelled` said so.
        AnalysisCrashed: A child process died.
        PoseModelMissing, MissingSystemLibrary: The installation is incomplete.
    """
    model = checked_model()
    segments = divide(video, processes or _cores())
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="goodrep-pose-", dir=scratch)))
        team = stack.enter_context(PoseProcesses(len(segments), cancelled))
        several = len(segments) > 0 and _several_people(team, video, model)
        num_poses = MAX_PEOPLE if several else 1
        report = _Progress(on_progress, len(video.pts))
        batches: list[NDArray[np.void]] = []
        follow = [Follow(video, segment, model, num_poses, spool) for segment in segments]
        for _, batch in team.answers(follow):
            batches.append(batch)
            report.add(len(batch))
        pts, people = _merge(batches, num_poses)
        track, count = _track(video, pts, people)
        return PoseRun(video, pts, track, count, spool, team, stack.pop_all())
    raise AnalysisCrashed("unreachable")


class PoseRun:
    """A followed person, and the pictures; a context manager that ends the processes behind it.

    Attributes:
        track: The person in every decoded frame, in pixels of the upright picture at its full size.
        people: Most people seen at one time.
    """

    def __init__(
        self,
        video: VideoFile,
        pts: NDArray[np.int64],
        track: PoseTrack,
        people: int,
        spool: Path,
        team: PoseProcesses,
        resources: ExitStack,
    ) -> None:
        self.track = track
        self.people = people
        self._video, self._pts, self._spool, self._team, self._resources = video, pts, spool, team, resources

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._resources.close()

    def frames(self, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The pictures of these frames, in the order of asking.

        Args:
            indices: Frames of `track`.

        Yields:
            Frame that is shown and its upright BGR picture, (height, width, 3), long side at most 1280 pixels. The
            frame is the one asked for, or one less than 0.1 s away that was put by while the video ran.
        """
        served = self._served(indices)
        missing = [pts for pts in served if not self._file(pts).exists()]
        arriving = self._team.answers(
            [Show(self._video, run, self._spool) for run in divide_pictures(self._video, missing, len(self._team))]
        )
        for pts in served:
            while not self._file(pts).exists() and next(arriving, None) is not None:
                pass
            picture = cv2.imread(str(self._file(pts)), cv2.IMREAD_COLOR)
            if picture is not None:
                yield int(np.searchsorted(self._pts, pts)), np.asarray(picture, np.uint8)
        for _ in arriving:
            pass

    def _served(self, indices: Sequence[int]) -> list[int]:
        """Timestamps of the frames to show: of what is spooled if it is near enough, else of what was asked."""
        spooled = np.array(sorted(int(file.stem) for file in self._spool.glob("*.jpg")), np.int64)
        reach = self._video.ticks(SAME_MOMENT_S)
        served = []
        for wanted in self._pts[np.asarray(indices, int)] if len(indices) else ():
            nearest = spooled[np.argmin(np.abs(spooled - wanted))] if len(spooled) else wanted
            served.append(int(nearest if abs(nearest - wanted) < reach else wanted))
        return served

    def _file(self, pts: int) -> Path:
        return self._spool / f"{pts}.jpg"


@dataclass(slots=True)
class _Progress:
    """Counts frames for the caller; the number of packets is only a guess at the number of frames."""

    on_progress: Callable[[int, int], None] | None
    total: int
    done: int = 0

    def add(self, frames: int) -> None:
        self.done += frames
        if self.on_progress is not None:
            self.on_progress(min(self.done, self.total), self.total)


def _cores() -> int:
    return min(len(os.sched_getaffinity(0)), MAX_PROCESSES)


def _several_people(team: PoseProcesses, video: VideoFile, model: Path) -> bool:
    """Whether more than one person is seen in any of a few frames, spread over the video, that are cheap to reach."""
    wanted = int(np.clip(video.info.duration_s / SCOUT_EVERY_S, MIN_SCOUTED, MAX_SCOUTED))
    times = video.pts[((np.arange(wanted) + 0.5) / wanted * len(video.pts)).astype(int)]
    spacing = int(video.pts[-1] - video.pts[0]) // wanted
    nearest = [int(video.keyframe_pts[np.argmin(np.abs(video.keyframe_pts - time))]) for time in times]
    scouted = sorted(
        {key if abs(key - time) < spacing else int(time) for key, time in zip(nearest, times, strict=True)}
    )
    commands = [Scout(video, tuple(scouted[number :: len(team)]), model) for number in range(len(team))]
    size = video.orientation.upright_size
    return max([count_people(people, size) for _, people in team.answers(commands)], default=0) > 1


def _merge(batches: list[NDArray[np.void]], num_poses: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Timestamps (frames,) and people (frames, poses, 33, 7) in order of time; empties `batches` on its way."""
    batches.sort(key=lambda batch: int(batch["pts"][0]) if len(batch) else -(2**63))
    count = sum(len(batch) for batch in batches)
    merged = np.empty(count, frame_records(num_poses))
    end = count
    while batches:
        batch = batches.pop()
        merged[end - len(batch) : end] = batch
        end -= len(batch)
    return merged["pts"].copy(), merged["people"]


def _track(video: VideoFile, pts: NDArray[np.int64], people: NDArray[np.float32]) -> tuple[PoseTrack, int]:
    if len(pts) < 2:
        raise NotAVideo("The pictures of this video cannot be decoded. Please export it again, as MP4 with H.264.")
    timestamps_s = video.seconds(pts)
    size = video.orientation.upright_size
    if people.shape[1] == 1:
        person, count = people[:, 0], 1
    else:
        person, count = choose_person(people, timestamps_s, size)
    found = np.isfinite(person[:, 0, 0])
    if not found.any() or (found.mean() < MIN_SHARE_FOUND and found.sum() / video.info.fps < LONG_ENOUGH_S):
        raise NobodyInPicture(
            "No person was found in this video. Please record with the whole body in the picture and enough light."
        )
    landmarks = person[..., :4] * np.array([size[0], size[1], size[0], 1], np.float32)
    landmarks[~found, :, 3] = 0.0
    info = replace(video.info, frame_count=len(pts))
    return PoseTrack(landmarks, person[..., 4:].copy(), timestamps_s, info), count
