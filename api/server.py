"""gunicorn's settings: `gunicorn --config python:api.server "api:create_app()"`.

One process with many threads: requests only wait for Redis and the storage. Options on the command line, such as
`--bind` and `--workers`, win over these; the bounds on waiting requests hold for each process.
"""

from api.settings import Settings

worker_class = "gthread"
workers = 1
threads = Settings().http_threads
timeout = 60  # without a sign of life of the process itself; a request may last longer
graceful_timeout = 10  # then event streams are cut; their clients come back by themselves
keepalive = 5
accesslog = None  # request_log.py writes one line for each request
