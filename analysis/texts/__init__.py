"""What people read: sentences for rules, standards, blind spots and reasons, in each language as `<language>.json`."""

import json
from functools import cache
from importlib.resources import files
from typing import cast

LANGUAGES = ("en", "ko", "es", "de")
STANDARDS = "standards"


@cache
def texts(language: str) -> dict[str, dict[str, str]]:
    """The sentences of a language by what they are about, then by code.

    `rules` say what to do, `standards` why a repetition does not count (both by the rule's code), `blind_spots` what
    cannot be judged, `reasons` why a rule has no answer.

    Raises:
        ValueError: The language is not among `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"There are no texts in '{language}', only in {', '.join(LANGUAGES)}.")
    return cast(
        dict[str, dict[str, str]], json.loads((files(__name__) / f"{language}.json").read_text(encoding="utf-8"))
    )


def sentence(code: str, language: str = "en") -> str:
    """The sentence for a rule's or blind spot's code, or for a reason.

    Raises:
        KeyError: There is no such code.
    """
    for about, sentences in texts(language).items():
        if about != STANDARDS and code in sentences:
            return sentences[code]
    raise KeyError(code)


def why_not_counted(reason: str, language: str = "en") -> str:
    """The sentence for the reason of a no-rep.

    Raises:
        KeyError: There is no such reason.
    """
    return texts(language)[STANDARDS][reason]
