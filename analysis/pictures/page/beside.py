"""User and professional side by side: the five moments, and how alike every repetition and joint is."""

from dataclasses import dataclass
from typing import Any

from analysis.pictures.page.content import Embedded
from analysis.pictures.page.words import Words


@dataclass(frozen=True, slots=True)
class Pair:
    """The same moment of the movement in both videos: what it is called, and two data URIs."""

    title: str
    user: str
    professional: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The comparison.

    Attributes:
        pairs: Moments of which there are both pictures.
        rows: How alike, as text: the whole body, then every joint that was seen; a value for each repetition.
    """

    pairs: tuple[Pair, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def beside(document: dict[str, Any], words: Words, embedded: Embedded) -> Beside | None:
    """The comparison as it stands on the page; None where there is none."""
    comparison = document.get("comparison")
    if comparison is None:
        return None
    joints = list(dict.fromkeys(joint for row in comparison["per_joint"] for joint in row))
    seen = [joint for joint in joints if any(row[joint] is not None for row in comparison["per_joint"])]
    rows = [(words("whole_body"), comparison["per_repetition"])]
    rows += [(words.joint(joint), [row[joint] for row in comparison["per_joint"]]) for joint in seen]
    return Beside(
        tuple(_pairs(comparison["pairs"], words, embedded)),
        tuple((name, tuple(words.number(value) for value in values)) for name, values in rows),
    )


def _pairs(pairs: list[dict[str, Any]], words: Words, embedded: Embedded) -> list[Pair]:
    drawn = [(embedded(pair["user_picture"]), embedded(pair["professional_picture"])) for pair in pairs]
    return [
        Pair(words("pair", index=number, similarity=words.number(pair["similarity"])), user, professional)
        for number, (pair, (user, professional)) in enumerate(zip(pairs, drawn, strict=True), start=1)
        if user is not None and professional is not None
    ]
