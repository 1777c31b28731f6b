"""Traces through OpenTelemetry, where an address for them is set; otherwise we import nothing of it.

A trace goes from the HTTP request through the job's record (`traceparent`, as W3C Trace Context writes it) into the
worker; Celery's messages, which may be sent again or come twice, carry nothing of it.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_ANSWER_S = 5.0
"""What a collector that is away may keep a process that ends."""

_tracer: Any = None
_close: Callable[[], None] = lambda: None  # noqa: E731


def open_tracing(service: str) -> None:
    """Send spans from this process, after its fork, where the environment names an address.

    Args:
        service: Name in traces, unless `OTEL_SERVICE_NAME` says another. Sampling and batches are set by the
            variables of OpenTelemetry's SDK.
    """
    global _tracer, _close
    if not any(os.environ.get(name) for name in ADDRESSES):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or service})
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_ANSWER_S)))
    _tracer, _close = provider.get_tracer("goodrep"), provider.shutdown


def close_tracing() -> None:
    """Send what waits; for processes that end without Python's own farewell."""
    _close()


class Span:
    """A stretch of work in a trace; every call does nothing where no trace is kept."""

    def __init__(self, vendors: Any = None) -> None:
        self._span = vendors

    @property
    def traceparent(self) -> str:
        """What names this span as a parent, for another process; "" without a trace."""
        if self._span is None:
            return ""
        context = self._span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    @property
    def trace_id(self) -> str:
        """32 hex digits, or ""."""
        return self.traceparent[3:35]

    def child(self, name: str) -> "Span":
        """A span inside this one, begun now."""
        if self._span is None:
            return self
        from opentelemetry.trace import set_span_in_context

        return Span(_tracer.start_span(name, context=set_span_in_context(self._span)))

    def note(self, attributes: Mapping[str, str | float | bool]) -> None:
        """Add attributes, named as OpenTelemetry's semantic conventions say, ours with `goodrep.` before."""
        if self._span is not None:
            self._span.set_attributes(attributes)

    def failed(self, why: str) -> None:
        """Mark it as failed."""
        if self._span is not None:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR, why))

    def end(self) -> None:
        """It ends now."""
        if self._span is not None:
            self._span.end()


def begin_span(name: str, *, parent: str = "", at_the_door: bool = False) -> Span:
    """A span begun now.

    Args:
        name: What is done.
        parent: `traceparent` of what asked for it; what cannot be read begins a new trace.
        at_the_door: It answers a request from outside.
    """
    if _tracer is None:
        return Span()
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
    return Span(_tracer.start_span(name, context=context, kind=SpanKind.SERVER if at_the_door else SpanKind.CONSUMER))
