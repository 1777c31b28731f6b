"""Log lines of the worker: see `telemetry.log`."""

import logging

from telemetry import log

_OF_MESSAGES = ("celery.worker.strategy", "celery.app.trace")


def configure_logging(*, level: str, as_json: bool) -> None:
    """Log to stderr, our lines and every library's, each with what is bound to the current job.

    Celery tells of every message, which names a job that need not be the one that is done; ours say which one is.
    """
    log.configure_logging(level=level, as_json=as_json)
    if level != "DEBUG":
        for name in _OF_MESSAGES:
            logging.getLogger(name).setLevel(logging.WARNING)
