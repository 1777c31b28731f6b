"""Which frames become pictures, under which names, and the five figures of the app."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from analysis.judging.holds import nearest_as_held
from analysis.pictures.canvas import Picture
from analysis.pictures.cards import no_repetition_picture, pair_picture, plain_picture, repetition_picture
from analysis.pictures.evidence import Evidence
from analysis.verdicts import AnalysisReport, Comparison, FormFault, JudgedRepetition

Figures = tuple[int, int, int, int, int]

BEST = 5
_AT_THE_TURN_S = 0.1
"""As close to the turning point a repetition's own picture shows the frame of a fault instead."""

_NEARBY_S = 0.25
"""What has no frame of its own (a duration, a mean) is shown by another picture as close to it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame to annotate.

    Attributes:
        names: Files to write the result to.
        frame: The frame that is wanted.
        draw: From the index of the frame that was served and its BGR picture to the annotated RGB picture.
        exact: Whether a neighbour does not serve as well, since a sentence names what was measured in this frame.
    """

    names: tuple[str, ...]
    frame: int
    draw: Callable[[int, Picture], Picture]
    exact: bool = False


def picture_names(report: AnalysisReport) -> list[str]:
    """`rep_01.jpg` and so on, one for each repetition or hold."""
    return [f"rep_{judged.repetition.index:02d}.jpg" for judged in report.efforts]


def no_rep_picture_names(report: AnalysisReport) -> list[str]:
    """`no_rep_01.jpg` and so on, one for each attempt that does not count."""
    return [f"no_rep_{item.repetition.index:02d}.jpg" for item in report.no_repetitions]


def fault_picture_names(user: Evidence) -> dict[tuple[int, str], str]:
    """The picture that shows each fault, by repetition and code.

    It is the repetition's where the fault shows at its turning point, else one of its own, such as
    `rep_03_lockout.jpg`, which other faults of that frame share.
    """
    return {
        (judged.repetition.index, fault.code): picture.name
        for judged in user.report.efforts
        for picture in _pictures_of(user, judged)
        for fault in picture.faults
    }


@dataclass(frozen=True, slots=True)
class _PictureOf:
    """A picture of a repetition: its frame, and the faults that were measured there."""

    name: str
    frame: int
    faults: tuple[FormFault, ...]
    exact: bool


def _pictures_of(user: Evidence, judged: JudgedRepetition) -> list[_PictureOf]:
    """A repetition's own picture, and one for every other frame in which a fault was measured.

    In a fast repetition a few frames lie between an elbow that is bent and one that is straight, so each fault is shown
    in its very frame.
    """
    times_s, turn = user.track.timestamps_s, judged.repetition.turn
    has_frame = {rule.code for rule in user.exercise.rules if rule.statistic.is_of_one_frame}
    measured = [fault for fault in judged.faults if fault.code in has_frame]
    at_turn = [fault.frame for fault in measured if abs(times_s[fault.frame] - times_s[turn]) <= _AT_THE_TURN_S]
    own = at_turn[0] if at_turn else turn
    shown: dict[int, list[FormFault]] = {own: [], **{fault.frame: [] for fault in measured}}
    for fault in judged.faults:
        nearest = min(shown, key=lambda frame: abs(times_s[frame] - times_s[fault.frame]))
        is_near = fault not in measured and abs(times_s[nearest] - times_s[fault.frame]) <= _NEARBY_S
        shown.setdefault(nearest if is_near else fault.frame, []).append(fault)
    number = f"rep_{judged.repetition.index:02d}"
    return [
        _PictureOf(
            f"{number}.jpg" if frame == own else f"{number}_{faults[0].code.partition('.')[2]}.jpg",
            frame,
            tuple(faults),
            exact=any(fault in measured for fault in faults),
        )
        for frame, faults in shown.items()
    ]


