"""The Celery application and `run_job`: claim, stage, analyse, publish, signal."""
