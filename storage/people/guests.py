"""People whose app knows no login and wants nothing kept: guests, each for one request.

A guest is a user of his own, with an address that nobody can have, so that all of it can be erased like a user. When it
is time stands in Redis from before the first byte is stored, so that a request that dies leaves nothing for ever.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from storage.redis.client import ANSWER_TIMEOUT_S, connect, redis_errors

_DOMAIN = "guest.invalid"
"""No mail goes to `.invalid` (RFC 2606), so nobody can confirm an address there."""
_GUESTS = "goodrep:guests"
"""zset: their addresses, by the time from which they are to be erased, in seconds."""
_FORGET = "if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end"


@dataclass(frozen=True, slots=True)
class Departed:
    """A guest who is to be erased.

    Attributes:
        owner: The address.
        since: Since when, as Redis writes it.
    """

    owner: str
    since: str


def is_guest(owner: str) -> bool:
    """Whether the address is one of a guest."""
    return owner.endswith(f"@{_DOMAIN}")


class RedisGuests:
    """Who is here. Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._forget = self._redis.register_script(_FORGET)

    def arrive(self, *, stays_s: float) -> str:
        """The address of a new guest, who is erased after `stays_s` if he does not leave before."""
        owner = f"{uuid.uuid4().hex}@{_DOMAIN}"
        self._set(owner, in_s=stays_s)
        return owner

    def leave(self, owner: str) -> None:
        """All of the guest is to be erased now."""
        self._set(owner, in_s=0.0)

    def departed(self) -> Sequence[Departed]:
        """Guests who are to be erased."""
        with redis_errors():
            found = self._redis.zrange(_GUESTS, "-inf", int(self._redis.time()[0]), byscore=True, withscores=True)
        return [Departed(owner, f"{since:.0f}") for owner, since in found]

    def forget(self, guest: Departed) -> None:
        """The erasure has been asked for; nothing happens where he has left once more since."""
        with redis_errors():
            self._forget(keys=[_GUESTS], args=[guest.owner, guest.since])

    def _set(self, owner: str, *, in_s: float) -> None:
        with redis_errors():
            self._redis.zadd(_GUESTS, {owner: int(self._redis.time()[0]) + round(in_s)})
