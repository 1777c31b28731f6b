"""Why a job is where it is, and the lever for it: in sentences, from facts that were read before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.jobs.overview import JobRecord
from storage.jobs.workers import Worker, WorkerState
from storage.signals.channel import Delivery
from storage.types import JobStatus, Priority, QueuePlace
from worker.admin.printing import SHORT_ID, duration

_STALLED_AFTER = timedelta(minutes=2)
"""A running job tells its progress several times a second; drawing and publishing may take longer between two."""
_COMMAND = "python -m worker.admin"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides where a job is.

    Attributes:
        record: The job.
        now: By Redis' clock.
        place: Where it stands in the queue, or None.
        seconds_left: Estimate of how long it takes to its end, or None.
        workers: All that were seen lately, dead ones included.
        messages: Messages that wait to wake a worker for a job.
        owners_waiting: Whose jobs of the job's class may begin now, once for each job.
        owners_running: Whose running jobs count for it: all, but for an interactive job only interactive ones.
        deliveries: Who was told of its end.
        max_attempts: Times that a job is begun.
        max_running_per_user: Jobs of one user that run while others wait.
        queued_for_s: After so long without a message another is sent.
    """

    record: JobRecord
    now: datetime
    place: QueuePlace | None
    seconds_left: float | None
    workers: Sequence[Worker]
    messages: int
    owners_waiting: Sequence[str]
    owners_running: Sequence[str]
    deliveries: Sequence[Delivery]
    max_attempts: int
    max_running_per_user: int
    queued_for_s: float


