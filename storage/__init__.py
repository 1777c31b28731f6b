"""Where videos, results and job records lie: Firebase or a local folder, and jobs in Redis."""

from dataclasses import dataclass
from pathlib import Path

from storage.base import Database, ObjectStore
from storage.errors import StorageError
from storage.local.database import LocalDatabase
from storage.local.objects import LocalObjects
from storage.watch import WatchedDatabase, WatchedObjects


@dataclass(frozen=True, slots=True)
class Storage:
    """One place for files and one for figures."""

    objects: ObjectStore
    database: Database


def _watched(objects: ObjectStore, database: Database) -> Storage:
    return Storage(WatchedObjects(objects), WatchedDatabase(database))


def open_storage(url: str) -> Storage:
    """The storage that the URL names; the folder is taken as it is, `%` and `#` included.

    Args:
        url: `local:///absolute/folder`, the embedded default. In the folder lie `objects/` (the same paths that
            Firebase Storage would hold) and `database.sqlite` (the same tree that the Realtime Database would hold).
            Or `firebase://<project>?bucket=<bucket>&database=<url>`, see `storage.firebase.project`.

    Raises:
        StorageError: The URL names no storage that there is.
        StorageUnavailable: It cannot be opened.
        StorageRefused: There are no credentials for it.
    """
    kind, _, place = url.partition("://")
    match kind:
        case "local" if Path(place).is_absolute():
            root = Path(place)
            return _watched(LocalObjects(root), LocalDatabase(root / "database.sqlite"))
        case "local":
            raise StorageError("A local storage is named by an absolute folder: local:///absolute/folder.")
        case "firebase":
            # the vendor's packages take a second to import, which the embedded default does not pay
            from storage.firebase.database import FirebaseDatabase
            from storage.firebase.objects import FirebaseObjects
            from storage.firebase.project import parse_firebase_url

            project = parse_firebase_url(url)
            return _watched(FirebaseObjects(project), FirebaseDatabase(project))
        case other:
            raise StorageError(
                f"There is no storage of the kind {other!r}; use local:///absolute/folder or firebase://<project>."
            )
