"""Times as Redis holds them: whole microseconds since 1970, by its own clock."""

from datetime import UTC, datetime


def time_of(microseconds: str | float) -> datetime:
    """The moment, UTC."""
    return datetime.fromtimestamp(int(microseconds) / 1e6, UTC)


def time_or_none(microseconds: str | None) -> datetime | None:
    """The moment, UTC; None of what is not there, is empty or 0: it has not happened."""
    return time_of(microseconds) if microseconds and microseconds != "0" else None


def microseconds_of(seconds: float) -> int:
    """A length of time, or seconds since 1970, as scripts and records hold them."""
    return int(seconds * 1e6)


def clock_us(reply: tuple[int, int]) -> int:
    """What Redis answers to `TIME`: seconds, and microseconds beside them."""
    seconds, microseconds = reply
    return int(seconds) * 1_000_000 + int(microseconds)
