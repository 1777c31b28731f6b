"""The worker's view of the analysis: one function, and what it gives back."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from storage.types import AnalysisOptions


class Result(Protocol):
    """What of an analysis is published."""

    @property
    def files(self) -> Sequence[Path]:
        """Result files, in the order of importance, all in the folder that was given."""
        ...

    @property
    def figures(self) -> Sequence[int]:
        """Five whole numbers, 0 to 100: the app's `result1` to `result5`."""
        ...


class Shelf(Protocol):
    """Where half-done work is put by for another attempt: see `analysis.pose.checkpoint.Shelf`."""

    @property
    def every_s(self) -> float:
        """Seconds of work after which another part is worth its place."""
        ...

    def put(self, name: str, part: bytes) -> None:
        """Put a part by; returns at once and never raises."""
        ...

    def parts(self, name: str) -> Sequence[bytes]:
        """What earlier attempts put by under that name, oldest first."""
        ...

    def resumed(self, frames: int) -> None:
        """Be told how many frames need not be looked at again."""
        ...


class Analyse(Protocol):
    """From a video file, or from the landmarks that an analysis kept of one, to result files.

    Raises `AnalysisError`, and `AnalysisCancelled` soon after it is asked to.
    """

    def __call__(
        self,
        path: Path,
        exercise: str,
        out_dir: Path,
        *,
        options: AnalysisOptions,
        professional: Path | None,
        on_progress: Callable[[str, int, int], None],
        cancelled: Callable[[], bool],
        shelf: Shelf,
    ) -> Result:
        """Analyse the video.

        Args:
            path: The video; or a `landmarks.npz`, to be judged again.
            exercise: Name or alias.
            out_dir: Empty folder for the result files.
            options: How it is to be analysed.
            professional: A professional's video of the same exercise, or None.
            on_progress: Told the stage, and how much of how much of it is done; cheap.
            cancelled: Whether to stop; cheap, to be asked for every frame.
            shelf: Where half-done work is put by, and found by another attempt.
        """
        ...
