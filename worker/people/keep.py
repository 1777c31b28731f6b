"""For how long each kind of data is kept: settings in days."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Keep(BaseSettings):
    """Days, also parts of one; 0 keeps for ever."""

    keep_videos_days: float = Field(default=0, ge=0, description="Uploaded videos, since they were uploaded")
    keep_results_days: float = Field(default=0, ge=0, description="Result files, since they were written")
    keep_figures_days: float = Field(
        default=0, ge=0, description="Figures in the database, since the end of the latest analysis of the video"
    )
    keep_jobs_days: float = Field(default=365, ge=0, description="Records of jobs that succeeded, since their end")
    keep_failed_days: float = Field(
        default=30, ge=0, description="Records of jobs that failed or were cancelled, since their end"
    )
    keep_exports_days: float = Field(default=7, ge=0, description="Archives of everything of a user")
    keep_proofs_days: float = Field(default=3650, ge=0, description="Proofs of erasure")
    keep_leftovers_days: float = Field(
        default=1,
        ge=0,
        description="Half-published files of jobs that failed, since their end; marks of uploads that were cut off",
    )
    sweep_every_s: float = Field(
        default=3600.0, ge=0, description="Pause between two sweeps of what is not kept any longer; 0 for none"
    )
    sweep_step_s: float = Field(
        default=10.0, gt=0, description="A sweep lets jobs go first after so long, and goes on later"
    )
