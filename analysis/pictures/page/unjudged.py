"""What could not be judged, grouped by what can be done about it, so that a page full of it still helps."""

from dataclasses import dataclass
from typing import Any

from analysis.judging.faults import OTHER_EXERCISE
from analysis.pictures.page.content import Line
from analysis.pictures.page.words import Words

_BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that share a remedy.

    Attributes:
        tip: What the reader can do so that they can be judged, or why nobody can.
        lines: The rules, each with the repetitions that it concerns; none said where it is all of them.
    """

    tip: str
    lines: tuple[Line, ...]


def unjudged(document: dict[str, Any], words: Words) -> list[Group]:
    """Every verdict that could not be given, the remedy that would help most first; what no camera shows last."""
    efforts = document["repetitions"] or document["holds"]
    open_in: dict[tuple[str, str], dict[str, list[int]]] = {}
    for item in document["not_assessed"]:
        if item["repetition"] is None:
            open_in.setdefault(_remedy(item, words), {}).setdefault(item["code"], [])
    for effort in efforts:
        for verdict in effort["verdicts"]:
            if verdict["reason"]:
                codes = open_in.setdefault(_remedy(verdict, words), {})
                codes.setdefault(verdict["code"], []).append(effort["index"])
    ranked = sorted(open_in.items(), key=lambda found: (found[0][0] == _BLIND, -_weight(found[1])))
    return [
        Group(
            tip,
            tuple(
                Line("unknown", words.cue(code), words.among(where) if 0 < len(where) < len(efforts) else "")
                for code, where in codes.items()
                if reason != OTHER_EXERCISE  # that exercise's rules are no help
            ),
        )
        for (reason, tip), codes in ranked
    ]


def unjudged_rules(document: dict[str, Any]) -> int:
    """How many rules have no answer somewhere."""
    efforts = document["repetitions"] or document["holds"]
    somewhere = {verdict["code"] for effort in efforts for verdict in effort["verdicts"] if verdict["reason"]}
    return len(somewhere | {item["code"] for item in document["not_assessed"]})


def _weight(codes: dict[str, list[int]]) -> int:
    return sum(max(len(where), 1) for where in codes.values())


def _remedy(item: dict[str, Any], words: Words) -> tuple[str, str]:
    """The reason, or that nothing helps, and what to do about it."""
    rules = {rule.code: rule for rule in words.exercise.rules}
    reason, rule = item["reason"], rules.get(item["code"])
    if rule is None:
        return _BLIND, words("tip_blind")
    views = rule.views or words.exercise.views
    if reason == "wrong_view" and not views:
        reason = "not_followed"
    said = words.phrase("or").join(words.name("views", view) for view in views)
    return reason, words(f"tip_{reason}", views=said) if reason == "wrong_view" else words(f"tip_{reason}")
