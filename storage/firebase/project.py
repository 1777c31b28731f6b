"""The team's own Firebase project: Cloud Storage for files, the Realtime Database for figures.

    firebase://<project>?bucket=<bucket>&database=<https://...>

Only the project must be named. Credentials are Google's Application Default Credentials: a service account's file in
`GOOGLE_APPLICATION_CREDENTIALS`, or those of the machine in Google's cloud. Where an emulator variable is set and no
such file is named, none are sent. `docs/firebase.md` tells a team how to set it up.
"""

import functools
import os
import re
import threading
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import firebase_admin
import google.auth
from firebase_admin import credentials
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError

from storage.errors import StorageError, StorageRefused, UnsafeEnvironment
from storage.firebase.retry import Patience

CREDENTIALS_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
EMULATOR_VARIABLES = (
    "STORAGE_EMULATOR_HOST",
    "FIREBASE_STORAGE_EMULATOR_HOST",
    "FIREBASE_DATABASE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
)
"""Each of them sends the vendor's client elsewhere; the one for Auth switches the check of signatures off."""
_one_at_a_time = threading.Lock()
_PROJECT = re.compile(r"[a-z][a-z0-9-]{3,38}[a-z0-9]")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_PATIENCE_NAMES = frozenset(each.name for each in fields(Patience))


@dataclass(frozen=True, slots=True)
class FirebaseProject:
    """What the storage's URL says.

    Attributes:
        project: The project's id.
        bucket: Its bucket, without `gs://`.
        database: Address of its Realtime Database.
        patience: See `Patience`.
    """

    project: str
    bucket: str
    database: str
    patience: Patience = field(default_factory=Patience)


def parse_firebase_url(url: str) -> FirebaseProject:
    """The project that the URL names.

    Beside `bucket` and `database`, each number of `Patience` may be set, such as `&deadline_s=60`.

    Raises:
        StorageError: It is no such URL; the sentence says what is wrong.
    """
    parts = urlsplit(url)
    if parts.scheme != "firebase" or not _PROJECT.fullmatch(parts.netloc) or parts.path not in ("", "/"):
        raise StorageError("Firebase is named by its project: firebase://<project>?bucket=<bucket>&database=<url>.")
    try:
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True))
    except ValueError as error:
        raise StorageError("What follows the '?' of the storage's URL must be name=value pairs.") from error
    if unknown := given.keys() - {"bucket", "database"} - _PATIENCE_NAMES:
        raise StorageError(f"The storage's URL has no parameter {sorted(unknown)[0]!r}.")
    bucket = given.get("bucket", f"{parts.netloc}.firebasestorage.app").removeprefix("gs://")
    if not _BUCKET.fullmatch(bucket):
        raise StorageError(f"{bucket!r} is not the name of a bucket.")
    database = given.get("database", f"https://{parts.netloc}-default-rtdb.firebaseio.com").rstrip("/")
    address = urlsplit(database)
    if address.scheme != "https" or not address.hostname or address.query or address.path:
        raise StorageError(
            "The database is named by its address, such as https://<project>-default-rtdb.firebaseio.com."
        )
    try:
        patience = Patience(**{name: float(given[name]) for name in _PATIENCE_NAMES & given.keys()})
    except ValueError as error:
        raise StorageError("The times in the storage's URL must be numbers of seconds.") from error
    return FirebaseProject(parts.netloc, bucket, database, patience)


def app_of(project: FirebaseProject) -> Any:
    """The Admin SDK's app for the project: one for each process, since its connections do not survive a fork.

    Raises:
        StorageRefused: There are no credentials, or not readable ones.
    """
    surroundings = tuple(os.environ.get(name, "") for name in (CREDENTIALS_VARIABLE, *EMULATOR_VARIABLES))
    with _one_at_a_time:  # the vendor refuses to make an app a second time
        return _app_of_process(project, os.getpid(), surroundings)


@functools.cache
def _app_of_process(project: FirebaseProject, process: int, surroundings: tuple[str, ...]) -> Any:
    options = {
        "projectId": project.project,
        "storageBucket": project.bucket,
        "databaseURL": project.database,
        "httpTimeout": project.patience.read_s,
    }
    name = f"goodrep-{process}-{hash((project, surroundings))}"
    return firebase_admin.initialize_app(_credential(), options, name)


def _credential() -> Any:
    if not os.environ.get(CREDENTIALS_VARIABLE) and emulator_variables():
        return AnonymousCredentials()  # type: ignore[no-untyped-call]
    try:
        credential = credentials.ApplicationDefault()
        credential.get_credential()
    except (GoogleAuthError, OSError, ValueError) as error:
        raise StorageRefused(
            f"There are no credentials for Firebase: {CREDENTIALS_VARIABLE} must name a service account's file."
        ) from error
    return credential


def emulator_variables() -> list[str]:
    """Names of the emulator variables that are set."""
    return [name for name in EMULATOR_VARIABLES if os.environ.get(name)]


def check_environment(production: bool) -> None:
    """Return when this environment is fit to serve; called by the API and the worker as they start.

    Args:
        production: Whether real people's data is served. Otherwise nothing is checked.

    Raises:
        UnsafeEnvironment: An emulator variable is set, or there are no credentials.
    """
    if not production:
        return
    if names := emulator_variables():
        raise UnsafeEnvironment(
            f"GOODREP_PRODUCTION is set, and so is {', '.join(names)}: an emulator would serve real people's data, and "
            "the one for Auth lets forged tokens in. Unset it."
        )
    try:
        google.auth.default()
    except (GoogleAuthError, OSError, ValueError) as error:
        raise UnsafeEnvironment(
            f"GOODREP_PRODUCTION is set, but there are no credentials for Firebase: {CREDENTIALS_VARIABLE} must name a "
            "service account's file that this process can read."
        ) from error
