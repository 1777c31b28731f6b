"""A child process that films one part of a video: `python -m analysis.film.worker FILE_DESCRIPTOR`.

As `analysis.pose.worker`, its crash is only the end of one analysis, and it ends with its parent.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import cv2
import numpy as np

from analysis.faces.hiding import hide
from analysis.film.commands import Command, Film, Join
from analysis.film.encoding import FilmWriter, join
from analysis.film.overlay import Overlay
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.pictures.canvas import Picture
from analysis.sandbox.serving import serve

# Sharp on every phone; larger pictures take longer to make and to load.
LONG_SIDE = 1280
# Smaller pictures are enlarged, so that the words can be read.
MIN_SHORT_SIDE = 480
SEND_EVERY_S = 0.1


def _answers(command: Command) -> Iterator[int]:
    match command:
        case Film():
            yield from _film(command)
        case Join():
            join(command.parts, command.path)


def _film(command: Film) -> Iterator[int]:
    video, track = command.video, command.evidence.track
    pictures = UprightPictures(video.orientation, "bgr24", LONG_SIDE)
    start_s = float((command.start_pts - int(video.pts[0])) * video.time_base)
    last_s = float(video.frame_duration * video.time_base)
    done, sent_at = 0, time.monotonic()
    overlay: Overlay | None = None
    writer: FilmWriter | None = None
    with ExitStack() as stack:
        for pts, frame in decode(video, command.start_pts, command.end_pts):
            time_s = float((pts - int(video.pts[0])) * video.time_base)
            number = min(int(np.searchsorted(track.timestamps_s, time_s - 1e-6)), len(track.timestamps_s) - 1)
            picture = pictures.convert(frame)
            scale = picture.shape[1] / video.info.width
            if command.hidden is not None:
                picture = hide(picture, command.hidden.at(number) * np.float32(scale))
            picture, enlarged = _fitted(picture)
            if overlay is None or writer is None:
                size = (picture.shape[1], picture.shape[0])
                overlay = Overlay(command.evidence, size, scale * enlarged)
                writer = stack.enter_context(FilmWriter(command.path, size, video.info.fps))
            overlay.draw(picture, number)
            following = track.timestamps_s[number + 1 : number + 2]
            writer.write(picture, time_s - start_s, float(following[0]) - time_s if len(following) else last_s)
            done += 1
            if time.monotonic() - sent_at > SEND_EVERY_S:
                yield done
                done, sent_at = 0, time.monotonic()
    yield done


def _fitted(picture: Picture) -> tuple[Picture, float]:
    """The picture in a size that H.264 can hold (both sides even) and people can read, and by how much it was enlarged.

    An odd row or column at the edge is cut off.
    """
    height, width = picture.shape[:2]
    scale = max(1.0, MIN_SHORT_SIDE / min(height, width))
    if scale > 1:
        size = round(width * scale), round(height * scale)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.ascontiguousarray(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]), scale


if __name__ == "__main__":
    serve(_answers)
