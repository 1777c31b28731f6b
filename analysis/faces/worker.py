"""A child process that looks for faces: `python -m analysis.faces.worker FILE_DESCRIPTOR`.

As `analysis.pose.worker`, its crash is only the end of one analysis, and it ends with its parent.
"""

import sys
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

import cv2
import numpy as np

from analysis.faces.commands import Command, Look, Search
from analysis.faces.detector import FaceDetector
from analysis.faces.heads import Circles
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures

# Faces that are too small to be found in this are too small to be known in our pictures, which are no larger.
LONG_SIDE = 1280


def serve(parent: Connection) -> None:
    """Answer commands until the parent is gone."""
    detector = FaceDetector()
    while True:
        command: Command = parent.recv()
        match command:
            case Look():
                for find in _look(command, detector):
                    parent.send(find)
            case Search():
                parent.send(detector.faces(command.picture))
        parent.send(None)


def _look(command: Look, detector: FaceDetector) -> Iterator[tuple[float, Circles]]:
    video, wanted = command.video, set(command.pts)
    pictures = UprightPictures(video.orientation, "bgr24", LONG_SIDE)
    for pts, frame in decode(video, min(wanted), max(wanted) + 1):
        if pts in wanted:
            picture = pictures.convert(frame)
            scale = np.float32(video.info.width / picture.shape[1])
            yield float((pts - int(video.pts[0])) * video.time_base), detector.faces(picture) * scale


if __name__ == "__main__":
    cv2.setNumThreads(1)
    # The parent is gone or wants nothing more.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError), Connection(int(sys.argv[1])) as connection:
        serve(connection)
