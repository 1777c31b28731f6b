"""The vendor's errors become ours here, with their cause, and nowhere else.

The vendor has five families: Cloud Storage's, the Admin SDK's, those of the credentials, those of the HTTP client, and
those of its connection pool. What matters of each is whether another try may help.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from firebase_admin.exceptions import FirebaseError
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse

from storage.errors import ObjectNotFound, StorageError, StorageFull, StorageRefused, StorageUnavailable

WORTH_ANOTHER_TRY = (408, 429, 500, 502, 503, 504)
"""https://cloud.google.com/storage/docs/retry-strategy#retryable"""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_VENDORS = (
    GoogleAPICallError,
    InvalidResponse,
    DataCorruption,
    FirebaseError,
    GoogleAuthError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
)


@contextmanager
def firebase_errors(key: str = "") -> Iterator[None]:
    """Wrap what the vendor raises; `key` is what a 404 is about."""
    try:
        yield
    except _VENDORS as error:
        raise ours(error, key) from error


def ours(error: Exception, key: str = "") -> StorageError:
    """Our error for one of the vendor's, without the vendor's text, which may hold addresses and tokens."""
    match error:
        case GoogleAuthError():
            # not to reach the token endpoint is worth another try, to be turned away by it is not
            if error.retryable or isinstance(error, TransportError):
                return StorageUnavailable("Google's token endpoint does not answer.")
            return StorageRefused("Google does not accept this service's credentials.")
        case DataCorruption():
            return StorageUnavailable("What came over the network is not what was sent.")
        case GoogleAPICallError() | InvalidResponse() | FirebaseError() | requests.HTTPError():
            return of_status(_status(error), key, str(error))
        case requests.RequestException() | urllib3.exceptions.HTTPError() | ConnectionError() | TimeoutError():
            return StorageUnavailable("Firebase does not answer.")
        case OSError() if error.errno in _NO_ROOM:
            return StorageFull("There is no room left on the server's disk.")
        case OSError():
            return StorageUnavailable(f"The file could not be read or written: {error.strerror or 'unknown reason'}.")
        case _:
            return StorageUnavailable("Firebase answered in a way that was not understood.")


def of_status(status: int | None, key: str, message: str = "") -> StorageError:
    """Our error for an HTTP status; None is that of an answer that never came."""
    if status is None or status in WORTH_ANOTHER_TRY or status >= 500:
        return StorageUnavailable(f"Firebase does not answer ({status or 'no connection'}).")
    if status == 404 and key and "bucket does not exist" not in message:
        return ObjectNotFound(f"There is nothing at {key}.")
    if status in (401, 403):
        return StorageRefused(f"Firebase does not let this service in ({status}); see python -m storage doctor.")
    if status == 404:
        return StorageRefused("There is no such bucket or database; see python -m storage doctor.")
    return StorageRefused(f"Firebase does not take this request ({status}).")


def _status(error: Exception) -> int | None:
    code = getattr(error, "code", None)
    if isinstance(code, int):
        return int(code)
    for name in ("response", "http_response"):
        response = getattr(error, name, None)
        if response is not None:
            return int(response.status_code)
    return None
