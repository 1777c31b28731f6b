"""The two graphics libraries that MediaPipe links to and the pose landmarker never draws with."""

import ctypes
from pathlib import Path

_LIBRARIES = ("libEGL.so.1", "libGLESv2.so.2")
# `make setup` puts copies here, with what they need themselves, where the system has none.
COPIES = Path(__file__).parents[2] / "models" / "lib"
_COPIES_IN_ORDER = ("libGLdispatch.so.0", *_LIBRARIES)


class MissingSystemLibrary(RuntimeError):
    """MediaPipe cannot be loaded on this machine; `str(error)` says what to install."""


def preload_graphics_libraries(copies: Path = COPIES) -> None:
    """Load what MediaPipe will ask for by name, from the system or else from `copies`.

    Raises:
        MissingSystemLibrary: Neither place has them.
    """
    if all(_loads(name) for name in _LIBRARIES):
        return
    if not all(_loads(str(copies / name)) for name in _COPIES_IN_ORDER):
        raise MissingSystemLibrary(
            "MediaPipe needs libEGL.so.1 and libGLESv2.so.2: run `make setup` again, "
            "or install the packages libegl1 and libgles2."
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
