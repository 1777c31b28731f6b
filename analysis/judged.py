"""What follows from the poses alone, without a frame of the video: verdicts, comparison, plots.

An analysis and a rejudge of kept landmarks both go through here, so that they say the same.
"""

from pathlib import Path
from typing import Any

from analysis.judging.comparison import Movement, compare
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.motion.angles import angles_of_positions
from analysis.motion.flips import without_flips
from analysis.motion.measures import body_of
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.pictures.page import write_page
from analysis.texts import closest
from analysis.types import PoseTrack
from analysis.verdicts import Comparison, Remark

PAGE = "report.html"
NOTHING_TO_COMPARE = Remark("nothing_to_compare")


def evidence_of(track: PoseTrack, people: int, exercise: Exercise, options: AnalysisOptions) -> Evidence:
    """The person judged, with all that drawing needs; its exercise is the one recognised where none was chosen.

    Pictures, film and `landmarks.csv` show left and right as they were judged, put in order.
    """
    body = body_of(track)
    report = judge(track, exercise, people=people, body=body, height_m=options.height_m)
    angles = angles_of_positions(body.image, body.world, body.timestamps_s)
    shown = find_exercise(report.exercise)
    return Evidence(without_flips(track), shown, report, angles, body, closest(options.language))


def comparison_of(user: Evidence, professional: Evidence) -> Comparison | None:
    """User against professional; None where too little was seen of either."""
    mine, theirs = (
        Movement(evidence.angles, [judged.repetition for judged in evidence.report.repetitions])
        for evidence in (user, professional)
    )
    comparison = compare(mine, theirs)
    return comparison if comparison.pairs else None


def write_report_page(document: dict[str, Any], user: Evidence, folder: Path) -> None:
    """Write `report.html`, with the pictures that lie in the folder."""
    report = user.report
    write_page(
        document,
        user.track.timestamps_s,
        report.signal,
        folder / PAGE,
        signal_title=user.wording.axis(report.signal_name, report.signal_unit),
        limits=user.wording.limit_lines(user.exercise, report),
    )


def draw_plots(folder: Path, user: Evidence, comparison: Comparison | None) -> None:
    """Write `summary.png` and `graph.png`."""
    from analysis.pictures import graph_plot, summary_plot  # matplotlib takes a second to come up

    timestamps_s = user.track.timestamps_s
    summary_plot.draw_summary(user.exercise, user.report, timestamps_s, folder / "summary.png", language=user.language)
    if comparison is None:
        graph_plot.draw_form_graph(user.report, timestamps_s, folder / "graph.png", language=user.language)
    else:
        graph_plot.draw_similarity_graph(
            comparison, user.report, timestamps_s, folder / "graph.png", language=user.language
        )
