"""Every limit stands in docs/sources.md with its source, and every source is one that the page knows."""

import re

import pytest

from analysis.judging.exercise import Rule, all_exercises
from analysis.judging.static_pose import all_poses
from scripts.sources import OURS, PAGE, Part, parts_of, works_of, written

TEXT = PAGE.read_text(encoding="utf-8")
RULES = [rule for exercise in all_exercises() for rule in exercise.rules]
SOURCES = [
    *(rule.source for rule in RULES),
    *(rule.standard.source for rule in RULES if rule.standard),
    *(pose.source for pose in all_poses()),
]


def by_code(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else None


def test_the_page_is_what_the_declarations_say() -> None:
    assert written(TEXT) == TEXT, "write it again: .venv/bin/python -m scripts.sources"


@pytest.mark.parametrize("rule", RULES, ids=by_code)
def test_every_rule_stands_in_the_page_with_its_limits(rule: Rule) -> None:
    row = re.search(rf"^\| `{rule.code}` \| (.+?) \| (.+?) \| .+ \|\n(\| ⤷ counts \| .+? \|)?", TEXT, re.MULTILINE)
    assert row
    limits = [limit for limit in (rule.at_least, rule.at_most) if limit is not None]
    assert numbers_of(row[1]) == pytest.approx(limits)
    assert row[2] == rule.source
    assert numbers_of(row[3] or "") == pytest.approx([rule.standard.limit] if rule.standard else [])


def numbers_of(cell: str) -> list[float]:
    """The limits in a cell; percent of body height are shares."""
    found = re.findall(r"at (?:least|most) (-?[\d.]+)( %)?", cell)
    return [float(number) / (100 if percent else 1) for number, percent in found]


@pytest.mark.parametrize("source", sorted(set(SOURCES)))
def test_every_source_says_whose_it_is(source: str) -> None:
    parts = parts_of(source)
    assert all(part.who == OURS or part.who in works_of(TEXT) for part in parts)
    assert all(part.says and not part.says.endswith(".") for part in parts)


def test_every_work_of_the_page_is_used_and_told_once() -> None:
    works = TEXT[TEXT.index("## Works") : TEXT.index("## Limits")]
    names = re.findall(r"^\| `(.+?)` \|", works, re.MULTILINE)
    assert len(names) == len(set(names))
    assert set(names) == set(works_of(TEXT))
    assert set(names) == {part.who for source in SOURCES for part in parts_of(source)} - {OURS}


def test_a_source_that_names_nobody_is_refused() -> None:
    assert parts_of("NSCA, unread: upright; ours: 15 deg") == (
        Part("NSCA", True, "upright"),
        Part(OURS, False, "15 deg"),
    )
    with pytest.raises(ValueError, match="whose"):
        parts_of("upright, with 15 deg for the error")
