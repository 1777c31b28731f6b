"""How often one may ask for what costs much: counted in Redis, so for all processes together."""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import ApiError
from api.settings import Settings
from storage.people.guests import is_guest
from storage.redis.client import redis_errors

_CONNECT_TIMEOUT_S = 1.0
_ONE_HOUSEHOLD_BITS = 64
"""An IPv6 customer has at least so large a network to choose addresses from."""


class Limits:
    """Who asked how often. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is sent yet."""
        storage = RedisStorage(
            settings.redis_url,
            key_prefix="goodrep:limit",
            socket_connect_timeout=_CONNECT_TIMEOUT_S,
            socket_timeout=settings.redis_answer_s,
        )
        self._limiter = MovingWindowRateLimiter(storage)
        self._per_address = parse(settings.legacy_limit_per_address)
        self._per_user = parse(settings.legacy_limit_per_user)
        self._uploads = parse(settings.limit_uploads)
        self._submissions = parse(settings.limit_submissions)

    def count_address(self, address: str) -> None:
        """Count a request without a login from there.

        Raises:
            ApiError: `too_many_requests`; then it is not counted.
            StorageUnavailable: Nobody can be counted, so nobody is let in.
        """
        self._count(self._per_address, "address", _network(address))

    def count_user(self, owner: str) -> None:
        """Count a request without a login for a video of that user. Raises as `count_address`."""
        self._count(self._per_user, "user", owner)

    def count_upload(self, user: str, address: str) -> None:
        """Count an upload by that user, or from that address where `user` is "". Raises as `count_address`."""
        who = ("uploads", user) if user else ("uploads from", _network(address))
        self._count(self._uploads, *who)

    def may_submit(self, owner: str) -> bool:
        """Whether the user may have another new job. Raises `StorageUnavailable`.

        A guest comes once: his upload was counted, and nothing of him is kept.
        """
        if is_guest(owner):
            return True
        with redis_errors():
            return self._limiter.test(self._submissions, "submissions", owner)

    def count_submission(self, owner: str) -> None:
        """Count a new job of that user, but of no guest. Raises as `count_address`."""
        if not is_guest(owner):
            self._count(self._submissions, "submissions", owner)

    def _count(self, limit: RateLimitItem, *who: str) -> None:
        with redis_errors():
            if self._limiter.hit(limit, *who):
                return
            free_at_s = self._limiter.get_window_stats(limit, *who).reset_time
        raise ApiError(
            "too_many_requests",
            f"Too many requests; {limit} are taken. Please come back later.",
            retry_after_s=max(1, math.ceil(free_at_s - time.time())),
        )


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> _ONE_HOUSEHOLD_BITS << _ONE_HOUSEHOLD_BITS)}/{_ONE_HOUSEHOLD_BITS}"
    return str(parsed)
