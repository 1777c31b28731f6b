"""Room on the worker's disk: asked for before a job is staged, and kept for what the machine itself needs."""

import shutil
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

PER_JOB_BYTES = 10_000_000
"""Pictures, plots, tables and page of one job; all results together were 3.9 to 8.1 times the bytes of real clips of
0.8 to 2.5 MB."""
PER_VIDEO_BYTE = 5.0
"""The staged video, and its annotated one, which has 1.6 to 3.2 times as many bytes on the same clips."""


class NoRoom(Exception):
    """The disk has too little room for a job; nothing was staged, and the job is not to blame."""


def job_bytes(video_bytes: int) -> int:
    """What the job of a video of that size may fill while it lasts."""
    return int(PER_JOB_BYTES + PER_VIDEO_BYTE * video_bytes)


class Room:
    """The room in a folder. Made before the fork, so that a worker's parent sees what its child lacks."""

    def __init__(self, folder: Path, reserve_bytes: int) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self._wanted_bytes = RawValue("q", 0)

    def require(self, job_bytes: int) -> None:
        """Make sure that so much can be written without hurting the reserve. Raises `NoRoom`, and remembers it."""
        self._wanted_bytes.value = job_bytes
        missing_bytes = self.missing_bytes()
        if missing_bytes:
            raise NoRoom(f"The disk lacks {missing_bytes / 1e6:.0f} MB for this job.")
        self._wanted_bytes.value = 0

    def missing_bytes(self) -> int:
        """What must be freed before the job for which there was no room can be staged; 0 where there is room."""
        return max(0, self._reserve_bytes + int(self._wanted_bytes.value) - _free_bytes(self._folder))


def _free_bytes(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
