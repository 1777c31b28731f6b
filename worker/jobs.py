"""One job from its claim to its end. No Celery in it."""

import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

import structlog

from analysis.errors import LandmarksGone
from storage import Storage
from storage.base import Jobs
from storage.errors import LeaseLost, ObjectNotFound, StorageError, StorageUnavailable
from storage.jobs.checkpoints import RedisCheckpoints
from storage.keys import LANDMARKS, VideoKey, parse_video_key
from storage.types import AnalysisOptions, Claim, JobStatus, Stage
from worker.analyse import Analyse
from worker.checkpoint import StoredShelf, remove_what_ended_jobs_left
from worker.deaths import AtHand
from worker.failures import Ending, Verdict, ending_of, told
from worker.lease import JobStopped, Lease
from worker.people.take_back import take_back_what_is_erased
from worker.professional import find_professional
from worker.publish import publish_files, record_figures
from worker.room import Room, job_bytes
from worker.settings import WorkerSettings
from worker.staging import staging_folder

_log = structlog.get_logger("goodrep.worker")


class Outcome(StrEnum):
    """How a run of a job went, for the log; the job's record says the rest."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RELEASED = "released"
    """Back in the queue."""
    REFUSED = "refused"
    """There was nothing to do: no job waits that could be begun now."""
    LOST = "lost"
    """Another worker took it, or Redis was away for too long; the job goes on elsewhere."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a job is done with.

    Attributes:
        jobs: Records, leases and events.
        storage: Videos and results.
        checkpoints: Which jobs have one.
        settings: What the operator chose.
        analyse: The analysis.
        at_hand: Where this process says which job it does.
        worker: This worker's id, as in `storage.jobs.workers`.
        room: What is free on the disk where videos are staged.
        stopping: Whether this worker is being stopped.
        timeouts: What is raised from outside when a job takes too long.
    """

    jobs: Jobs
    storage: Storage
    checkpoints: RedisCheckpoints
    settings: WorkerSettings
    analyse: Analyse
    at_hand: AtHand
    worker: str
    room: Room
    stopping: Callable[[], bool] = lambda: False
    timeouts: tuple[type[BaseException], ...] = ()


def run_next(tools: Tools) -> Outcome:
    """Claim the job whose turn it is, stage, check and analyse, publish, record, clean up, signal.

    Safe to call any number of times, by any number of workers.
    """
    claim = _claim(tools)
    if claim is None:
        return Outcome.REFUSED
    job = claim.job
    with (
        structlog.contextvars.bound_contextvars(job_id=job.id, request_id=job.request_id, token=claim.token),
        tools.at_hand.doing(claim),
        Lease(tools.jobs, claim, tools.settings, tools.stopping) as lease,
    ):
        _log.info("job begun", attempt=claim.job.attempts, video=claim.job.video_key, exercise=claim.job.exercise)
        try:
            video = parse_video_key(claim.job.video_key)
            with (
                staging_folder(tools.settings.staging_root, claim) as folder,
                _shelf(video, folder, tools, lease) as shelf,
            ):
                again = claim.job.rejudge_of
                staged = (_stage_landmarks if again else _stage)(video, folder, tools, lease)
                result = tools.analyse(
                    staged.video,
                    claim.job.exercise,
                    staged.out_dir,
                    options=_options(claim, tools.settings),
                    professional=staged.professional,
                    on_progress=lease.report,
                    cancelled=lease.should_stop,
                    shelf=shelf,
                )
                lease.patiently(lambda: tools.checkpoints.note(job.id))
                published = publish_files(result, staged.out_dir, video, tools.storage, lease, for_the_app=not again)
                if not again:  # the old app knows analyses only, and keeps the newest one's figures
                    record_figures(result, video, tools.storage, lease)
            lease.flush()
            lease.patiently(
                lambda: tools.jobs.succeed(claim, results_prefix=published.prefix, result_files=published.names)
            )
        except Exception as error:  # noqa: BLE001 - every error gives the job an ending
            outcome = _end(error, lease, tools)
            if outcome is Outcome.LOST:
                take_back_what_is_erased(claim.job, tools.jobs, tools.storage)
        else:
            outcome = Outcome.SUCCEEDED
            if shelf.empty:
                with suppress(StorageError):
                    tools.checkpoints.forget(job.id)
        _log.info("job left", outcome=outcome.value)
        lease.watch.left(outcome.value)
        remove_what_ended_jobs_left(tools.checkpoints, tools.storage)
        return outcome


def _claim(tools: Tools) -> Claim | None:
    settings = tools.settings
    try:
        claim = tools.jobs.claim_next(
            worker=tools.worker,
            lease_s=settings.lease_s,
            max_attempts=settings.max_attempts,
            most_per_owner=settings.max_running_per_user,
        )
    except StorageUnavailable:
        _log.warning("Redis is away; the job stays in the queue")
        return None
    if claim is None:
        _log.info("nothing to do")
    return claim


def _options(claim: Claim, settings: WorkerSettings) -> AnalysisOptions:
    """As asked for, and what the house has come to insist on since."""
    options = claim.job.options
    return replace(options, blur_faces=options.blur_faces or settings.blur_faces_always)


@dataclass(frozen=True, slots=True)
class _Staged:
    video: Path
    professional: Path | None
    out_dir: Path


def _stage(video: VideoKey, folder: Path, tools: Tools, lease: Lease) -> _Staged:
    lease.report(Stage.STAGING, 0, 0)
    objects = tools.storage.objects
    tools.room.require(job_bytes(lease.patiently(lambda: objects.stat(video.key)).size))
    path = folder / f"video{PurePosixPath(video.key).suffix.lower()}"
    lease.patiently(lambda: objects.download(video.key, path))
    professional = _stage_professional(video, folder, tools, lease)
    out_dir = folder / "results"
    out_dir.mkdir()
    return _Staged(path, professional, out_dir)


def _stage_professional(video: VideoKey, folder: Path, tools: Tools, lease: Lease) -> Path | None:
    exercises = lease.patiently(tools.jobs.exercises)
    objects, told = tools.storage.objects, lease.claim.job.exercise
    key = lease.patiently(lambda: find_professional(video, told, exercises, objects))
    if key is None:
        return None
    path = folder / "professional.mp4"
    try:
        lease.patiently(lambda: objects.download(key, path))
    except ObjectNotFound:  # taken away just now
        return None
    return path


def _stage_landmarks(video: VideoKey, folder: Path, tools: Tools, lease: Lease) -> _Staged:
    """What an earlier job kept of the video, to be judged again; the video itself may be gone."""
    lease.report(Stage.STAGING, 0, 0)
    tools.room.require(job_bytes(0))
    key, path = video.landmarks_of(lease.claim.job.rejudge_of), folder / LANDMARKS
    try:
        lease.patiently(lambda: tools.storage.objects.download(key, path))
    except ObjectNotFound as error:
        raise LandmarksGone("The landmarks of this analysis are not kept any more. Analyse the video again.") from error
    out_dir = folder / "results"
    out_dir.mkdir()
    return _Staged(path, None, out_dir)


def _shelf(video: VideoKey, folder: Path, tools: Tools, lease: Lease) -> StoredShelf:
    every_s = tools.settings.checkpoint_every_s
    return StoredShelf(lease, video, folder, tools.storage, tools.checkpoints, every_s=every_s)


def _end(error: Exception, lease: Lease, tools: Tools) -> Outcome:
    """Write into the job's record what the error makes of it."""
    ending = ending_of(error, lease.reason, timeouts=tools.timeouts)
    _log_ending(error, ending)
    lease.watch.failed(ending.code)
    lease.flush()
    try:
        return lease.until_written(lambda: _write_ending(error, ending, lease.claim, tools))
    except (LeaseLost, JobStopped):
        return Outcome.LOST
    except StorageUnavailable:
        _log.error("Redis stays away; another worker begins the job anew when its lease has run out")
        return Outcome.LOST


