"""Short transactions on a SQLite file that several processes share, with the errors of this room."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.errors import StorageFull, StorageUnavailable

_PATIENCE_S = 10.0


@contextmanager
def transaction(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction that sees and is seen whole or not at all.

    A connection is made for each transaction (about 0.2 ms): none is ever carried into a forked process or another
    thread, which SQLite forbids.

    Args:
        path: The file; made when it is not there.
        schema: One statement that makes the table unless it exists.

    Raises:
        StorageFull: No room on the disk.
        StorageUnavailable: The file cannot be used, or others held it for ten seconds.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
            _let_readers_and_a_writer_meet(connection, path)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute(schema)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    except OSError as error:
        raise StorageUnavailable(f"The local database cannot be opened: {error.strerror}.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StorageFull("There is no room left on the server's disk.") from error
        raise StorageUnavailable("The local database does not answer.") from error


def _let_readers_and_a_writer_meet(connection: sqlite3.Connection, path: Path) -> None:
    """Switch a new file to write-ahead logging: one process at a time, since SQLite does not wait for its turn here."""
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            connection.execute("PRAGMA journal_mode = WAL")
