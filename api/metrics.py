"""What the API counts of its requests; `api/queue_metrics.py` is what is read from Redis when somebody asks."""

from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from telemetry.exposition import OneEachProcess

_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
_SUBMISSIONS = ("analyses.create", "rejudge.rejudge", "legacy.download_and_analyze", "dance.analyze")
"""Endpoints that make jobs."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 240.0)


class _Metrics:
    def __init__(self) -> None:
        of = CollectorRegistry()  # nobody reads it: what counts are the files that all processes share
        self.requests = Counter(
            "goodrep_http_requests", "Requests that were answered", ("method", "route", "status"), registry=of
        )
        self.seconds = Histogram(
            "goodrep_http_request_seconds",
            "From a request to the head of its reply",
            ("method", "route"),
            buckets=_SECONDS,
            registry=of,
        )
        self.in_flight = Gauge(
            "goodrep_http_requests_in_flight",
            "Requests that hold a thread, open event streams included",
            multiprocess_mode="livesum",
            registry=of,
        )
        self.errors = Counter(
            "goodrep_http_errors", "Replies with an error, by its stable code", ("route", "code"), registry=of
        )
        self.submissions = Counter(
            "goodrep_submissions",
            "Requests for an analysis: accepted, known (the same was asked before), or refused with a code",
            ("outcome", "code"),
            registry=of,
        )
        for outcome in ("accepted", "known"):  # a counter must be there before it first counts
            self.submissions.labels(outcome, "")


_metrics = OneEachProcess(_Metrics)


def request_begun() -> None:
    """A request has arrived."""
    _metrics().in_flight.inc()


def request_ended(response: Response, seconds: float) -> None:
    """It is answered in `seconds`; `response` may go on for longer."""
    known = _metrics()
    method = request.method if request.method in _METHODS else "other"
    route = request.url_rule.rule if request.url_rule else "none"
    known.requests.labels(method, route, str(response.status_code)).inc()
    known.seconds.labels(method, route).observe(seconds)
    code = g.get("error_code", "")
    if code:
        known.errors.labels(route, code).inc()
    if submission := g.get("submission"):
        known.submissions.labels(submission, "").inc()
    elif code and request.endpoint in _SUBMISSIONS:
        known.submissions.labels("refused", code).inc()
    response.call_on_close(known.in_flight.dec)
