"""How far another machine's clock is from this one's, by an answer that may have taken its time."""


def ahead_s(asked_s: float, told_s: float, answered_s: float) -> float:
    """By how much this machine's clock is ahead of the other's at the least; below 0 where it is behind.

    The other looked at its clock at some moment between question and answer, so that an answer that is merely slow
    tells of no wrong clock.

    Args:
        asked_s: When it was asked, by our clock.
        told_s: What it said.
        answered_s: When its answer was here, by our clock.
    """
    return max(asked_s - told_s, 0.0) + min(answered_s - told_s, 0.0)
