"""Firebase ID tokens: the signature, the project, the times and the revocation are checked by firebase-admin.

Answers are kept for a minute, so that a client that polls costs one question to Google a minute and not one for each
request; a token that is revoked is therefore refused after a minute at the latest (`firebase_recheck_s`).
"""

import os
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

import firebase_admin
from firebase_admin import auth, credentials, exceptions
from google.auth import exceptions as google_errors
from google.auth.credentials import AnonymousCredentials
from structlog import get_logger
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from api.auth import Caller
from api.errors import ApiError
from api.settings import Settings

EMULATOR_VARIABLE = "FIREBASE_AUTH_EMULATOR_HOST"
"""While it is set, firebase-admin accepts forged tokens; it looks at every single check."""

_TIMEOUT_S = 5
_REST_S = 2.0
"""Firebase that has just failed to answer is not asked for so long, or every request would wait for it in vain."""
_MOST_KEPT = 10_000

_log = get_logger("goodrep.api")


class FirebaseTokens:
    """Tells whose an ID token is. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        """Asks nobody yet."""
        self._settings = settings
        self._emulated = bool(os.environ.get(EMULATOR_VARIABLE)) and not settings.production
        self._away_until_s = 0.0
        self._kept = _Kept(settings.firebase_recheck_s)
        self._app = firebase_admin.initialize_app(
            # signatures are checked with public certificates; only the question of revocation needs credentials
            credentials.ApplicationDefault() if settings.firebase_check_revoked else _Nobody(),
            {"projectId": settings.project, "httpTimeout": _TIMEOUT_S},
            name=f"goodrep-identity-{uuid.uuid4().hex}",
        )

    def caller(self, token: str) -> Caller:
        """Whose the token is.

        Raises:
            ApiError: 401 `token_expired`, `token_revoked`, `user_disabled` or `token_invalid`; 403 `email_missing` or
                `email_not_verified`; 503 `identity_unavailable`.
        """
        if os.environ.get(EMULATOR_VARIABLE) and not self._emulated:
            _log.error("the emulator's variable was set in a running process; no token is believed")
            raise _unavailable()
        digest = sha256(token.encode("utf-8", "replace")).digest()
        email = self._kept.get(digest)
        if email is None:
            claims = self._verify(token)
            email = self._email_of(claims)
            self._kept.put(digest, email, float(claims["exp"]))
        return Caller(frozenset({email}), proof="id_token")

    def _verify(self, token: str) -> Mapping[str, Any]:
        if time.monotonic() < self._away_until_s:
            raise _unavailable()
        attempts = Retrying(
            # for what else may be asked for, firebase-admin tries five times in seven seconds
            retry=retry_if_exception_type(auth.CertificateFetchError),
            stop=stop_after_attempt(2),
            wait=wait_random(0.1, 0.3),
            reraise=True,
        )
        try:
            claims: Mapping[str, Any] = attempts(
                auth.verify_id_token,
                token,
                app=self._app,
                check_revoked=self._settings.firebase_check_revoked,
                clock_skew_seconds=self._settings.clock_skew_s,
            )
        except auth.ExpiredIdTokenError as error:
            raise ApiError("token_expired", "The login has expired. Please fetch a new ID token.") from error
        except (auth.RevokedIdTokenError, auth.UserNotFoundError) as error:
            raise ApiError("token_revoked", "The login was revoked. Please log in again.") from error
        except auth.UserDisabledError as error:
            raise ApiError("user_disabled", "The account has been disabled.") from error
        except (auth.InvalidIdTokenError, ValueError, RecursionError) as error:
            # Recursion: JSON that is nested a thousand times
            raise ApiError("token_invalid", "The ID token is not one of this project, or not genuine.") from error
        except (exceptions.FirebaseError, google_errors.GoogleAuthError) as error:
            _log.error("logins cannot be checked", error=str(error)[:500])
            self._away_until_s = time.monotonic() + _REST_S
            raise _unavailable() from error
        return claims

    def _email_of(self, claims: Mapping[str, Any]) -> str:
        if (claims.get("firebase") or {}).get("tenant"):
            # a tenant has users of its own, and an address there proves nothing here
            raise ApiError("token_invalid", "The login belongs to a tenant; this service knows none.")
        email = claims.get("email")
        if not isinstance(email, str) or not email:
            raise ApiError("email_missing", "The account has no e-mail address, and folders are named by it.")
        if claims.get("email_verified") is not True and not self._settings.firebase_accept_unverified_email:
            raise ApiError("email_not_verified", "Please confirm the e-mail address of the account first.")
        return email


def _unavailable() -> ApiError:
    return ApiError("identity_unavailable", "Logins cannot be checked at the moment. Please try again.")


class _Nobody(credentials.Base):  # type: ignore[misc]
    """No credentials at all."""

    def get_credential(self) -> AnonymousCredentials:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class _Answer:
    email: str
    until_s: float  # by the clock that no one sets
    expires_s: float  # of the token, since 1970


class _Kept:
    """The latest good answers, by the token's digest."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._answers: OrderedDict[bytes, _Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: bytes) -> str | None:
        with self._lock:
            answer = self._answers.get(digest)
        if answer is None or time.monotonic() >= answer.until_s or time.time() >= answer.expires_s:
            return None
        return answer.email

    def put(self, digest: bytes, email: str, expires_s: float) -> None:
        with self._lock:
            self._answers[digest] = _Answer(email, time.monotonic() + self._keep_s, expires_s)
            self._answers.move_to_end(digest)
            while len(self._answers) > _MOST_KEPT:
                self._answers.popitem(last=False)
