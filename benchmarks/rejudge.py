"""How long today's rules take on kept landmarks: `python -m benchmarks.rejudge DIR`.

DIR holds clips and a `labels.json`, as for `benchmarks.clips`. Of each clip the rules alone are timed, told its
exercise and untold (medians of five); beside them reading the landmarks from the disk and writing them back, which is
the least that a rejudge could take, and once all of it, with plots and page.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.kept import LANDMARKS, Kept, KeptPose, read_kept, write_kept
from analysis.rejudging import rejudge
from benchmarks.clips import exercise_of
from benchmarks.poses import followed

TIMES = 5


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds that one clip takes.

    Attributes:
        name: The file's.
        video_s: Its length.
        repetitions: Counted.
        told_s: The rules alone.
        untold_s: Likewise, the exercise not told.
        copied_s: Kept landmarks read and written.
        whole_s: A rejudge with its files.
    """

    name: str
    video_s: float
    repetitions: int
    told_s: float
    untold_s: float
    copied_s: float
    whole_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    options = parser.parse_args()
    rows = []
    print(f"{'clip':26s} video s  repetitions  told s  untold s  copied s  whole s")
    for label in json.loads((options.directory / "labels.json").read_text(encoding="utf-8")):
        try:
            row = _row(options.directory / label["file"], exercise_of(label))
        except AnalysisError:
            continue
        rows.append(row)
        seconds = f"{row.told_s:6.2f}    {row.untold_s:6.2f}    {row.copied_s:6.3f}   {row.whole_s:6.2f}"
        print(f"{row.name:26s} {row.video_s:7.1f}  {row.repetitions:11d}  {seconds}")
    told, untold = (max(getattr(row, kind) for row in rows) for kind in ("told_s", "untold_s"))
    within = sum(max(row.told_s, row.untold_s) < 1.0 for row in rows)
    share = sum(row.told_s for row in rows) / sum(row.video_s for row in rows)
    print(
        f"longest_told_s={told:.2f} longest_untold_s={untold:.2f} "
        f"within_a_second={within}/{len(rows)} told_of_video={share:.4f}"
    )


def _row(clip: Path, exercise: Exercise) -> Row:
    track, people = followed(clip)
    untold = find_exercise("unselected")
    kept = Kept(exercise.name, "", KeptPose(track, people))
    with tempfile.TemporaryDirectory() as folder:
        landmarks = Path(folder) / LANDMARKS
        write_kept(kept, landmarks)
        return Row(
            clip.name,
            track.video.duration_s,
            len(judge(track, exercise, people=people).efforts),
            _median_s(lambda: judge(track, exercise, people=people)),
            _median_s(lambda: judge(track, untold, people=people)),
            _median_s(lambda: write_kept(read_kept(landmarks), Path(folder) / "copy.npz")),
            _median_s(lambda: rejudge(landmarks, None, Path(folder) / "results"), times=1),
        )


def _median_s(work: Callable[[], object], times: int = TIMES) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
