"""From a video file to every result file: the table of contents of the analysis."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from analysis import report as report_files
from analysis.faces.detector import checked_model as checked_face_model
from analysis.faces.hiding import Hidden, hidden_people
from analysis.faces.search import FacelessPictures, look_for_faces
from analysis.faces.spans import Finds
from analysis.film.make import make_film
from analysis.judged import (
    PAGE,
    comparable,
    comparison_of,
    doubts_of,
    draw_plots,
    evidence_of,
    is_found_out_again,
    write_report_page,
)
from analysis.judging.exercise import Exercise, find_exercise
from analysis.kept import LANDMARKS, Kept, KeptPose, write_kept
from analysis.media.video import VideoFile, VideoLimits
from analysis.options import AnalysisOptions
from analysis.pictures.drawing import Pictures, draw_all
from analysis.pictures.evidence import Evidence
from analysis.pictures.reference import reference_card
from analysis.pictures.rendering import encode_jpeg
from analysis.pictures.selection import (
    BEST,
    Figures,
    fault_picture_names,
    figures,
    no_rep_picture_names,
    picture_names,
    shots_of_pairs,
    shots_of_set,
)
from analysis.pose.checking import check_video, start_team
from analysis.pose.checkpoint import Shelf
from analysis.pose.follow import PoseRun, estimate_pose
from analysis.pose.model import checked_model
from analysis.pose.processes import PoseProcesses
from analysis.provenance import file_sha256
from analysis.verdicts import AnalysisReport, Comparison
from analysis.watch import Progress, Watch

CHECKING, POSE, JUDGING, DRAWING = "checking", "pose", "judging", "drawing"
FILM = "annotated.mp4"

# Shares of the time that drawing takes with a video: until faces are found, until pictures are drawn.
_LOOKED, _PICTURED = 0.2, 0.3


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """What an analysis leaves behind.

    Attributes:
        report: The verdict.
        comparison: With the professional, where there was one.
        files: Every file written, all directly in the output folder, the most important first.
        figures: The app's five figures, 0 to 100; each belongs to the picture `best<n>_user.jpg`.
    """

    report: AnalysisReport
    comparison: Comparison | None
    files: tuple[Path, ...]
    figures: Figures


def analyze(
    path: Path,
    exercise: str,
    out_dir: Path,
    *,
    options: AnalysisOptions | None = None,
    limits: VideoLimits | None = None,
    professional: Path | None = None,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    shelf: Shelf | None = None,
) -> AnalysisResult:
    """Analyse a video and write every result file into `out_dir`, all of them or none.

    Args:
        path: The video.
        exercise: Name or alias.
        out_dir: Made if missing; the files of an earlier analysis in it are replaced.
        options: What the caller chooses; the defaults if None.
        limits: The largest video that is taken; the defaults if None.
        professional: A video of the same exercise done well, to compare with. What is wrong with it is a warning in the
            report, never an error: it is not the user's.
        on_progress: Told the stage (`checking`, `pose`, `judging`, `drawing`), how much of it is done, and of how much.
            For `pose` these are frames, of both videos where there are two.
        cancelled: Asked often; the analysis stops soon after it says True.
        shelf: Where landmarks are put by meanwhile, so that an attempt after this one goes on from there.

    Raises:
        AnalysisError: Of the kind that says what is wrong; `AnalysisCancelled` when asked to stop.
        PoseModelMissing, FaceModelMissing: A model is not installed.
        OSError: A file cannot be read or written.
    """
    watch = Watch(on_progress, cancelled)
    chosen = options or AnalysisOptions()
    with _all_or_nothing(out_dir) as folder, ExitStack() as open_runs:
        watch.tell(CHECKING, 0, 1)
        declaration = _declaration(exercise, chosen)
        with start_team([path, professional or path], folder, watch.cancelled) as team:
            videos = _check(path, professional, limits, team, watch)
            _load_plots_early()
            runs = _follow(videos, folder, open_runs, watch, team, shelf)
        seen = [_judge(run, declaration, chosen, watch) for run in runs]
        comparison = _compare(seen, watch)
        seen[0] = _with_warnings(seen[0], watch)
        hidden = _find_faces(videos[0], runs[0], chosen, watch)
        _draw(folder, runs, seen, comparison, hidden, chosen, watch)
        _film(folder, videos[0], seen[0], hidden, chosen, watch)
        _describe(folder, seen, comparison, chosen)
        files = _publish(folder, out_dir, seen[0], chosen)
    return AnalysisResult(seen[0].report, comparison, files, figures(seen[0].report, comparison))


# --- the steps --------------------------------------------------------------------------------------------------


def _declaration(exercise: str, options: AnalysisOptions) -> Exercise:
    if options.blur_faces:
        checked_face_model()  # rather no analysis than faces that were to be blurred
    return find_exercise(exercise)


def _check(
    path: Path, professional: Path | None, limits: VideoLimits | None, team: PoseProcesses, watch: Watch
) -> list[VideoFile]:
    """The videos: the user's, then the professional's if there is one and it is any good."""
    videos = [check_video(team, path, limits)]
    if professional is not None:
        with watch.warn_about_professional():
            videos.append(check_video(team, professional, limits))
    watch.tell(CHECKING, 1, 1)
    return videos


def _load_plots_early() -> None:
    """Matplotlib takes a second to come up: let it, while this process waits for the pose."""
    threading.Thread(target=_plots, name="load-plots", daemon=True).start()


def _plots() -> object:
    from analysis.pictures import graph_plot, summary_plot

    return graph_plot, summary_plot


def _follow(
    videos: Sequence[VideoFile],
    scratch: Path,
    open_runs: ExitStack,
    watch: Watch,
    team: PoseProcesses,
    shelf: Shelf | None,
) -> list[PoseRun]:
    """The people of all videos; what stays open until the pictures are drawn is entered in `open_runs`."""
    total = sum(video.info.frame_count for video in videos)
    user, *professional = videos

    def follow(video: VideoFile, frames_before: int) -> PoseRun:
        def told(done: int, _total: int) -> None:
            watch.tell(POSE, min(frames_before + done, total), total)

        run = estimate_pose(video, on_progress=told, cancelled=watch.cancelled, scratch=scratch, shelf=shelf, team=team)
        return open_runs.enter_context(run)

    runs = [follow(user, 0)]
    for video in professional:
        with watch.warn_about_professional():
            runs.append(follow(video, user.info.frame_count))
    return runs


def _judge(run: PoseRun, exercise: Exercise, options: AnalysisOptions, watch: Watch) -> Evidence:
    watch.tell(JUDGING, 0, 1)
    evidence = evidence_of(run.track, run.people, exercise, options)
    watch.tell(JUDGING, 1, 1)
    return evidence


def _compare(seen: Sequence[Evidence], watch: Watch) -> Comparison | None:
    """User against professional; None where there is none, or nothing to compare, of which the reader is warned."""
    if len(seen) < 2:
        return None
    watch.tell(JUDGING, 0, 1)
    found = comparison_of(*seen)
    if isinstance(found, Comparison):
        watch.warnings.extend(doubts_of(*seen))
        return found
    watch.warnings.append(found)
    return None


def _with_warnings(evidence: Evidence, watch: Watch) -> Evidence:
    quality = evidence.report.quality
    told = replace(quality, warnings=(*quality.warnings, *watch.warnings))
    return replace(evidence, report=replace(evidence.report, quality=told))


def _find_faces(video: VideoFile, run: PoseRun, options: AnalysisOptions, watch: Watch) -> Hidden | None:
    """Whose faces are to be blurred, and where; None where none are.

    Bystanders are looked for all through the video only where all of it will be shown.
    """
    if not options.blur_faces:
        return None
    finds: Finds = ()
    if options.video:
        told = watch.part(DRAWING, 0.0, _LOOKED)
        finds = look_for_faces(video, on_progress=told, cancelled=watch.cancelled)
    return hidden_people(run.track, run.everybody, finds)


def _draw(
    folder: Path,
    runs: Sequence[PoseRun],
    seen: Sequence[Evidence],
    comparison: Comparison | None,
    hidden: Hidden | None,
    options: AnalysisOptions,
    watch: Watch,
) -> None:
    """Every file but `report.json` and the video."""
    user = seen[0]
    jobs: list[Callable[[], object]] = [
        lambda: draw_plots(folder, user, comparison),
        lambda: report_files.write_landmarks(user.track, folder / "landmarks.csv"),
        lambda: _keep(folder, runs, seen, watch),
        lambda: report_files.write_angles(user.angles, folder / "angles.csv"),
    ]
    shots = [shots_of_set(user, with_best=comparison is None)]
    if comparison is not None:
        mine, theirs = shots_of_pairs(*comparable(user, seen[1]), comparison)
        shots = [[*shots[0], *mine], theirs]
    else:
        jobs.append(lambda: _draw_reference(folder, user, exists=bool(watch.warnings)))

    sources: list[Pictures] = [*runs]
    if hidden is not None:
        sources[0] = FacelessPictures(runs[0], hidden, watch.cancelled)
    tick = watch.part(DRAWING, _LOOKED, _PICTURED) if options.video else watch.part(DRAWING, 0.0, 1.0)
    draw_all(folder, jobs, list(zip(sources, shots, strict=False)), tick)


def _keep(folder: Path, runs: Sequence[PoseRun], seen: Sequence[Evidence], watch: Watch) -> None:
    """The poses, to be judged again without the video."""
    poses = [KeptPose(run.track, run.people) for run in runs]
    professional = poses[1] if len(poses) > 1 else None
    warnings = [warning for warning in watch.warnings if not is_found_out_again(warning)]
    asked = find_exercise("unselected") if seen[0].report.recognised else seen[0].exercise
    name, model = asked.name, file_sha256(checked_model())
    write_kept(Kept(name, model, poses[0], professional, tuple(warnings)), folder / LANDMARKS)


def _draw_reference(folder: Path, user: Evidence, *, exists: bool) -> None:
    data = encode_jpeg(reference_card(user.exercise, exists=exists, language=user.language))
    for number in range(1, BEST + 1):
        (folder / f"best{number}_pro.jpg").write_bytes(data)


def _film(
    folder: Path, video: VideoFile, user: Evidence, hidden: Hidden | None, options: AnalysisOptions, watch: Watch
) -> None:
    if options.video:
        told = watch.part(DRAWING, _PICTURED, 1.0)
        make_film(video, user, hidden, folder / FILM, on_progress=told, cancelled=watch.cancelled)


def _describe(folder: Path, seen: Sequence[Evidence], comparison: Comparison | None, options: AnalysisOptions) -> None:
    user = seen[0]
    document = report_files.report_document(
        user.report,
        user.track.timestamps_s,
        pictures=picture_names(user.report),
        fault_pictures=fault_picture_names(user),
        no_rep_pictures=no_rep_picture_names(user.report),
        model=checked_model(),
        options=options,
        comparison=comparison,
        professional=seen[1].track if comparison is not None else None,
    )
    report_files.write_document(document, folder / "report.json")
    write_report_page(document, user, folder)


def _publish(folder: Path, out_dir: Path, user: Evidence, options: AnalysisOptions) -> tuple[Path, ...]:
    """Move everything to its place, removing what an earlier analysis left under our names."""
    of_faults = fault_picture_names(user)
    names = [
        "report.json",
        PAGE,
        "summary.png",
        *([FILM] if options.video else []),
        *dict.fromkeys((*picture_names(user.report), *of_faults.values(), *no_rep_picture_names(user.report))),
        *(f"best{number}_{who}.jpg" for number in range(1, BEST + 1) for who in ("user", "pro")),
        "graph.png",
        "angles.csv",
        "landmarks.csv",
        LANDMARKS,
    ]
    for stale in (*out_dir.glob("rep_*.jpg"), *out_dir.glob("no_rep_*.jpg"), *out_dir.glob(FILM)):
        if stale.name not in names:
            stale.unlink()
    return tuple((folder / name).replace(out_dir / name) for name in names)


@contextmanager
def _all_or_nothing(out_dir: Path) -> Iterator[Path]:
    """A folder inside `out_dir` to write in, gone in the end; `out_dir` too, when it was made in vain."""
    made = not out_dir.exists()
    out_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if made and not any(out_dir.iterdir()):
            out_dir.rmdir()
