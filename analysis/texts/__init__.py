"""What people read, in each language.

`<language>.json` holds the sentences for rules, standards, blind spots and reasons; `words/<language>.json` the words
of pictures, plots, video, terminal and report: names of exercises, measures, phases and so on, and phrases with holes;
`page/<language>.json` those of the page alone.
"""

import json
from functools import cache
from importlib.resources import files
from typing import cast

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko", "es", "de")
STANDARDS = "standards"

Catalogue = dict[str, dict[str, str]]


def closest(language: str) -> str:
    """The one of `LANGUAGES` for who reads `language`, such as `ko-KR`; English where there is none.

    Parts are taken from the end until one is found: RFC 4647, 3.4.
    """
    parts = language.replace("_", "-").lower().split("-")
    while parts:
        if "-".join(parts) in LANGUAGES:
            return "-".join(parts)
        parts.pop()
    return ENGLISH


@cache
def texts(language: str) -> Catalogue:
    """The sentences of a language by what they are about, then by code.

    `rules` say what to do, `standards` why a repetition does not count (both by the rule's code), `blind_spots` what
    cannot be judged, `reasons` why a rule has no answer.

    Raises:
        ValueError: The language is not among `LANGUAGES`.
    """
    return _read(f"{_known(language)}.json")


@cache
def vocabulary(language: str) -> Catalogue:
    """The words of a language by kind, then by name.

    `phrases` and `counted` (by `<phrase>.<plural category>`) have holes. `exercises`, `measures` (and `opposites`, what
    is said of negative ones), `statistics` (of a measure, and `statistics_alone` where that needs no name), `phases`,
    `views`, `joints` are names. `remarks` are sentences for a `Remark`, `problems` what they say of errors.

    Raises:
        ValueError: The language is not among `LANGUAGES`.
    """
    return _read("words", f"{_known(language)}.json")


def sentence(code: str, language: str = ENGLISH) -> str:
    """The sentence for a rule's or blind spot's code, or for a reason.

    Raises:
        KeyError: There is no such code.
    """
    for about, sentences in texts(language).items():
        if about != STANDARDS and code in sentences:
            return sentences[code]
    raise KeyError(code)


def why_not_counted(reason: str, language: str = ENGLISH) -> str:
    """The sentence for the reason of a no-rep.

    Raises:
        KeyError: There is no such reason.
    """
    return texts(language)[STANDARDS][reason]


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"There are no texts in '{language}', only in {', '.join(LANGUAGES)}.")
    return language


def _read(*path: str) -> Catalogue:
    return cast(Catalogue, json.loads(files(__name__).joinpath(*path).read_text(encoding="utf-8")))
