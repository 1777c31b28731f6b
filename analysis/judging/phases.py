"""The two ways of a repetition: towards the turning point and back."""

from analysis.types import Repetition

Phase = tuple[str, int, int]


def phases_of(repetition: Repetition, names: tuple[str, ...]) -> tuple[Phase, ...]:
    """(name, start frame, end frame), half-open, without gaps from start to end; an empty way back is left out.

    With a single name it is the whole: a position that is held has no turning point.
    """
    if len(names) == 1:
        return ((names[0], repetition.start, repetition.end),)
    there, back = names
    phases = [(there, repetition.start, repetition.turn), (back, repetition.turn, repetition.end)]
    return tuple(phase for phase in phases if phase[2] > phase[1])


def frames_of(name: str, repetition: Repetition, phases: tuple[Phase, ...]) -> slice:
    """The frames of a phase; of the whole repetition for any other name.

    The turning point belongs to both ways.
    """
    for phase, start, end in phases:
        if phase == name:
            return slice(start, max(end, repetition.turn + 1))
    return slice(repetition.start, repetition.end)
