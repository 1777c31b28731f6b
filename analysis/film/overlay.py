"""Drawing on one frame of the video: skeleton, angles, count, phase, cue, and where in the set it is."""

import numpy as np
from numpy.typing import NDArray

from analysis.film.narration import Narration
from analysis.film.sprites import card, count_tile, lay, pill
from analysis.pictures import style
from analysis.pictures.angle_arcs import draw_arc
from analysis.pictures.canvas import Picture
from analysis.pictures.evidence import Evidence, angle_marks, state_of
from analysis.pictures.rendering import is_drawable, unit_of
from analysis.pictures.skeleton import draw_skeleton

_TIMELINE_PX, _HEAD_PX, _MARGIN_PX = 14, 6, 22


class Overlay:
    """Draws on the frames of one video, all of the same size.

    Args:
        evidence: Of the video.
        size: Width and height of the pictures that are drawn on.
        scale: Pixels of these for one of the video's.
    """

    def __init__(self, evidence: Evidence, size: tuple[int, int], scale: float) -> None:
        self._evidence, self._scale = evidence, np.array((scale, scale, scale, 1), np.float32)
        self._narration = Narration(evidence)
        self._unit = unit_of(np.empty((size[1], size[0], 0), np.uint8))
        self._past, self._future = _timelines(evidence, size[0])

    def draw(self, picture: Picture, frame: int) -> None:
        """Draw on the BGR picture that shows this frame of the track."""
        moment, unit, evidence = self._narration.at(frame), self._unit, self._evidence
        landmarks = evidence.track.landmarks[frame] * self._scale
        draw_skeleton(picture, landmarks, moment.limbs, unit)
        for mark in angle_marks(evidence, frame, landmarks, moment.marking):
            if is_drawable(mark, picture):
                draw_arc(picture, mark, unit)

        height, width = picture.shape[:2]
        margin = round(_MARGIN_PX * unit)
        lay(picture, count_tile(moment.count, moment.count_noun, moment.count_state, unit), margin, margin)
        bottom = height - margin - round(_TIMELINE_PX * unit)
        if moment.reading:
            sprite = pill(moment.reading, unit)
            bottom -= sprite.size[1]
            lay(picture, sprite, margin, bottom)
        if moment.cue is not None:
            sprite = card(moment.cue.text, moment.cue.state, width - 2 * margin, unit)
            lay(picture, sprite, margin, bottom - round(12 * unit) - sprite.size[1])
        self._draw_timeline(picture, frame)

    def _draw_timeline(self, picture: Picture, frame: int) -> None:
        width = picture.shape[1]
        strip = picture[-round(_TIMELINE_PX * self._unit) :]
        now = round(_share(self._evidence, frame) * width)
        strip[:, :now], strip[:, now:] = self._past[:now], self._future[now:]
        head = round(_HEAD_PX * self._unit / 2)
        strip[:, max(0, now - head) : now + head + 1] = 255


def _timelines(evidence: Evidence, width: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A row of pixels, (width, 3) BGR each: efforts in the colours of their verdicts, and still without.

    An attempt that does not count stays without.
    """
    past = np.full((width, 3), style.bgr(style.INK), np.uint8)
    future = past.copy()
    faded = style.bgr(style.FADED_INK)
    attempts = [(one.repetition, faded) for one in evidence.report.no_repetitions]
    attempts += [(one.repetition, style.bgr(state_of(one).colour)) for one in evidence.report.efforts]
    for repetition, colour in attempts:
        start, end = (round(_share(evidence, frame) * width) for frame in (repetition.start, repetition.end))
        past[start + 1 : end] = colour
        future[start + 1 : end] = faded
    return past, future


def _share(evidence: Evidence, frame: int) -> float:
    """How much of the video is over at a frame, 0 to 1."""
    timestamps_s = evidence.track.timestamps_s
    return float(timestamps_s[min(frame, len(timestamps_s) - 1)] / max(float(timestamps_s[-1]), 1e-6))
