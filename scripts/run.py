"""`make run VIDEO=path EXERCISE=name`: one video through the whole service, as in production, on this machine.

Starts Redis, the API and a worker of its own, sends the video through HTTP, follows the job, prints what came out, and
stops everything. The last line on stdout is `results: <absolute folder>`. Videos and results stay in volumes/storage.

Exit status: 0 the video was judged, 1 it could not be (the sentence says why), 2 wrong use, 3 the service did not run.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console

from analysis.summary import print_summary
from mannequin import MOTIONS, Clip, draw
from scripts.client import JobFailed, Refused, analyse
from scripts.service import ServiceDied, default_volumes, find_started, running

DEFAULT_EXERCISE = "unselected"
_LEFT_BEHIND_AFTER_S = 3600.0


class WrongUse(Exception):
    """What was asked for cannot be done; the sentence says why."""


def main() -> int:
    """Run one video; the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    # A shell that starts us in the background lets us ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exercise = os.environ.get("EXERCISE", "").strip() or DEFAULT_EXERCISE
    volumes = default_volumes()
    # The store is the usual one; Redis has a folder of its own, so that a service of `make up` is not disturbed.
    (volumes / "run").mkdir(parents=True, exist_ok=True)
    _sweep(volumes / "run")
    folder = Path(tempfile.mkdtemp(prefix="once-", dir=volumes / "run"))
    try:
        video = _video(os.environ.get("VIDEO", ""), exercise, folder)
        _say("Starting Redis, the API and a worker")
        with running(folder, volumes=volumes, redis_folder=folder / "redis") as service, service.client() as client:
            result = analyse(client, video, exercise, options={"video": True}, say=_say, check=service.check)
            report = client.get(result.files["report.json"]).raise_for_status().json()
            print_summary(Console(highlight=False, soft_wrap=True), report)
        print(f"results: {service.objects / result.folder}")
    except WrongUse as error:
        return _fail(str(error), 2)
    except (JobFailed, Refused) as error:
        return _fail(str(error), 1)
    except ServiceDied as error:
        return _fail(str(error), 3)
    except httpx.HTTPError as error:
        return _fail(f"The API did not answer: {error!r}", 3)
    except KeyboardInterrupt:
        return _fail("Stopped.", 130)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _sweep(runs: Path) -> None:
    """Remove what runs that were killed an hour ago or earlier left behind."""
    for folder in runs.glob("once-*"):
        if time.time() - folder.stat().st_mtime > _LEFT_BEHIND_AFTER_S and not find_started(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _video(path: str, exercise: str, folder: Path) -> Path:
    """The video to send; without a path, a drawn one. Raises `WrongUse`."""
    if path:
        video = Path(path).expanduser()
        if not video.is_file():
            kind = "That is a folder, not a video" if video.is_dir() else "There is no such video"
            raise WrongUse(f"{kind}: {video.absolute()}")
        return video
    wanted = "".join(letter for letter in exercise.casefold() if letter.isalnum())
    drawable = {name.replace("_", ""): name for name in MOTIONS}
    clip = Clip(drawable.get(wanted, "squat"))
    video = folder / f"{clip.exercise}.mp4"
    _say(f"No VIDEO was given: drawing {clip.repetitions} repetitions of {clip.exercise.replace('_', ' ')}")
    draw(video, clip)
    return video


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _fail(sentence: str, status: int) -> int:
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
