"""Who is asking, and whose things may they touch: the one seam for identity. The rules stand in docs/identity.md.

Every view that touches what belongs to somebody asks `caller()`: `require(owner)` where the request itself names the
owner, and `may(owner)` where it names a job, whose mere existence is nobody else's business. An upload asks `caller()`
before its body is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request, current_app, g, request

from api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the request.

    Attributes:
        users: The e-mail addresses whose things they may see and change; None for everybody's.
        proof: What they showed, for the log: `none`, `id_token`, `api_key <id>`, `link`, `old app`. It names no person.
    """

    users: frozenset[str] | None
    proof: str = "none"

    def may(self, owner: str) -> bool:
        """Whether the caller may see and change what belongs to `owner`.

        Addresses are compared letter for letter. They are names of folders, and a rule that took two folders for one
        would have to be the same here, in the storage's rules and in the app.
        """
        return self.users is None or owner in self.users

    def require(self, owner: str) -> None:
        """Return when the caller may see and change what belongs to `owner`; raises `ApiError` `forbidden`."""
        if not self.may(owner):
            raise ApiError("forbidden", "This belongs to another user.")


Identify = Callable[[Request], Caller]
"""Raises `ApiError` with status 401 for a request without a proof that it wants, or with a bad one."""


def everyone(_request: Request) -> Caller:
    """The open service: no proof is asked for."""
    return Caller(users=None)


def caller() -> Caller:
    """Who sent the request that is being answered; asked once for each request."""
    if "caller" not in g:
        g.caller = current_app.extensions["goodrep"].identify(request)
    known: Caller = g.caller
    return known


OLD_APP = Caller(users=None, proof="old app")
"""Whoever came through the old app's door without a login: it must be used for nothing but waiting for `"RESULT"`."""


def comes_as_old_app() -> bool:
    """Whether this request, which waits at the old app's door, may come in without showing who it is.

    One that shows something is judged by that.
    """
    settings = current_app.extensions["goodrep"].settings
    shows = "Authorization" in request.headers or "X-API-Key" in request.headers
    return settings.identity != "open" and settings.legacy_door_is_open and not shows
