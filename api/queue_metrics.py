"""The whole service's figures for Prometheus, read from Redis when they are asked for.

Every API gives the same numbers: where several run, take the maximum, not the sum.
"""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.errors import StorageUnavailable
from storage.figures import Ended, Figures, RedisFigures

FAILURES_OF_OURS = (
    "internal_error",
    "too_many_attempts",
    "took_too_long",
    "storage_failed",
    "storage_refused",
    "storage_corrupt",
)
"""Codes of failures that lie with us: a counter must be there before it first counts, or its first step is not seen."""
_NEVER_YET = (
    Ended("succeeded"),
    Ended("cancelled"),
    Ended("failed", "video", "video_quarantined"),
    *(Ended("failed", "us", code) for code in FAILURES_OF_OURS),
)


class ServiceCollector(Collector):
    """Asks Redis at every scrape; while Redis is away there is `goodrep_redis_up 0` and nothing else."""

    def __init__(self, figures: RedisFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        try:
            figures = self._figures.read()
        except StorageUnavailable:
            yield _gauge("goodrep_redis_up", "Whether Redis answers", 0)
            return
        yield _gauge("goodrep_redis_up", "Whether Redis answers", 1)
        yield from _queue(figures)
        yield from _telling(figures)
        yield from _totals(figures)


def _queue(now: Figures) -> Iterator[Metric]:
    yield _gauges("goodrep_queue_jobs", "Jobs that wait", "priority", now.queued)
    yield _gauge(
        "goodrep_queue_oldest_seconds", "Since when the longest waiting job could have been begun", now.oldest_queued_s
    )
    yield _gauge("goodrep_queue_messages", "Celery's messages that wait for a worker", now.messages)
    yield _gauge("goodrep_jobs_running", "Jobs that a worker holds", now.running)
    yield _gauge("goodrep_jobs_past_lease", "Running jobs whose worker has been silent for too long", now.past_lease)
    yield _gauge("goodrep_jobs_given_up", "Failures that lie with us, not run again yet", now.given_up)
    yield _gauge("goodrep_videos_quarantined", "Videos that are set aside", now.quarantined)
    yield _gauge("goodrep_data_requests_open", "Erasures and exports that are open", now.data_requests)
    yield _gauges("goodrep_workers", "Workers that were seen just now", "state", now.workers)
    yield _gauge("goodrep_redis_memory_bytes", "What Redis uses", now.memory_bytes)
    yield _gauge("goodrep_redis_memory_limit_bytes", "What Redis may use; 0 for no limit", now.memory_limit_bytes)


def _telling(now: Figures) -> Iterator[Metric]:
    yield _gauge("goodrep_notices_waiting", "Ends of jobs that nobody has begun to tell", now.notices)
    yield _gauge("goodrep_notices_oldest_seconds", "Age of the oldest of them", now.oldest_notice_s)
    yield _gauges("goodrep_deliveries_due", "Signals that should be tried by now", "channel", now.deliveries_due)
    yield _gauge("goodrep_deliveries_dead", "Signals that came to nothing", now.deliveries_dead)


def _totals(now: Figures) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "goodrep_jobs_ended",
        "Jobs that have ended, and with whom a failure lies",
        labels=("status", "lies_with", "code"),
    )
    for way, times in {**dict.fromkeys(_NEVER_YET, 0), **now.ended}.items():
        ended.add_metric((way.status, way.lies_with, way.code), times)
    yield ended
    begun = CounterMetricFamily("goodrep_jobs_begun", "Attempts at jobs", labels=("attempt",))
    for which, times in now.begun.items():
        begun.add_metric((which,), times)
    yield begun
    yield CounterMetricFamily(
        "goodrep_lease_expiries", "Jobs taken over from a worker that was silent for too long", now.lease_expiries
    )


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value)


def _gauges(name: str, what: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=(label,))
    for each, value in values.items():
        family.add_metric((each,), value)
    return family
