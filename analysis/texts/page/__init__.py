"""The words of `report.html`, in each language as `<language>.json`."""

import json
from functools import cache
from importlib.resources import files
from typing import cast


@cache
def page_texts(language: str) -> dict[str, str]:
    """Every phrase of the page by its key. Raises `FileNotFoundError` for a language without phrases."""
    return cast(dict[str, str], json.loads((files(__name__) / f"{language}.json").read_text(encoding="utf-8")))
