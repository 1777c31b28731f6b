"""Grades the class-agnostic counter on RepCount-A landmarks: `python -m benchmarks.repcount [DIR]`.

The landmarks are normalised per frame, so only the counter that `unselected` uses can be graded, and without its
smallest way.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.judging.periodicity import repeated_movements
from analysis.judging.two_views import across_views
from analysis.motion.movement import BODY_JOINTS, on_even_grid

DEFAULT_DIR = Path(__file__).resolve().parents[2] / "shared" / "repcount"

ASSUMED_FPS = 30.0
"""The set does not tell its frame rates."""


def count(landmarks: NDArray[np.float32]) -> int:
    """Repetitions in (frames, 33, 3) normalised landmarks; frames of zeros hold nobody."""
    features = landmarks[:, BODY_JOINTS].astype(np.float64).reshape(landmarks.shape[0], -1)
    features[(landmarks == 0).all(axis=(1, 2))] = np.nan
    _, even = on_even_grid(features, np.arange(landmarks.shape[0]) / ASSUMED_FPS)
    return len(across_views(even, repeated_movements(even)).swings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=DEFAULT_DIR)
    directory = parser.parse_args().directory
    labels = json.loads((directory / "labels.json").read_text())
    errors, within_one = [], []
    for label in labels:
        truth = int(label["count"])
        counted = count(np.load(directory / "landmarks" / Path(label["file"]).name)["landmarks"])
        errors.append(abs(counted - truth) / max(truth, 1))
        within_one.append(abs(counted - truth) <= 1)
        mark = "" if within_one[-1] else "x"
        print(f"{label['file']:16s} {label['exercise']:14s} true {truth:3d} counted {counted:3d} {mark}")
    print(f"mae={np.mean(errors):.3f} obo={np.mean(within_one):.3f} videos={len(labels)}")


if __name__ == "__main__":
    main()
