"""Filming a video on all cores: parts in processes of their own, then joined."""

import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from analysis.errors import NotAVideo
from analysis.faces.hiding import Hidden
from analysis.film.commands import Film, Join
from analysis.media.video import VideoFile
from analysis.pictures.evidence import Evidence
from analysis.pose.processes import PoseProcesses, processes_for
from analysis.sandbox.room import Room

_WORKER = "analysis.film.worker"
# Ten minutes of noise take less.
MAX_FILM_BYTES = 2_000_000_000

Told = Callable[[int, int], None]


def make_film(
    video: VideoFile,
    evidence: Evidence,
    hidden: Hidden | None,
    path: Path,
    *,
    on_progress: Told,
    cancelled: Callable[[], bool],
) -> None:
    """Write `annotated.mp4`: H.264, without sound, each frame at the time that it has in the video.

    Args:
        video: As it was analysed.
        evidence: What is known of it.
        hidden: Faces to blur, or None.
        path: The file.
        on_progress: Told how many frames of how many are done.
        cancelled: Asked several times a second.

    Raises:
        NotAVideo: Not one frame could be decoded this time.
        AnalysisCancelled, AnalysisCrashed: As the processes of the pose.
        OSError: The file cannot be written.
    """
    first = np.linspace(0, len(video.pts), processes_for(video) + 1).astype(int)
    edges = [*(int(video.pts[frame]) for frame in first[:-1]), int(video.pts[-1]) + 1]
    with tempfile.TemporaryDirectory(prefix="film-", dir=path.parent) as folder:
        parts = [Path(folder) / f"{number}.mp4" for number in range(len(edges) - 1)]
        commands = [
            Film(video, start, end, evidence, hidden, part)
            for (start, end), part in zip(pairwise(edges), parts, strict=True)
        ]
        room = Room(reads=(video.path,), writes=(Path(folder),), file_bytes=MAX_FILM_BYTES)
        done = 0
        with PoseProcesses(len(commands), cancelled, worker=_WORKER, room=room) as team:
            for _, count in team.answers(commands):
                done = min(done + count, len(video.pts))
                on_progress(done, len(video.pts))
            starts_s = video.seconds(np.array(edges[:-1], np.int64)).tolist()
            written = tuple((start_s, part) for start_s, part in zip(starts_s, parts, strict=True) if part.exists())
            if not written:
                raise NotAVideo("The pictures of this video cannot be decoded.")
            # By one of them: who has read a stranger's video is not believed to have written a good one.
            joined = Path(folder) / "joined.mp4"
            for _ in team.answers([Join(video, written, joined)]):
                pass
        joined.replace(path)
