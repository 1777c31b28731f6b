"""How an analysis tells how far it is, is stopped, and keeps what the reader should be warned of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from analysis.errors import AnalysisCancelled, AnalysisError
from analysis.verdicts import Remark

Progress = Callable[[str, int, int], None]


class Watch:
    """Tells how far the work is, stops it on demand, and keeps what the reader should be warned of."""

    def __init__(self, on_progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._on_progress, self.cancelled = on_progress or _silent, cancelled or _never
        self.warnings: list[Remark] = []

    def tell(self, stage: str, done: int, total: int) -> None:
        """Raises: AnalysisCancelled."""
        if self.cancelled():
            raise AnalysisCancelled("The analysis was cancelled.")
        self._on_progress(stage, done, total)

    def part(self, stage: str, start: float, end: float) -> Callable[[int, int], None]:
        """Tells the progress of a part of the stage, from one share of it to another, in percent of the stage."""
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            told = max(told, round(100 * (start + (end - start) * done / max(total, 1))))
            self.tell(stage, told, 100)

        return tell

    @contextmanager
    def warn_about_professional(self) -> Iterator[None]:
        """An error within becomes a warning."""
        try:
            yield
        except AnalysisCancelled:
            raise
        except AnalysisError as error:
            self.warnings.append(Remark("professional_unusable", {"problem": (error.code,)}))


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _never() -> bool:
    return False
