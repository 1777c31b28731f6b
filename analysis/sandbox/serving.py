"""The loop of a process that reads videos: commands in, answers out, until the parent is gone.

`python -m <module> FILE_DESCRIPTOR` first receives its `Room`, then pairs of `Allowance` and command.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import cv2

from analysis.errors import AnalysisError, DecoderLimit
from analysis.sandbox.room import allow, enter

_GONE = (EOFError, BrokenPipeError, ConnectionResetError)


def serve(answers: Callable[[Any], Iterator[object]], *, expected: tuple[type[Exception], ...] = ()) -> None:
    """Answer commands until the parent is gone.

    Args:
        answers: Every answer to a command; None is sent after the last.
        expected: Errors, besides those of the analysis, that are an answer too. Any other is the end of the process.
    """
    cv2.setNumThreads(1)
    with suppress(*_GONE), Connection(int(sys.argv[1])) as parent:
        enter(parent.recv())
        while True:
            allowance, command = parent.recv()
            allow(allowance)
            for answer in _answers_or_error(answers(command), (AnalysisError, *expected)):
                parent.send(answer)


def _answers_or_error(answers: Iterator[object], expected: tuple[type[Exception], ...]) -> Iterator[object]:
    try:
        yield from answers
    except _GONE as error:  # of a decoder, to whom a file's end may come as a surprise
        raise RuntimeError("The video ended unexpectedly.") from error
    except MemoryError:
        yield out_of_memory()
    except cv2.error as error:
        if error.code != cv2.Error.StsNoMem:
            raise
        yield out_of_memory()
    except expected as error:
        yield error
    else:
        yield None


def out_of_memory() -> DecoderLimit:
    """What the owner of the video is told."""
    return DecoderLimit(
        "Reading this video takes more memory than any video should. Please export it again, as MP4 with H.264."
    )
