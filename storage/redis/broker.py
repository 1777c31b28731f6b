"""What the API and the workers must agree on to reach each other through Redis: plain values, no Celery.

The shortest visibility timeout among the clients of one broker wins, so it is set here and nowhere else.

Redis itself must be started with these, or accepted jobs can be lost: `appendonly yes`, `appendfsync always` (a job is
on the disk before it is accepted; at our rate it costs nothing), `maxmemory-policy noeviction`.
"""

TASK_NAME = "goodrep.run_job"
DATA_TASK_NAME = "goodrep.work_off_data_request"
SWEEP_TASK_NAME = "goodrep.sweep"
QUEUE = "goodrep"

JOB_LIMIT_S = 50 * 60
"""A job that works for longer is ended by itself, at the next frame."""
SOFT_LIMIT_S = JOB_LIMIT_S + 60
"""Then Celery raises inside the job, in case no frame ever comes."""
HARD_LIMIT_S = SOFT_LIMIT_S + 60
"""Then Celery kills the process, in case native code hangs."""
DATA_LIMIT_S = 3 * 60 * 60
"""An erasure or an export that takes longer is begun anew, and goes on where it was or, an export, from its start."""
VISIBILITY_TIMEOUT_S = 4 * 60 * 60
"""A message that was taken and not acknowledged is delivered again after this; must be above the hard limit."""


def broker_options() -> dict[str, object]:
    """Celery settings that both sides need, for `app.conf.update`."""
    return {
        "task_default_queue": QUEUE,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            "socket_connect_timeout": 2.0,
            "socket_timeout": 5.0,
            "socket_keepalive": True,
            "health_check_interval": 5,
        },
    }
