"""Following the person who exercises through every frame of a video, on all cores."""

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisCancelled, AnalysisCrashed, NobodyInPicture, NotAVideo
from analysis.media.video import VideoFile
from analysis.pose.checkpoint import Checkpoint, Known, Shelf
from analysis.pose.commands import Follow, Scout, Show, frame_records
from analysis.pose.model import checked_model
from analysis.pose.people import choose_person, count_people, same_person, same_pose
from analysis.pose.processes import PoseProcesses
from analysis.pose.segments import divide, divide_pictures, divide_rest
from analysis.sandbox.room import Room
from analysis.types import PoseTrack

MAX_PROCESSES = 8
# Once several people are seen, so many are followed.
MAX_PEOPLE = 4
SCOUT_EVERY_S, MIN_SCOUTED, MAX_SCOUTED = 5.0, 4, 16
# MediaPipe sees a lone person double in up to one of twelve frames; two lifters side by side in five of twelve.
MIN_SHARE_CROWDED = 0.25
# In traffic a "person" is seen in 2 % of the frames, for half a second; who comes for one set stays longer.
MIN_SHARE_FOUND = 0.05
LONG_ENOUGH_S = 3.0
# While the person hardly moves, a picture stands for another one so far away.
STILL_S = 0.3


def estimate_pose(
    video: VideoFile,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    processes: int | None = None,
    scratch: Path | None = None,
    shelf: Shelf | None = None,
    team: PoseProcesses | None = None,
) -> "PoseRun":
    """Follow the person who exercises through all frames.

    The video is divided among child processes. When only one person is seen in it, each runs MediaPipe as everyone
    does; with several, all are followed and `analysis.pose.people` says which one exercises.

    Args:
        video: As checked by `analysis.media.video.probe`.
        on_progress: Called with frames done and frames in all, several times a second.
        cancelled: Asked several times a second.
        processes: How many children; one for each core if None.
        scratch: Existing folder for evidence until the run is closed; the system's if None.
        shelf: Where landmarks are put by meanwhile, and where those of an attempt that was cut short are found, which
            are not looked for again.
        team: Processes that are running already, and may read the video and write into `scratch`; its own if None.

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
    cores = processes or _cores()
    checkpoint = Checkpoint(shelf, video, model)
    known = checkpoint.known()
    segments = divide_rest(video, [(span.start_pts, span.end_pts) for span in known.spans], cores)
    progress = _Progress(on_progress, len(video.pts))
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="goodrep-pose-", dir=scratch)))
        room = Room(reads=(video.path,), writes=(spool,))
        count = max(1, min(len(segments), cores))
        own = nullcontext(team) if team is not None else PoseProcesses(count, cancelled, room=room)
        with own as team, _put_by_what_is_found(checkpoint):
            num_poses = known.num_poses or (MAX_PEOPLE if _several_people(team, video, model) else 1)
            commands = [Follow(video, segment, model, num_poses, spool) for segment in segments]
            seen = _follow(team, commands, known, checkpoint, progress)
            if not _joins(video, seen):
                commands = [Follow(video, part, model, MAX_PEOPLE, spool) for part in divide(video, len(team))]
                seen = _follow(team, commands, Known(MAX_PEOPLE), checkpoint, progress)
        track, people = _track(video, seen)
        everybody = seen.people if seen.people.shape[1] > 1 else None
        return PoseRun(video, seen.pts, track, people, everybody, spool, cancelled, stack.pop_all())


class PoseRun:
    """A followed person, and the pictures; a context manager that removes what was put by of them.

    Attributes:
        track: The person in every decoded frame, in pixels of the upright picture at its full size.
        people: Most people seen at one time.
        everybody: float32 (frames, poses, 33, 7) as of `PoseLandmarker.people`, where several were looked for.
    """

    def __init__(
        self,
        video: VideoFile,
        pts: NDArray[np.int64],
        track: PoseTrack,
        people: int,
        everybody: NDArray[np.float32] | None,
        spool: Path,
        cancelled: Callable[[], bool] | None,
        resources: ExitStack,
    ) -> None:
        self.track = track
        self.people = people
        self.everybody = everybody
        self._video, self._pts, self._spool, self._cancelled, self._resources = video, pts, spool, cancelled, resources

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._resources.close()

    def frames(self, indices: Sequence[int], *, exact: Collection[int] = ()) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The pictures of these frames, in the order of asking.

        Args:
            indices: Frames of `track`.
            exact: Those of them for which no other frame will do.

        Yields:
            Frame that is shown and its upright BGR picture, (height, width, 3), long side at most 1280 pixels. The
            frame is the one asked for, or one that is at hand (put by while the video ran, or exact) and in which the
            person has hardly moved, less than 0.3 s away.

        Raises:
            AnalysisCancelled, AnalysisCrashed: As `estimate_pose`.
        """
        at_hand = {int(file.stem) for file in self._spool.glob("*.jpg")} | {int(self._pts[frame]) for frame in exact}
        served = [frame if frame in exact else self._nearest(frame, at_hand) for frame in indices]
        self._decode([frame for frame in served if not self._file(frame).exists()])
        for frame in served:
            picture = cv2.imread(str(self._file(frame)), cv2.IMREAD_COLOR)
            if picture is not None:
                yield frame, np.asarray(picture, np.uint8)

    def _nearest(self, wanted: int, at_hand: Collection[int]) -> int:
        """The frame at hand (as timestamps) that can stand for the wanted one, or that itself."""
        pts = np.array(sorted(at_hand), np.int64)
        away_s = np.abs(self._video.seconds(pts) - self._video.seconds(self._pts[wanted]))
        for candidate in np.argsort(away_s):
            frame = int(np.searchsorted(self._pts, pts[candidate]))
            if away_s[candidate] < STILL_S and same_pose(self.track.landmarks[wanted], self.track.landmarks[frame]):
                return frame
        return wanted

    def _decode(self, frames: Sequence[int]) -> None:
        """Put these frames by, in processes that are gone again when the pictures are drawn."""
        runs = divide_pictures(self._video, [int(self._pts[frame]) for frame in frames], _cores())
        if runs:
            with PoseProcesses(len(runs), self._cancelled, room=Room((self._video.path,), (self._spool,))) as team:
                for _ in team.answers([Show(self._video, run, self._spool) for run in runs]):
                    pass

    def _file(self, frame: int) -> Path:
        return self._spool / f"{self._pts[frame]}.jpg"


