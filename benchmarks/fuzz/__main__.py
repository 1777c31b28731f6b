"""`python -m benchmarks.fuzz --videos 1000 --seed 1`: malformed videos, none of which may do any harm."""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.table import Table

from benchmarks.fuzz.run import COUNT_OF_KINDS, Listener, Malformed, Memory, Outcome, Runner, beside, make
from benchmarks.fuzz.service import ServiceOutcome, through_service

# Until then modules are loaded and caches filled that good videos would fill as well.
_WARM_UP = 4 * COUNT_OF_KINDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print a table and the last line; 0 when nothing crashed, stalled, was left behind or was called."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=140)
    listener, memory = Listener(), Memory()
    outcomes: list[Outcome] = []
    for number in range(options.videos):
        make(number, options.seed, listener.url)  # so that the encoders' memory is not taken for the analysis'
    began_s, warm_bytes = time.monotonic(), memory.own
    with (
        tempfile.TemporaryDirectory(prefix="goodrep-fuzz-") as scratch,
        beside(listener.listen, memory.watch),
        ExitStack() as stack,
    ):
        folder = Path(scratch)
        runners = [stack.enter_context(Runner(folder / f"videos{number}")) for number in range(options.processes)]
        free: SimpleQueue[Runner] = SimpleQueue()
        for runner in runners:
            free.put(runner)

        def run(number: int) -> Outcome:
            video, runner = make(number, options.seed, listener.url), free.get()
            try:
                outcome = runner.run(video)
            finally:
                free.put(runner)
            _keep_what_failed(outcome, video, options.keep)
            return outcome

        for outcome in stack.enter_context(ThreadPoolExecutor(options.processes)).map(run, range(options.videos)):
            outcomes.append(outcome)
            if len(outcomes) == _WARM_UP:
                warm_bytes = memory.own
            if len(outcomes) % 100 == 0:
                print(f"{len(outcomes)} after {time.monotonic() - began_s:.0f} s", file=sys.stderr, flush=True)
        left_over = [path for runner in runners for path in runner.left_over()]
        grown_mb = (memory.own - warm_bytes) / 1e6
        service = None
        if options.through_service:
            # Of every kind as many as of the others.
            step = options.videos // options.through_service // COUNT_OF_KINDS * COUNT_OF_KINDS + 1
            numbers = range(0, options.videos, step)[: options.through_service]
            some = [make(number, options.seed, listener.url) for number in numbers]
            service = through_service(some, folder / "service")
    console.print(_table(outcomes))
    console.print(f"{time.monotonic() - began_s:.0f} s; a reading process had at most {memory.children / 1e6:.0f} MB.")
    harm = [*(f"left behind: {path}" for path in left_over), *_harm_to(service, console)]
    if listener.visitors:
        harm.append(f"{listener.visitors} visitors came to our port")
    for line in harm:
        console.print(line)
    count = Counter(_column(outcome.result) for outcome in outcomes)
    print(
        f"videos={len(outcomes)} refused={count['refused']} analysed={count['analysed']} crashed={count['crashed']} "
        f"stalled={count['stalled']} grown_mb={grown_mb:.0f}"
    )
    return 1 if harm or count["crashed"] or count["stalled"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--videos", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other videos (default: 1)")
    parser.add_argument(
        "--through-service", type=int, default=0, metavar="N", help="so many of them also through API and worker"
    )
    parser.add_argument("--processes", type=int, default=2, help="side by side (default: 2)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep videos that crashed or stalled here")
    return parser


def _keep_what_failed(outcome: Outcome, video: Malformed, folder: Path | None) -> None:
    if outcome.result in ("crashed", "stalled"):
        print(f"{outcome.result}: number {video.number}, {video.kind}", file=sys.stderr, flush=True)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{video.number}-{video.kind}{video.suffix}").write_bytes(video.data)


def _harm_to(service: ServiceOutcome | None, console: Console) -> list[str]:
    if service is None:
        return []
    console.print(f"Through the service: {_counted(service.results)}")
    harm = [f"left in staging: {name}" for name in service.staged]
    harm += [f"a job {result}" for result in service.results if result in ("stalled", "internal_error")]
    if service.workers_before != service.workers_after:
        harm.append("a process of the worker was lost")
    return harm


def _table(outcomes: Sequence[Outcome]) -> Table:
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.kind].append(outcome)
    table = Table("what is wrong", "videos", "refused", "analysed", "crashed", "stalled", "slowest s", "refused as")
    for kind, some in by_kind.items():
        count = Counter(_column(each.result) for each in some)
        columns = (str(count[name]) for name in ("refused", "analysed", "crashed", "stalled"))
        codes = _counted([each.result for each in some if _column(each.result) == "refused"])
        table.add_row(kind, str(len(some)), *columns, f"{max(each.seconds for each in some):.1f}", codes)
    return table


def _column(result: str) -> str:
    """Nobody in the picture is found by going through the whole video, as most of ours are."""
    if result == "nobody_in_picture":
        return "analysed"
    return result if result in ("analysed", "crashed", "stalled") else "refused"


def _counted(results: Sequence[str]) -> str:
    return ", ".join(f"{result} {count}" for result, count in Counter(results).most_common())


if __name__ == "__main__":
    sys.exit(main())