@dataclass(frozen=True, slots=True)
class Lever:
    """A command, and what it does."""

    command: str
    effect: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the job is where it is.

    Attributes:
        because: Stable word for it.
        sentences: For people, the most important first.
        levers: What can be done.
    """

    because: str
    sentences: tuple[str, ...]
    levers: tuple[Lever, ...] = ()


def explain(facts: Facts) -> Explanation:
    """The reason that decides, of all that apply."""
    match facts.record.job.status:
        case JobStatus.QUEUED:
            return _queued(facts)
        case JobStatus.RUNNING:
            return _running(facts)
        case JobStatus.FAILED:
            return _with_signals(_failed(facts), facts)
        case JobStatus.CANCELLED:
            return _with_signals(_cancelled(facts), facts)
        case JobStatus.SUCCEEDED:
            return _with_signals(_succeeded(facts), facts)


def _queued(facts: Facts) -> Explanation:
    return (
        _nobody_takes_jobs(facts)
        or _pausing(facts)
        or _capped(facts)
        or _without_message(facts)
        or _behind_others(facts)
    )


def _nobody_takes_jobs(facts: Facts) -> Explanation | None:
    alive = [worker for worker in facts.workers if worker.alive]
    if any(worker.state.takes_jobs for worker in alive):
        return None
    if not alive:
        gone = [f"{each.id}, last seen {_ago(each.seen_at, facts.now)}" for each in facts.workers if each.seen_at]
        seen = f" Known of the last day: {'; '.join(gone)}." if gone else " None was seen during the last day."
        lever = Lever("docker compose up -d worker", "starts a worker (in Kubernetes: scale the deployment up)")
        return Explanation("no_worker", (f"No worker is alive, so nobody begins it.{seen}",), (lever,))
    sentences = [f"No worker takes jobs: {_states(alive)}."]
    sentences += [f"{each.id} says: {each.detail}" for each in alive if each.detail]
    draining = [each for each in alive if each.state in (WorkerState.DRAINING, WorkerState.DRAINED)]
    undo = [Lever(f"{_COMMAND} drain --undo {each.id}", "lets it take jobs again") for each in draining]
    look = Lever(f"{_COMMAND} workers", "shows what each of them is about")
    return Explanation("workers_take_none", tuple(sentences), (*undo, look))


def _pausing(facts: Facts) -> Explanation | None:
    record = facts.record
    if not record.due_at or record.due_at <= facts.now:
        return None
    left = duration((record.due_at - facts.now).total_seconds())
    attempt = f"Attempt {record.job.attempts} of {facts.max_attempts} was cut short"
    return Explanation(
        "pausing",
        (f"{attempt}{f': {record.reason}' if record.reason else ''}.", f"It may be begun again in {left}."),
        (_cancel(record),),
    )


def _capped(facts: Facts) -> Explanation | None:
    owner, most = facts.record.job.owner, facts.max_running_per_user
    running = facts.owners_running.count(owner)
    others = sum(each != owner and facts.owners_running.count(each) < most for each in facts.owners_waiting)
    if running < most or not others:
        return None
    kind = "interactive " if facts.record.job.priority is Priority.INTERACTIVE else ""
    return Explanation(
        "capped",
        (
            f"{owner} has {_jobs(running, kind)} running, as many as one may have while others wait "
            f"(GOODREP_MAX_RUNNING_PER_USER); {_jobs(others)} of others may go first.",
            *_where(facts),
        ),
        (_more_workers(), _cancel(facts.record)),
    )


def _without_message(facts: Facts) -> Explanation | None:
    due_at = facts.record.due_at or facts.record.job.updated_at
    waited_s = (facts.now - due_at).total_seconds()
    idle = [each for each in facts.workers if each.alive and each.state is WorkerState.READY]
    if facts.messages or not idle or waited_s < facts.queued_for_s:
        return None
    return Explanation(
        "message_lost",
        (
            f"It has waited {duration(waited_s)} while {idle[0].id} has nothing to do: the message that wakes a worker "
            "is lost.",
            f"Workers send another after {facts.queued_for_s:g} s; if this lasts, see their logs for `chores wait`.",
        ),
        (Lever(f"{_COMMAND} doctor", "says whether the queue is whole"),),
    )


def _behind_others(facts: Facts) -> Explanation:
    first = facts.place is None or facts.place.position == 1
    return Explanation("next" if first else "behind_others", _where(facts), (_more_workers(), _cancel(facts.record)))


def _where(facts: Facts) -> tuple[str, ...]:
    """Its place, the workers, the estimate."""
    taking = [each for each in facts.workers if each.alive and each.state.takes_jobs]
    if facts.place is None or facts.place.position == 1:
        place = "It is next: a worker begins it as soon as one is free."
    else:
        before = facts.place.position - 1
        place = f"{before} {'job goes' if before == 1 else 'jobs go'} before it."
    wait_s = facts.place.wait_s if facts.place else None
    estimate = f" It should begin in about {duration(wait_s)}." if wait_s is not None else ""
    priority = f" Its priority is {facts.record.job.priority}." if facts.record.job.priority != "normal" else ""
    return (f"{place}{estimate}{priority}", f"Workers: {_states(taking)}.")


def _running(facts: Facts) -> Explanation:
    job = facts.record.job
    lease_left_s = (job.lease_expires_at - facts.now).total_seconds() if job.lease_expires_at else 0.0
    attempt = f"attempt {job.attempts} of {facts.max_attempts}"
    if lease_left_s <= 0:
        taken = any(each.alive and each.state.takes_jobs for each in facts.workers)
        then = "Another worker takes it over within seconds" if taken else "No worker is there that could take it over"
        return Explanation(
            "worker_silent",
            (
                f"{job.worker} held it ({attempt}) and is silent: its lease ran out {duration(-lease_left_s)} ago.",
                f"{then}; the attempt counts.",
            ),
            (Lever(f"{_COMMAND} workers", "shows who is there"), _cancel(facts.record)),
        )
    frames = f", frame {job.frames_done} of {job.frames_total}" if job.frames_total else ""
    since = duration((facts.now - job.started_at).total_seconds()) if job.started_at else "?"
    holds = f"{job.worker} has worked on it for {since} ({attempt}): {job.stage}, {job.progress:.0%}{frames}."
    lease = f"Its lease holds for another {duration(lease_left_s)} and is renewed all the time."
    if job.cancel_requested:
        return Explanation("cancelling", (f"It was asked to stop, and {job.worker} is about to.", holds, lease))
    silent = facts.now - job.updated_at
    if silent > _STALLED_AFTER:
        stalled = f"But for {duration(silent.total_seconds())} it has told no progress: it may hang."
        again = Lever(
            f"{_COMMAND} cancel {job.id[:SHORT_ID]}", "ends it; a job that hangs on ends by GOODREP_JOB_LIMIT_S"
        )
        return Explanation("stalled", (holds, stalled, lease), (again,))
    left = () if facts.seconds_left is None else (f"It should end in about {duration(facts.seconds_left)}.",)
    return Explanation("running", (holds, lease, *left), (_cancel(facts.record),))


def _failed(facts: Facts) -> Explanation:
    record, job = facts.record, facts.record.job
    told = f"Its owner was told: {job.error_message}"
    reason = (f"The reason: {record.reason}",) if record.reason and record.reason != job.error_message else ()
    retry = Lever(f"{_COMMAND} retry {job.id[:SHORT_ID]}", "puts it back into the queue, with all its attempts")
    if job.error_code == "video_quarantined":
        lift = Lever(f"{_COMMAND} release {job.id[:SHORT_ID]}", "lets the video be sent again")
        sentence = "Its video is set aside, since processes that read it died, or by an operator's hand."
        return Explanation("quarantined", (sentence, *reason, told), (lift, retry))
    if not record.ours:
        sentence = f"It failed with {job.error_code} after {_attempts(job.attempts)}: that lies with the video."
        return Explanation("video_at_fault", (sentence, "The same request would fail again.", *reason, told))
    because = "too_many_attempts" if job.error_code == "too_many_attempts" else "failed_here"
    sentence = (
        f"It failed with {job.error_code} after {_attempts(job.attempts)}: that lies with us, not with the video."
    )
    return Explanation(because, (sentence, *reason, told), (retry,))


def _cancelled(facts: Facts) -> Explanation:
    job = facts.record.job
    how = "before any worker had begun it" if not job.attempts else f"in attempt {job.attempts}, on {job.worker}"
    again = "It can be asked for again; a cancelled job is not retried."
    return Explanation("cancelled", (f"It was cancelled {_ago(job.finished_at, facts.now)}, {how}.", again))


def _succeeded(facts: Facts) -> Explanation:
    job = facts.record.job
    took = duration((job.finished_at - job.started_at).total_seconds()) if job.finished_at and job.started_at else "?"
    ended = f"It succeeded {_ago(job.finished_at, facts.now)} on {job.worker}, in {took} and {_attempts(job.attempts)}."
    return Explanation("succeeded", (ended, f"Files in {job.results_prefix}: {', '.join(job.result_files)}."))


def _with_signals(explained: Explanation, facts: Facts) -> Explanation:
    """And what came of telling its end."""
    dead = [each for each in facts.deliveries if each.failed]
    if not dead:
        return explained
    shown = "; ".join(f"{each.channel} {each.target}: {each.state}, {each.detail}" for each in dead)
    levers = tuple(Lever(f"{_COMMAND} replay {each.id}", "tells it again") for each in dead)
    sentence = f"{len(dead)} of {len(facts.deliveries)} signals of its end came to nothing: {shown}."
    return Explanation(explained.because, (*explained.sentences, sentence), (*explained.levers, *levers))


def _cancel(record: JobRecord) -> Lever:
    return Lever(f"{_COMMAND} cancel {record.job.id[:SHORT_ID]}", "ends it")


def _more_workers() -> Lever:
    return Lever("docker compose up -d --scale worker=N", "lets more jobs run side by side")


def _states(workers: Sequence[Worker]) -> str:
    """Such as `1 busy, 2 draining`."""
    states = [each.state.value for each in workers]
    return ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states)) or "none"


def _jobs(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'job' if count == 1 else 'jobs'}"


def _attempts(count: int) -> str:
    return f"{count} {'attempt' if count == 1 else 'attempts'}"


def _ago(at: datetime | None, now: datetime) -> str:
    return f"{duration((now - at).total_seconds())} ago" if at else "at an unknown time"
