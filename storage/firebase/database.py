"""Figures in the project's Realtime Database."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from firebase_admin import db as vendor

from storage.base import Json
from storage.firebase.errors import firebase_errors
from storage.firebase.project import FirebaseProject, app_of
from storage.firebase.retry import patiently
from storage.tree import leaves, names_of


class FirebaseDatabase:
    """A `Database` in the Realtime Database. Threads and processes may share it; each process connects by itself."""

    def __init__(self, project: FirebaseProject) -> None:
        """Nothing is sent yet. Raises `StorageRefused` without credentials."""
        self._project = project
        app_of(project)

    def get(self, path: str) -> Json:
        """See `Database.get`. Raises `InvalidKey`."""
        names = names_of(path)

        def once() -> Json:
            with firebase_errors():
                value: Json = self._reference(names).get()
            return value

        return patiently(once, self._project.patience)

    def set(self, path: str, value: Json) -> None:
        """See `Database.set`. Raises `InvalidKey`, also for what is no JSON value.

        It replaces, so to send it twice, when the first answer was lost, does no harm.
        """
        names = names_of(path)
        empty = not list(leaves(names, value))

        def once() -> None:
            with firebase_errors():
                reference = self._reference(names)
                if empty:
                    reference.delete()
                else:
                    reference.set(value)

        patiently(once, self._project.patience)

    def names(self, path: str) -> Sequence[str]:
        """See `Database.names`. A shallow read: no more than the names is sent. Raises `InvalidKey`."""
        names = names_of(path)

        def once() -> Json:
            with firebase_errors():
                value: Json = self._reference(names).get(shallow=True)
            return value

        match patiently(once, self._project.patience):
            case dict() as tree:
                return sorted(tree)
            case list() as places:
                return sorted(str(index) for index, value in enumerate(places) if value is not None)
            case _:
                return []

    def __repr__(self) -> str:
        return f"FirebaseDatabase({self._project.database})"

    def _reference(self, names: list[str]) -> Any:
        # quoted, since the vendor puts the path into the address as it is, and our `%2E` must arrive as `%2E`
        path = "/".join(quote(name, safe="") for name in names)
        return vendor.reference(f"/{path}", app=app_of(self._project))
