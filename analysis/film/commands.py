"""What a process that films a part of a video is asked."""

from dataclasses import dataclass
from pathlib import Path

from analysis.faces.hiding import Hidden
from analysis.media.video import VideoFile
from analysis.pictures.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Film:
    """Draw and encode the frames from `start_pts` to before `end_pts` into `path`, report how many are done, then None.

    The file's time begins at `start_pts`.
    """

    video: VideoFile
    start_pts: int
    end_pts: int
    evidence: Evidence
    hidden: Hidden | None
    path: Path
