"""How long somebody who is told asks to be left alone: HTTP's `Retry-After`."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked_for(retry_after: str) -> float | None:
    """From now on: a number of seconds, or a date; None where it says nothing that can be read."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
