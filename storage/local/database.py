"""A tree of JSON values in SQLite, with the meaning that Firebase's Realtime Database gives to it.

Only leaves are kept, one row each. So an empty object is the same as nothing, setting a value below a leaf replaces
the leaf, and setting a path replaces all that was below it.
"""

import json
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from storage.base import Json
from storage.errors import StorageUnavailable
from storage.local.sqlite import transaction
from storage.tree import leaves, names_of

_SCHEMA = "CREATE TABLE IF NOT EXISTS leaf (path TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_SELECT = "SELECT path, value FROM leaf WHERE path = ? OR path >= ? AND path < ?"
_SELECT_PATHS = "SELECT path FROM leaf WHERE path = ? OR path >= ? AND path < ?"
_DELETE = "DELETE FROM leaf WHERE path = ? OR path >= ? AND path < ?"
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


class LocalDatabase:
    """A `Database` in one file. Threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"The local database cannot be made: {error.strerror}.") from error

    def get(self, path: str) -> Json:
        """See `Database.get`. Raises `InvalidKey`."""
        names = names_of(path)
        with transaction(self._path, _SCHEMA) as database:
            rows = database.execute(_SELECT, _at_or_below(names))
            found = [(row[0].split("/")[len(names) :], json.loads(row[1])) for row in rows]
        return _assemble(found)

    def set(self, path: str, value: Json) -> None:
        """See `Database.set`. Raises `InvalidKey`, also for what is no JSON value."""
        names = names_of(path)
        rows = list(leaves(names, value))
        with transaction(self._path, _SCHEMA) as database:
            _remove(database, names)
            database.executemany("INSERT INTO leaf VALUES (?, ?)", rows)

    def names(self, path: str) -> Sequence[str]:
        """See `Database.names`. Raises `InvalidKey`."""
        names = names_of(path)
        with transaction(self._path, _SCHEMA) as database:
            below = database.execute(_SELECT_PATHS, _at_or_below(names))
            found = {parts[len(names)] for row in below if len(parts := row[0].split("/")) > len(names)}
        return sorted(found)

    def __repr__(self) -> str:
        return f"LocalDatabase({self._path})"


def _remove(database: sqlite3.Connection, names: list[str]) -> None:
    """What lies at the path or below, and any leaf on the way, which cannot be a leaf any more."""
    database.execute(_DELETE, _at_or_below(names))
    ancestors = [("/".join(names[:depth]),) for depth in range(1, len(names))]
    database.executemany("DELETE FROM leaf WHERE path = ?", ancestors)


def _at_or_below(names: list[str]) -> tuple[str, str, str]:
    path = "/".join(names)
    return (path, f"{path}/", f"{path}0") if names else ("", "", "\U0010ffff")  # `0` is what follows `/`


def _assemble(leaves: list[tuple[list[str], Json]]) -> Json:
    if not leaves:
        return None
    if leaves[0][0] == []:
        return leaves[0][1]
    branches: dict[str, list[tuple[list[str], Json]]] = {}
    for names, value in leaves:
        branches.setdefault(names[0], []).append((names[1:], value))
    tree = {name: _assemble(branch) for name, branch in branches.items()}
    # Firebase gives an array when more than half of the places up to the highest index are taken
    if all(_INDEX.fullmatch(name) for name in tree):
        length = max(int(name) for name in tree) + 1
        if 2 * len(tree) > length:
            return [tree.get(str(index)) for index in range(length)]
    return tree
