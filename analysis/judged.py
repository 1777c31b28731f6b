"""What follows from the poses alone, without a frame of the video: verdicts, comparison, plots.

An analysis and a rejudge of kept landmarks both go through here, so that they say the same.
"""

from pathlib import Path

from analysis.judging.comparison import Movement, compare
from analysis.judging.exercise import Exercise, find_exercise
from analysis.judging.judge import judge
from analysis.motion.angles import angles_of_positions
from analysis.motion.measures import body_of
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.types import Comparison, PoseTrack

NOTHING_TO_COMPARE = "There is no comparison with the professional: too little of the body was seen."


def evidence_of(track: PoseTrack, people: int, exercise: Exercise, options: AnalysisOptions) -> Evidence:
    """The person judged, with all that drawing needs; its exercise is the one recognised where none was chosen."""
    body = body_of(track)
    report = judge(track, exercise, people=people, body=body, height_m=options.height_m)
    angles = angles_of_positions(body.image, body.world, body.timestamps_s)
    return Evidence(track, find_exercise(report.exercise), report, angles, body)


def comparison_of(user: Evidence, professional: Evidence) -> Comparison | None:
    """User against professional; None where too little was seen of either."""
    mine, theirs = (
        Movement(evidence.angles, [judged.repetition for judged in evidence.report.repetitions])
        for evidence in (user, professional)
    )
    comparison = compare(mine, theirs)
    return comparison if comparison.pairs else None


def draw_plots(folder: Path, user: Evidence, comparison: Comparison | None) -> None:
    """Write `summary.png` and `graph.png`."""
    from analysis.pictures import graph_plot, summary_plot  # matplotlib takes a second to come up

    timestamps_s = user.track.timestamps_s
    summary_plot.draw_summary(user.exercise, user.report, timestamps_s, folder / "summary.png")
    if comparison is None:
        graph_plot.draw_form_graph(user.report, timestamps_s, folder / "graph.png")
    else:
        graph_plot.draw_similarity_graph(comparison, user.report, timestamps_s, folder / "graph.png")
