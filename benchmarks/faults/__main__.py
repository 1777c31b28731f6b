"""`python -m benchmarks.faults`: every fault, or those named, then a storm; a table, and figures in the last line."""

import argparse
import sys
import time

from rich.console import Console
from rich.table import Table

from benchmarks.faults.case import Case
from benchmarks.faults.catalogue import CASES
from benchmarks.faults.house import house
from benchmarks.faults.invariants import Findings, examine
from benchmarks.faults.storm import storm_of


def main(arguments: list[str] | None = None) -> int:
    """0 where everything was survived."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of cases; all if none")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--jobs", type=int, default=200, help="of the storm")
    parser.add_argument("--seed", type=int, default=5, help="of the storm")
    options = parser.parse_args(arguments)
    cases = [*CASES, storm_of(options.jobs, options.seed)]
    if options.names:
        cases = [case for case in cases if any(name in case.name for name in options.names)]
    console = Console(width=132)
    if options.list:
        for case in cases:
            console.print(case.name)
        return 0
    return _run(cases, console)


def _run(cases: list[Case], console: Console) -> int:
    table = Table("fault", "jobs", "ended", "attempts", "resumed", "seconds", "", title="Faults")
    all_found: list[Findings] = []
    for case in cases:
        if reason := case.skip():
            table.add_row(case.name, "", "", "", "", "", f"skipped: {reason}")
            continue
        began_s = time.monotonic()
        found = run(case)
        all_found.append(found)
        seconds = time.monotonic() - began_s
        ended = ", ".join(f"{count} {how}" for how, count in found.ended.most_common())
        verdict = "survived" if found.survived else "NOT survived"
        row = (case.name, str(found.jobs), ended, str(found.attempts), str(found.resumed), f"{seconds:.0f}", verdict)
        table.add_row(*row)
        console.print(" | ".join(row))
        if found.notes:
            console.print(f"    {found.notes}")
        for problem in found.problems:
            console.print(f"    {problem}", markup=False)
    console.print(table)
    survived = sum(found.survived for found in all_found)
    jobs, lost, doubled = (sum(getattr(found, name) for found in all_found) for name in ("jobs", "lost", "doubled"))
    print(f"faults={len(all_found)} survived={survived} jobs={jobs} lost={lost} doubled={doubled}")
    return 0 if survived == len(all_found) else 1


def run(case: Case) -> Findings:
    """Bring the fault about in a house of its own, and look at what is left."""
    with house(case.worker_app, disk_mb=case.disk_mb, **case.settings) as made:
        try:
            case.bring_about(made)
        except (AssertionError, TimeoutError) as error:
            found = examine(made, within_s=1, may_fail=case.may_fail)
            found.problems.insert(0, f"{error}\n{made.logs()}")
            return found
        return examine(made, within_s=case.within_s, may_fail=case.may_fail)


if __name__ == "__main__":
    sys.exit(main())
