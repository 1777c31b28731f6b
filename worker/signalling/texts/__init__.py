"""What notifications say, in each language as `<language>.json`.

They lie in the worker's room because the worker alone sends them: the storage takes and gives plain values, the
analysis knows of no messages, and the API's image needs none of it.
"""

import json
from functools import cache
from importlib.resources import files
from typing import cast

LANGUAGES = ("de", "en", "es", "ja", "ko")
_FALLBACK = "en"


@cache
def texts(language: str) -> dict[str, dict[str, str]]:
    """The sentences of a language: `titles` by event, `results` by what is known, `exercises`, `reasons` by code.

    Raises:
        ValueError: The language is not among `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"There are no texts in '{language}', only in {', '.join(LANGUAGES)}.")
    return cast(
        dict[str, dict[str, str]], json.loads((files(__name__) / f"{language}.json").read_text(encoding="utf-8"))
    )


def closest(language: str) -> str:
    """The one of `LANGUAGES` for a device whose user reads `language`, such as `ko-KR`; English where there is none.

    Parts are taken from the end until one is found: RFC 4647, 3.4.
    """
    parts = language.lower().split("-")
    while parts:
        if "-".join(parts) in LANGUAGES:
            return "-".join(parts)
        parts.pop()
    return _FALLBACK
