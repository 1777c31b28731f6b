"""A short run over every kind of malformed video; the long one is `python -m benchmarks.fuzz`."""

import re

import pytest

from benchmarks.fuzz.__main__ import main
from benchmarks.fuzz.run import COUNT_OF_KINDS, make

URL = "http://127.0.0.1:9"


def test_malformed_videos_do_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--videos", str(2 * COUNT_OF_KINDS), "--seed", "7"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    figures = dict(re.findall(r"(\w+)=(-?\d+)", last))
    assert list(figures) == ["videos", "refused", "analysed", "crashed", "stalled", "grown_mb"]
    assert figures["videos"] == str(2 * COUNT_OF_KINDS)
    assert figures["crashed"] == figures["stalled"] == "0"
    assert int(figures["refused"]) > 10
    assert int(figures["analysed"]) > 10


def test_a_run_can_be_repeated() -> None:
    for number in range(COUNT_OF_KINDS - 1):
        assert make(number, 3, URL) == make(number, 3, URL)
        assert make(number, 3, URL).kind == make(number, 4, URL).kind
