"""What the views work with, made once for each application."""

from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import cast

from flask import current_app

from api.auth import Identify
from api.limits import Limits
from api.links import Links
from api.queue import Queue
from api.readiness import Readiness
from api.settings import Settings
from storage.access import RedisAccess
from storage.base import Jobs, ObjectStore
from storage.jobs.workers import RedisWorkers
from storage.people.data_requests import RedisDataRequests
from storage.people.guests import RedisGuests
from storage.signals.devices import RedisDevices
from storage.signals.notices import RedisNotices
from storage.signals.webhooks import RedisWebhooks


@dataclass(frozen=True, slots=True)
class Services:
    """The doors to everything outside this process.

    Attributes:
        settings: What the operator chose.
        jobs: Job records.
        objects: Videos and results.
        devices: Where a user's messages go.
        webhooks: Who wants to hear of jobs' ends.
        notices: What became of that.
        data_requests: What people ask about their data.
        access: API keys and secrets.
        queue: The way to the workers.
        identify: Tells who sent a request.
        links: Signs addresses of result files.
        guests: Whoever wants nothing kept.
        limits: Counts uploads, new jobs, and those who come in without a login.
        streams: One slot for each event stream that may be open.
        waits: One slot for each request of the old app that may be waiting.
        workers: Who is there to do jobs.
        readiness: Whether Redis and the store answer.
    """

    settings: Settings
    jobs: Jobs
    objects: ObjectStore
    devices: RedisDevices
    webhooks: RedisWebhooks
    notices: RedisNotices
    data_requests: RedisDataRequests
    access: RedisAccess
    queue: Queue
    identify: Identify
    links: Links
    guests: RedisGuests
    limits: Limits
    streams: BoundedSemaphore
    waits: BoundedSemaphore
    workers: RedisWorkers
    readiness: Readiness


def services() -> Services:
    """Those of the application that answers the current request."""
    return cast(Services, current_app.extensions["goodrep"])
