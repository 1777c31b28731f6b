"""Counts and recognises variants of labelled clips: `python -m benchmarks.varied DIR [--quick] [--kind …] [--only …]`.

DIR holds clips and a `labels.json` (see ../shared/videos/README.md). Every clip is mirrored, slowed down, cut inside of
a repetition, joined to others and so on, and some are filmed otherwise and followed anew (poses are kept by the films'
checksums). The truth of every variant is known from the labels or, where a clip is cut, from the turning points
that are found in the whole. Each is judged told and untold, by the product's own path.
"""

import argparse
import json
import multiprocessing
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.varied.grading import NOBODY_TOLD, Case
from benchmarks.varied.kinds import AS_IT_IS
from benchmarks.varied.run import cases_of, follow_all


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="folder with clips and labels.json")
    parser.add_argument("--only", default="", help="only files whose name contains this")
    parser.add_argument("--kind", default="", help="only kinds of variants whose name contains this")
    parser.add_argument("--quick", action="store_true", help="no films: only variants that need no new poses")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    labels = json.loads((options.directory / "labels.json").read_text(encoding="utf-8"))
    labels = [label for label in labels if label.get("decodable", True)]
    chosen = [label for label in labels if options.only in label["file"]]
    for label in chosen:  # first, for the pool's processes may not start others
        follow_all(options.directory, label, kind=options.kind, quick=options.quick)
    work = partial(cases_of, options.directory, labels, kind=options.kind, quick=options.quick)
    cases = []
    print(f"{'what is not right':32s} {'file':24s} {'true':>6s} {'told':>5s} {'untold':>6s}  recognised as")
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for of_one_clip in pool.imap(work, chosen):
            cases += of_one_clip
            _print_misses(of_one_clip)
    _print_kinds(cases)
    varied = [case for case in cases if case.kind != AS_IT_IS]
    print(" ".join(f"{key}={value}" for key, value in _figures(varied).items()))


def _print_misses(cases: Sequence[Case]) -> None:
    for case in cases:
        if not case.right:
            said = f"{case.said} {case.confidence:.2f}" if case.confidence else case.said
            wrong = {"x": case.error, "u": case.untold_error, "m": case.mistaken, "c": case.claims}
            marks = "".join(mark for mark, is_wrong in wrong.items() if is_wrong)
            untold = "-" if case.untold is None else str(case.untold)
            what = f"{case.kind}, {case.exercise}" if case.kind == NOBODY_TOLD else case.kind
            line = f"{what:32s} {case.file:24s} {case.truth:>6s} {case.told:>5d} {untold:>6s}  {marks:3s} {said}"
            print(line.rstrip(), flush=True)


def _print_kinds(cases: Sequence[Case]) -> None:
    print(f"\n{'':32s} clips | told exact, within 1 | untold exact, within 1 | recognised mistaken | of nobody")
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    for kind in (AS_IT_IS, *sorted(set(by_kind) - {AS_IT_IS})):
        one = _figures(by_kind[kind])
        print(
            f"{kind:32s} {one['variants']:>5s} | {one['told_exact']:>10s} {one['told_within_one']:>9s}  | "
            f"{one['untold_exact']:>12s} {one['untold_within_one']:>9s} | "
            f"{one['recognised']:>10s} {one['mistaken']:>8s} | {one['claimed_of_nobody']:>9s}"
        )


def _figures(cases: Sequence[Case]) -> dict[str, str]:
    """The figures of the last line."""
    told, untold = _errors(cases, "error"), _errors(cases, "untold_error")
    asked = [case for case in cases if case.asked]
    return {
        "told_exact": _share(told, 0),
        "told_within_one": _share(told, 1),
        "untold_exact": _share(untold, 0),
        "untold_within_one": _share(untold, 1),
        "recognised": _of(sum(case.recognised for case in asked), len(asked)),
        "mistaken": str(sum(case.mistaken for case in cases)),
        "claimed_of_nobody": str(sum(case.claims for case in cases)),
        "variants": str(len(cases)),
    }


def _errors(cases: Iterable[Case], which: str) -> list[int]:
    return [error for case in cases if (error := getattr(case, which)) is not None]


def _share(errors: Sequence[int], most: int) -> str:
    return _of(sum(error <= most for error in errors), len(errors))


def _of(right: int, of: int) -> str:
    return f"{right / of:.3f}" if of else "-"


if __name__ == "__main__":
    main()
