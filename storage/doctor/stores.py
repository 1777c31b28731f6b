"""Whether the store that the service is given can be written, read and cleared: a folder, or a Firebase project.

Each check does the real thing once, under a name of its own, and removes what it wrote.
"""

import io
import os
import uuid
from collections.abc import Iterator

from storage import Storage, open_storage
from storage.doctor.findings import FOLDER, Finding, State, Wrong, attempt
from storage.errors import StorageError, StorageRefused


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
    from storage.doctor import firebase as doctor
    from storage.firebase.project import emulator_variables, parse_firebase_url

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
