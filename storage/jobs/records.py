"""Job records as Redis holds them (hashes of text) to and from plain values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

from storage.jobs.estimates import Run
from storage.redis.times import time_of, time_or_none
from storage.types import AnalysisOptions, Job, JobStatus, NewJob, Priority, Stage

STAGE_SHARES = MappingProxyType(
    {
        Stage.WAITING: (0.0, 0.0),
        Stage.STAGING: (0.0, 0.0),
        Stage.CHECKING: (0.0, 0.0),
        Stage.POSE: (0.0, 0.9),
        Stage.JUDGING: (0.9, 0.9),
        Stage.DRAWING: (0.9, 0.97),
        Stage.PUBLISHING: (0.97, 0.99),
        Stage.DONE: (1.0, 1.0),
    }
)
"""Progress at the start and the end of each stage: nearly all of the time goes into the frames."""

STAGE_SHARES_WITH_VIDEO = MappingProxyType(
    {
        **STAGE_SHARES,
        Stage.POSE: (0.0, 0.55),
        Stage.JUDGING: (0.55, 0.55),
        Stage.DRAWING: (0.55, 0.97),
    }
)
"""Likewise where the job makes a video: every frame is drawn and encoded, too."""


def progress_of(stage: Stage, done: int, total: int, *, video: bool = False) -> float:
    """Progress of the whole job, 0 to 1, when `done` of `total` are done in the stage; `video`: it makes one."""
    start, end = (STAGE_SHARES_WITH_VIDEO if video else STAGE_SHARES)[stage]
    return start + (end - start) * (min(1.0, done / total) if total > 0 else 0.0)


def dedupe_key(new: NewJob) -> str:
    """What makes two requests the same; spelling an exercise `Push Up` or `pushup` makes no difference."""
    exercise = "".join(character for character in new.exercise.casefold() if character.isalnum())
    parts = [new.owner, new.video_key, new.video_fingerprint, exercise, options_text(new.options)]
    parts += [new.rejudge_of] if new.rejudge_of else []  # a rejudge is never taken for an analysis
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def options_text(options: AnalysisOptions) -> str:
    """The options as a hash holds them; equal options give equal text."""
    return json.dumps(asdict(options), sort_keys=True)


def job_from(fields: Mapping[str, str]) -> Job:
    """The job that a hash describes."""
    return Job(
        id=fields["id"],
        owner=fields["owner"],
        video_key=fields["video_key"],
        exercise=fields["exercise"],
        status=JobStatus(fields["status"]),
        stage=Stage(fields["stage"]),
        created_at=time_of(fields["created_us"]),
        updated_at=time_of(fields["updated_us"]),
        progress=float(fields["progress"]),
        frames_done=int(fields["frames_done"]),
        frames_total=int(fields["frames_total"]),
        attempts=int(fields["attempts"]),
        error_code=fields.get("error_code", ""),
        error_message=fields.get("error_message", ""),
        started_at=time_or_none(fields.get("started_us")),
        finished_at=time_or_none(fields.get("finished_us")),
        cancel_requested=fields["cancel_requested"] == "1",
        results_prefix=fields.get("results_prefix", ""),
        result_files=tuple(json.loads(fields.get("result_files", "[]"))),
        worker=fields.get("worker", ""),
        lease_expires_at=time_or_none(fields.get("lease_us")),
        request_id=fields.get("request_id", ""),
        traceparent=fields.get("traceparent", ""),
        options=AnalysisOptions(**json.loads(fields.get("options", "{}"))),
        rejudge_of=fields.get("rejudge_of", ""),
        frames_resumed=int(fields.get("frames_resumed", "0")),
        priority=Priority(fields.get("priority", Priority.NORMAL)),
    )


def run_from(fields: Mapping[str, str], now_us: int) -> Run:
    """How far the running job has come."""
    started_us = int(fields["started_us"])

    def since_start_s(name: str) -> float | None:
        return (int(fields[name]) - started_us) / 1e6 if name in fields else None

    return Run(
        now_s=(now_us - started_us) / 1e6,
        frames_done=int(fields["frames_done"]),
        frames_total=int(fields["frames_total"]),
        frames_resumed=int(fields.get("frames_resumed", "0")),
        pose_began_s=since_start_s("pose_us"),
        last_frame_s=since_start_s("frames_us"),
    )
