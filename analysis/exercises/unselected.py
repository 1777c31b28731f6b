"""No exercise chosen: counts whatever moves periodically and judges nothing."""

from analysis.judging.exercise import Exercise, Posture

EXERCISE = Exercise(
    name="unselected",
    title="Unselected",
    aliases=("none", "any", "other", "unknown"),
    views=(),
    posture=Posture.ANY,
    cycle=None,
    phases=("out", "back"),
)
