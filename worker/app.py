"""The Celery application that `celery -A worker.app worker` runs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from storage.types import AnalysisOptions, ExerciseName
from worker.analyse import Analyse
from worker.configure import create_app
from worker.settings import WorkerSettings

_settings = WorkerSettings()


def _load_analyse() -> Analyse:
    """The real analysis, imported in the process that uses it: MediaPipe does not survive a fork."""
    from analysis import options as of_analysis
    from analysis.kept import LANDMARKS
    from analysis.media.video import VideoLimits
    from analysis.pipeline import AnalysisResult, analyze
    from analysis.rejudging import rejudge

    limits = VideoLimits(
        max_duration_s=_settings.max_video_s,
        max_bytes=_settings.max_video_bytes,
        max_long_side=_settings.max_video_long_side,
        max_short_side=_settings.max_video_short_side,
        max_frames=_settings.max_video_frames,
    )

    def analyse(path: Path, exercise: str, out_dir: Path, *, options: AnalysisOptions, **more: Any) -> AnalysisResult:
        chosen = of_analysis.AnalysisOptions(**asdict(options))
        if path.name == LANDMARKS:
            told, cancelled = more["on_progress"], more["cancelled"]
            return rejudge(path, exercise, out_dir, options=chosen, on_progress=told, cancelled=cancelled)
        return analyze(path, exercise, out_dir, limits=limits, options=chosen, **more)

    return analyse


def _exercises() -> Sequence[ExerciseName]:
    from analysis.judging.exercise import all_exercises

    return [ExerciseName(each.name, (each.title, *each.aliases)) for each in all_exercises()]


app = create_app(_settings, _load_analyse, _exercises)
