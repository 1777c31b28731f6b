"""What API and workers both count: how the stores answer."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from storage.errors import StorageBusy, StorageCorrupt, StorageError, StorageFull, StorageRefused, StorageUnavailable
from storage.watch import watch_stores
from telemetry.exposition import OneEachProcess

_STORES = ("objects", "database", "redis")
_KINDS = (StorageUnavailable, StorageBusy, StorageFull, StorageRefused, StorageCorrupt)
_SECONDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0)


class _StoreMetrics:
    def __init__(self) -> None:
        of = CollectorRegistry()
        self.seconds = Histogram(
            "goodrep_storage_seconds",
            "How long the store took to answer, with all attempts",
            ("store", "operation"),
            buckets=_SECONDS,
            registry=of,
        )
        self.errors = Counter(
            "goodrep_storage_errors", "Questions to a store that came to nothing", ("store", "kind"), registry=of
        )
        self.retries = Counter(
            "goodrep_storage_retries", "Attempts at a store that failed and were made again", registry=of
        )
        for store in _STORES:  # a counter must be there before it first counts, or its first step is not seen
            for kind in {each.code for each in _KINDS} if store != "redis" else (StorageUnavailable.code,):
                self.errors.labels(store, kind)


_metrics = OneEachProcess(_StoreMetrics)


class _Counting:
    """A `storage.watch.Watcher`."""

    def answered(self, store: str, operation: str, seconds: float, failed: StorageError | None) -> None:
        if operation:
            _metrics().seconds.labels(store, operation).observe(seconds)
        if failed is not None:
            _metrics().errors.labels(store, failed.code).inc()

    def tried_again(self, failed: StorageError) -> None:  # noqa: ARG002 - there is one kind that is tried again
        count_retry()


def count_stores() -> None:
    """Count in this process, and in those that it forks, how the stores answer."""
    _metrics()
    watch_stores(_Counting())


def count_retry() -> None:
    """An attempt at a store failed and is made again."""
    _metrics().retries.inc()
