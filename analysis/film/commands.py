"""What a process that films a part of a video is asked."""

from dataclasses import dataclass
from pathlib import Path

from analysis.faces.hiding import Hidden
from analysis.media.allowance import OfVideo
from analysis.media.video import VideoFile
from analysis.pictures.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Film(OfVideo):
    """Draw and encode the frames from `start_pts` to before `end_pts` into `path`, report how many are done, then None.

    The file's time begins at `start_pts`.
    """

    video: VideoFile
    start_pts: int
    end_pts: int
    evidence: Evidence
    hidden: Hidden | None
    path: Path


@dataclass(frozen=True, slots=True)
class Join(OfVideo):
    """Join the parts (second at which each begins, file) into `path`, then report None."""

    video: VideoFile
    parts: tuple[tuple[float, Path], ...]
    path: Path


Command = Film | Join
