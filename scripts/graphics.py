"""The two graphics libraries that MediaPipe links to, for a machine that lacks them.

MediaPipe 1.x is linked to libEGL.so.1 and libGLESv2.so.2 (Debian: libegl1, libgles2), though the pose landmarker draws
nothing. The wheel that the model comes from carries copies, under names of its own; here they get their usual names
back, in a folder from which `analysis/pose/native.py` loads them before MediaPipe.
"""

import ctypes
import zipfile
from pathlib import Path

NEEDED = ("libEGL.so.1", "libGLESv2.so.2")

_NAMES = {
    b"libGLdispatch-64b28464.so.0.0.0": b"libGLdispatch.so.0",
    b"libEGL-48f73270.so.1.1.0": b"libEGL.so.1",
    b"libGLESv2-ed5eda4f.so.2.1.0": b"libGLESv2.so.2",
}
"""Names in the pinned wheel and the usual ones, which are shorter and so fit into the same place."""


def missing() -> list[str]:
    """Which of the libraries the system does not have."""
    return [name for name in NEEDED if not _loads(name)]


def install(wheel: Path, folder: Path) -> None:
    """Put the wheel's copies into `folder`, each under its usual name, inside the file too."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for wheel_name, usual_name in _NAMES.items():
            library = archive.read(f"mediapipe.libs/{wheel_name.decode()}")
            for old, new in _NAMES.items():
                library = library.replace(old + b"\0", new.ljust(len(old), b"\0") + b"\0")
            (folder / usual_name.decode()).write_bytes(library)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
