"""The worker's settings, from environment variables with the prefix `GOODREP_`."""

import base64
import binascii
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from storage.jobs.queue import LONGEST_PAUSE_S
from storage.redis.broker import JOB_LIMIT_S
from storage.signals.webhook_urls import BadWebhookUrl, check_url
from storage.signals.webhooks import SECRET_PREFIX
from worker.people.keep import Keep

_LEAST_SECRET_BYTES = 16


class WorkerSettings(Keep):
    """What an operator may change. The API reads the same names for what both need."""

    model_config = SettingsConfigDict(env_prefix="GOODREP_", frozen=True, hide_input_in_errors=True)

    redis_url: str = Field(default="redis://127.0.0.1:6379/0", description="Job records and the queue")
    storage_url: str = Field(default="", description="Where videos and results lie; by default a folder in `volumes`")
    production: bool = Field(
        default=False, description="Refuse to start where an emulator is set or credentials are missing"
    )
    volumes: Path = Field(default=Path("volumes"), description="Folder for everything that is written on this machine")

    max_video_s: float = Field(default=600.0, gt=0, description="Longer videos are refused")
    max_video_bytes: int = Field(default=500_000_000, gt=0, description="Larger files are refused")
    max_video_long_side: int = Field(
        default=7680, gt=0, description="Pixels; larger pictures are refused, 8K by default"
    )
    max_video_short_side: int = Field(default=4320, gt=0, description="Likewise")
    max_video_frames: int = Field(default=144_000, gt=1, description="Videos of more pictures are refused")

    blur_faces_always: bool = Field(
        default=False, description="Faces are blurred in every job's pictures and video, asked for or not"
    )

    lease_s: float = Field(
        default=15.0, ge=2, le=LONGEST_PAUSE_S, description="A worker that is silent for so long has lost its job"
    )
    renew_every_s: float = Field(
        default=0.5, gt=0, le=1, description="Pause between renewals, which also see cancellation"
    )
    max_attempts: int = Field(default=3, ge=1, description="Times that a job is begun before it is given up")
    retry_delay_s: float = Field(
        default=10.0, ge=0, le=LONGEST_PAUSE_S, description="Pause before a job that failed on our side is begun again"
    )
    max_running_per_user: int = Field(
        default=1, ge=1, description="Who has so many jobs running steps back while others wait"
    )
    min_free_disk_bytes: int = Field(
        default=500_000_000, ge=0, description="Room that stays free on the disk; jobs that would hurt it wait"
    )
    self_test: bool = Field(default=True, description="Analyse a small clip first; a worker that fails takes no jobs")
    patience_s: float = Field(default=60.0, gt=0, description="How long a job waits for storage that is away")
    job_limit_s: float = Field(
        default=JOB_LIMIT_S, gt=0, le=JOB_LIMIT_S, description="A job that takes longer is ended"
    )
    checkpoint_every_s: float = Field(
        default=15.0, gt=0, description="Work that a job does before it keeps what it has for another attempt"
    )
    stop_grace_s: float = Field(
        default=5.0, ge=0, description="Time that a running job gets to end when the worker is stopped"
    )

    reconcile_every_s: float = Field(
        default=2.0, gt=0, description="Pause between two looks for jobs without a message"
    )
    queued_for_s: float = Field(
        default=5.0, gt=0, description="A job that waits for so long without a message is sent again"
    )

    webhook_url: str = Field(default="", description="Address that hears of every job's end: the operator's own")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Signs what goes there: `whsec_` and Base64 of 16 bytes or more"
    )
    webhook_timeout_s: float = Field(default=10.0, gt=0, le=30, description="An address must have answered by then")
    webhooks_to_private_networks: bool = Field(
        default=False, description="Registered webhooks may lead into private networks, and go without https"
    )
    signal_attempts: int = Field(default=10, ge=1, description="Times that a signal is tried before it is given up")
    signal_first_pause_s: float = Field(
        default=10.0, gt=0, description="Pause before the second; each is four times as long as the one before"
    )
    signal_longest_pause_s: float = Field(default=21_600.0, gt=0, description="But no longer than this")
    deliveries_kept_s: int = Field(
        default=2_592_000, gt=0, description="The log of deliveries forgets one so long after its latest attempt"
    )
    deliveries_kept: int = Field(default=10_000, gt=0, description="Deliveries in the log; the oldest make room")

    worker_metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Where Prometheus reads the worker's `GET /metrics`; 0 for nowhere"
    )
    metrics_address: str = Field(default="127.0.0.1", description="Of this machine, on which that port listens")

    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged"
    )
    log_json: bool = Field(default=True, description="Log JSON lines; otherwise text for people")

    @model_validator(mode="after")
    def _signals_can_be_sent(self) -> Self:
        if self.deliveries_kept_s <= self.signal_longest_pause_s:
            raise ValueError("deliveries_kept_s must be longer than signal_longest_pause_s, or signals would be lost")
        if self.webhook_url:
            try:
                check_url(self.webhook_url, private=True, production=self.production)
                key = base64.b64decode(self.webhook_secret.get_secret_value().removeprefix(SECRET_PREFIX))
            except (BadWebhookUrl, binascii.Error) as error:
                raise ValueError(f"webhook_url or webhook_secret is not right: {error}") from error
            if len(key) < _LEAST_SECRET_BYTES:
                raise ValueError("webhook_secret must be whsec_ and the Base64 of 16 random bytes or more")
        return self

    @property
    def storage(self) -> str:
        """The storage's URL, with the embedded default filled in."""
        return self.storage_url or f"local://{self.volumes.absolute()}/storage"

    @property
    def staging_root(self) -> Path:
        """Where each job gets a folder of its own."""
        return self.volumes.absolute() / "staging"
