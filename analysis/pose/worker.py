"""A child process that looks at one part of a video: `python -m analysis.pose.worker FILE_DESCRIPTOR`.

Its crash, even in the decoder, is only the end of one analysis, and it can do little but read that video:
`analysis.sandbox`. It ends with its parent.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from analysis.media.frames import decode, keyframe_before
from analysis.media.orientation import UprightPictures
from analysis.media.video import VideoFile, probe
from analysis.pose.commands import Check, Command, Follow, Scout, Show, frame_records
from analysis.pose.model import PoseLandmarker
from analysis.pose.native import MissingSystemLibrary
from analysis.pose.turning_points import TurningPoints
from analysis.sandbox.serving import serve

# Landmarks of larger pictures do not differ by more than the network's own noise: benchmarks/README.md.
WORKING_LONG_SIDE = 1920
EVIDENCE_LONG_SIDE = 1280
EVIDENCE_QUALITY = 92
# Per process; beyond it, pictures are decoded once more when they are asked for.
MAX_SPOOLED_PICTURES = 300
SEND_EVERY_S = 0.1
# Enough to tell one person from several.
SCOUT_POSES = 3


def _answers(command: Command) -> Iterator[object]:
    match command:
        case Check():
            yield probe(command.path, command.limits)
        case Follow():
            yield from _follow(command)
        case Scout():
            yield from _scout(command)
        case Show():
            yield from _show(command)


def _follow(command: Follow) -> Iterator[NDArray[np.void]]:
    video, segment = command.video, command.segment
    pictures = UprightPictures(video.orientation, "rgb24", WORKING_LONG_SIDE, by_whole_number=True)
    spool = _Spool(command) if command.num_poses == 1 else None
    records: list[tuple[int, NDArray[np.float32]]] = []
    sent_at = time.monotonic()
    with PoseLandmarker(command.model, num_poses=command.num_poses) as landmarker:
        for pts, frame in decode(video, segment.warm_up_pts, segment.end_pts):
            time_s = float((pts - int(video.pts[0])) * video.time_base)
            people = landmarker.people(pictures.convert(frame), time_s)
            if pts < segment.start_pts:
                continue
            records.append((pts, people))
            if spool is not None:
                spool.offer(time_s, pts, frame, people[0])
            if time.monotonic() - sent_at > SEND_EVERY_S:
                yield np.array(records, frame_records(command.num_poses))
                records, sent_at = [], time.monotonic()
    yield np.array(records, frame_records(command.num_poses))


def _scout(command: Scout) -> Iterator[NDArray[np.float32]]:
    pictures = UprightPictures(command.video.orientation, "rgb24", WORKING_LONG_SIDE, by_whole_number=True)
    with PoseLandmarker(command.model, num_poses=SCOUT_POSES, tracking=False) as landmarker:
        for pts in command.pts:
            for _, frame in decode(command.video, pts, pts + 1):
                yield landmarker.people(pictures.convert(frame))


def _show(command: Show) -> Iterator[int]:
    writer = _PictureWriter(command.video, command.spool)
    wanted = set(command.pts)
    for first, last in _stretches(command.video, sorted(wanted)):
        for pts, frame in decode(command.video, first, last + 1):
            if pts in wanted:
                writer.write(pts, frame)
                yield pts


def _stretches(video: VideoFile, pts: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of the timestamps between which decoding on is cheaper than seeking."""
    first = last = pts[0]
    for each in pts[1:]:
        if keyframe_before(video, each) > last:
            yield first, last
            first = each
        last = each
    yield first, last


class _Spool:
    """Keeps the pictures of turning points."""

    def __init__(self, command: Follow) -> None:
        self._writer = _PictureWriter(command.video, command.spool)
        self._size = np.array(command.video.orientation.upright_size, np.float32)
        self._turning_points: TurningPoints[tuple[int, VideoFrame]] = TurningPoints()
        self._room = MAX_SPOOLED_PICTURES

    def offer(self, time_s: float, pts: int, frame: VideoFrame, person: NDArray[np.float32]) -> None:
        """Take note of a frame and write those that have turned out to be turning points."""
        for turn_pts, turn_frame in self._turning_points.push(time_s, person[:, :2] * self._size, (pts, frame)):
            if self._room > 0:
                self._room -= 1
                self._writer.write(turn_pts, turn_frame)


class _PictureWriter:
    """Writes upright pictures as JPEG files named for their timestamps."""

    def __init__(self, video: VideoFile, folder: Path) -> None:
        self._folder = folder
        self._pictures = UprightPictures(video.orientation, "bgr24", EVIDENCE_LONG_SIDE)

    def write(self, pts: int, frame: VideoFrame) -> None:
        """Write one picture, under its name only when it is whole."""
        _, data = cv2.imencode(".jpg", self._pictures.convert(frame), [cv2.IMWRITE_JPEG_QUALITY, EVIDENCE_QUALITY])
        unfinished = self._folder / f"{pts}.part"
        unfinished.write_bytes(data.tobytes())
        unfinished.rename(self._folder / f"{pts}.jpg")


if __name__ == "__main__":
    serve(_answers, expected=(MissingSystemLibrary,))
