"""Which frames become pictures, under which names, and the five figures of the app."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.pictures.canvas import Picture
from analysis.pictures.cards import no_repetition_picture, pair_picture, plain_picture, repetition_picture
from analysis.pictures.evidence import Evidence
from analysis.verdicts import AnalysisReport, Comparison, FormFault, JudgedRepetition

Figures = tuple[int, int, int, int, int]

BEST = 5
_SAME_MOMENT_S = 0.25
"""Faults that show as close together as this, or as close to the turning point, share a picture."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame to annotate.

    Attributes:
        names: Files to write the result to.
        frame: The frame that is wanted; a neighbour serves as well.
        draw: From the index of the frame that was served and its BGR picture to the annotated RGB picture.
    """

    names: tuple[str, ...]
    frame: int
    draw: Callable[[int, Picture], Picture]


def picture_names(report: AnalysisReport) -> list[str]:
    """`rep_01.jpg` and so on, one for each repetition or hold."""
    return [f"rep_{judged.repetition.index:02d}.jpg" for judged in report.efforts]


def no_rep_picture_names(report: AnalysisReport) -> list[str]:
    """`no_rep_01.jpg` and so on, one for each attempt that does not count."""
    return [f"no_rep_{item.repetition.index:02d}.jpg" for item in report.no_repetitions]


def fault_picture_names(report: AnalysisReport, timestamps_s: NDArray[np.float64]) -> dict[tuple[int, str], str]:
    """The picture that shows each fault, by repetition and code.

    It is the repetition's where the fault shows at its turning point, else one of its own, such as
    `rep_03_lockout.jpg`, which other faults of that moment share.
    """
    return {
        (judged.repetition.index, fault.code): name
        for judged in report.efforts
        for name, _, faults in _pictures_of_faults(judged, timestamps_s)
        for fault in faults
    }


def _pictures_of_faults(
    judged: JudgedRepetition, timestamps_s: NDArray[np.float64]
) -> list[tuple[str, int, tuple[FormFault, ...]]]:
    """Name, frame and faults of each picture of a repetition that shows any; the first is the repetition's own."""
    number = f"rep_{judged.repetition.index:02d}"
    groups: list[tuple[str, int, list[FormFault]]] = [(f"{number}.jpg", judged.repetition.turn, [])]
    for fault in judged.faults:
        for _, frame, faults in groups:
            if abs(timestamps_s[fault.frame] - timestamps_s[frame]) <= _SAME_MOMENT_S:
                faults.append(fault)
                break
        else:
            groups.append((f"{number}_{fault.code.partition('.')[2]}.jpg", fault.frame, [fault]))
    return [(name, frame, tuple(faults)) for name, frame, faults in groups]


def shots_of_set(user: Evidence, *, with_best: bool) -> list[Shot]:
    """Each repetition at its turning point, each fault that shows elsewhere and each no-rep.

    `with_best` also the app's five.
    """
    failed = [
        Shot((name,), item.frame, partial(no_repetition_picture, user, item))
        for item, name in zip(user.report.no_repetitions, no_rep_picture_names(user.report), strict=True)
    ]
    shots = {
        (judged.repetition.index, judged.repetition.turn): ([name], judged)
        for judged, name in zip(user.report.efforts, picture_names(user.report), strict=True)
    }
    if with_best:
        for number, (judged, frame) in enumerate(_best_moments(user.report), start=1):
            names, _ = shots.setdefault((judged.repetition.index, frame), ([], judged))
            names.append(f"best{number}_user.jpg")
        if not user.report.efforts:
            return _plain_shots(user) + failed
    of_faults = [
        Shot((name,), frame, partial(repetition_picture, user, replace(judged, faults=faults)))
        for judged in user.report.efforts
        for name, frame, faults in _pictures_of_faults(judged, user.track.timestamps_s)[1:]
    ]
    return [
        Shot(tuple(names), frame, partial(repetition_picture, user, judged))
        for (_, frame), (names, judged) in shots.items()
    ] + [*of_faults, *failed]


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
