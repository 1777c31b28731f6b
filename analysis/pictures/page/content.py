"""What stands on the page, read from the content of `report.json`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.judging.half_movements import HALF_MOVEMENT
from analysis.judging.kinematics import FIRST_WAY_IS_ECCENTRIC
from analysis.pictures import style
from analysis.pictures.page.chart import state_of
from analysis.pictures.page.words import Words
from analysis.pictures.wording import NO_BREAK
from analysis.texts.speech import PERCENT, UNKNOWN

Embedded = Callable[[str | None], str | None]
"""From the name of a picture to the picture itself as a data URI, or None where there is none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its sign.

    Attributes:
        state: `good`, `minor`, `major` or `unknown`.
        text: What to do, or what was kept.
        detail: What was measured and the good range, or why there is no answer.
        picture: Data URI of what shows it, where it has one of its own.
    """

    state: str
    text: str
    detail: str = ""
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The set at a glance."""

    title: str
    score: str | None
    state: str
    figures: tuple[Figure, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One repetition.

    Attributes:
        index: 1 for the first.
        state: Of its worst fault.
        score: As text.
        times: From where to where in the video, and whether the clip cuts it off.
        pictures: Data URIs: at the turning point, then those of faults that show at another moment.
        figures: What was measured of the repetition as a whole.
        faults: Worst first.
        kept: Rules that were kept.
        unknown: Rules without an answer.
    """

    index: int
    state: str
    score: str
    times: str
    pictures: tuple[str, ...]
    figures: tuple[Figure, ...]
    faults: tuple[Line, ...]
    kept: tuple[Line, ...]
    unknown: tuple[Line, ...]


def head_of(document: dict[str, Any], words: Words) -> Head:
    """Title, score and what the set is like."""
    score, quality = document["score"], document["quality"]
    state = "unknown"
    if score is not None:
        state = "good" if score >= style.GOOD_SCORE else "minor" if score >= style.FAIR_SCORE else "major"
    figures = [
        *_recognised(document, words),
        *_counts(document, words),
        *_figures_of_set(document, words),
        *_checks(document, words),
        Figure(words("view"), words.view(quality)),
        Figure(words("person_found"), f"{words.number(100 * quality['person_found'])}\u00a0%"),
    ]
    if "comparison" in document:
        similarity = words.number(document["comparison"]["similarity"])
        figures.insert(1, Figure(words("like_professional"), f"{similarity}\u00a0%"))
    return Head(
        title=words.title,
        score=None if score is None else words.number(score),
        state=state,
        figures=tuple(figures),
        warnings=tuple(quality["warnings"]),
    )


def _recognised(document: dict[str, Any], words: Words) -> list[Figure]:
    """How sure it is that it is this exercise, where nobody said so."""
    recognised = document["recognised"]
    if recognised is None:
        return []
    return [Figure(words("recognised"), f"{words.number(100 * recognised['confidence'])}\u00a0%")]


def _counts(document: dict[str, Any], words: Words) -> list[Figure]:
    counts, holds, failed = document["counts"], document["holds"], document["no_repetitions"]
    if holds:
        held_s = sum(hold["held_s"] for hold in holds)
        return [Figure(words("held"), words.clock(held_s))]
    figures = [Figure(words("repetitions"), str(counts["total"]))]
    if failed:
        figures.append(Figure(words("no_reps"), str(len(failed))))
    if counts["left"] is not None and counts["right"] is not None:
        figures.append(Figure(f"{words('side_left')} / {words('side_right')}", f"{counts['left']} / {counts['right']}"))
    return figures


def _checks(document: dict[str, Any], words: Words) -> list[Figure]:
    """How many of the verdicts that were asked for could be given; the score rests on no others."""
    efforts = document["repetitions"] or document["holds"]
    ends = [verdict["verdict"] for effort in efforts for verdict in effort["verdicts"]]
    if not ends:
        return []
    answered = len(ends) - ends.count("cannot_tell")
    return [Figure(words("checks"), words("checks_of", answered=answered, asked=len(ends)))]


def _figures_of_set(document: dict[str, Any], words: Words) -> list[Figure]:
    whole = [repetition for repetition in document["repetitions"] if repetition["complete"]]
    known = document["set"]
    figures = []
    if whole:
        mean_s = sum(map(_duration_s, whole)) / len(whole)
        figures.append(Figure(words("mean_duration"), words.value(mean_s, "s")))
    return figures + [
        Figure(words(key), f"{words.number(known[key])}\u00a0%")
        for key in ("range_of_motion_cv_percent", "tempo_cv_percent", "velocity_loss_percent")
        if known[key] is not None
    ]


def fix_first(document: dict[str, Any], words: Words) -> Line | None:
    """The one thing to work on; None where there is just one, which `summed_up` says, or none."""
    found = document["set"]["fix_first"]
    if found is None or len({fault["code"] for fault in document["faults"]}) < 2:
        return None
    broken = [fault["repetition"] for fault in document["faults"] if fault["code"] == found["code"]]
    return Line(found["severity"], words.cue(found["code"]), words.among(broken))


def summed_up(document: dict[str, Any], words: Words) -> list[Line]:
    """What to work on: each fault once, what to fix first and then the worst, with its repetitions; or that none is."""
    by_code: dict[str, list[dict[str, Any]]] = {}
    for fault in document["faults"]:
        by_code.setdefault(fault["code"], []).append(fault)
    first = (document["set"]["fix_first"] or {}).get("code")
    ranked = sorted(
        by_code.values(), key=lambda found: (found[0]["code"] != first, found[0]["severity"] != "major", -len(found))
    )
    lines = [
        Line(
            found[0]["severity"],
            words.cue(found[0]["code"]),
            words.among([fault["repetition"] for fault in found]),
        )
        for found in ranked
    ]
    if not lines and document["score"] is not None:
        lines.append(Line("good", words("no_fault")))
    if not words.exercise.is_known and (document["repetitions"] or document["poses"]):
        lines.append(Line("unknown", words.phrase("no_rules")))
    return lines


def no_repetitions(document: dict[str, Any], words: Words, embedded: Embedded) -> list[Line]:
    """Attempts that do not count, with when, why and a picture."""
    return [
        Line(
            "minor",
            words.why(item["reason"]),
            f"{words.clock(item['time_s'])}{NO_BREAK}· {words.against_limit(_way_in_percent(item), passed=False)}",
            embedded(item["picture"]),
        )
        for item in document["no_repetitions"]
    ]


def _way_in_percent(failed: dict[str, Any]) -> dict[str, Any]:
    if failed["reason"] != HALF_MOVEMENT:
        return failed
    return {**failed, "measured": 100 * failed["measured"], "limit": 100 * failed["limit"], "unit": PERCENT}


def poses_held(document: dict[str, Any], words: Words) -> list[Figure]:
    """Poses that were struck, with when; only where no exercise is known, of which they would be a part."""
    if words.exercise.is_known:
        return []
    return [
        Figure(held["name"], f"{words.clock(held['start_s'])}–{words.clock(held['end_s'])}")
        for held in document["poses"]
    ]


def repetition_cards(document: dict[str, Any], words: Words, embedded: Embedded) -> list[Card]:
    """A card per repetition or hold, in order."""
    return [_card(effort, document, words, embedded) for effort in document["repetitions"] or document["holds"]]


def _card(
    repetition: dict[str, Any],
    document: dict[str, Any],
    words: Words,
    embedded: Embedded,
) -> Card:
    faults, score = repetition["faults"], repetition["score"]
    names = dict.fromkeys((repetition["picture"], *(fault["picture"] for fault in faults)))
    everywhere = {item["code"] for item in document["not_assessed"] if item["repetition"] is None}
    unknown = [item for item in repetition["verdicts"] if item["reason"] and item["code"] not in everywhere]
    return Card(
        index=repetition["index"],
        state=state_of(repetition),
        score=words.number(score),
        times=_times(repetition, words),
        pictures=tuple(picture for picture in map(embedded, names) if picture is not None),
        figures=_figures(repetition, words),
        faults=tuple(
            Line(fault["severity"], words.cue(fault["code"]), _measured_when(fault, words)) for fault in faults
        ),
        kept=tuple(
            Line("good", words.cue(item["code"]), words.against_limit(item, passed=True))
            for item in repetition["measurements"]
            if item["passed"]
        ),
        unknown=tuple(Line("unknown", words.cue(item["code"]), why_unknown(item, words)) for item in unknown),
    )


def _times(repetition: dict[str, Any], words: Words) -> str:
    times = f"{words.clock(repetition['start_s'])}–{words.clock(repetition['end_s'])}"
    return times if repetition["complete"] else f"{times} · {words.phrase('cut_off')}"


def _figures(repetition: dict[str, Any], words: Words) -> tuple[Figure, ...]:
    name = "held" if "held_s" in repetition else "duration"
    figures = [Figure(words(name), words.value(_duration_s(repetition), "s"))]
    if repetition.get("side"):
        figures.append(Figure(words("side"), words(f"side_{repetition['side']}")))
    return (*figures, *_figures_of_motion(repetition.get("kinematics"), words))


def _figures_of_motion(kinematics: dict[str, Any] | None, words: Words) -> list[Figure]:
    if kinematics is None:
        return []
    known = {
        "range_of_motion": words.value(kinematics["range_of_motion"], kinematics["unit"]),
        "tempo": _tempo(kinematics["tempo"], words),
        "mean_velocity": words.velocity(kinematics["mean_velocity"], kinematics["velocity_unit"]),
        "left_right_difference_deg": words.value(kinematics["left_right_difference_deg"], "deg"),
    }
    return [Figure(words(key), value) for key, value in known.items() if value != UNKNOWN]


_PARTS = ("eccentric_s", "pause_at_turn_s", "concentric_s")
"""Of a tempo, which make up the repetition from leaving rest to being back."""


def _duration_s(repetition: dict[str, Any]) -> float:
    """From leaving rest to being back: what the parts of its tempo add up to, where all of them are known."""
    tempo = (repetition.get("kinematics") or {}).get("tempo") or {}
    known = [float(tempo[part]) for part in _PARTS if tempo.get(part) is not None]
    return sum(known) if len(known) == len(_PARTS) else float(repetition["end_s"] - repetition["start_s"])


def _tempo(tempo: dict[str, float | None], words: Words) -> str:
    """Down, at the bottom, up, at the top, in the order in which lifters write them: `2.1 · 0.3 · 1.0 · 0.5 s`.

    The turning point is the bottom of what is lowered first, and the top of what is lifted first (a curl). The parts
    are rounded so that those of the repetition add up to its duration, which is rounded, too.
    """
    pauses = ["pause_at_turn_s", "pause_at_rest_s"]
    if FIRST_WAY_IS_ECCENTRIC.get(words.exercise.phases[0]) is False:
        pauses.reverse()
    if tempo["eccentric_s"] is None or tempo["concentric_s"] is None:
        return UNKNOWN
    edges = np.round(np.cumsum([0.0, *(tempo[part] or 0.0 for part in _PARTS)]), 1)
    rounded = {part: float(size) for part, size in zip(_PARTS, np.diff(edges), strict=True) if tempo[part] is not None}
    parts = [rounded.get(part, tempo[part]) for part in ("eccentric_s", pauses[0], "concentric_s", pauses[1])]
    return words.phrase("seconds", value=" · ".join(words.number(part, 1) for part in parts))


def _measured_when(fault: dict[str, Any], words: Words) -> str:
    return f"{words.against_limit(fault, passed=False)}{NO_BREAK}· {words.clock(fault['time_s'])}"


def why_unknown(verdict: dict[str, Any], words: Words) -> str:
    """Why a rule has no answer, and what was measured all the same."""
    measured = words.value(verdict["measured"], verdict["unit"]) if verdict["measured"] is not None else ""
    return f"{verdict['detail']} {measured}".strip()
