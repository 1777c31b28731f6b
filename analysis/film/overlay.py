"""Drawing on one frame of the video: skeleton, angles, count, phase, cue, and where in the set it is."""

import numpy as np
from numpy.typing import NDArray

from analysis.film.narration import Moment, Narration
from analysis.film.sprites import Sprite, card, count_tile, lay, pill
from analysis.motion.landmarks import SEEN_FROM
from analysis.pictures import style
from analysis.pictures.angle_arcs import draw_arc
from analysis.pictures.canvas import Picture
from analysis.pictures.evidence import Evidence, angle_marks, state_of
from analysis.pictures.rendering import is_drawable, unit_of
from analysis.pictures.skeleton import draw_skeleton

_TIMELINE_PX, _HEAD_PX, _MARGIN_PX, _GAP_PX = 14, 6, 22, 12
# Where cues cover the body is looked at in so many moments.
_MOMENTS = 24


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
        self._size = size
        self._cue_is_above = self._covered(above=True) < self._covered(above=False)

    def draw(self, picture: Picture, frame: int) -> None:
        """Draw on the BGR picture that shows this frame of the track."""
        moment, unit, evidence = self._narration.at(frame), self._unit, self._evidence
        landmarks = evidence.track.landmarks[frame] * self._scale
        draw_skeleton(picture, landmarks, moment.limbs, unit)
        for mark in angle_marks(evidence, frame, landmarks, moment.marking):
            if is_drawable(mark, picture):
                draw_arc(picture, mark, unit)

        for sprite, left, top in self._words(moment, above=self._cue_is_above):
            lay(picture, sprite, left, top)
        self._draw_timeline(picture, frame)

    def _words(self, moment: Moment, *, above: bool) -> list[tuple[Sprite, int, int]]:
        """Count, phase and angle, and last the cue, beside the count or above the angle; each with its left and top."""
        (width, height), unit = self._size, self._unit
        margin, gap = round(_MARGIN_PX * unit), round(_GAP_PX * unit)
        tile = count_tile(moment.count, moment.count_noun, moment.count_state, unit)
        placed = [(tile, margin, margin)]
        bottom = height - margin - round(_TIMELINE_PX * unit)
        if moment.reading:
            reading = pill(moment.reading, width - 2 * margin, unit)
            bottom -= reading.size[1]
            placed.append((reading, margin, bottom))
        if moment.cue is not None:
            left = margin + tile.size[0] + gap if above else margin
            cue = card(moment.cue.text, moment.cue.state, width - left - margin, unit)
            placed.append((cue, left, margin if above else bottom - gap - cue.size[1]))
        return placed

    def _covered(self, *, above: bool) -> int:
        """How many joints that are seen lie under a cue, in moments spread over those that have one."""
        report = self._evidence.report
        shown = sorted({fault.frame for fault in report.faults} | {failed.frame for failed in report.no_repetitions})
        covered = 0
        for frame in shown[:: max(1, len(shown) // _MOMENTS)]:
            moment = self._narration.at(frame)
            if moment.cue is None:
                continue
            sprite, left, top = self._words(moment, above=above)[-1]
            x, y, _, visibility = (self._evidence.track.landmarks[frame] * self._scale).T
            across = (x >= left) & (x <= left + sprite.size[0])
            covered += int((across & (y >= top) & (y <= top + sprite.size[1]) & (visibility >= SEEN_FROM)).sum())
        return covered

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
