"""The Celery application that `celery -A worker.app worker` runs."""

from collections.abc import Sequence
from functools import partial

from storage.types import ExerciseName
from worker.analyse import Analyse
from worker.configure import create_app
from worker.settings import WorkerSettings

_settings = WorkerSettings()


def _load_analyse() -> Analyse:
    """The real analysis, imported in the process that uses it: MediaPipe does not survive a fork."""
    from analysis.media.video import VideoLimits
    from analysis.pipeline import analyze

    limits = VideoLimits(
        max_duration_s=_settings.max_video_s,
        max_bytes=_settings.max_video_bytes,
        max_long_side=_settings.max_video_long_side,
        max_short_side=_settings.max_video_short_side,
    )
    return partial(analyze, limits=limits)


def _exercises() -> Sequence[ExerciseName]:
    from analysis.judging.exercise import all_exercises

    return [ExerciseName(each.name, (each.title, *each.aliases)) for each in all_exercises()]


app = create_app(_settings, _load_analyse, _exercises)
