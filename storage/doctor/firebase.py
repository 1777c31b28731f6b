"""The checks that only a Firebase project needs; see `storage.doctor.stores`."""

import os
import time
import uuid
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from firebase_admin import db
from firebase_admin import messaging as vendor
from firebase_admin import storage as buckets
from google.auth.credentials import AnonymousCredentials, Signing
from google.auth.transport.requests import Request

from storage.doctor.clocks import ahead_s
from storage.doctor.findings import FOLDER, Skipped, Wrong
from storage.firebase.errors import firebase_errors
from storage.firebase.project import FirebaseProject, app_of
from storage.firebase.retry import patiently

_LARGEST_SKEW_S = 5.0
"""A clock that is behind refuses a login that was issued a moment ago."""
_REFUSED = (401, 403)


def credentials(project: FirebaseProject) -> str:
    """Fetch an access token."""
    credential = app_of(project).credential.get_credential()
    if isinstance(credential, AnonymousCredentials):
        raise Skipped("An emulator is used without credentials.")

    def fetch() -> None:
        with firebase_errors():
            credential.refresh(Request())

    patiently(fetch, project.patience)
    of_project = getattr(credential, "project_id", None)
    if of_project and of_project != project.project:
        raise Wrong(f"The credentials are of the project {of_project}, the storage of {project.project}.")
    name = getattr(credential, "service_account_email", "this machine's account")
    can_sign = "" if isinstance(credential, Signing) else "; it cannot sign links, so the API serves the files itself"
    return f"Google gives {name} a token{can_sign}."


def messaging(project: FirebaseProject) -> str:
    """Let Cloud Messaging check a message, without sending it."""
    app = app_of(project)
    if isinstance(app.credential.get_credential(), AnonymousCredentials):
        raise Skipped("There is no emulator of Cloud Messaging.")
    # to a topic, which needs no device: one that nobody listens to is none the less a good address
    message = vendor.Message(topic=FOLDER, data={"probe": "1"})

    def send() -> None:
        with firebase_errors():
            vendor.send(message, dry_run=True, app=app)

    patiently(send, project.patience)
    return "Messages can be sent."


def rules(project: FirebaseProject) -> str:
    """Try to read and to write without a login."""
    open_to_all = [*_open_storage(project), *_open_database(project)]
    if open_to_all:
        raise Wrong(f"Whoever knows the address, without a login, can {' and '.join(open_to_all)}.")
    return "Without a login nothing can be read or written" + (
        "; of the bucket's rules this says nothing, since the emulator has none." if _no_storage_rules() else "."
    )


def clock(project: FirebaseProject) -> str:
    """Compare this machine's clock with Google's."""
    address = os.environ.get("STORAGE_EMULATOR_HOST") or "https://storage.googleapis.com/"
    asked_s = time.time()
    date = _ask("HEAD", address, project).headers.get("Date")
    answered_s = time.time()
    if not date:
        raise Skipped("The answer holds no date.")
    # half a second: the header has whole seconds
    skew_s = ahead_s(asked_s, parsedate_to_datetime(date).timestamp() + 0.5, answered_s)
    if abs(skew_s) > _LARGEST_SKEW_S:
        raise Wrong(f"This machine's clock is {abs(skew_s):.0f} s {'ahead' if skew_s > 0 else 'behind'}.")
    return "This machine's clock is right to within a few seconds."


def _no_storage_rules() -> bool:
    return bool(os.environ.get("STORAGE_EMULATOR_HOST")) and not os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST")


def _open_storage(project: FirebaseProject) -> list[str]:
    """What a stranger can do with the bucket, as phones reach it, which is where the rules hold."""
    if _no_storage_rules():
        return []
    host = os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST")
    objects = f"{f'http://{host}' if host else 'https://firebasestorage.googleapis.com'}/v0/b/{project.bucket}/o"
    stranger = f"temp/video/user/nobody@example.com/exercise_Squat_{uuid.uuid4().hex}.mp4"
    key = quote(stranger, safe="")
    return _open_to_strangers(
        project,
        "files",
        read=f"{objects}/{key}",
        write=("POST", f"{objects}?name={key}", b"probe"),
        remove=lambda: buckets.bucket(app=app_of(project)).delete_blobs([stranger], on_error=lambda _blob: None),
    )


def _open_database(project: FirebaseProject) -> list[str]:
    host = os.environ.get("FIREBASE_DATABASE_EMULATOR_HOST")
    namespace = (urlsplit(project.database).hostname or "").split(".")[0]
    base, query = (f"http://{host}", f"?ns={namespace}") if host else (project.database, "")
    path = f"temp/result/{FOLDER}-{uuid.uuid4().hex}"
    url = f"{base}/{path}.json{query}"
    return _open_to_strangers(
        project,
        "figures",
        read=url,
        write=("PUT", url, b"1"),
        remove=lambda: db.reference(f"/{path}", app=app_of(project)).delete(),
    )


def _open_to_strangers(
    project: FirebaseProject, what: str, *, read: str, write: tuple[str, str, bytes], remove: Callable[[], object]
) -> list[str]:
    """What went without a login; what was written is removed."""
    method, url, data = write
    found = []
    if _ask("GET", read, project).status_code not in _REFUSED:
        found.append(f"read {what}")
    if _ask(method, url, project, data).status_code not in _REFUSED:
        found.append(f"write {what}")
        with firebase_errors():
            remove()
    return found


def _ask(method: str, url: str, project: FirebaseProject, data: bytes | None = None) -> Any:
    def once() -> Any:
        with firebase_errors():
            return requests.request(method, url, data=data, timeout=project.patience.timeout, allow_redirects=False)

    return patiently(once, project.patience)
