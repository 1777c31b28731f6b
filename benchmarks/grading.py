"""Holds a report against the truth about a drawn clip: which planted faults were found, and what was invented."""

from dataclasses import dataclass, field

from analysis.judging.exercise import Exercise, Rule
from analysis.types import PoseTrack, Repetition
from analysis.verdicts import AnalysisReport, JudgedRepetition, Verdict
from mannequin import Clip, TrueRepetition, Truth

REFUSALS = {"nothing_followed", "another_exercise", "not_this_exercise"}
"""Warnings of a report that counts nothing because the person cannot be followed, or seems to do something else."""


@dataclass(slots=True)
class Grade:
    """What became of the faults of a clip, as `<fault>@<repetition>`.

    Attributes:
        planted: How many faults were planted into repetitions that count, where the view lets their rule be judged.
        not_asked: How many more the view does not show: a rule that is asked from fewer views makes these more.
        slight: Those of them that nobody can be asked to see: "cannot tell" is a good answer.
        found: Those that were blamed at their repetition.
        cannot_tell: Those that got no verdict, with the reason: too close to the limit, unseen, not followed.
        as_no_rep: Those whose repetition was told as a no-rep, beside the count.
        missed: Those that were passed over in silence: passed, or their repetition not counted.
        passed_unseen: Faults that the view does not show and that were passed all the same.
        invented: Faults that nobody planted there.
        no_reps: How many repetitions fail their exercise's standard, where the view shows it.
        no_reps_found: Those of them that were reported as such.
        counted: Repetitions counted (or holds timed).
        refused_count: Whether the report says why it counts nothing at all.
        true_count: From, to: those that count, and with the no-reps that the view does not show.
    """

    planted: int = 0
    not_asked: int = 0
    slight: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    cannot_tell: list[str] = field(default_factory=list)
    as_no_rep: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    passed_unseen: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    no_reps: int = 0
    no_reps_found: int = 0
    counted: int = 0
    refused_count: bool = False
    true_count: tuple[int, int] = (0, 0)

    @property
    def exact(self) -> bool:
        """Whether the count is right."""
        return self.true_count[0] <= self.counted <= self.true_count[1]

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each of the planted: `found`, `cannot_tell`, `as_no_rep` or `missed`."""
        lists = {
            "found": self.found,
            "cannot_tell": self.cannot_tell,
            "as_no_rep": self.as_no_rep,
            "missed": self.missed,
        }
        return {name: outcome for outcome, names in lists.items() for name in names}


def grade(clip: Clip, truth: Truth, report: AnalysisReport, track: PoseTrack, exercise: Exercise) -> Grade:
    """The report's grade."""
    rules = {rule.code: rule for rule in exercise.rules}
    result = Grade(counted=len(report.efforts))
    result.refused_count = bool(REFUSALS & {warning.code for warning in report.quality.warnings})
    unseen_no_reps = sum(not one.counts and not is_shown(rules[one.fault], clip) for one in truth.repetitions)
    result.true_count = (truth.count, truth.count + unseen_no_reps)
    claimed: set[int] = set()
    for number, true in enumerate(truth.repetitions, start=1):
        judged = [one for one in report.efforts if covers(one.repetition, true, track)]
        claimed |= {one.repetition.index for one in judged}
        name = f"{true.fault}@{number}"
        broken = {fault.code for one in judged for fault in one.faults}
        known = {true.fault, *true.also}
        result.invented += [f"{code}@{number}" for code in sorted(broken - known)]
        if not true.fault:
            continue
        shown = is_shown(rules[true.fault], clip)
        result.not_asked += true.counts and not shown
        if not true.counts:
            result.no_reps += shown
            reported = any(covers(one.repetition, true, track) for one in report.no_repetitions)
            result.no_reps_found += shown and reported
        elif shown:
            result.planted += 1
            result.slight += [name] * true.is_slight
            _outcome(result, true, judged, report, track).append(name)
        elif Verdict.PASS in _verdicts(judged, true.fault):
            result.passed_unseen.append(name)
    strays = [one for one in report.efforts if one.repetition.index not in claimed]
    result.invented += [f"{fault.code}@nowhere" for one in strays for fault in one.faults]
    return result


def refused(clip: Clip, truth: Truth, exercise: Exercise) -> Grade:
    """The grade of an analysis that says that nobody is in the picture."""
    rules = {rule.code: rule for rule in exercise.rules}
    shown = [
        (number, true)
        for number, true in enumerate(truth.repetitions, start=1)
        if true.fault and is_shown(rules[true.fault], clip)
    ]
    unanswered = [f"{true.fault}@{number}" for number, true in shown if true.counts]
    planted = sum(bool(true.fault) and true.counts for true in truth.repetitions)
    return Grade(
        planted=len(unanswered),
        not_asked=planted - len(unanswered),
        slight=[f"{true.fault}@{number}" for number, true in shown if true.counts and true.is_slight],
        cannot_tell=unanswered,
        no_reps=len(shown) - len(unanswered),
        refused_count=True,
        true_count=(truth.count, truth.count),
    )


def is_shown(rule: Rule, clip: Clip) -> bool:
    """Whether the view is one from which the rule is judged."""
    return not rule.views or clip.view in rule.views


def covers(repetition: Repetition, true: TrueRepetition, track: PoseTrack) -> bool:
    """Whether the turning point of the true repetition lies inside."""
    last = len(track.timestamps_s) - 1
    start_s, end_s = (float(track.timestamps_s[min(frame, last)]) for frame in (repetition.start, repetition.end))
    return start_s <= true.turn_s <= end_s


def _outcome(
    result: Grade, true: TrueRepetition, judged: list[JudgedRepetition], report: AnalysisReport, track: PoseTrack
) -> list[str]:
    """The list of the result into which a planted fault belongs that the view shows."""
    if true.fault in {fault.code for one in judged for fault in one.faults}:
        return result.found
    verdicts = _verdicts(judged, true.fault)
    if result.refused_count or (verdicts and verdicts <= {Verdict.CANNOT_TELL}):
        return result.cannot_tell
    if not judged and any(covers(one.repetition, true, track) for one in report.no_repetitions):
        return result.as_no_rep
    return result.missed


def _verdicts(judged: list[JudgedRepetition], code: str) -> set[Verdict]:
    return {verdict.verdict for one in judged for verdict in one.verdicts if verdict.code == code}
