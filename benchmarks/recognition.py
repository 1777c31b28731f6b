"""Is the exercise recognised that nobody told? `python -m benchmarks.recognition --clips DIR --deadlift DIR [--quick]`.

Drawn figures of every exercise, from four sides, each in several ways (mirrored, fast, slow, shallow, long rests, the
pose's noise, its understated depth, a hidden far side), must be recognised or stay unknown; drawn people who do none of
our exercises must stay unknown. With real clips beside them, a table tells how far the confidence can be believed.
"""

import argparse
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from analysis.errors import AnalysisError
from analysis.judging.exercise import find_exercise
from analysis.judging.recognition import RECOGNISED_FROM, recognise
from analysis.judging.repetitions import count
from analysis.motion.gait import walking, without_walking
from analysis.motion.landmarks import SIDES, Landmark
from analysis.motion.measures import body_of, body_with_leaps
from analysis.types import PoseTrack, VideoInfo
from benchmarks.clips import NO_EXERCISE, exercise_of
from benchmarks.no_exercise import FPS, nobodies
from benchmarks.poses import followed
from mannequin import MOTIONS, Clip, truth_of
from mannequin.camera import seen
from mannequin.clip import VIEWS
from mannequin.track import true_track

NOBODY = "nobody"
UNKNOWN = "unknown"

NOISE_M = 0.015
"""Standard deviation of a joint's jitter from frame to frame, 1 % of the body's height."""

DEPTH_SHARE = 0.7
"""Of the true depth, which the model understates."""

WAYS = ("plain", "mirrored", "fast", "slow", "shallow", "two only", "long rests", "noise", "flat", "far side hidden")
PIXELS_PER_METRE = 300.0
RELIABILITY_EDGES = (0.3, 0.5, 0.7, 0.9, 1.01)