@dataclass(slots=True)
class _Progress:
    """Counts frames for the caller: never backwards, and never beyond the packets, which are what is known before."""

    on_progress: Callable[[int, int], None] | None
    total: int
    reported: int = 0

    def report(self, done: int) -> None:
        if self.on_progress is not None and done >= self.reported:
            self.reported = min(done, self.total)
            self.on_progress(self.reported, self.total)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found in all frames.

    Attributes:
        pts: Timestamps (frames,) in order.
        people: Everybody in these frames, float32 (frames, poses, 33, 7).
        borders: Timestamps at which the tracking has begun anew.
    """

    pts: NDArray[np.int64]
    people: NDArray[np.float32]
    borders: Sequence[int]


def _cores() -> int:
    return min(len(os.sched_getaffinity(0)), MAX_PROCESSES)


@contextmanager
def _put_by_what_is_found(checkpoint: Checkpoint) -> Iterator[None]:
    """When the work within is cut short, what it has found is for the next attempt."""
    try:
        yield
    except (AnalysisCancelled, AnalysisCrashed):
        checkpoint.put_by()
        raise


def _follow(
    team: PoseProcesses, commands: Sequence[Follow], known: Known, checkpoint: Checkpoint, progress: _Progress
) -> _Seen:
    """What the commands find, and what is known."""
    batches = [span.records for span in known.spans]
    done = known.frames
    progress.report(done)
    checkpoint.begin(known.num_poses or commands[0].num_poses, [command.segment for command in commands])
    for first in range(0, len(commands), len(team)):
        for number, batch in team.answers(list(commands[first : first + len(team)])):
            checkpoint.add(first + number, batch)
            batches.append(batch)
            done += len(batch)
            progress.report(done)
    checkpoint.complete()
    borders = sorted([span.start_pts for span in known.spans] + [command.segment.start_pts for command in commands])
    # Filled from the end, giving batches free: a long video's landmarks are in memory only once.
    batches.sort(key=lambda batch: int(batch["pts"][0]) if len(batch) else -1)
    merged = np.empty(done, frame_records(known.num_poses or commands[0].num_poses))
    while batches:
        batch = batches.pop()
        merged[done - len(batch) : done] = batch
        done -= len(batch)
    return _Seen(merged["pts"], merged["people"], borders[1:])


def _several_people(team: PoseProcesses, video: VideoFile, model: Path) -> bool:
    """Whether several people are seen in a quarter of some frames, spread over the video.

    Only keyframes are looked at first, which are cheap to reach; others only where someone was seen twice there, be it
    a passer-by or MediaPipe seeing one person double.
    """
    count = int(np.clip(video.info.duration_s / SCOUT_EVERY_S, MIN_SCOUTED, MAX_SCOUTED))
    targets = video.pts[((np.arange(count) + 0.5) / count * len(video.pts)).astype(int)]
    spacing = int(video.pts[-1] - video.pts[0]) // count
    keyframes = video.keyframe_pts[np.abs(video.keyframe_pts[None] - targets[:, None]).argmin(axis=1)]
    cheap = np.where(np.abs(keyframes - targets) < spacing, keyframes, targets)
    crowded = _crowded(team, video, model, cheap)
    if not crowded:
        return False
    crowded += _crowded(team, video, model, targets)
    return crowded >= max(2, (len(cheap) + len(targets)) * MIN_SHARE_CROWDED)


def _crowded(team: PoseProcesses, video: VideoFile, model: Path, pts: NDArray[np.int64]) -> int:
    """In how many of these frames several people are seen."""
    runs = [tuple(sorted(set(pts[number :: len(team)].tolist()))) for number in range(len(team))]
    commands = [Scout(video, run, model) for run in runs]
    size = video.orientation.upright_size
    return sum(count_people(people, size) > 1 for _, people in team.answers(commands))


def _joins(video: VideoFile, seen: _Seen) -> bool:
    """Whether the processes have followed the same person, as far as the places where their parts meet can tell."""
    if seen.people.shape[1] > 1:
        return True
    firsts = [int(np.searchsorted(seen.pts, border)) for border in seen.borders]
    size = video.orientation.upright_size
    return all(
        same_person(seen.people[first - 1, 0], seen.people[first, 0], size)
        for first in firsts
        if 0 < first < len(seen.pts)
    )


def _track(video: VideoFile, seen: _Seen) -> tuple[PoseTrack, int]:
    """The one who exercises, and how many people there are at most."""
    if len(seen.pts) < 2:
        raise NotAVideo("The pictures of this video cannot be decoded. Please export it again, as MP4 with H.264.")
    timestamps_s = video.seconds(seen.pts)
    width, height = video.orientation.upright_size
    if seen.people.shape[1] == 1:
        person, people = seen.people[:, 0], 1
    else:
        person, people = choose_person(seen.people, timestamps_s, (width, height))
    found = np.isfinite(person[:, 0, 0])
    if found.mean() < MIN_SHARE_FOUND and found.sum() / video.info.fps < LONG_ENOUGH_S:
        raise NobodyInPicture(
            "No person was found in this video. Please record with the whole body in the picture and enough light."
        )
    # MediaPipe measures depth in widths of the picture.
    landmarks = person[..., :4] * np.array([width, height, width, 1], np.float32)
    landmarks[~found, :, 3] = 0.0
    info = replace(video.info, frame_count=len(seen.pts))
    return PoseTrack(landmarks, person[..., 4:].copy(), timestamps_s, info), people
