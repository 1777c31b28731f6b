"""The kinds of variants of a labelled clip, each with what must be found in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.motion.signals import Signal
from analysis.types import PoseTrack, Repetition
from analysis.verdicts import AnalysisReport
from benchmarks.clips import exercise_of, is_hold
from benchmarks.varied import tracks

AS_IT_IS = "as it is"
FASTEST_S, SLOWEST_S = 0.6, 8.0
"""Faster or slower than this nobody does the repetitions of a set: such a speed is left out."""

FROM_FPS = 20.0
"""From this frame rate on, every second frame is still a video."""

JITTER, WANDERING, HIDDEN_OFF = 0.01, 0.02, 0.04
"""Noise, shares of the body's height: each frame by itself; slowly; of limbs that are hardly seen."""

REST_S, SETTING_UP_S, LEAVING_S, MOVING_OVER_S = 5.0, 4.0, 4.0, 1.0
LOST_S = 1.0
FIRST_ONES = (1, 2, 3)

CUT_AT = 1 / 3
"""Of the way to or from a turning point, not of its time: who waits at the bottom is there long before the frame at
which it turns."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A labelled clip, followed.

    Attributes:
        label: Its entry in `labels.json`.
        track: Who is followed.
        people: Most people seen at one time.
    """

    label: dict[str, Any]
    track: PoseTrack
    people: int


@dataclass(frozen=True, slots=True)
class Variant:
    """A clip varied, and what must be found.

    Attributes:
        kind: Of the variant.
        clip: Label and person as they are now.
        turns: Frames at which the turning points lie, where they are known; else the label's count is the truth.
        within: By how much a count may be off and still be right.
        also: Exercises that may be recognised beside the label's own: those of a clip that is joined to it.
    """

    kind: str
    clip: Clip
    turns: tuple[int, ...] | None = None
    within: int = 0
    also: tuple[str, ...] = ()


def variants(
    clip: Clip, report: AnalysisReport | None, others: Sequence[Clip], walk_and_stand: Sequence[Clip]
) -> Iterator[Variant]:
    """Every variant of a clip that takes no new poses, the clip as it is first.

    Args:
        clip: A clip with somebody in it.
        report: Of it as it is, told its exercise; None where what is counted there is no truth to go by.
        others: Clips of other exercises, to be joined to it.
        walk_and_stand: Clips in which somebody walks and stands; fewer than two are not used.
    """
    found = [] if report is None else [one.repetition for one in report.repetitions]
    yield Variant(AS_IT_IS, clip)
    yield from _as_a_whole(clip, found)
    if clip.label["exercise"] == "none":
        return
    if len(walk_and_stand) == 2:
        tracks_of_both = [one.track for one in walk_and_stand]
        yield Variant("walking before, standing after", _with(clip, _between_others(clip.track, *tracks_of_both)))
    for other in others:
        yield Variant(
            "another exercise after it",
            _with(clip, tracks.joined(clip.track, other.track)),
            within=1,
            also=(exercise_of(other.label).name,),
        )
    if report is not None and len(found) >= 2:
        yield from _cut(clip, found, report.signal)
        yield Variant("rests in the middle", _with(clip, _resting(clip.track, found)))


def _as_a_whole(clip: Clip, found: Sequence[Repetition]) -> Iterator[Variant]:
    track = clip.track
    frames = track.timestamps_s.size
    yield Variant("mirrored", _with(clip, tracks.mirrored(track)))
    typical_s = float(np.median([one.end - one.start for one in found])) / track.video.fps if found else 1.0
    for kind, speed in (("half as fast", 0.5), ("half as fast again", 1.5)):
        if FASTEST_S <= typical_s / speed <= SLOWEST_S:
            yield Variant(kind, _with(clip, tracks.at_speed(track, speed), speed=speed))
    if track.video.fps >= FROM_FPS:
        yield Variant("every second frame", _with(clip, tracks.every_second(track)))
    yield Variant("joints jitter", _with(clip, tracks.noisy(track, JITTER)))
    yield Variant("joints wander", _with(clip, tracks.noisy(track, WANDERING, slower_s=0.2)))
    third = frames // 3
    hidden = tracks.half_hidden(track, third, 2 * third, share=HIDDEN_OFF)
    yield Variant("left limbs hidden for a third", _with(clip, hidden))
    middle, half = frames // 2, round(LOST_S * track.video.fps / 2.0)
    gone = tracks.lost(track, max(1, middle - half), min(frames - 1, middle + half))
    yield Variant("nobody found for a second", _with(clip, gone), within=1)


def _cut(clip: Clip, found: Sequence[Repetition], signal: Signal) -> Iterator[Variant]:
    """Cut inside a repetition, a third of its way to or from the turning point; and after the first few."""
    second, last_but_one, frames = found[1], found[-2], clip.track.timestamps_s.size
    starts = {
        "starts on the way there": _on_the_way(signal, second.start, second.turn, CUT_AT),
        "starts on the way back": _on_the_way(signal, second.turn, second.end - 1, CUT_AT),
    }
    for kind, start in starts.items():
        yield _part(kind, clip, found, start, frames)
    ends = {
        "ends on the way there": _on_the_way(signal, last_but_one.start, last_but_one.turn, 1.0 - CUT_AT),
        "ends on the way back": _on_the_way(signal, last_but_one.turn, last_but_one.end - 1, 1.0 - CUT_AT),
    }
    for kind, end in ends.items():
        yield _part(kind, clip, found, 0, end)
    for few in FIRST_ONES:
        if few < len(found):
            end = (found[few - 1].end + found[few].start) // 2
            yield _part(f"the first {few} only", clip, found, 0, max(end, found[few - 1].end))


def _on_the_way(signal: Signal, first: int, last: int, share: float) -> int:
    """The frame from which on the signal has done so much of its way from one frame to another."""
    seen = np.flatnonzero(np.isfinite(signal))
    way = np.interp(np.arange(first, last + 1), seen, signal[seen])
    done = (way - way[0]) / (way[-1] - way[0])
    return first + int(np.flatnonzero(done < share)[-1]) + 1


def _part(kind: str, clip: Clip, found: Sequence[Repetition], first: int, end: int) -> Variant:
    turns = tuple(one.turn - first for one in found if first <= one.turn < end)
    return Variant(kind, _with(clip, tracks.part(clip.track, first, end)), turns=turns)


def _resting(track: PoseTrack, found: Sequence[Repetition]) -> PoseTrack:
    before, after = found[len(found) // 2 - 1], found[len(found) // 2]
    return tracks.paused(track, min((before.end + after.start) // 2, after.start), REST_S, sway=0.003)


def _between_others(track: PoseTrack, walk: PoseTrack, idle: PoseTrack) -> PoseTrack:
    walks, stands = (
        tracks.part(one, 0, round(seconds * one.video.fps))
        for one, seconds in ((walk, SETTING_UP_S), (idle, LEAVING_S))
    )
    return tracks.joined(tracks.joined(walks, track, over_s=MOVING_OVER_S), stands, over_s=MOVING_OVER_S)


def _with(clip: Clip, track: PoseTrack, *, speed: float = 1.0) -> Clip:
    """The clip with another track; a label's held frames are as many as before, at another rate."""
    if is_hold(clip.label):
        return replace(clip, track=track, label={**clip.label, "fps": clip.label["fps"] * speed})
    return replace(clip, track=track)
