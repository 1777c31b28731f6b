"""The API's settings, from environment variables with the prefix `GOODREP_`."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from limits import parse
from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict


def _readable_limit(text: str) -> str:
    parse(text)
    return text


RateLimit = Annotated[str, AfterValidator(_readable_limit)]
"""Such as `20/hour` or `3 per 10 minutes`."""


class Settings(BaseSettings):
    """What an operator may change. The worker reads the same names for what both need.

    A request that waits (an event stream, the old app's door) holds a thread, so both kinds are bounded and the rest of
    the threads stays free for everyone else. The bounds hold for each gunicorn process.

    Attributes:
        redis_url: Where job records and the queue are.
        storage_url: Where videos and results lie; by default the folder `storage` in `volumes`.
        volumes: Folder for everything that is written on this machine.
        max_video_bytes: Larger videos are refused with 413.
        max_body_bytes: Limit of every request body that is not an upload.
        http_threads: Requests that one gunicorn process answers at the same time.
        max_waiting_per_user: A user's jobs that may wait at a time; more are refused with 429.
        max_waiting: Likewise, everybody's.
        limit_uploads: Uploads by one user, or from one address where nobody shows who he is.
        limit_submissions: New jobs of one user, rejudges included.
        min_free_disk_bytes: Room that stays free on the disk; uploads that would hurt it are refused with 507.
        max_event_streams: Of these, at most so many event streams.
        max_legacy_waits: Of these, at most so many waiting requests of the old apps.
        legacy_wait_s: Then an old app gets 504; doThis gives up by itself after 240 s.
        keep_alive_s: Silence after which an event stream says that it is alive.
        client_timeout_s: A client that stalls for so long in the middle of a request is cut off.
        log_level: Least level that is logged.
        production: Refuse to start with anything that lets strangers in.
        identity: `open` asks nobody who they are; `firebase` wants an ID token or an API key.
        firebase_project: Project whose tokens are believed; default: the storage's, or `GOOGLE_CLOUD_PROJECT`.
        firebase_check_revoked: Ask Firebase whether the login was revoked or the user disabled; needs credentials.
        firebase_recheck_s: A token that was checked is believed for so long without asking again.
        firebase_accept_unverified_email: Believe an address that its owner never confirmed.
        clock_skew_s: By so much may Google's clock and ours differ.
        link_lifetime_s: Links to results open for so long.
        open_legacy_door_without_login: Let the old apps in, which cannot log in; by default only where nobody must.
        legacy_limit_per_address: Requests without a login at their doors, from one address.
        legacy_limit_per_user: Likewise, for videos of one user.
        dance_reply: Version of the reply that a dance app gets which asks for none.
        webhooks_to_private_networks: Registered webhooks may lead into private networks, and go without https.
        trusted_proxies: Reverse proxies in front of us, whose `X-Forwarded-For` and `-Proto` are believed.
        redis_answer_s: A Redis that is silent for so long is away.
        metrics_port: Where Prometheus reads `GET /metrics`, apart from the API's own port; 0 for nowhere.
        metrics_address: Of this machine, on which that port listens.
        blur_faces_always: Faces are blurred in every job's pictures and video, whether or not it is asked for.
    """

    model_config = SettingsConfigDict(env_prefix="GOODREP_", env_ignore_empty=True, frozen=True)

    redis_url: str = "redis://127.0.0.1:6379/0"
    storage_url: str = ""
    volumes: Path = Path("volumes")

    max_video_bytes: PositiveInt = 500_000_000
    max_body_bytes: PositiveInt = 64_000

    http_threads: PositiveInt = 64
    max_event_streams: NonNegativeInt = 24
    max_legacy_waits: NonNegativeInt = 24

    max_waiting_per_user: PositiveInt = 200
    max_waiting: PositiveInt = 5_000
    limit_uploads: RateLimit = "600/hour"
    limit_submissions: RateLimit = "600/hour"
    min_free_disk_bytes: NonNegativeInt = 500_000_000

    legacy_wait_s: Annotated[float, Field(gt=0, le=235)] = 225.0
    keep_alive_s: PositiveFloat = 10.0
    client_timeout_s: PositiveInt = 30
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    blur_faces_always: bool = False

    production: bool = False
    identity: Literal["open", "firebase"] = "open"
    firebase_project: str = ""
    firebase_check_revoked: bool = True
    firebase_recheck_s: NonNegativeFloat = 60.0
    firebase_accept_unverified_email: bool = False
    clock_skew_s: Annotated[int, Field(ge=0, le=60)] = 5
    link_lifetime_s: PositiveInt = 3600

    open_legacy_door_without_login: bool | None = None
    legacy_limit_per_address: RateLimit = "60/hour"
    legacy_limit_per_user: RateLimit = "20/hour"
    dance_reply: Annotated[int, Field(ge=1, le=2)] = 2
    webhooks_to_private_networks: bool = False
    trusted_proxies: NonNegativeInt = 0

    redis_answer_s: Annotated[float, Field(ge=1.5)] = 2.0

    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    metrics_address: str = "127.0.0.1"

    @model_validator(mode="after")
    def _threads_stay_free(self) -> Self:
        if self.max_event_streams + self.max_legacy_waits >= self.http_threads:
            raise ValueError("max_event_streams and max_legacy_waits together must leave some of http_threads free")
        return self

    @property
    def legacy_door_is_open(self) -> bool:
        """Whether the old app's door asks for no login."""
        if self.open_legacy_door_without_login is None:
            return self.identity == "open"
        return self.open_legacy_door_without_login

    @property
    def project(self) -> str:
        """Id of the Firebase project, or ""."""
        storage = urlsplit(self.storage_url)
        of_storage = storage.netloc if storage.scheme == "firebase" else ""
        return self.firebase_project or of_storage or os.environ.get("GOOGLE_CLOUD_PROJECT", "")

    @property
    def storage(self) -> str:
        """The storage's URL, with the embedded default filled in."""
        return self.storage_url or f"local://{self.volumes.absolute()}/storage"

    @property
    def upload_folder(self) -> Path:
        """Where uploads lie until they are whole."""
        return self.volumes.absolute() / "uploads"
