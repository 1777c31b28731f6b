"""Videos of somebody who squats, a little damaged: these come as far as judging, pictures, faces and film."""

import struct
import tempfile
from functools import cache
from pathlib import Path
from random import Random

from benchmarks.fuzz.boxes import first, full_box, replaced
from benchmarks.fuzz.damaged import Made, flipped, rescaled, retimed, turned
from mannequin import Clip, draw


def damaged_people(random: Random) -> Made:
    """Pictures are damaged, or their times, durations or turns are others than they were."""
    harm = random.choice((_flip_pictures, _flip_pictures, _uneven_times, retimed, rescaled, turned))
    return harm(random, _squat()), ".mp4"


def _flip_pictures(random: Random, data: bytes) -> bytes:
    pictures = first(data, b"mdat")
    assert pictures is not None
    return flipped(random, data, range(pictures.payload + 2000, pictures.end))


def _uneven_times(random: Random, data: bytes) -> bytes:
    """Some pictures follow one another at once and some after long."""
    entries = [(random.randint(1, 9), random.choice((1, 2, 500, 1024, 50_000))) for _ in range(60)]
    table = b"".join(struct.pack(">II", *entry) for entry in entries)
    return replaced(data, b"stts", full_box(b"stts", struct.pack(">I", len(entries)) + table))


@cache
def _squat() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "squat.mp4"
        draw(path, Clip(repetitions=1, width=180, height=240, fps=12))
        return path.read_bytes()