def _write_ending(error: Exception, ending: Ending, claim: Claim, tools: Tools) -> Outcome:
    reason = "".join(traceback.format_exception_only(error)).strip()
    settings = tools.settings
    match ending.verdict:
        case Verdict.LEAVE:
            return Outcome.LOST
        case Verdict.CANCEL:
            tools.jobs.cancelled(claim)
            return Outcome.CANCELLED
        case Verdict.FAIL_FOR_GOOD | Verdict.FAIL:
            lasting = ending.verdict is Verdict.FAIL_FOR_GOOD
            message = told(ending, claim.job.options.language)
            tools.jobs.fail(claim, code=ending.code, message=message, lasting=lasting, reason=reason)
            return Outcome.FAILED
        case Verdict.BLAME_VIDEO:
            delay_s = settings.retry_delay_s
            left = tools.jobs.release(claim, delay_s=delay_s, reason=reason, died_of_video=True)
            return Outcome.FAILED if left.status is JobStatus.FAILED else Outcome.RELEASED
        case Verdict.TRY_AGAIN if claim.job.attempts >= settings.max_attempts:
            tried = f"{ending.message} It was tried {claim.job.attempts} times. Please try again later."
            message = told(replace(ending, message=tried), claim.job.options.language)
            tools.jobs.fail(claim, code="too_many_attempts", message=message, lasting=False, reason=reason)
            return Outcome.FAILED
        case Verdict.TRY_AGAIN:
            tools.jobs.release(claim, delay_s=settings.retry_delay_s, message=ending.message, reason=reason)
            return Outcome.RELEASED
        case Verdict.GIVE_BACK:
            tools.jobs.release(claim, counts=False)
            return Outcome.RELEASED


def _log_ending(error: Exception, ending: Ending) -> None:
    if ending.code == "internal_error":
        _log.error("job failed unexpectedly", exc_info=error)
    elif ending.verdict in (Verdict.TRY_AGAIN, Verdict.BLAME_VIDEO):
        _log.warning("attempt failed", code=ending.code, exc_info=error)
    else:
        _log.info("job stopped", verdict=ending.verdict.value, code=ending.code, why=str(error))
