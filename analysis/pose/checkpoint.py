"""Landmarks put by while the pose is estimated, so that a later attempt at the same video goes on from there.

Each part stands for itself: some spans of the video, and everybody in each frame of them. It is bound to the video, the
model and the code that finds landmarks; what was found by others is not used. Where spans meet, the tracking has begun
anew with a warm-up, as where the parts of two processes meet: the landmarks differ by no more than there.
"""

import hashlib
import io
import json
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.media.video import VideoFile
from analysis.pose.commands import Segment, frame_records
from analysis.pose.model import LANDMARK_COUNT, VALUES_PER_LANDMARK

_FORMAT = 1
_log = logging.getLogger(__name__)


class Shelf(Protocol):
    """Where half-done work is put by for a later attempt. It may lose a part, and never gives half of one."""

    @property
    def every_s(self) -> float:
        """Seconds of work after which another part is worth its place."""
        ...

    def put(self, name: str, part: bytes) -> None:
        """Put a part by; returns at once and never raises."""
        ...

    def parts(self, name: str) -> Iterable[bytes]:
        """What earlier attempts put by under that name, oldest first; nothing where that cannot be read."""
        ...

    def resumed(self, frames: int) -> None:
        """Be told how many frames need not be looked at again."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the video whose frames are known.

    Attributes:
        start_pts: First timestamp of it.
        end_pts: First timestamp after it.
        records: (frames,) of `frame_records`, in order; what cannot be decoded is missing.
    """

    start_pts: int
    end_pts: int
    records: NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier attempts found out.

    Attributes:
        num_poses: How many people were looked for; 0 while nothing is known.
        spans: In order, none over another.
    """

    num_poses: int = 0
    spans: tuple[Span, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames are known."""
        return sum(len(span.records) for span in self.spans)


class Checkpoint:
    """The landmarks of one video on a shelf: those of earlier attempts, and where this one puts its own.

    Without a shelf nothing is known and nothing is kept.
    """

    def __init__(self, shelf: Shelf | None, video: VideoFile, model: Path) -> None:
        self._shelf, self._video = shelf, video
        self._name = f"pose-{video.info.sha256[:16]}"
        self._about: dict[str, Any] = {}
        if shelf is not None:
            self._about = {
                "format": _FORMAT,
                "video_sha256": video.info.sha256,
                "pose_model_sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
                "code_sha256": following_sha256(),
            }
        self._num_poses = 0
        self._segments: Sequence[Segment] = ()
        self._since: list[int] = []
        self._new: list[list[NDArray[np.void]]] = []
        self._put_s = time.monotonic()
        self._any = False

    def known(self) -> Known:
        """What earlier attempts left; of those who looked for more people, where some did."""
        if self._shelf is None:
            return Known()
        parts = [part for data in self._shelf.parts(self._name) if (part := self._read(data)) is not None]
        num_poses = max((part.num_poses for part in parts), default=0)
        spans: list[Span] = []
        for span in (span for part in parts if part.num_poses == num_poses for span in part.spans):
            if all(span.end_pts <= other.start_pts or other.end_pts <= span.start_pts for other in spans):
                spans.append(span)
        known = Known(num_poses, tuple(sorted(spans, key=lambda span: span.start_pts)))
        if known.frames:
            _log.info("%d of %d frames are known from an earlier attempt", known.frames, len(self._video.pts))
            self._shelf.resumed(known.frames)
        self._any = bool(spans)
        return known

    def begin(self, num_poses: int, segments: Sequence[Segment]) -> None:
        """From now on these segments are followed."""
        self._num_poses, self._segments = num_poses, segments
        self._since = [segment.start_pts for segment in segments]
        self._new = [[] for _ in segments]
        self._put_s = time.monotonic()

    def add(self, segment: int, batch: NDArray[np.void]) -> None:
        """Take what was found next in that segment, and put it by when it is time."""
        if self._shelf is not None and len(batch):
            self._new[segment].append(batch)
            if time.monotonic() - self._put_s >= self._shelf.every_s:
                self.put_by()

    def complete(self) -> None:
        """All segments are followed to their ends. What took no time is not worth a part."""
        if self._any:
            self._put([segment.end_pts for segment in self._segments])

    def put_by(self) -> None:
        """Put by what is new."""
        self._put(
            [int(new[-1]["pts"][-1]) + 1 if new else since for new, since in zip(self._new, self._since, strict=True)]
        )

    def _put(self, until: Sequence[int]) -> None:
        spans = [
            Span(since, end, np.concatenate(new or [np.empty(0, frame_records(self._num_poses))]))
            for since, end, new in zip(self._since, until, self._new, strict=True)
            if end > since
        ]
        if self._shelf is not None and spans:
            self._shelf.put(self._name, self._part(spans))
            self._any = True
        self._since, self._new, self._put_s = list(until), [[] for _ in self._segments], time.monotonic()

    def _part(self, spans: Sequence[Span]) -> bytes:
        about = json.dumps({**self._about, "num_poses": self._num_poses}).encode()
        records = np.concatenate([span.records for span in spans])
        file = io.BytesIO()
        np.savez(
            file,
            allow_pickle=False,
            about=np.frombuffer(about, np.uint8),
            spans=np.array([(span.start_pts, span.end_pts, len(span.records)) for span in spans], np.int64),
            pts=records["pts"],
            people=records["people"],
        )
        return file.getvalue()

    def _read(self, data: bytes) -> Known | None:
        """What a part says; None where it is another's, or unreadable."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                about = json.loads(bytes(arrays["about"]))
                num_poses = int(about.pop("num_poses"))
                if about != self._about:
                    _log.info("landmarks of other code, another model or another video are not used")
                    return None
                return Known(num_poses, _spans(num_poses, arrays["spans"], arrays["pts"], arrays["people"]))
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
            _log.warning("landmarks that were put by cannot be read: %r", error)
            return None


def _spans(
    num_poses: int, spans: NDArray[np.int64], pts: NDArray[np.int64], people: NDArray[np.float32]
) -> tuple[Span, ...]:
    """Raises `ValueError` where the arrays do not fit together."""
    shape = (len(pts), num_poses, LANDMARK_COUNT, VALUES_PER_LANDMARK)
    if people.shape != shape or spans.ndim != 2 or spans[:, 2].sum() != len(pts):
        raise ValueError("shapes that do not fit")
    records = np.empty(len(pts), frame_records(num_poses))
    records["pts"], records["people"] = pts, people
    read, first = [], 0
    for start, end, frames in spans.tolist():
        span = Span(start, end, records[first : first + frames])
        inside = span.records["pts"]
        if not (start < end and np.all(np.diff(inside) > 0) and np.all((start <= inside) & (inside < end))):
            raise ValueError("timestamps that do not fit")
        read.append(span)
        first += frames
    return tuple(read)


@cache
def following_sha256() -> str:
    """Changes with what decides about the landmarks, beside the model: our code that finds them, and MediaPipe."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256(version("mediapipe").encode())
    for path in sorted([*root.glob("pose/*.py"), *root.glob("media/*.py")]):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
