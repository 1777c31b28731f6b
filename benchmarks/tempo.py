"""Holds told times and speeds against the drawn ones: `python -m benchmarks.tempo [--only squat] [--by exercise]`.

Every whole repetition of the clips of `benchmarks.mannequin`, and of those that are drawn otherwise, leaves rest,
turns and is back at known moments, and where every joint is in between is known. How far the tempo's parts and the
time under tension (seconds) and the mean velocity (share of the true one) are off is told for the true skeleton, which
has no pose error, and for what the pose model makes of the pictures. No repetition of these pauses where it turns.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.table import Table

from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.judging.kinematics import FIRST_WAY_IS_ECCENTRIC, MOVED_ENDS
from analysis.kinematics import RepetitionKinematics
from analysis.motion.landmarks import SIDES, landmark
from analysis.motion.measures import body_height_m
from analysis.types import PoseTrack
from benchmarks.grading import covers
from benchmarks.mannequin import clips_of, followed_drawing, otherwise
from mannequin import MOTIONS, Clip, TrueRepetition, Truth, truth_of
from mannequin.track import true_track

PARTS = ("eccentric", "pause_at_turn", "concentric", "pause_at_rest", "under_tension", "mean_velocity")

Errors = dict[tuple[str, str], dict[str, list[float]]]
"""(true skeleton or drawn, what the row is about) to part to told - true."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only exercises whose name contains this")
    parser.add_argument("--by", choices=("view", "exercise", "speed"), default="view", help="what a row is about")
    options = parser.parse_args()
    errors: Errors = defaultdict(lambda: defaultdict(list))
    for name in sorted(MOTIONS):
        if options.only not in name or MOTIONS[name].held:
            continue
        for clip in (*clips_of(name), *otherwise(name)):
            truth = truth_of(clip)
            about = {"view": clip.view, "exercise": name, "speed": f"{clip.seconds_per_repetition:g} s"}[options.by]
            for source, track in (("skeleton", true_track(clip, truth)), ("drawn", followed_drawing(clip, truth))):
                for part, off in _off(clip, truth, track) if track is not None else ():
                    errors[source, about][part].append(off)
    table = Table("", *PARTS, title="told - true: median, median without sign, 90th percentile without sign", box=None)
    for source, about in sorted(errors):
        table.add_row(f"{source}, {about}", *(_cell(errors[source, about].get(part, [])) for part in PARTS))
    Console(width=170).print(table)
    for source in ("skeleton", "drawn"):
        rows = [row for (one, _), row in errors.items() if one == source]
        medians = {part: np.median(np.abs([off for row in rows for off in row.get(part, [])])) for part in PARTS}
        print(f"{source}: " + " ".join(f"{part}={off:.3f}" for part, off in medians.items()))


def _cell(off: list[float]) -> str:
    if not off:
        return "-"
    return f"{np.median(off):+.2f}, {np.median(np.abs(off)):.2f}, {np.percentile(np.abs(off), 90):.2f}"


def _off(clip: Clip, truth: Truth, track: PoseTrack) -> Iterator[tuple[str, float]]:
    """Part and its error, of each whole repetition that was found."""
    exercise = find_exercise(clip.exercise)
    report = judge(track, exercise)
    for true, after in zip(truth.repetitions, (*truth.repetitions[1:], None), strict=True):
        for one in report.repetitions:
            if covers(one.repetition, true, track) and one.repetition.complete and one.kinematics is not None:
                told = _told(one.kinematics)
                for part, truly in _true(exercise, truth, true, after).items():
                    value = told[part]
                    if value is not None:
                        yield part, value / truly - 1.0 if part == "mean_velocity" else value - truly


def _told(figures: RepetitionKinematics) -> dict[str, float | None]:
    tempo = figures.tempo
    parts = (tempo.eccentric_s, tempo.pause_at_turn_s, tempo.concentric_s, tempo.pause_at_rest_s)
    return dict(zip(PARTS, (*parts, figures.time_under_tension_s, figures.mean_velocity), strict=True))


def _true(exercise: Exercise, truth: Truth, true: TrueRepetition, after: TrueRepetition | None) -> dict[str, float]:
    found = {"pause_at_turn": 0.0, "under_tension": true.end_s - true.start_s}
    if after is not None:
        found["pause_at_rest"] = after.start_s - true.end_s
    eccentric_first = FIRST_WAY_IS_ECCENTRIC.get(exercise.phases[0])
    if eccentric_first is not None:
        ways = [(true.start_s, true.turn_s), (true.turn_s, true.end_s)]
        eccentric, concentric = ways if eccentric_first else ways[::-1]
        found["eccentric"], found["concentric"] = (last - first for first, last in (eccentric, concentric))
        found["mean_velocity"] = _velocity(exercise, truth, *concentric)
    return found


def _velocity(exercise: Exercise, truth: Truth, first_s: float, last_s: float) -> float:
    """Body heights a second of what is moved, of the end and side that go furthest."""
    root, ends = MOVED_ENDS[exercise.cycle.angle if exercise.cycle is not None else ""]
    inside = (truth.timestamps_s >= first_s - 1e-6) & (truth.timestamps_s <= last_s + 1e-6)
    points = truth.points[inside]
    ways = [points[:, landmark(end, side)] - points[:, landmark(root, side)] for end in ends for side in SIDES]
    lengths = [float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum()) for way in ways]
    return max(lengths) / (last_s - first_s) / body_height_m(truth.points)


if __name__ == "__main__":
    main()
