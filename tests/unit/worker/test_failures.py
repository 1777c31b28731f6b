"""Each error gives a job its ending."""

import errno

import pytest

from analysis.errors import AnalysisCancelled, AnalysisCrashed, NobodyInPicture, UnknownExercise
from storage.errors import InvalidKey, LeaseLost, ObjectNotFound, StorageFull, StorageUnavailable
from worker.failures import Ending, Verdict, ending_of, told
from worker.lease import JobStopped, StopReason
from worker.signalling.texts import texts


class TimeIsUp(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "stop", "verdict", "code"),
    [
        (NobodyInPicture("Nobody."), None, Verdict.FAIL_FOR_GOOD, "nobody_in_picture"),
        (UnknownExercise("What?"), None, Verdict.FAIL_FOR_GOOD, "unknown_exercise"),
        (ObjectNotFound("Gone."), None, Verdict.FAIL_FOR_GOOD, "video_not_found"),
        (InvalidKey("Bad."), None, Verdict.FAIL_FOR_GOOD, "invalid_path"),
        (AnalysisCancelled(""), StopReason.CANCELLED, Verdict.CANCEL, ""),
        (AnalysisCancelled(""), StopReason.LOST, Verdict.LEAVE, ""),
        (AnalysisCancelled(""), StopReason.SHUTDOWN, Verdict.GIVE_BACK, ""),
        (AnalysisCancelled(""), StopReason.TIMEOUT, Verdict.FAIL, "took_too_long"),
        (AnalysisCancelled(""), None, Verdict.FAIL, "internal_error"),
        (JobStopped(StopReason.CANCELLED), StopReason.CANCELLED, Verdict.CANCEL, ""),
        (JobStopped(StopReason.LOST), None, Verdict.LEAVE, ""),
        (LeaseLost(""), None, Verdict.LEAVE, ""),
        (TimeIsUp(), None, Verdict.FAIL, "took_too_long"),
        (StorageUnavailable(""), None, Verdict.TRY_AGAIN, "storage_unavailable"),
        (StorageFull(""), None, Verdict.TRY_AGAIN, "storage_full"),
        (OSError(errno.ENOSPC, "full"), None, Verdict.TRY_AGAIN, "storage_full"),
        (MemoryError(), None, Verdict.TRY_AGAIN, "out_of_memory"),
        (AnalysisCrashed("Crashed."), None, Verdict.BLAME_VIDEO, "analysis_crashed"),
        (OSError(errno.EIO, "odd"), None, Verdict.FAIL, "internal_error"),
        (KeyError("secret"), None, Verdict.FAIL, "internal_error"),
    ],
)
def test_endings(error: Exception, stop: StopReason | None, verdict: Verdict, code: str) -> None:
    ending = ending_of(error, stop, timeouts=(TimeIsUp,))
    assert (ending.verdict, ending.code) == (verdict, code)
    assert "secret" not in ending.message
    assert bool(ending.message) == bool(code)


def test_the_owner_is_told_in_the_language_of_the_job() -> None:
    nobody = Ending(Verdict.FAIL_FOR_GOOD, "nobody_in_picture", "No person was found in this video.")
    assert told(nobody, "ko-KR") == texts("ko")["reasons"]["nobody_in_picture"]
    assert told(nobody, "en") == told(nobody, "fr") == nobody.message
    unheard_of = Ending(Verdict.FAIL_FOR_GOOD, "unheard_of", "The video is odd.")
    assert told(unheard_of, "de") == unheard_of.message
    for verdict in (Verdict.FAIL, Verdict.TRY_AGAIN):
        ours = Ending(verdict, "unheard_of", "Something went wrong.")
        assert told(ours, "de") == texts("de")["reasons"]["ours"]
        assert told(ours, "en") == ours.message
