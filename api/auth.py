"""Who is asking, and whose things may they touch: the one seam for identity.

Today the service is open: a caller may touch what the path names. Whoever brings real identities passes another
`Identify` to `create_app`; it runs before any body is read, and every view already asks `caller().require(owner)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request, g

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


def everyone(_request: Request) -> Caller:
    """The open service: no proof is asked for."""
    return Caller(email=None)


def remember(caller: Caller) -> None:
    """Keep the caller for the rest of this request."""
    g.caller = caller


def caller() -> Caller:
    """Who sent the request that is being answered."""
    known: Caller = g.caller
    return known
