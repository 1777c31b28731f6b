"""The real worker around a tiny analysis, which does what its "video" says; for tests of everything but the analysis.

The video is JSON: `frames`, `frame_s`, `end` (how it ends), `witness` (a file to which each run appends a line), `keep`
(puts by what it has done after each frame), `hold` (seconds to stay in a stage, by its name), `big_mb` (of a result).
"""

import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisCancelled, NotAVideo
from storage.types import AnalysisOptions, ExerciseName
from worker.analyse import Analyse, Shelf
from worker.configure import create_app
from worker.settings import WorkerSettings

RESULT_NAMES = ("report.json", "summary.png", "best1_user.jpg", "best1_pro.jpg", "graph.png")


@dataclass(frozen=True, slots=True)
class TinyResult:
    files: Sequence[Path]
    figures: Sequence[int]


def tiny_analyse(
    path: Path,
    exercise: str,
    out_dir: Path,
    *,
    options: AnalysisOptions,
    professional: Path | None,
    on_progress: Callable[[str, int, int], None],
    cancelled: Callable[[], bool],
    shelf: Shelf,
) -> TinyResult:
    try:
        script = json.loads(path.read_text())
    except ValueError as error:
        raise NotAVideo("The file is not a video.") from error
    if "witness" in script:
        with Path(script["witness"]).open("a") as witness:
            witness.write(f"{os.getpid()}\n")
    run = uuid.uuid4().hex

    def stay(stage: str, done: int, total: int) -> None:
        on_progress(stage, done, total)
        ends_s = time.monotonic() + script.get("hold", {}).get(stage, 0.0)
        while time.monotonic() < ends_s and not cancelled():
            time.sleep(0.02)

    stay("checking", 0, 0)
    frames = script.get("frames", 5)
    known = max((int(part) for part in shelf.parts("tiny")), default=0)
    if known:
        shelf.resumed(known)
        on_progress("pose", known, frames)
    for frame in range(known, frames):
        if cancelled():
            raise AnalysisCancelled("The analysis was asked to stop.")
        time.sleep(script.get("frame_s", 0.01))
        on_progress("pose", frame + 1, frames)
        if script.get("keep"):
            shelf.put("tiny", str(frame + 1).encode())
    match script.get("end"):
        case "memory":
            raise MemoryError
        case "unexpected":
            raise RuntimeError("a secret detail")
        case "no_room":
            raise OSError(28, "No space left on device")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
    if "judging" in script.get("hold", {}):
        stay("judging", 0, 1)
    stay("drawing", 1, 1)
    files = [out_dir / name for name in RESULT_NAMES]
    for file in files:
        padding = " " * (script.get("big_mb", 0) * 1_000_000 if file.suffix == ".png" else 0)
        file.write_text(f"{exercise} {file.name} professional={professional is not None} {options}{padding} run={run}")
    return TinyResult(files, script.get("figures", (90, 80, 71, 60, 50)))


def load_analyse() -> Analyse:
    return tiny_analyse


def exercises() -> Sequence[ExerciseName]:
    return [ExerciseName("squat", ("Squat",)), ExerciseName("unselected")]


if url := os.environ.get("TEST_MESSAGING_URL"):
    from tests.standins.messaging import ask_the_stand_in

    ask_the_stand_in(url)
app = create_app(WorkerSettings(), load_analyse, exercises)
