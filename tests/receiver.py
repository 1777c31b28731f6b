"""A receiver of webhooks: a real HTTP server that keeps what it was sent and answers as it is told.

And the worker's threads that send, without a worker around them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.signals.notices import RedisNotices
from tests.services import free_port
from tests.standins.serving import Handler, serving
from worker.settings import WorkerSettings
from worker.signalling.channels import open_channels
from worker.signalling.delivery import Signals

QUICK: dict[str, Any] = {
    "signal_first_pause_s": 0.1,
    "signal_longest_pause_s": 0.4,
    "webhooks_to_private_networks": True,
}
"""Settings with which a signal is tried again soon, and a receiver on this machine may be reached."""

Reply = tuple[int, dict[str, str]]
"""Status and headers."""


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """What has come, and what to answer: `answers` one after the other, the last of them for ever; or as `answered`."""

    port: int
    answers: list[Reply] = field(default_factory=lambda: [(204, {})])
    answered: Callable[[], Reply] | None = None
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook?for=goodrep"

    @property
    def events(self) -> list[str]:
        """Types of what has come."""
        return [each.document["type"] for each in self.received]

    def next_answer(self) -> Reply:
        """Status and headers."""
        if self.answered:
            return self.answered()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running_receiver(port: int | None = None) -> Iterator[Receiver]:
    """A receiver that listens; nobody does before and after."""
    receiver = Receiver(port or free_port())

    class Door(Handler):
        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, self.body()))
            status, further = receiver.next_answer()
            self.reply(status, headers=further)

    with serving(Door, receiver.port):
        yield receiver


@contextmanager
def running_signals(redis_url: str, volumes: Path, **settings: Any) -> Iterator[None]:
    """Tell of jobs' ends, as a worker with these settings does."""
    chosen = WorkerSettings(redis_url=redis_url, volumes=volumes, **QUICK | settings)
    notices = RedisNotices(redis_url, kept_s=chosen.deliveries_kept_s, kept=chosen.deliveries_kept)
    channels = open_channels(chosen)
    signals = Signals(notices, channels, chosen)
    signals.start()
    try:
        yield
    finally:
        signals.stop()
        for waiting in ("goodrep:wake", *(f"goodrep:wake:{channel.name}" for channel in channels)):
            notices._redis.rpush(waiting, *range(8))  # so that none of them sleeps its second out
        signals.stop(wait=True)
