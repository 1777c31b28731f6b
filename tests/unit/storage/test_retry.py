"""What is tried again, and until when. No clock is watched: deadlines are nothing or far away."""

import pytest

from storage.errors import ObjectNotFound, StorageError, StorageRefused, StorageUnavailable
from storage.firebase.retry import Attempts, Patience, patiently

QUICK = Patience(deadline_s=1000, first_pause_s=0, longest_pause_s=0)
NONE = Patience(deadline_s=0, first_pause_s=0, longest_pause_s=0)


class Call:
    """Fails as often as there are errors."""

    def __init__(self, *errors: StorageError) -> None:
        self.errors = list(errors)
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_what_may_pass_is_tried_until_it_goes() -> None:
    call = Call(*(StorageUnavailable("away") for _ in range(20)))
    assert patiently(call, QUICK) == "done"
    assert call.times == 21


@pytest.mark.parametrize("error", [ObjectNotFound("no"), StorageRefused("no"), StorageError("no")])
def test_what_does_not_pass_is_tried_once(error: StorageError) -> None:
    call = Call(StorageUnavailable("away"), error)
    with pytest.raises(type(error)) as caught:
        patiently(call, QUICK)
    assert caught.value is error
    assert call.times == 2


def test_after_the_deadline_the_last_error_is_said() -> None:
    last = StorageUnavailable("away")
    call = Call(last, StorageUnavailable("never met"))
    with pytest.raises(StorageUnavailable) as caught:
        patiently(call, NONE)
    assert caught.value is last
    assert call.times == 1


def test_going_forward_begins_the_deadline_anew() -> None:
    attempts = Attempts(Patience(deadline_s=0.2, first_pause_s=0.15, longest_pause_s=0.15))
    for _ in range(5):  # longer, all together, than the deadline
        attempts.went_forward()
        attempts.failed(StorageUnavailable("away"))
