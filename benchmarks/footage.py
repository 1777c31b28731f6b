"""The clips that are measured: one that the mannequin draws, and others looped from it."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av

from benchmarks.measure import ROOT


def drawn(path: Path, seconds: int = 60) -> Path:
    """A minute of squats as a phone would film them: 1280 x 720, 30 frames a second."""
    picture = ["--width", "1280", "--height", "720", "--fps", "30"]
    command = [sys.executable, "-m", "mannequin", "--exercise", "squat", "--seconds", str(seconds), *picture]
    subprocess.run([*command, "--out", str(path)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


def looped(source: Path, target: Path, seconds: float) -> Path:
    """The clip again and again, copied without encoding, until it lasts about so long."""
    with av.open(str(source)) as first:
        stream = first.streams.video[0]
        assert stream.time_base is not None
        length = Fraction((stream.duration or 0) * stream.time_base)
    with av.open(str(target), "w") as output:
        copy = None
        for number in range(max(1, round(seconds / float(length)))):
            with av.open(str(source)) as again:
                stream = again.streams.video[0]
                assert stream.time_base is not None
                shift = round(number * length / stream.time_base)
                copy = output.add_stream_from_template(stream) if copy is None else copy
                for packet in again.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = copy
                    output.mux(packet)
    return target
