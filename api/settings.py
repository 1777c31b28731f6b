"""The API's settings, from environment variables with the prefix `GOODREP_`."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
        max_event_streams: Of these, at most so many event streams.
        max_legacy_waits: Of these, at most so many waiting requests of the old app.
        legacy_wait_s: Then the old app gets 504; by itself it gives up after 240 s.
        keep_alive_s: Silence after which an event stream says that it is alive.
        client_timeout_s: A client that stalls for so long in the middle of a request is cut off.
        log_level: Least level that is logged.
    """

    model_config = SettingsConfigDict(env_prefix="GOODREP_", frozen=True)

    redis_url: str = "redis://127.0.0.1:6379/0"
    storage_url: str = ""
    volumes: Path = Path("volumes")

    max_video_bytes: PositiveInt = 500_000_000
    max_body_bytes: PositiveInt = 64_000

    http_threads: PositiveInt = 64
    max_event_streams: NonNegativeInt = 24
    max_legacy_waits: NonNegativeInt = 24

    legacy_wait_s: Annotated[float, Field(gt=0, le=235)] = 225.0
    keep_alive_s: PositiveFloat = 10.0
    client_timeout_s: PositiveInt = 30
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _threads_stay_free(self) -> Self:
        if self.max_event_streams + self.max_legacy_waits >= self.http_threads:
            raise ValueError("max_event_streams and max_legacy_waits together must leave some of http_threads free")
        return self

    @property
    def storage(self) -> str:
        """The storage's URL, with the embedded default filled in."""
        return self.storage_url or f"local://{self.volumes.absolute()}/storage"

    @property
    def upload_folder(self) -> Path:
        """Where uploads lie until they are whole."""
        return self.volumes.absolute() / "uploads"
