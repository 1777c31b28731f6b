"""`python -m analysis rejudge landmarks.npz --exercise NAME --out DIR`: today's rules on kept landmarks."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from analysis.errors import AnalysisError
from analysis.options import AnalysisOptions
from analysis.rejudging import rejudge
from analysis.summary import print_error, print_results

OK, FAILED = 0, 1


def rejudge_command(arguments: Sequence[str]) -> int:
    """Rejudge as told on the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        chosen = AnalysisOptions(height_m=options.height_m, language=options.language)
        result = rejudge(options.landmarks, options.exercise, options.out, options=chosen)
    except (AnalysisError, OSError) as error:
        print_error(err, error, options.landmarks)
        return FAILED
    print_results(out, result.files[0], options.out, quiet=options.quiet)
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis rejudge", description="Judge the kept landmarks of an analysis by today's rules."
    )
    parser.add_argument("landmarks", metavar="LANDMARKS", type=Path, help="landmarks.npz of an analysis")
    parser.add_argument("--exercise", metavar="NAME", help="name or alias (default: that of the analysis)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder for the results; made if missing"
    )
    parser.add_argument("--language", metavar="CODE", default="en", help="of the sentences (default: en)")
    parser.add_argument("--height-m", metavar="METRES", type=float, help="the person's height, such as 1.72")
    parser.add_argument("--quiet", action="store_true", help="print only where the results lie")
    return parser
