"""Writes the limits and their sources into docs/sources.md, from the declarations: `python -m scripts.sources`.

A source is one or more parts, `<who>: <what is said>`, with `; ` between them. Who is one of the page's table of works
(`who, unread` where the passage itself was not read), or `ours` for what the team chose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.judging.exercise import Exercise, Rule, Statistic, all_exercises
from analysis.judging.static_pose import Condition, StaticPose, all_poses
from analysis.motion.measures import BODY_HEIGHT, MEASURES, SECONDS

PAGE = Path(__file__).parent.parent / "docs" / "sources.md"
OURS = "ours"
UNREAD = "title only"
_FROM, _TO = "<!-- from here on written by python -m scripts.sources -->\n", "<!-- to here -->\n"
_MADE = re.compile(f"{re.escape(_FROM)}.*{re.escape(_TO)}", re.DOTALL)
_WORK = re.compile(r"^\| `(.+?)` \| .+ \| (text|quoted|given) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """What one work, or the team, says of a limit."""

    who: str
    unread: bool
    says: str


def parts_of(source: str) -> tuple[Part, ...]:
    """The parts of a source. Raises `ValueError` for one that names nobody."""
    parts = []
    for text in source.split("; "):
        who, colon, says = text.partition(": ")
        if not colon:
            raise ValueError(f"'{text}' does not say whose it is, in '{source}'")
        parts.append(Part(who.removesuffix(", unread"), who.endswith(", unread"), says))
    return tuple(parts)


def works_of(page: str) -> dict[str, str]:
    """How each work of the page's table was verified: `text`, `quoted` or `given`."""
    return dict(_WORK.findall(page.partition(_FROM)[0]))


def written(page: str) -> str:
    """The page with its tables made anew."""
    works = works_of(page)
    lines = [line for exercise in all_exercises() if exercise.rules for line in _exercise(exercise, works)]
    lines += ["", "### Poses", "", *_HEAD, *(_pose(pose, works) for pose in all_poses())]
    return _MADE.sub(lambda _: "\n".join([_FROM.rstrip(), *lines[1:], "", _TO]), page)


_HEAD = ("| rule | good | from | verified |", "| --- | --- | --- | --- |")


def _exercise(exercise: Exercise, works: dict[str, str]) -> Iterator[str]:
    yield from ("", f"### {exercise.title}", "", *_HEAD)
    for rule in exercise.rules:
        good = f"{_what(rule)} {_range(rule.at_least, rule.at_most, _unit(rule))}"
        yield _row(f"`{rule.code}`", good, rule.source, works)
        if rule.standard:
            low = rule.standard.limit if rule.at_least is not None else None
            high = rule.standard.limit if rule.at_least is None else None
            yield _row("⤷ counts", _range(low, high, _unit(rule)), rule.standard.source, works)


def _pose(pose: StaticPose, works: dict[str, str]) -> str:
    return _row(f"`{pose.name}`", "; ".join(map(_condition, pose.conditions)), pose.source, works)


def _row(name: str, good: str, source: str, works: dict[str, str]) -> str:
    read = (OURS if part.who == OURS else UNREAD if part.unread else works[part.who] for part in parts_of(source))
    return f"| {name} | {good} | {source} | {', '.join(dict.fromkeys(read))} |"


def _what(rule: Rule) -> str:
    if rule.statistic is Statistic.DURATION:
        return f"{rule.phase} lasts"
    title = MEASURES[rule.measure].title
    return f"{title} {rule.statistic}" if "at the" in rule.statistic else f"{rule.statistic} {title}"


def _unit(rule: Rule) -> str:
    return SECONDS if rule.statistic is Statistic.DURATION else MEASURES[rule.measure].unit


def _range(at_least: float | None, at_most: float | None, unit: str) -> str:
    limits = [("at least", at_least), ("at most", at_most)]
    return " and ".join(f"{word} {_limit(limit, unit)}" for word, limit in limits if limit is not None)


def _limit(limit: float, unit: str) -> str:
    if unit == BODY_HEIGHT:
        return f"{100 * limit:g} % of body height"
    return f"{limit:g}" if unit == "ratio" else f"{limit:g} {unit}"


def _condition(condition: Condition) -> str:
    return f"{condition.measure.replace('_', ' ')} {_range(condition.at_least, condition.at_most, 'ratio')}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
