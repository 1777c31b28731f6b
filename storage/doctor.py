"""Whether this service can do what it must with the storage it is given; what is wrong, and what to do about it.

Each check does the real thing once, under a name of its own, and removes what it wrote.
"""

import io
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from storage import Storage, open_storage
from storage.errors import StorageError, StorageRefused, StorageUnavailable

FOLDER = "goodrep-doctor"
"""Where probes lie for a moment, in the bucket and in the database."""
_REACH_IT = "See whether this machine reaches it (network, proxy, firewall), and whether the address is right."


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says.

    Attributes:
        check: Its name.
        state: How it went.
        sentence: What was found.
        remedy: What to do about it, or "".
    """

    check: str
    state: State
    sentence: str
    remedy: str = ""


def examine(url: str) -> Iterator[Finding]:
    """Check by check, as they are done.

    Args:
        url: As `open_storage` takes it.
    """
    if url.startswith("firebase:"):
        yield from _firebase(url)
    else:
        yield from _embedded(url)


def _embedded(url: str) -> Iterator[Finding]:
    try:
        storage = open_storage(url)
    except StorageError as error:
        yield Finding("storage", State.FAILED, str(error), "Correct GOODREP_STORAGE_URL.")
        return
    remedy = "See that the folder can be written by this user and that the disk has room."
    yield attempt("bucket", lambda: probe_files(storage), remedy)
    yield attempt("database", lambda: probe_database(storage), remedy)
    for check in ("credentials", "messaging", "rules", "clock"):
        yield Finding(check, State.SKIPPED, "The embedded default needs none.")


def _firebase(url: str) -> Iterator[Finding]:
    from storage import firebase_doctor as doctor
    from storage.firebase import emulator_variables, parse_firebase_url

    try:
        project = parse_firebase_url(url)
    except StorageError as error:
        yield Finding("storage", State.FAILED, str(error), "Correct GOODREP_STORAGE_URL.")
        return
    if names := emulator_variables():
        yield Finding("emulators", State.SKIPPED, f"{', '.join(names)}: these checks are about emulators.")
    yield attempt(
        "credentials",
        lambda: doctor.credentials(project),
        "Let GOOGLE_APPLICATION_CREDENTIALS name the key file of a service account of the project "
        "(Firebase console, Project settings, Service accounts, Generate new private key).",
    )
    try:
        storage = open_storage(url)
    except StorageRefused:
        for check in ("bucket", "database", "messaging"):
            yield Finding(check, State.SKIPPED, "Without credentials there is nothing to check.")
    else:
        yield attempt(
            "bucket",
            lambda: probe_files(storage),
            f"See that the bucket {project.bucket} exists (Firebase console, Storage; or name another with bucket=) "
            "and that the service account has the role Storage Object Admin on it.",
        )
        yield attempt(
            "database",
            lambda: probe_database(storage),
            f"See that {project.database} is the database's address (Firebase console, Realtime Database; or name "
            "another with database=) and that the service account has the role Firebase Realtime Database Admin.",
        )
        yield attempt(
            "messaging",
            lambda: doctor.messaging(project),
            f"See that {project.project} is the project's id, that its Firebase Cloud Messaging API (V1) is enabled "
            "(Firebase console, Project settings, Cloud Messaging) and that the service account has the role Firebase "
            "Cloud Messaging API Admin.",
        )
    yield attempt(
        "rules",
        lambda: doctor.rules(project),
        "Publish the rules: firebase deploy --only storage,database, in firebase/.",
    )
    yield attempt("clock", lambda: doctor.clock(project), "Let this machine's clock follow a time server (NTP).")


class Skipped(Exception):
    """There is nothing to check here; the text says why."""


class Wrong(Exception):
    """The check found something wrong; the text says what."""


def attempt(check: str, call: Callable[[], str], remedy: str) -> Finding:
    """The finding of a check that returns a sentence, or raises `Skipped`, `Wrong` or `StorageError`."""
    try:
        return Finding(check, State.OK, call())
    except Skipped as reason:
        return Finding(check, State.SKIPPED, str(reason))
    except Wrong as wrong:
        return Finding(check, State.FAILED, str(wrong), remedy)
    except StorageError as error:
        cause = f" [{error.__cause__}]"[:300] if error.__cause__ else ""
        return Finding(
            check, State.FAILED, f"{error}{cause}", _REACH_IT if isinstance(error, StorageUnavailable) else remedy
        )


def probe_files(storage: Storage) -> str:
    """Write, read, list and delete a small file."""
    key = f"{FOLDER}/{uuid.uuid4().hex}"
    content = os.urandom(1000)
    storage.objects.upload_stream(io.BytesIO(content), key, "application/octet-stream", len(content))
    try:
        with storage.objects.open(key) as stream:
            if stream.read() != content:
                raise Wrong("What was written came back different.")
        if key not in {info.key for info in storage.objects.list(f"{FOLDER}/")}:
            raise Wrong("What was written is not in the list of files.")
    finally:
        storage.objects.delete(key)
    return "A file was written, read, listed and deleted."


def probe_database(storage: Storage) -> str:
    """Write, read and delete a value."""
    path = f"{FOLDER}/{uuid.uuid4().hex}"
    storage.database.set(path, {"probe": 1})
    try:
        if storage.database.get(path) != {"probe": 1}:
            raise Wrong("What was written came back different.")
    finally:
        storage.database.set(path, None)
    return "A value was written, read and deleted."
