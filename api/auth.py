"""Who is asking, and whose things may they touch: the one seam for identity.

Today the service is open: a caller may touch what the path names. Whoever brings real identities passes another
`Identify` to `create_app`. Every view that touches what belongs to somebody already asks `caller().require(owner)`, and
an upload asks `caller()` before its body is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request, current_app, g, request

from api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the request; `email` is None where nobody was asked to prove anything."""

    email: str | None

    def require(self, owner: str) -> None:
        """Return when the caller may see and change what belongs to `owner`; raises `ApiError` `forbidden`."""
        if self.email is not None and self.email != owner:
            raise ApiError("forbidden", "This belongs to another user.")


Identify = Callable[[Request], Caller]
"""Raises `ApiError` `unauthorized` for a request without a proof that it wants, or with a bad one."""


def everyone(_request: Request) -> Caller:
    """The open service: no proof is asked for."""
    return Caller(email=None)


def caller() -> Caller:
    """Who sent the request that is being answered; asked once for each request."""
    if "caller" not in g:
        g.caller = current_app.extensions["goodrep"].identify(request)
    known: Caller = g.caller
    return known
