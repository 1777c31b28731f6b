"""Brings notices of jobs' ends to those who want to hear of them.

It runs in threads of the worker's parent process: a Celery task would wait behind hours of videos, and in the process
that does the jobs it would take their time. Every channel has threads of its own, so one that hangs holds up no other;
none of them touches a job. Each attempt is counted in Redis before it is made, so a worker that dies leaves nothing
untold: what it had taken is due again.
"""

import random
import threading
from collections.abc import Callable, Sequence

import structlog

from storage.errors import StorageBusy, StorageError, StorageUnavailable
from storage.signals.channel import Channel, DeliveryState, Notice, Outcome, Taken, Verdict
from storage.signals.notices import Addressee, RedisNotices
from telemetry.tracing import begin_span
from worker.metrics import metrics
from worker.settings import WorkerSettings

LEASE_S = 120.0
"""Then another worker may try what one has taken; above what any attempt lasts."""
_FACTOR = 4.0
_THREADS = {"webhook": 4}
"""More than one where a slow receiver would hold up others."""

_STATE_OF = {
    Verdict.DELIVERED: DeliveryState.DELIVERED,
    Verdict.GONE: DeliveryState.GONE,
    Verdict.REFUSED: DeliveryState.REFUSED,
}
_log = structlog.get_logger("goodrep.worker")


class Signals:
    """The threads, from `start` to `stop`."""

    def __init__(self, notices: RedisNotices, channels: Sequence[Channel], settings: WorkerSettings) -> None:
        self._stop_now = threading.Event()
        self._threads = [self._thread("signals", lambda: address(notices, channels), notices.wait)]
        for channel in channels:
            for _ in range(_THREADS.get(channel.name, 1)):
                self._threads.append(self._channel_thread(notices, channel, settings))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, wait: bool = False) -> None:
        """End after the attempts at hand, for which a worker does not wait: another will make them again."""
        self._stop_now.set()
        for thread in self._threads if wait else ():
            thread.join()

    def _channel_thread(self, notices: RedisNotices, channel: Channel, settings: WorkerSettings) -> threading.Thread:
        return self._thread(
            f"signals-{channel.name}",
            lambda: deliver_one(notices, channel, settings),
            lambda: notices.wait(channel.name),
        )

    def _thread(self, name: str, work: Callable[[], bool], wait: Callable[[], None]) -> threading.Thread:
        return threading.Thread(name=name, target=self._run, args=(work, wait), daemon=True)

    def _run(self, work: Callable[[], bool], wait: Callable[[], None]) -> None:
        """`work` as long as it finds some, whatever goes wrong meanwhile."""
        away = False
        while not self._stop_now.is_set():
            try:
                if not work():
                    wait()
                away = False
            except StorageUnavailable as error:
                if not away:
                    _log.warning("signals wait", error=str(error))
                away = True
                self._stop_now.wait(1.0)
            except Exception:  # noqa: BLE001 - a thread that ends would leave everybody untold
                _log.exception("signals failed")
                self._stop_now.wait(1.0)


def address(notices: RedisNotices, channels: Sequence[Channel]) -> bool:
    """Write a delivery for everybody who is to hear of a new notice; whether there was one.

    Raises:
        StorageUnavailable: Who is to hear of it cannot be known now.
    """
    new = notices.unaddressed()
    for notice in new:
        notices.address(notice, [each for channel in channels for each in _addressees(channel, notice)])
    return bool(new)


def _addressees(channel: Channel, notice: Notice) -> list[Addressee]:
    try:
        return [Addressee(channel.name, target) for target in channel.targets(notice)]
    except StorageUnavailable:
        raise
    except Exception:  # noqa: BLE001 - one channel's fault is not the others'
        _log.exception("a channel does not know whom to tell", channel=channel.name, notice=notice.id)
        return [Addressee(channel.name, "-", failed_because="internal error: it is not known whom to tell")]


def deliver_one(notices: RedisNotices, channel: Channel, settings: WorkerSettings) -> bool:
    """Make one attempt that is due; whether there was one. Raises `StorageUnavailable` for Redis alone."""
    taken = notices.take(channel.name, lease_s=LEASE_S)
    if taken is None:
        return False
    delivery = taken.delivery
    span = begin_span(f"signal {channel.name}", parent=taken.notice.job.traceparent)
    with structlog.contextvars.bound_contextvars(job_id=delivery.job_id, delivery=delivery.id):
        if delivery.attempts > settings.signal_attempts:
            outcome = Outcome(Verdict.TRY_AGAIN, delivery.detail or "cut short on our side each time")
        else:
            with metrics().signal_seconds.labels(channel.name).time():
                outcome = _attempt(channel, taken)
        _settle(notices, taken, outcome, settings)
    span.note({"goodrep.job_id": delivery.job_id, "goodrep.outcome": outcome.verdict.value})
    span.end()
    return True


def _attempt(channel: Channel, taken: Taken) -> Outcome:
    try:
        return channel.deliver(taken.notice, taken.delivery.target)
    except StorageBusy as error:
        return Outcome(Verdict.TRY_AGAIN, str(error), after_s=error.after_s)
    except StorageError as error:
        return Outcome(Verdict.TRY_AGAIN, str(error))
    except Exception:  # noqa: BLE001 - whatever it is, it is not the job's
        _log.exception("a channel failed", channel=channel.name)
        return Outcome(Verdict.TRY_AGAIN, "internal error")


def _settle(notices: RedisNotices, taken: Taken, outcome: Outcome, settings: WorkerSettings) -> None:
    delivery = taken.delivery
    state, delay_s = _STATE_OF.get(outcome.verdict, DeliveryState.WAITING), 0.0
    if outcome.verdict is Verdict.TRY_AGAIN:
        if delivery.attempts >= settings.signal_attempts:
            state = DeliveryState.GIVEN_UP
        delay_s = pause_s(delivery.attempts, settings, at_least_s=outcome.after_s or 0.0)
    if not notices.settle(taken, state, outcome.detail, delay_s=delay_s):
        _log.warning("another worker was quicker, or it was sent again meanwhile", outcome=outcome.verdict.value)
        return
    metrics().signals.labels(delivery.channel, state.value).inc()
    report = _log.info if state in (DeliveryState.DELIVERED, DeliveryState.WAITING) else _log.warning
    report("signal", channel=delivery.channel, target=delivery.target, state=state.value, why=outcome.detail)


def pause_s(attempts: int, settings: WorkerSettings, *, at_least_s: float = 0.0) -> float:
    """Seconds to the next attempt after so many: four times as long each time, half of it drawn at random.

    What the receiver asks for (`Retry-After`) is kept, up to the longest pause.
    """
    most_s = settings.signal_longest_pause_s
    whole_s = min(settings.signal_first_pause_s * _FACTOR ** min(attempts - 1, 50), most_s)
    return max(random.uniform(0.5, 1.0) * whole_s, min(at_least_s, most_s))  # noqa: S311 - no secret
