"""How many verdicts on labelled clips are answered, and why not the others: `python -m benchmarks.answers DIR`.

DIR holds clips and a `labels.json`, as for `benchmarks.clips`. Each clip is told its exercise; every rule of every
repetition (or hold) is one verdict. A figure of honesty, not of rightness: the clips' labels do not grade them.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.judging.faults import REASONS
from analysis.judging.judge import judge
from analysis.verdicts import Verdict
from benchmarks.clips import exercise_of
from benchmarks.poses import followed

ANSWERS = (str(Verdict.PASS), str(Verdict.FAIL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    parser.add_argument("--rules", action="store_true", help="by rule and view, too")
    options = parser.parse_args()
    verdicts = _verdicts(options.directory)
    kinds = [kind for kind in (*ANSWERS, *REASONS) if any(one[2] == kind for one in verdicts)]
    if options.rules:
        print(f"{'rule':30s} {'view':8s}" + "".join(f"{kind:>20s}" for kind in kinds))
        for code, view in sorted({(code, view) for code, view, _ in verdicts}):
            print(f"{code:30s} {view:8s}" + "".join(f"{verdicts[code, view, kind] or '':>20}" for kind in kinds))
    sums = {kind: sum(number for (_, _, one), number in verdicts.items() if one == kind) for kind in kinds}
    answered = sum(sums.get(kind, 0) for kind in ANSWERS)
    print(f"answered={answered}/{verdicts.total()} " + " ".join(f"{kind}={number}" for kind, number in sums.items()))


def _verdicts(directory: Path) -> Counter[tuple[str, str, str]]:
    """How often each (rule, view, verdict or reason why there is none)."""
    found: Counter[tuple[str, str, str]] = Counter()
    for label in json.loads((directory / "labels.json").read_text(encoding="utf-8")):
        try:
            track, people = followed(directory / label["file"])
        except AnalysisError:
            continue
        for judged in judge(track, exercise_of(label), people=people).efforts:
            found.update((one.code, judged.view, one.reason or str(one.verdict)) for one in judged.verdicts)
    return found


if __name__ == "__main__":
    main()
