"""What people read, in reports and messages, says the same in every language, politely, and fits where it is shown."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from analysis import texts as reports
from analysis.texts.page import page_texts
from worker.signalling import texts as messages

Texts = dict[str, str]
LANGUAGES = sorted({*reports.LANGUAGES, *messages.LANGUAGES} - {reports.ENGLISH})
JOINING = {"words.phrases.and", "words.phrases.or"}
"""Stand between two others, with the spaces that takes."""
SIGNS = {
    *(f"words.phrases.{key}" for key in ("decimal_point", "minus", "and", "seconds")),
    *(f"words.statistics.{key}" for key in ("max", "high", "low")),
    "page.velocity_m",
}
"""Signs, units and bare holes, which may be the same."""
LOANWORDS = {"de": {"burpee", "crunch", "dip", "plank", "sit_up", "tempo"}, "es": {"burpee"}}
"""Words that are the English ones, by the last part of their place."""
ABBREVIATED = re.compile(r"\b(Wdh|reps?|der|izq)\.$")
LONGEST_CUE = 90
"""Characters, two rows of a card; Korean and Japanese letters are twice as wide."""


def all_texts(language: str) -> Texts:
    """Every text of a language by its place, such as `texts.rules.squat.depth`."""
    found: Texts = {}
    if language in reports.LANGUAGES:
        found |= flat("texts", reports.texts(language)) | flat("words", reports.vocabulary(language))
        found |= {f"page.{key}": text for key, text in page_texts(language).items()}
    if language in messages.LANGUAGES:
        found |= flat("messages", messages.texts(language))
    return found


def flat(name: str, catalogue: dict[str, Texts]) -> Texts:
    return {f"{name}.{kind}.{key}": text for kind, texts in catalogue.items() for key, text in texts.items()}


ENGLISH = all_texts("en")


def beside_english(language: str) -> Iterator[tuple[str, str, str]]:
    """(place, the text, the English one)."""
    for place, text in all_texts(language).items():
        yield place, text, ENGLISH[place]


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """(place, text) of what is a sentence and no name or label."""
    return (
        (place, text) for place, text, english in beside_english(language) if english.endswith(".") and english != "."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_holes_of_the_english_one(language: str) -> None:
    for place, text, english in beside_english(language):
        assert holes(text) == holes(english), place


def holes(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_left_in_english(language: str) -> None:
    for place, text, english in beside_english(language):
        assert text.strip(), place
        same = place in SIGNS or place.rsplit(".", 1)[-1] in LOANWORDS.get(language, ())
        assert text != english or same, place


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_spaces_are_single_and_inside(language: str) -> None:
    for place, text in all_texts(language).items():
        assert "  " not in text.replace("\u00a0", " "), place
        assert text == text.strip() or place in JOINING, place


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_and_labels_do_not(language: str) -> None:
    for place, text, english in beside_english(language):
        assert english == "." or ends(text) == ends(english), place


def ends(text: str) -> bool:
    """Whether it ends as a sentence; a hole at the end is filled with one, or not, alike in each language."""
    return text.endswith((".", "。")) and not ABBREVIATED.search(text)


@pytest.mark.parametrize("language", reports.LANGUAGES)
def test_a_cue_fits_on_a_card(language: str) -> None:
    for place, text in all_texts(language).items():
        if place.startswith("texts.rules."):
            wide = sum(1 + (ord(letter) >= 0x1100) for letter in text)
            assert wide <= LONGEST_CUE, place


def test_german_says_sie_and_spanish_tu() -> None:
    for place, text in all_texts("de").items():
        assert not re.search(r"\b(du|dich|dir|dein\w*|euch|euer)\b", text, re.IGNORECASE), place
    assert all(re.search(r"\bSie\b", text) for place, text in sentences("de") if place.startswith("texts.rules."))
    for place, text in all_texts("es").items():
        assert not re.search(r"\b(usted(es)?|vosotros|os)\b", text, re.IGNORECASE), place


def test_korean_asks_and_tells_politely() -> None:
    for place, text in sentences("ko"):
        if place != "page.made_by":
            asks = place.startswith("texts.rules.") or text.endswith("요.")
            assert text.endswith("세요." if asks else ("니다.", "{detail}", "{joints}.", "점.", "회.", "초.")), place


def test_korean_needs_no_particle_that_depends_on_what_fills_a_hole() -> None:
    for place, text in all_texts("ko").items():
        assert not re.search(r"[})](을|를|이|가|은|는|과|와|로|으로)(?![가-힣])", text), place
        assert not re.search(r"[은이을과]\((는|가|를|와)\)", text), place


def test_japanese_is_polite() -> None:
    for place, text in sentences("ja"):
        assert text.endswith(
            ("ます。", "ません。", "ました。", "ませんでした。", "です。", "ください。", "点。", "回。", "秒。")
        ), place


@pytest.mark.parametrize("language", sorted({*reports.LANGUAGES} & {*messages.LANGUAGES}))
def test_a_message_calls_an_exercise_what_the_report_calls_it(language: str) -> None:
    unknown = {"unselected"}
    said, written = messages.texts(language)["exercises"], reports.vocabulary(language)["exercises"]
    assert {key: name for key, name in said.items() if key not in unknown} == {
        key: name for key, name in written.items() if key not in unknown
    }
