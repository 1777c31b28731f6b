"""Reading what a process answers that may be in a stranger's hands.

Answers are pickles, and a pickle may name any function to be called. Here it may name the values that answers are made
of, and nothing else: whoever takes over a process that reads videos gets no further than wrong landmarks.
"""

import io
import pickle
from multiprocessing.connection import Connection
from typing import Any

from analysis import errors

# A very long video's index takes a few megabytes.
MAX_BYTES = 64_000_000
_VALUES = frozenset(
    {
        ("analysis.media.orientation", "Orientation"),
        ("analysis.media.video", "VideoFile"),
        ("analysis.types", "VideoInfo"),
        ("analysis.pose.native", "MissingSystemLibrary"),
        ("analysis.faces.detector", "FaceModelMissing"),
        ("fractions", "Fraction"),
        ("pathlib", "PosixPath"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
    }
)


class UnbelievableAnswer(Exception):
    """No answer that any of our processes would give."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _VALUES:
            return super().find_class(module, name)
        kind = getattr(errors, name, None) if module == errors.__name__ else None
        if isinstance(kind, type) and issubclass(kind, errors.AnalysisError):
            return kind
        raise UnbelievableAnswer(f"{module}.{name}")


def receive(connection: Connection) -> Any:
    """The next answer.

    Raises:
        UnbelievableAnswer: The other side is not what it was.
        EOFError, ConnectionResetError: It is gone.
    """
    try:
        data = connection.recv_bytes(MAX_BYTES)
    except EOFError:
        raise
    except OSError as error:
        if isinstance(error, ConnectionError):
            raise
        raise UnbelievableAnswer(str(error)) from error
    try:
        return _Reader(io.BytesIO(data)).load()
    except UnbelievableAnswer:
        raise
    except Exception as error:  # a broken pickle may raise anything
        raise UnbelievableAnswer(repr(error)) from error
