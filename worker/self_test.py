"""Before its first job each worker analyses a small drawn clip whose truth is known, as it would analyse a job's.

So a model, a library or a processor that does not do what it should costs no user's video: such a worker takes no jobs.
"""

import json
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from storage.types import AnalysisOptions
from worker.analyse import Analyse
from worker.staging import locked_folder

CLIP = Path(__file__).parent / "self_test.mp4"
"""Drawn by `scripts/self_test_clip.py`."""
EXERCISE = "squat"
TURNS_S = (1.2, 3.1)
"""When the drawn person turns, seconds from the start."""
_TURN_WITHIN_S = 0.3
"""What the tests of drawn clips allow, and a frame."""
_log = structlog.get_logger("goodrep.worker")


class _NoShelf:
    """Nothing is put by: another attempt begins anew."""

    every_s = math.inf

    def put(self, name: str, part: bytes) -> None:
        """Forget it."""

    def parts(self, name: str) -> Sequence[bytes]:  # noqa: ARG002
        """None."""
        return ()

    def resumed(self, frames: int) -> None:
        """Never more than 0."""


class SelfTestFailed(Exception):
    """The analysis does not do here what it should; a sentence for the operator."""


def self_test(analyse: Analyse, staging_root: Path) -> None:
    """Analyse the clip through the real pipeline, and compare.

    Raises:
        SelfTestFailed: Something else came out than was drawn.
        Exception: Whatever the analysis raises, which should raise nothing.
    """
    began_s = time.monotonic()
    with locked_folder(staging_root, f"self-test.{os.getpid()}") as folder:
        out_dir = folder / "results"
        out_dir.mkdir()
        result = analyse(
            CLIP,
            EXERCISE,
            out_dir,
            options=AnalysisOptions(),
            professional=None,
            on_progress=lambda *_: None,
            cancelled=lambda: False,
            shelf=_NoShelf(),
        )
        missing = [path.name for path in result.files if not path.is_file() or path.stat().st_size == 0]
        if missing:
            raise SelfTestFailed(f"The self-test made no {', '.join(missing)}.")
        _compare(out_dir / "report.json")
    _log.info("self-test passed", seconds=round(time.monotonic() - began_s, 1))


def _compare(report: Path) -> None:
    turns_s = [repetition["turn_s"] for repetition in json.loads(report.read_text())["repetitions"]]
    if len(turns_s) != len(TURNS_S):
        raise SelfTestFailed(f"The self-test's clip shows {len(TURNS_S)} repetitions; {len(turns_s)} were found.")
    if any(abs(found - drawn) > _TURN_WITHIN_S for found, drawn in zip(turns_s, TURNS_S, strict=True)):
        raise SelfTestFailed(f"The self-test's repetitions turn at {TURNS_S} s; found were {turns_s}.")
