"""Draws the clip on which each worker tries itself out as it starts: `python -m scripts.self_test_clip`.

It is kept in the repository, since the worker's image has no mannequin. What is in it stands in `worker/self_test.py`.
"""

from pathlib import Path

from mannequin import Clip, draw
from worker.self_test import CLIP, EXERCISE, TURNS_S

SMALL = Clip(
    EXERCISE,
    repetitions=len(TURNS_S),
    seconds_per_repetition=1.6,
    rest_s=0.3,
    idle_before_s=0.4,
    idle_after_s=0.4,
    fps=15.0,
    width=240,
    height=320,
)
"""As few and as small pictures as are counted with a margin."""


def main(path: Path = CLIP) -> None:
    """Draw it, and say when the repetitions turn."""
    truth = draw(path, SMALL)
    print(path, [round(each.turn_s, 2) for each in truth.repetitions])


if __name__ == "__main__":
    main()
