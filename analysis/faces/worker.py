"""A child process that looks for faces: `python -m analysis.faces.worker FILE_DESCRIPTOR`.

As `analysis.pose.worker`, its crash is only the end of one analysis, and it ends with its parent.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from analysis.faces.commands import Command, Look, Search
from analysis.faces.detector import FaceDetector, FaceModelMissing
from analysis.faces.heads import Circles
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.sandbox.serving import serve

# Faces that are too small to be found in this are too small to be known in our pictures, which are no larger.
LONG_SIDE = 1280


@cache
def _detector() -> FaceDetector:
    return FaceDetector()


def _answers(command: Command) -> Iterator[object]:
    match command:
        case Look():
            yield from _look(command, _detector())
        case Search():
            yield _detector().faces(command.picture)


def _look(command: Look, detector: FaceDetector) -> Iterator[tuple[float, Circles]]:
    video, wanted = command.video, set(command.pts)
    pictures = UprightPictures(video.orientation, "bgr24", LONG_SIDE)
    for pts, frame in decode(video, min(wanted), max(wanted) + 1):
        if pts in wanted:
            picture = pictures.convert(frame)
            scale = np.float32(video.info.width / picture.shape[1])
            yield float((pts - int(video.pts[0])) * video.time_base), detector.faces(picture) * scale


if __name__ == "__main__":
    serve(_answers, expected=(FaceModelMissing,))