def shots_of_set(user: Evidence, *, with_best: bool) -> list[Shot]:
    """Each repetition at its turning point, each fault that shows elsewhere and each no-rep.

    `with_best` also the app's five.
    """
    failed = [
        Shot((name,), item.frame, partial(no_repetition_picture, user, item), exact=True)
        for item, name in zip(user.report.no_repetitions, no_rep_picture_names(user.report), strict=True)
    ]
    if with_best and not user.report.efforts:
        return _plain_shots(user) + failed
    best: dict[tuple[int, int], list[str]] = {}
    if with_best:
        for number, (judged, frame) in enumerate(_best_moments(user.report), start=1):
            best.setdefault((judged.repetition.index, frame), []).append(f"best{number}_user.jpg")
    shots = []
    for judged in user.report.efforts:
        own, *others = _pictures_of(user, judged)
        names = best.pop((judged.repetition.index, judged.repetition.turn), [])
        draw = partial(repetition_picture, user, judged, own.faults)
        shots.append(Shot((own.name, *names), own.frame, draw, exact=own.exact))
        for other in others:
            draw = partial(repetition_picture, user, replace(judged, faults=other.faults), other.faults)
            shots.append(Shot((other.name,), other.frame, draw, exact=other.exact))
        for (index, frame), names in best.items():
            if index == judged.repetition.index:
                shots.append(Shot(tuple(names), frame, partial(repetition_picture, user, judged, ())))
    return shots + failed


def shots_of_pairs(user: Evidence, professional: Evidence, comparison: Comparison) -> tuple[list[Shot], list[Shot]]:
    """The app's five pairs: from the user's video and from the professional's."""
    mine, theirs = [], []
    for number, pair in enumerate(comparison.pairs, start=1):
        draw_mine = partial(pair_picture, user, professional, pair, number, "You")
        draw_theirs = partial(pair_picture, professional, user, pair, number, "Professional")
        mine.append(Shot((f"best{number}_user.jpg",), pair.user_frame, draw_mine))
        theirs.append(Shot((f"best{number}_pro.jpg",), pair.professional_frame, draw_theirs))
    return mine, theirs


def figures(report: AnalysisReport, comparison: Comparison | None) -> Figures:
    """Whole numbers from 0 to 100, one for each `best<n>_user.jpg`.

    With a comparison the similarity of the pair; else the form score of the repetition that the picture shows, 0 where
    it has none or no repetition was found.
    """
    values: Sequence[float | None]
    if comparison is not None:
        values = [pair.similarity for pair in comparison.pairs]
    else:
        values = [judged.score for judged, _ in _best_moments(report)]
    known = [0 if value is None or not np.isfinite(value) else round(value) for value in values]
    first, second, third, fourth, fifth = (known + [0] * BEST)[:BEST]
    return first, second, third, fourth, fifth


def _best_moments(report: AnalysisReport) -> list[tuple[JudgedRepetition, int]]:
    """Five (repetition, frame), best score first, each at its turning point; then other moments of the same ones."""
    ranked = sorted(report.efforts, key=lambda judged: -1.0 if judged.score is None else judged.score, reverse=True)
    if not ranked:
        return []
    moments = []
    for place in range(BEST):
        judged = ranked[place % len(ranked)]
        repetition = judged.repetition
        start, turn, last = repetition.start, repetition.turn, max(repetition.start, repetition.end - 1)
        frame = (turn, (start + turn) // 2, (turn + last) // 2, start, last)[place // len(ranked)]
        if report.holds:
            frames = np.arange(start, last + 1)
            frame = nearest_as_held(frames, [report.signal[frames]], frame)
        moments.append((judged, frame))
    return moments


def _plain_shots(user: Evidence) -> list[Shot]:
    """Nothing was counted: five frames, evenly spaced over those in which the person was found."""
    found = np.flatnonzero(np.isfinite(user.track.landmarks[:, 0, 0]))
    if not len(found):
        found = np.arange(len(user.track.timestamps_s))
    chosen = found[np.linspace(0, len(found) - 1, BEST + 2).round().astype(int)[1:-1]]
    return [
        Shot((f"best{number}_user.jpg",), int(frame), partial(plain_picture, user))
        for number, frame in enumerate(chosen, start=1)
    ]
