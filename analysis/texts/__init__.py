"""What people read: a sentence for every rule, blind spot and reason, in each language as `<language>.json`."""

import json
from functools import cache
from importlib.resources import files
from typing import cast

LANGUAGES = ("en", "ko")


@cache
def texts(language: str) -> dict[str, dict[str, str]]:
    """The sentences of a language: `rules` and `blind_spots` by code, `reasons` by reason of `NotAssessed`.

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
    for sentences in texts(language).values():
        if code in sentences:
            return sentences[code]
    raise KeyError(code)
