"""A door that hangs makes nobody wait for long, and is not asked by more and more threads."""

import threading

from api.readiness import Readiness
from storage.errors import StorageUnavailable


def answers() -> None:
    return


def is_away() -> None:
    raise StorageUnavailable("no")


def test_who_answers() -> None:
    assert Readiness({"one": answers, "two": answers}, answer_s=60).missing() == []
    assert Readiness({"one": answers, "two": is_away}, answer_s=60).missing() == ["two"]


def test_who_hangs_is_asked_once_until_he_answers() -> None:
    may_answer, asked = threading.Event(), []

    def hangs() -> None:
        asked.append(threading.current_thread().name)
        may_answer.wait()

    readiness = Readiness({"one": answers, "two": hangs}, answer_s=0.05)
    assert readiness.missing() == ["two"]
    assert readiness.missing() == ["two"]
    assert len(asked) == 1
    may_answer.set()
    while readiness.missing():
        pass
    assert readiness.missing() == []
