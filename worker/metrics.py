"""What workers count; every process for itself, all of them served by the parent. Names and labels: docs/operate.md."""

from collections.abc import Iterator

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.figures import CHANNELS
from storage.signals.channel import DeliveryState
from telemetry.disks import DiskCollector
from telemetry.exposition import OneEachProcess, serve_counters
from worker.settings import WorkerSettings

_STAGE_SECONDS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
_WAIT_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 14_400.0)
_SIGNAL_SECONDS = (0.05, 0.2, 1.0, 5.0, 30.0)
_FRAMES_PER_SECOND = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 150.0)


class WorkerMetrics:
    """The counters; `worker.watch` counts a job's."""

    def __init__(self) -> None:
        of = CollectorRegistry()  # nobody reads it: what counts are the files that all processes share
        self.attempts = Counter(
            "goodrep_attempts",
            "Attempts at jobs, by how they went and, of those that failed, why",
            ("outcome", "code"),
            registry=of,
        )
        self.attempt_seconds = Histogram(
            "goodrep_attempt_seconds",
            "From the claim of a job to its leaving",
            ("outcome",),
            buckets=_STAGE_SECONDS,
            registry=of,
        )
        self.wait_seconds = Histogram(
            "goodrep_queue_wait_seconds",
            "From acceptance to the first claim",
            ("priority",),
            buckets=_WAIT_SECONDS,
            registry=of,
        )
        self.stage_seconds = Histogram(
            "goodrep_stage_seconds", "Time spent in each stage", ("stage",), buckets=_STAGE_SECONDS, registry=of
        )
        self.frames = Counter("goodrep_pose_frames", "Frames whose pose was found", registry=of)
        self.frames_per_second = Histogram(
            "goodrep_pose_frames_per_second",
            "Of each job, while its poses were found",
            buckets=_FRAMES_PER_SECOND,
            registry=of,
        )
        self.resumed = Counter("goodrep_attempts_resumed", "Attempts that went on from a checkpoint", registry=of)
        self.frames_resumed = Counter("goodrep_pose_frames_resumed", "Frames they need not look at again", registry=of)
        self.deaths = Counter("goodrep_child_deaths", "Processes that died while they did a job", registry=of)
        self.resent = Counter("goodrep_messages_resent", "Messages that were lost and sent again", registry=of)
        self.signals = Counter(
            "goodrep_signals",
            "Attempts to tell of a job's end, by what they led to",
            ("channel", "outcome"),
            registry=of,
        )
        self.signal_seconds = Histogram(
            "goodrep_signal_seconds", "Of each such attempt", ("channel",), buckets=_SIGNAL_SECONDS, registry=of
        )
        for channel in CHANNELS:  # a counter must be there before it first counts, or its first step is not seen
            for state in DeliveryState:
                self.signals.labels(channel, state.value)
        for outcome in ("succeeded", "failed", "released", "lost"):
            self.attempts.labels(outcome, "")


metrics = OneEachProcess(WorkerMetrics)


class _MemoryCollector(Collector):
    """What the worker's processes hold, those of the analysis included."""

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        held = 0
        parent = psutil.Process()
        for process in (parent, *parent.children(recursive=True)):
            try:
                held += process.memory_info().rss
            except psutil.Error:  # it has ended
                continue
        yield GaugeMetricFamily("goodrep_worker_resident_bytes", "Memory of this worker's processes", held)


def serve_metrics(settings: WorkerSettings) -> None:
    """From a thread of the parent, where a port is set."""
    if settings.worker_metrics_port:
        collectors = [DiskCollector({"staging": settings.staging_root}), _MemoryCollector()]
        serve_counters(settings.worker_metrics_port, settings.metrics_address, collectors)
