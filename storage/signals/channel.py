"""What is told when a job has ended, by which ways, and how that went: the protocol of signals.

A notice is written by Redis in the very step that ends a job (`storage/jobs/scripts/common.lua`). Workers bring it to
every target of every channel; each delivery goes its own way, with its own attempts: `storage/signals/notices.py` keeps
them, `worker/signalling/delivery.py` makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from storage.types import Job


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to a job.

    Attributes:
        id: `<job id>.<n>` for the job's n-th end (a job that is run again ends again). Stays the same however often the
            notice is sent, so a receiver can tell a duplicate.
        event: `analysis.succeeded`, `analysis.failed`, `analysis.cancelled`; or `ping`, which goes to one webhook only.
        job: The job as it was then; of a ping, a specimen.
        created_at: When it happened, UTC.
    """

    id: str
    event: str
    job: Job
    created_at: datetime


class Verdict(StrEnum):
    """What became of one attempt to deliver."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The target is no more; it is not tried again, and the channel has struck it off its list."""
    TRY_AGAIN = "try_again"
    REFUSED = "refused"
    """It will never be taken: trying again changes nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt to deliver.

    Attributes:
        verdict: See `Verdict`.
        detail: A few words for the log of deliveries, such as `HTTP 503`; no secret and nothing that the target wrote.
        after_s: Of `TRY_AGAIN`, seconds before which the target wants to hear nothing; None where it did not say.
    """

    verdict: Verdict
    detail: str = ""
    after_s: float | None = None


class Channel(Protocol):
    """A way by which notices reach people or machines. Threads share one; several workers may use it at once.

    What `deliver` raises counts as `TRY_AGAIN`, with the sentence of a `StorageError` as its detail; so a channel need
    only name what it knows better. A call should be over within 30 seconds; after 120 another worker may try.
    """

    @property
    def name(self) -> str:
        """Stable and short, such as `webhook`; it stands in records and in the log of deliveries."""
        ...

    def targets(self, notice: Notice) -> Sequence[str]:
        """Who is to be told: names that are safe to show in a log (ids, never tokens or secrets). Empty for nobody.

        Asked once for each notice, soon after the job's end. Raises `StorageUnavailable`: then it is asked again.
        """
        ...

    def deliver(self, notice: Notice, target: str) -> Outcome:
        """Tell one target, once. It may have been told before: an answer can be lost on its way."""
        ...


class DeliveryState(StrEnum):
    """How a delivery stands; all but the first are final, until somebody has it sent again."""

    WAITING = "waiting"
    """Not tried yet, or to be tried again."""
    DELIVERED = "delivered"
    GONE = "gone"
    """The target is no more."""
    REFUSED = "refused"
    """It would never have been taken."""
    GIVEN_UP = "given_up"
    """It was tried as often as may be."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one target: a line in the log of deliveries.

    Attributes:
        id: `<notice id>.<channel>.<n>`.
        notice_id: Of the notice.
        job_id: Of the job; "" for a ping.
        event: See `Notice`.
        channel: Name of the channel.
        target: See `Channel.targets`.
        state: See `DeliveryState`.
        attempts: Made since it was written or last sent again.
        detail: How the latest of them went.
        created_at: UTC, likewise the others.
        tried_at: When the latest attempt began, or None.
        next_at: When it is tried next, or None.
    """

    id: str
    notice_id: str
    job_id: str
    event: str
    channel: str
    target: str
    state: DeliveryState
    attempts: int
    detail: str
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return self.state not in (DeliveryState.WAITING, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that the caller, and nobody else, is to try now; `token` tells a caller who was too slow."""

    delivery: Delivery
    notice: Notice
    token: int
