"""A drawn clip and its analysis, once for all tests that look at them."""

from pathlib import Path

import pytest

from mannequin import Clip, draw
from tests.unit.analysis.analysed_clip import Analysed, analysed


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "squat.mp4"
    # seen from the left: from the right the face detector, which blurs rather too much, takes a bent knee for a face
    draw(path, Clip(repetitions=2, seconds_per_repetition=1.6, fps=20.0, faces="left"))
    return path


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "standing.mp4"
    draw(path, Clip(repetitions=0, fps=20.0))
    return path


@pytest.fixture(scope="session")
def alone(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    return analysed(clip, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="session")
def compared(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    return analysed(clip, tmp_path_factory.mktemp("compared"), professional=clip)
