"""What becomes of a job that did not come to its end: one table from the error to the verdict."""

import errno
from dataclasses import dataclass
from enum import StrEnum

from analysis.errors import AnalysisCancelled, AnalysisCrashed, AnalysisError
from storage.errors import (
    InvalidKey,
    LeaseLost,
    ObjectNotFound,
    StorageCorrupt,
    StorageFull,
    StorageRefused,
    StorageUnavailable,
)
from worker.lease import JobStopped, StopReason
from worker.room import NoRoom
from worker.signalling.texts import closest, texts

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Verdict(StrEnum):
    """What to do with the job."""

    LEAVE = "leave"
    """It is not ours any more."""
    CANCEL = "cancel"
    FAIL_FOR_GOOD = "fail_for_good"
    """The same request would fail again."""
    FAIL = "fail"
    """It lies with us; asking again makes a new job."""
    TRY_AGAIN = "try_again"
    """It counts as an attempt."""
    BLAME_VIDEO = "blame_video"
    """Likewise, and the second time the video is set aside."""
    GIVE_BACK = "give_back"
    """It does not count as an attempt."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A verdict, with the stable code and the sentence for the owner."""

    verdict: Verdict
    code: str = ""
    message: str = ""


def ending_of(error: BaseException, stop: StopReason | None, *, timeouts: tuple[type[BaseException], ...]) -> Ending:
    """The ending that an error gives a job.

    Args:
        error: What was raised.
        stop: Why the job was told to stop, or None.
        timeouts: What is raised from outside when the job takes too long.
    """
    match error:
        case LeaseLost() | JobStopped(reason=StopReason.LOST):
            return Ending(Verdict.LEAVE)
        case JobStopped():
            return _stopped(error.reason)
        case AnalysisCancelled() if stop:
            return _stopped(stop)
        case AnalysisCancelled():
            return _internal_error()
        case AnalysisCrashed():
            return Ending(Verdict.BLAME_VIDEO, error.code, str(error))
        case AnalysisError():
            return Ending(Verdict.FAIL_FOR_GOOD, error.code, str(error))
        case ObjectNotFound():
            return Ending(Verdict.FAIL_FOR_GOOD, error.code, "The video is not there any more. Please send it again.")
        case InvalidKey():
            return Ending(Verdict.FAIL_FOR_GOOD, error.code, str(error))
        case StorageUnavailable():
            return Ending(Verdict.TRY_AGAIN, error.code, "The place where videos and results lie could not be reached.")
        case StorageRefused() | StorageCorrupt():
            return Ending(
                Verdict.FAIL, error.code, "Something is wrong where videos and results lie: please try again later."
            )
        case StorageFull():
            return _no_room()
        case NoRoom():
            return Ending(Verdict.GIVE_BACK)
        case OSError() if error.errno in _NO_ROOM:
            return _no_room()
        case MemoryError():
            return Ending(Verdict.TRY_AGAIN, "out_of_memory", "The server's memory did not suffice for this video.")
        case _ if isinstance(error, timeouts):
            return _stopped(StopReason.TIMEOUT)
        case _:
            return _internal_error()


def told(ending: Ending, language: str) -> str:
    """The sentence for the owner in the job's language, as a notification says it.

    What lies with us needs no sentence of its own there; else it is the error's own, in English.
    """
    chosen = closest(language)
    if chosen == "en":
        return ending.message
    reasons = texts(chosen)["reasons"]
    lies_with_us = ending.verdict in (Verdict.FAIL, Verdict.TRY_AGAIN)
    return reasons.get(ending.code, reasons["ours"] if lies_with_us else ending.message)


def _stopped(reason: StopReason) -> Ending:
    match reason:
        case StopReason.LOST:
            return Ending(Verdict.LEAVE)
        case StopReason.CANCELLED:
            return Ending(Verdict.CANCEL)
        case StopReason.SHUTDOWN:
            return Ending(Verdict.GIVE_BACK)
        case StopReason.TIMEOUT:
            return Ending(Verdict.FAIL, "took_too_long", "The analysis took longer than a job may. Try a shorter clip.")


def _no_room() -> Ending:
    return Ending(Verdict.TRY_AGAIN, StorageFull.code, "There was no room left on the server's disk.")


def _internal_error() -> Ending:
    return Ending(
        Verdict.FAIL, "internal_error", "Something went wrong on our side. The video may be fine: please try again."
    )
