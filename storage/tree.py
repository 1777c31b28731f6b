"""What Firebase's Realtime Database takes as a path and as a value; both databases refuse the same."""

import json
import math
import re
from collections.abc import Iterator

from storage.base import Json
from storage.errors import InvalidKey

_FORBIDDEN = re.compile(r"[.$#\[\]/\x00-\x1f\x7f]")
_MAX_NAME_BYTES = 768
_MAX_DEPTH = 32


def names_of(path: str) -> list[str]:
    """The names on the way; none for the root. Raises `InvalidKey`."""
    stripped = path.removeprefix("/").removesuffix("/")
    names = stripped.split("/") if stripped else []
    if len(names) > _MAX_DEPTH:
        raise InvalidKey(f"A database path has at most {_MAX_DEPTH} names.")
    return [_checked(name) for name in names]


def _checked(name: object) -> str:
    if not isinstance(name, str) or not name or _FORBIDDEN.search(name):
        raise InvalidKey("A name in the database must not be empty nor hold any of . $ # [ ] / or control characters.")
    try:
        size = len(name.encode())
    except UnicodeEncodeError as error:
        raise InvalidKey("A name in the database must be valid Unicode.") from error
    if size > _MAX_NAME_BYTES:
        raise InvalidKey(f"A name in the database has at most {_MAX_NAME_BYTES} bytes.")
    return name


def leaves(names: list[str], value: Json) -> Iterator[tuple[str, str]]:
    """Path and JSON text of each leaf of `value`, which is to lie at `names`. Raises `InvalidKey`."""
    if len(names) > _MAX_DEPTH:
        raise InvalidKey(f"A database value is nested at most {_MAX_DEPTH} deep.")
    match value:
        case None:
            return
        case dict():
            for name, inner in value.items():
                yield from leaves([*names, _checked(name)], inner)
        case list():
            for index, inner in enumerate(value):
                yield from leaves([*names, str(index)], inner)
        case float() if not math.isfinite(value):
            raise InvalidKey("A database value must be finite.")
        case bool() | int() | float() | str():
            if not names:
                raise InvalidKey("The root of the database holds an object, not a plain value.")
            yield "/".join(names), json.dumps(value)
        case _:
            raise InvalidKey(f"A database value cannot be a {type(value).__name__}.")