@dataclass(frozen=True, slots=True)
class Case:
    """One track and what is said of it.

    Attributes:
        source: `drawn`, `nobody`, or the folder of the clip.
        name: For people.
        truth: The exercise, or `nobody`.
        said: The exercise, or `unknown`.
        confidence: Of what is said; 0 where it is unknown.
    """

    source: str
    name: str
    truth: str
    said: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the exercise is recognised, or nobody taken for nobody."""
        return self.said == (UNKNOWN if self.truth == NOBODY else self.truth)

    @property
    def wrong(self) -> bool:
        """Whether something else is claimed."""
        return self.said not in (UNKNOWN, self.truth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three of the ten ways")
    parser.add_argument("--clips", type=Path, help="folder with clips and labels.json as ../shared/videos")
    parser.add_argument("--deadlift", type=Path, help="folder with clips of deadlifts")
    options = parser.parse_args()
    ways = WAYS[::4] if options.quick else WAYS
    jobs = [partial(drawn_case, name, view, way) for name in sorted(MOTIONS) for view in VIEWS for way in ways]
    jobs += [partial(nobody_case, name, view) for name in nobodies() for view in VIEWS]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        cases = pool.map(_done, jobs, chunksize=8)
    cases += list(_clips(options.clips)) if options.clips else []
    cases += list(_deadlifts(options.deadlift)) if options.deadlift else []
    for case in cases:
        if case.wrong:
            print(f"{case.source:8s} {case.name:44s} {case.truth:18s} said {case.said} {case.confidence:.2f}")
    for title, key in (("view", 1), ("way", 2)):
        print(f"by {title}: " + ", ".join(_by(cases, key)))
    print(f"{'exercise':18s} right unknown wrong, drawn")
    for name in sorted(MOTIONS):
        of = [case for case in cases if case.truth == name and case.source == "drawn"]
        taken = Counter(case.said for case in of if case.wrong)
        mistaken = ", ".join(f"{said} {times}" for said, times in taken.most_common())
        print(
            f"{name:18s} {_sum(of, 'right'):5d} {len(of) - _sum(of, 'right') - _sum(of, 'wrong'):7d} "
            f"{_sum(of, 'wrong'):5d}  {mistaken}"
        )
    _print_reliability(cases)
    print(_last_line(cases))


def drawn_case(exercise: str, view: str, way: str) -> Case:
    """One drawn figure that exercises."""
    held = find_exercise(exercise).hold is not None
    clip = Clip(
        exercise=exercise, view=view, repetitions=1 if held else 4, seconds_per_repetition=20.0 if held else 2.4
    )
    match way:
        case "mirrored":
            clip = replace(clip, faces="left")
        case "fast" if not held:
            clip = replace(clip, seconds_per_repetition=1.2, rest_s=0.1, repetitions=8)
        case "slow" if not held:
            clip = replace(clip, seconds_per_repetition=5.0)
        case "shallow" if not held:
            clip = replace(clip, turn_deg=_shallow_deg(exercise))
        case "two only" if not held:
            clip = replace(clip, repetitions=2)
        case "long rests":
            clip = replace(clip, rest_s=2.5, idle_before_s=4.0, idle_after_s=4.0)
    return _case("drawn", f"{exercise} {view} {way}", exercise, _as_seen(true_track(clip, truth_of(clip)), view, way))


def nobody_case(name: str, view: str) -> Case:
    """One drawn person who does none of our exercises, with the pose's noise."""
    world = seen(nobodies()[name], VIEWS[view])
    landmarks = np.ones((*world.shape[:2], 4), dtype=np.float32)
    landmarks[:, :, :3] = world * PIXELS_PER_METRE + (360.0, 1000.0, 0.0)
    about_hips = world - world[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    times = np.arange(len(world)) / FPS
    video = VideoInfo(720, 1280, FPS, len(world), len(world) / FPS, 0, "drawn", "")
    track = PoseTrack(landmarks, about_hips.astype(np.float32), times, video)
    return _case(NOBODY, f"{name} {view}", NOBODY, _as_seen(track, view, "noise"))


def _as_seen(track: PoseTrack, view: str, way: str) -> PoseTrack:
    """With what the pose model adds and leaves out."""
    world, landmarks = np.array(track.world, dtype=np.float64), np.array(track.landmarks)
    if way == "noise":
        random = np.random.default_rng(3)
        noise = random.normal(0.0, NOISE_M, world.shape)
        scale = np.ptp(landmarks[:, :, 1]) / max(float(np.ptp(world[:, :, 1])), 1e-6)
        world, landmarks[:, :, :2] = world + noise, landmarks[:, :, :2] + scale * noise[:, :, :2]
    if way == "flat":
        world[:, :, 2] *= DEPTH_SHARE
    if way == "far side hidden" and view == "side":
        random = np.random.default_rng(4)
        far = [one for one in Landmark if one.name.startswith(f"{SIDES[0].upper()}_")]
        world[:, far] += random.normal(0.0, 3 * NOISE_M, world[:, far].shape)
        landmarks[:, far, 3] = 0.3
    return PoseTrack(landmarks, world.astype(np.float32), track.timestamps_s, track.video)


def _shallow_deg(exercise: str) -> float:
    """Three quarters of the way."""
    motion = MOTIONS[exercise]
    return motion.rest_deg + 0.75 * (motion.turn_deg - motion.rest_deg)


def _case(source: str, name: str, truth: str, track: PoseTrack) -> Case:
    body = body_with_leaps(track, body_of(track))
    body = without_walking(body, walking(body))
    found = recognise(body, count(body, find_exercise("unselected")))
    if found is None:
        return Case(source, name, truth, UNKNOWN, 0.0)
    return Case(source, name, truth, found.exercise, found.confidence)


def _done(job: partial[Case]) -> Case:
    return job()


def _clips(folder: Path) -> Iterator[Case]:
    for label in json.loads((folder / "labels.json").read_text(encoding="utf-8")):
        truth = NOBODY if label["exercise"] in NO_EXERCISE else exercise_of(label).name
        try:
            track, _ = followed(folder / label["file"])
        except AnalysisError:
            continue
        yield _case("clip", label["file"], truth, track)


def _deadlifts(folder: Path) -> Iterator[Case]:
    for label in json.loads((folder / "labels.json").read_text(encoding="utf-8")):
        yield _case("lift", label["file"], "deadlift", followed(folder / label["file"])[0])


def _by(cases: Iterable[Case], key: int) -> list[str]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        if case.source == "drawn":
            groups.setdefault(case.name.split(" ", 2)[key], []).append(case)
    return [f"{name} {_sum(of, 'right')}/{len(of)} wrong {_sum(of, 'wrong')}" for name, of in groups.items()]


def _sum(cases: Iterable[Case], what: str) -> int:
    return sum(getattr(case, what) for case in cases)


def _print_reliability(cases: list[Case]) -> None:
    print("confidence      " + "".join(f"{source:>14s}" for source in ("drawn", "clip", "lift", NOBODY)))
    edges = (RECOGNISED_FROM, *RELIABILITY_EDGES[1:])
    for low, high in pairwise(edges):
        cells = []
        for source in ("drawn", "clip", "lift", NOBODY):
            of = [case for case in cases if case.source == source and low <= case.confidence < high]
            cells.append(f"{_sum(of, 'right')} of {len(of)}" if of else "-")
        print(f"{low:.2f} to {min(high, 1.0):.2f}    " + "".join(f"{cell:>14s}" for cell in cells))


def _last_line(cases: list[Case]) -> str:
    drawn = [case for case in cases if case.source == "drawn"]
    nobody = [case for case in cases if case.source == NOBODY]
    words = [
        f"recognised={_sum(drawn, 'right')}/{len(drawn)}",
        f"mistaken={_sum(drawn, 'wrong')}",
        f"claimed_of_nobody={_sum(nobody, 'wrong')}/{len(nobody)}",
    ]
    for source in ("clip", "lift"):
        of = [case for case in cases if case.source == source]
        if of:
            words.append(f"{source}s={_sum(of, 'right')}/{len(of)} {source}s_mistaken={_sum(of, 'wrong')}")
    return " ".join(words)


if __name__ == "__main__":
    main()
