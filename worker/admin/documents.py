"""The JSON shapes of jobs and deliveries, the same in every command."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from storage.jobs.overview import JobRecord
from storage.signals.channel import Delivery

_JOB = (
    "id",
    "owner",
    "video_key",
    "exercise",
    "options",
    "priority",
    "rejudge_of",
    "request_id",
    "traceparent",
    "status",
    "stage",
    "progress",
    "frames_done",
    "frames_total",
    "frames_resumed",
    "attempts",
    "error_code",
    "error_message",
    "cancel_requested",
    "results_prefix",
    "result_files",
    "worker",
    "lease_expires_at",
    "created_at",
    "started_at",
    "finished_at",
    "updated_at",
)
_DELIVERY = (
    "id",
    "job_id",
    "event",
    "channel",
    "target",
    "state",
    "attempts",
    "created_at",
    "tried_at",
    "next_at",
    "detail",
)


def job_document(record: JobRecord, now: datetime) -> Mapping[str, Any]:
    """Everything that the record says; times in ISO 8601, UTC."""
    fields = asdict(record.job)
    lease_ends = record.job.lease_expires_at
    return {
        **{name: fields[name] for name in _JOB},
        "ours": record.ours,
        "reason": record.reason,
        "due_at": record.due_at,
        "lease_left_s": round((lease_ends - now).total_seconds(), 3) if lease_ends else None,
    }


def delivery_document(delivery: Delivery) -> Mapping[str, Any]:
    """A line in the log of deliveries."""
    fields = asdict(delivery)
    return {name: fields[name] for name in _DELIVERY}
