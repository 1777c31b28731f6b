"""Clips for the cases in which the real pose matters."""

import tempfile
from functools import cache
from pathlib import Path

from mannequin import Clip, draw


@cache
def squats(repetitions: int = 6) -> bytes:
    """A small clip of squats, 2 s each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "squats.mp4"
        draw(path, Clip(exercise="squat", repetitions=repetitions, fps=25, width=360, height=480))
        return path.read_bytes()
