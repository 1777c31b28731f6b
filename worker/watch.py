"""What is told of one attempt at a job while it goes on: to Prometheus, and into the trace of the request behind it."""

import time

import structlog

from storage.types import Claim, Stage
from telemetry.tracing import Span, begin_span
from worker.metrics import metrics


class JobWatch:
    """Watches an attempt from its claim to its end; it only counts and notes, and changes nothing of the job."""

    def __init__(self, claim: Claim) -> None:
        job = claim.job
        self._began_s = self._stage_began_s = time.monotonic()
        self._stage: Stage | None = None
        self._frames = self._resumed = 0
        self._code = ""
        self._span = begin_span("job", parent=job.traceparent)
        self._span.note(
            {
                "goodrep.job_id": job.id,
                "goodrep.request_id": job.request_id,
                "goodrep.exercise": job.exercise,
                "goodrep.attempt": job.attempts,
                "goodrep.worker": claim.worker,
            }
        )
        if self._span.trace_id:
            structlog.contextvars.bind_contextvars(trace_id=self._span.trace_id)
        self._stage_span = Span()
        if job.attempts == 1 and job.started_at:
            waited_s = (job.started_at - job.created_at).total_seconds()
            metrics().wait_seconds.labels(job.priority.value).observe(waited_s)

    def stage(self, stage: Stage, done: int) -> None:
        """The job is in this stage, and so much of it is done."""
        if stage is not self._stage:
            self._end_stage()
            self._stage = stage
            self._stage_span = self._span.child(stage.value)
        if stage is Stage.POSE:
            self._frames = max(self._frames, done)

    def resumed(self, frames: int) -> None:
        """So many more frames are known from an attempt before this one."""
        if not self._resumed:
            metrics().resumed.inc()
        metrics().frames_resumed.inc(frames)
        self._resumed += frames

    def failed(self, code: str) -> None:
        """The attempt ends before its time; `code` says why, or is "" where nothing went wrong."""
        self._code = code
        for span in (self._stage_span, self._span) if code else ():
            span.failed(code)

    def left(self, outcome: str) -> None:
        """The attempt has ended."""
        self._end_stage()
        metrics().attempts.labels(outcome, self._code).inc()
        metrics().attempt_seconds.labels(outcome).observe(time.monotonic() - self._began_s)
        self._span.note({"goodrep.outcome": outcome, "goodrep.code": self._code})
        self._span.end()
        structlog.contextvars.unbind_contextvars("trace_id")

    def _end_stage(self) -> None:
        now_s = time.monotonic()
        took_s, self._stage_began_s = now_s - self._stage_began_s, now_s
        if self._stage is None:
            return
        metrics().stage_seconds.labels(self._stage.value).observe(took_s)
        if self._stage is Stage.POSE:
            self._count_frames(took_s)
        self._stage_span.end()
        self._stage = None

    def _count_frames(self, took_s: float) -> None:
        found = self._frames - self._resumed
        if found > 0:
            self._stage_span.note({"goodrep.frames": found})
            metrics().frames.inc(found)
            metrics().frames_per_second.observe(found / took_s if took_s else 0.0)
