"""A receiver of traces by OTLP over HTTP, as an OpenTelemetry collector is one; it keeps every span."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from tests.standins.serving import Handler, serving


@dataclass(frozen=True)
class ReceivedSpan:
    """A span as it came; ids in hex."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: bool
    seconds: float
    attributes: Mapping[str, str]


@dataclass
class Traces:
    """What has come."""

    url: str
    spans: list[ReceivedSpan] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that shall send its spans here, soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}

    def named(self, name: str, trace_id: str = "") -> list[ReceivedSpan]:
        """Spans of that name, of any trace or of one."""
        return [each for each in list(self.spans) if each.name == name and each.trace_id in (trace_id or each.trace_id)]


@contextmanager
def running_traces() -> Iterator[Traces]:
    """The receiver, listening on loopback."""

    class Door(Handler):
        def answer(self) -> None:
            body = self.body()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            traces.spans.extend(_spans(ExportTraceServiceRequest.FromString(body)))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.reply(200, answer, {"Content-Type": "application/x-protobuf"})

    with serving(Door) as url:
        traces = Traces(url)
        yield traces


def _spans(request: ExportTraceServiceRequest) -> Iterator[ReceivedSpan]:
    for of_resource in request.resource_spans:
        resource = {each.key: each.value.string_value for each in of_resource.resource.attributes}
        for scope in of_resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    service=resource["service.name"],
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                    seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
                    attributes={each.key: _text(each.value) for each in span.attributes},
                )


def _text(value: AnyValue) -> str:
    kind = value.WhichOneof("value")
    return str(getattr(value, kind)) if kind else ""
