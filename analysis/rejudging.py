"""Today's rules on kept landmarks: `report.json` and the plots anew, without the video and in less than a second."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis import report as report_files
from analysis.errors import AnalysisCancelled
from analysis.judged import PAGE, comparison_of, doubts_of, draw_plots, evidence_of, write_report_page
from analysis.judging.exercise import find_exercise
from analysis.kept import LANDMARKS, Kept, read_kept, write_kept
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.pictures.selection import figures
from analysis.pipeline import DRAWING, JUDGING, AnalysisResult
from analysis.verdicts import Comparison, Remark

FILES = ("report.json", PAGE, "summary.png", "graph.png", "angles.csv", LANDMARKS)
"""What a rejudge leaves behind. Pictures stay those of the analysis: it has no frames to draw on."""


def rejudge(
    landmarks: Path,
    exercise: str | None,
    out_dir: Path,
    *,
    options: AnalysisOptions | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> AnalysisResult:
    """Judge kept landmarks by today's rules and write the results into `out_dir`, all of them or none.

    Args:
        landmarks: A `landmarks.npz` that an analysis wrote.
        exercise: Name or alias; that of the analysis if None. With another one there is no comparison, since the
            professional did not do that.
        out_dir: Made if missing; equal names in it are replaced.
        options: As in an analysis; only height and language matter here.
        on_progress: As in an analysis.
        cancelled: Likewise.

    Raises:
        AnalysisError: `LandmarksUnreadable`, `UnknownExercise`, `AnalysisCancelled`.
        OSError: A file cannot be read or written.
    """
    chosen = options or AnalysisOptions()

    def tell(stage: str, done: int) -> None:
        if cancelled is not None and cancelled():
            raise AnalysisCancelled("The analysis was cancelled.")
        if on_progress is not None:
            on_progress(stage, done, 1)

    tell(JUDGING, 0)
    kept = read_kept(landmarks)
    user, professional, comparison = _judged(kept, exercise, chosen)
    tell(DRAWING, 0)
    out_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out_dir))
    try:
        _write(folder, kept, user, professional, comparison, chosen)
        tell(DRAWING, 1)
        files = tuple((folder / name).replace(out_dir / name) for name in FILES)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return AnalysisResult(user.report, comparison, files, figures(user.report, comparison))


def _judged(
    kept: Kept, exercise: str | None, options: AnalysisOptions
) -> tuple[Evidence, Evidence | None, Comparison | None]:
    """The user, the professional and their comparison, as far as there are any."""
    declaration = find_exercise(exercise or kept.exercise)
    user = evidence_of(kept.user.track, kept.user.people, declaration, options)
    same = declaration.name == kept.exercise
    warnings: Sequence[Remark] = kept.warnings if same else ()
    professional = comparison = None
    if same and kept.professional is not None:
        professional = evidence_of(kept.professional.track, kept.professional.people, declaration, options)
        found = comparison_of(user, professional)
        if isinstance(found, Comparison):
            comparison = found
            warnings = (*warnings, *doubts_of(user, professional))
        else:
            warnings = (*warnings, found)
    quality = user.report.quality
    told = replace(quality, warnings=(*quality.warnings, *warnings))
    return replace(user, report=replace(user.report, quality=told)), professional, comparison


def _write(
    folder: Path,
    kept: Kept,
    user: Evidence,
    professional: Evidence | None,
    comparison: Comparison | None,
    options: AnalysisOptions,
) -> None:
    draw_plots(folder, user, comparison)
    report_files.write_angles(user.angles, folder / "angles.csv")
    write_kept(kept, folder / LANDMARKS)
    document = report_files.report_document(
        user.report,
        user.track.timestamps_s,
        pictures=[None] * len(user.report.efforts),
        model=kept.pose_model_sha256,
        options=options,
        comparison=comparison,
        professional=professional.track if professional is not None and comparison is not None else None,
        pairs_have_pictures=False,
    )
    report_files.write_document(document, folder / "report.json")
    write_report_page(document, user, folder)
