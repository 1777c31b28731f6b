"""The worker's settings, from environment variables with the prefix `GOODREP_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.broker import JOB_LIMIT_S


class WorkerSettings(BaseSettings):
    """What an operator may change. The API reads the same names for what both need."""

    model_config = SettingsConfigDict(env_prefix="GOODREP_", frozen=True)

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

    blur_faces_always: bool = Field(
        default=False, description="Faces are blurred in every job's pictures and video, asked for or not"
    )

    lease_s: float = Field(default=15.0, ge=2, description="A worker that is silent for so long has lost its job")
    renew_every_s: float = Field(
        default=0.5, gt=0, le=1, description="Pause between renewals, which also see cancellation"
    )
    max_attempts: int = Field(default=3, ge=1, description="Times that a job is begun before it is given up")
    retry_delay_s: float = Field(
        default=10.0, ge=0, description="Pause before a job that failed on our side is begun again"
    )
    patience_s: float = Field(default=60.0, gt=0, description="How long a job waits for storage that is away")
    job_limit_s: float = Field(
        default=JOB_LIMIT_S, gt=0, le=JOB_LIMIT_S, description="A job that takes longer is ended"
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

    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged"
    )
    log_json: bool = Field(default=True, description="Log JSON lines; otherwise text for people")

    @property
    def storage(self) -> str:
        """The storage's URL, with the embedded default filled in."""
        return self.storage_url or f"local://{self.volumes.absolute()}/storage"

    @property
    def staging_root(self) -> Path:
        """Where each job gets a folder of its own."""
        return self.volumes.absolute() / "staging"
