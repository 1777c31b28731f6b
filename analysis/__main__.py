"""`python -m analysis VIDEO --exercise NAME --out DIR`: the analysis alone, without service, queue or storage.

`python -m analysis rejudge landmarks.npz --out DIR` judges what an analysis has kept by today's rules.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis.errors import AnalysisCancelled, AnalysisError
from analysis.faces.detector import FaceModelMissing
from analysis.judging.exercise import all_exercises, find_exercise
from analysis.options import AnalysisOptions
from analysis.pipeline import analyze
from analysis.pose.model import PoseModelMissing
from analysis.rejudge_command import rejudge_command
from analysis.summary import print_error, print_results

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_STAGES = {
    "checking": "Checking the video",
    "pose": "Following the person",
    "judging": "Judging",
    "drawing": "Drawing",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the analysis as told on the command line; returns the exit status."""
    told = sys.argv[1:] if arguments is None else arguments
    if told and told[0] == "rejudge":
        return rejudge_command(told[1:])
    options = _parser().parse_args(told)
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        exercise = find_exercise(options.exercise)
    except AnalysisError as error:
        print_error(err, error, options.video)
        return USAGE
    interrupted = threading.Event()
    try:
        with _stopping_on_interrupt(interrupted), _progress(err, quiet=options.quiet) as on_progress:
            result = analyze(
                options.video,
                exercise.name,
                options.out,
                options=AnalysisOptions(
                    blur_faces=options.blur_faces,
                    video=options.annotated_video,
                    language=options.language,
                    height_m=options.height_m,
                ),
                professional=options.professional,
                on_progress=on_progress,
                cancelled=interrupted.is_set,
            )
    except AnalysisError as error:
        # A terminal interrupts the child processes too, so that they may be found dead before they are stopped.
        if isinstance(error, AnalysisCancelled) or interrupted.is_set():
            err.print("Stopped; nothing was written.")
            return INTERRUPTED
        print_error(err, error, options.video)
        return FAILED
    except (PoseModelMissing, FaceModelMissing) as error:
        err.print(f"{error} (model_missing)", markup=False)
        return FAILED
    except OSError as error:
        print_error(err, error, options.video)
        return FAILED
    print_results(out, result.files[0], options.out, quiet=options.quiet)
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Count and judge the repetitions in an exercise video.",
        epilog=f"Exercises: {', '.join(exercise.name for exercise in all_exercises())}.",
    )
    parser.add_argument("video", metavar="VIDEO", type=Path, help="the video file")
    parser.add_argument("--exercise", metavar="NAME", default="unselected", help="name or alias (default: unselected)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder for the results; made if missing"
    )
    parser.add_argument("--professional", metavar="VIDEO", type=Path, help="a video of it done well, to compare with")
    parser.add_argument("--annotated-video", action="store_true", help="also make annotated.mp4")
    parser.add_argument("--blur-faces", action="store_true", help="make the faces in pictures and video unrecognisable")
    parser.add_argument("--language", metavar="CODE", default="en", help="of the sentences (default: en)")
    parser.add_argument("--height-m", metavar="METRES", type=_height, help="the person's height, such as 1.72")
    parser.add_argument("--quiet", action="store_true", help="print only where the results lie")
    return parser


def _height(text: str) -> float:
    height_m = float(text)
    if not 0.5 <= height_m <= 2.75:
        raise argparse.ArgumentTypeError("a height in metres, from 0.5 to 2.75")
    return height_m


@contextmanager
def _stopping_on_interrupt(interrupted: threading.Event) -> Iterator[None]:
    """Ctrl-C asks the analysis to stop, so that it can tidy up."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        interrupted.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Lines:
    """Progress as plain lines, for logs: each stage once, the pose at every tenth."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: tuple[str, int] = ("", 0)

    def __call__(self, stage: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1) if stage == "pose" else 0
        if (stage, tenth) != self._told:
            self._told = (stage, tenth)
            self._console.print(f"{_STAGES[stage]} {done}/{total}" if tenth else _STAGES[stage], markup=False)


class _Bar:
    """Progress as one moving line."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task(_STAGES["checking"], total=None)

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=_STAGES[stage], completed=done, total=total)


@contextmanager
def _progress(console: Console, *, quiet: bool) -> Iterator[_Lines | _Bar | None]:
    if quiet:
        yield None
    elif not console.is_terminal:
        yield _Lines(console)
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            yield _Bar(progress)


if __name__ == "__main__":
    sys.exit(main())
