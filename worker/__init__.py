"""The Celery application and `run_next`: claim, stage, analyse, publish, signal."""
