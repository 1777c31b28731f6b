"""A request id for every request, in the reply and in every line of the log; its span; headers for browsers' safety."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from api import metrics
from telemetry.tracing import begin_span

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'"
# the page to try the API: its own scripts and styles, partly inline, and nothing from elsewhere
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

_log = structlog.get_logger("goodrep.api")


def install(app: Flask) -> None:
    """Give `app` request ids, one log line and one span for each request, counters, and security headers."""

    @app.before_request
    def begin() -> None:
        asked = request.headers.get("X-Request-ID", "")
        # whatever else a client sends would end in our log and in the job's record
        g.request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        g.started_s = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        route = request.url_rule.rule if request.url_rule else ""
        g.span = begin_span(f"{request.method} {route}".strip(), parent=_traceparent(), at_the_door=True)
        if g.span.trace_id:
            structlog.contextvars.bind_contextvars(trace_id=g.span.trace_id)
        metrics.request_begun()

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-ID"] = g.request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        is_page = request.blueprint in ("openapi", "swagger")
        headers.setdefault("Content-Security-Policy", _PAGE_POLICY if is_page else _STRICT_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        metrics.request_ended(response, time.monotonic() - g.started_s)
        _end_span(response)
        # without the query, which names a person
        _log.info(
            "request",
            method=request.method,
            path=_path(),
            status=response.status_code,
            proof=g.caller.proof if "caller" in g else None,
            duration_ms=round(1000 * (time.monotonic() - g.started_s), 1),
        )
        return response


def _path() -> str:
    """The path, in which no person is named."""
    if request.url_rule and "email" in (request.view_args or {}):
        return request.url_rule.rule
    return request.path[:200]


def _traceparent() -> str:
    """Of whoever asks, if he keeps a trace."""
    return request.headers.get("traceparent", "")[:64]


def _end_span(response: Response) -> None:
    span = g.span
    span.note(
        {
            "http.request.method": request.method,
            "http.route": request.url_rule.rule if request.url_rule else "",
            "http.response.status_code": response.status_code,
            "goodrep.request_id": g.request_id,
        }
    )
    if response.status_code >= 500:
        span.failed(g.get("error_code", ""))
    span.end()
