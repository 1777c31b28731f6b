"""A request id for every request, in the reply and in every line of the log; and headers that keep browsers safe."""

import logging
import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'"
# the page to try the API: its own scripts and styles, partly inline, and nothing from elsewhere
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

_log = structlog.get_logger("goodrep.api")


def configure_logging(level: str) -> None:
    """Log JSON lines to stdout, each with what is bound to the current request."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )


def install(app: Flask) -> None:
    """Give `app` request ids, one log line for each request, and security headers."""

    @app.before_request
    def begin() -> None:
        asked = request.headers.get("X-Request-ID", "")
        # whatever else a client sends would end in our log and in the job's record
        g.request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        g.started_s = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-ID"] = g.request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        is_page = request.blueprint in ("openapi", "swagger")
        headers.setdefault("Content-Security-Policy", _PAGE_POLICY if is_page else _STRICT_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        # without the query, which names a person
        _log.info(
            "request",
            method=request.method,
            path=request.path[:200],
            status=response.status_code,
            proof=g.caller.proof if "caller" in g else None,
            duration_ms=round(1000 * (time.monotonic() - g.started_s), 1),
        )
        return response
