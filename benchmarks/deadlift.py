"""Judges deadlifts phase by phase against their authors' labels: `python -m benchmarks.deadlift DIR`.

DIR holds clips and a `labels.json` (see ../shared/deadlift/README.md). A clip is bad when any rule fails, good when at
least one was answered and none fails, else it cannot be told. A fault is held against its label only in phases that the
authors labelled.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.verdicts import AnalysisReport, Verdict
from benchmarks.poses import followed

DEADLIFT = find_exercise("deadlift")

RULES: dict[tuple[str, str], tuple[str, ...]] = {
    ("setup", "hips_too_low"): ("deadlift.hips_low",),
    ("setup", "shoulders_behind_bar"): ("deadlift.shoulders_behind",),
    ("ascending", "bar_drifts_away"): ("deadlift.bar_drift",),
    ("lockout", "incomplete_lockout"): ("deadlift.hip_lockout", "deadlift.knee_lockout"),
    ("lockout", "shoulders_behind_bar"): ("deadlift.lean_back",),
}
"""The authors' fault in a phase to our rules that look for it."""

UNSEEN = ("rounded_upper_back", "rounded_lower_back")
"""Faults of the spine, which a pose does not have: they are answered by the declaration's blind spot."""

FAIL, PASS, CANNOT_TELL = "bad", "good", "cannot tell"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    directory = parser.parse_args().directory
    clips: Counter[tuple[str, str]] = Counter()
    faults: Counter[tuple[str, bool, str]] = Counter()
    unseen = whole_lifts = 0
    labels = json.loads((directory / "labels.json").read_text(encoding="utf-8"))
    print(f"{'file':13s} {'label':5s} {'ours':12s} {'lifts':>5s}  our faults; theirs")
    for label in labels:
        report = _judged(directory / label["file"])
        lifts = len(report.repetitions) + len(report.no_repetitions)
        ours = _clip_verdict(report)
        clips[label["label"], ours] += 1
        whole_lifts += lifts > 0
        unseen += sum(fault in UNSEEN for named in label["phases"].values() for fault in named)
        for (phase, fault), codes in RULES.items():
            if phase in label["phases"]:
                faults[f"{phase}: {fault}", fault in label["phases"][phase], _answer(report, codes)] += 1
        print(f"{label['file']:13s} {label['label']:5s} {ours:12s} {lifts:5d}  {_named(report)}; {_theirs(label)}")
    _print_faults(faults)
    _print_figures(clips, faults, unseen, whole_lifts, len(labels))


def _judged(path: Path) -> AnalysisReport:
    track, people = followed(path)
    return judge(track, DEADLIFT, people=people)


def _clip_verdict(report: AnalysisReport) -> str:
    answers = [verdict.verdict for judged in report.repetitions for verdict in judged.verdicts]
    if report.no_repetitions or Verdict.FAIL in answers:
        return FAIL
    return PASS if Verdict.PASS in answers else CANNOT_TELL


def _answer(report: AnalysisReport, codes: Sequence[str]) -> str:
    """What our rules say of a fault in the whole clip: bad where any lift has it, good where none has."""
    said = [one.verdict for judged in report.repetitions for one in judged.verdicts if one.code in codes]
    if Verdict.FAIL in said or any(one.reason in codes for one in report.no_repetitions):
        return FAIL
    return PASS if Verdict.PASS in said else CANNOT_TELL


def _named(report: AnalysisReport) -> str:
    codes = {fault.code for fault in report.faults} | {f"no-rep {one.reason}" for one in report.no_repetitions}
    return ", ".join(sorted(code.replace("deadlift.", "") for code in codes)) or "-"


def _theirs(label: dict[str, Any]) -> str:
    named = [f"{phase} {fault}" for phase, said in label["phases"].items() for fault in said if fault != "correct"]
    return ", ".join(named) or "-"


def _print_faults(faults: Counter[tuple[str, bool, str]]) -> None:
    print(f"\n{'phase: fault':32s} {'theirs':>6s} {'found':>6s} {'missed':>6s} {'untold':>6s} {'invented':>8s}")
    for name in [f"{phase}: {fault}" for phase, fault in RULES]:
        row = [faults[name, True, answer] for answer in (FAIL, PASS, CANNOT_TELL)]
        print(f"{name:32s} {sum(row):6d} {row[0]:6d} {row[1]:6d} {row[2]:6d} {faults[name, False, FAIL]:8d}")


def _print_figures(
    clips: Counter[tuple[str, str]], faults: Counter[tuple[str, bool, str]], unseen: int, whole_lifts: int, total: int
) -> None:
    right = clips["good", PASS] + clips["bad", FAIL]
    wrong = clips["good", FAIL] + clips["bad", PASS]
    answers = {
        answer: sum(number for (_, theirs, ours), number in faults.items() if theirs and ours == answer)
        for answer in (FAIL, PASS, CANNOT_TELL)
    }
    invented = sum(number for (_, theirs, ours), number in faults.items() if not theirs and ours == FAIL)
    print(
        f"clips={total} whole_lifts={whole_lifts} right={right} wrong={wrong} cannot_tell={total - right - wrong} "
        f"faults={sum(answers.values())} found={answers[FAIL]} missed={answers[PASS]} untold={answers[CANNOT_TELL]} "
        f"invented={invented} rounded_back_cannot_tell={unseen}"
    )


if __name__ == "__main__":
    main()
