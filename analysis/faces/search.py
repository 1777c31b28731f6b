"""Looking for the faces of anybody, in processes of their own."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.faces.commands import Look, Search
from analysis.faces.heads import Circles
from analysis.faces.hiding import Hidden, hide
from analysis.faces.spans import LOOK_EVERY_S, Finds
from analysis.media.video import VideoFile
from analysis.pose.processes import PoseProcesses, processes_for
from analysis.pose.segments import divide_pictures
from analysis.sandbox.room import Room

_WORKER = "analysis.faces.worker"


class Pictures(Protocol):
    """A video whose frames can be looked at again."""

    def frames(self, indices: Sequence[int], *, exact: Collection[int] = ()) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and upright BGR picture of each wanted frame; a neighbour will do if not `exact`."""
        ...


class FacelessPictures:
    """`Pictures` whose known faces are hidden, and of which every one is searched for others."""

    def __init__(self, source: Pictures, hidden: Hidden, cancelled: Callable[[], bool]) -> None:
        self._source, self._hidden, self._cancelled = source, hidden, cancelled

    def frames(self, indices: Sequence[int], *, exact: Collection[int] = ()) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """See `Pictures.frames`. Raises also `AnalysisCancelled`, `AnalysisCrashed`."""
        with PoseProcesses(1, self._cancelled, worker=_WORKER, room=Room()) as team:
            for frame, picture in self._source.frames(indices, exact=exact):
                known = self._hidden.at(frame) * np.float32(picture.shape[1] / self._hidden.width)
                found = [circles for _, circles in team.answers([Search(picture)])]
                yield frame, hide(picture, np.concatenate((known, *found)))


def look_for_faces(
    video: VideoFile, *, on_progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> Finds:
    """The faces of anybody, in frames `LOOK_EVERY_S` apart and the last one, in pixels of the full-size picture.

    Raises:
        AnalysisCancelled, AnalysisCrashed: As the processes of the pose.
    """
    times_s = video.seconds(video.pts)
    wanted = np.searchsorted(times_s, np.arange(0, times_s[-1], LOOK_EVERY_S))
    pts = [int(video.pts[frame]) for frame in {*wanted.tolist(), len(times_s) - 1}]
    finds: list[tuple[float, Circles]] = []
    runs = divide_pictures(video, pts, processes_for(video))
    with PoseProcesses(len(runs), cancelled, worker=_WORKER, room=Room(reads=(video.path,))) as team:
        for _, find in team.answers([Look(video, run) for run in runs]):
            finds.append(find)
            on_progress(len(finds), len(pts))
    return sorted(finds, key=lambda find: find[0])
