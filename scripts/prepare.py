"""What `make setup` does once the packages are there: the model, the graphics libraries, a Redis server.

python -m scripts.prepare
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import build_model, face_model, graphics, lean_model
from scripts.redis_server import find_redis

MODELS = Path(__file__).parent.parent / "models"
MODEL = MODELS / "pose_landmarker_full.task"
LEAN_MODEL = MODELS / "pose_landmarker_lean.task"
FACE_MODEL = MODELS / "face_detector.tflite"
LIBRARIES = MODELS / "lib"


def main() -> None:
    """Make what is missing and say where everything is."""
    lacking = [name for name in graphics.missing() if not (LIBRARIES / name).exists()]
    if lacking or not build_model.is_right(MODEL) or not face_model.is_right(FACE_MODEL):
        print("  fetching the networks for poses and faces (35 MB)", flush=True)
        with tempfile.TemporaryDirectory(prefix="goodrep-model-") as folder:
            try:
                wheel = build_model.fetch_wheel(Path(folder))
            except subprocess.CalledProcessError:
                sys.exit("The networks could not be fetched from the package index; see pip's words above.")
            build_model.install(wheel, MODEL)
            face_model.install(wheel, FACE_MODEL)
            if lacking:
                graphics.install(wheel, LIBRARIES)
    if not lean_model.is_right(LEAN_MODEL):
        lean_model.install(MODEL, LEAN_MODEL)
    print(f"  pose model: {MODEL.relative_to(Path.cwd()) if MODEL.is_relative_to(Path.cwd()) else MODEL}")
    absent = graphics.missing()
    if absent:
        print(f"  graphics libraries: own copies of {', '.join(absent)}, which this system lacks")
    print(f"  redis-server: {find_redis()}")


if __name__ == "__main__":
    main()
