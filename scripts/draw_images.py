"""`make images`: the README's pictures, made from a drawn clip by the analysis itself."""

import shutil
import tempfile
from pathlib import Path

from analysis.pipeline import analyze
from mannequin import Clip, draw

IMAGES = Path(__file__).parent.parent / "docs" / "images"
CLIP = Clip("squat", repetitions=3, turn_deg=(104.0, 68.0, 106.0), width=720, height=960)
NAMES = {"rep_01.jpg": "good.jpg", "rep_02.jpg": "shallow.jpg", "summary.png": "summary.png"}


def main() -> None:
    """Draw, analyse, keep three pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder) / "squat.mp4", CLIP)
        results = Path(folder) / "results"
        analyze(Path(folder) / "squat.mp4", CLIP.exercise, results)
        for name, kept_as in NAMES.items():
            shutil.copyfile(results / name, IMAGES / kept_as)


if __name__ == "__main__":
    main()
