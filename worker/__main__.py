"""For operators: what was given up, and another try. `python -m worker given-up`, `python -m worker run-again ID`."""

import argparse
import sys

from storage.errors import StorageError
from storage.jobs import RedisJobs
from worker.settings import WorkerSettings


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0, or 1 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("given-up", help="jobs that failed for a reason that lies with us, latest first")
    again = commands.add_parser("run-again", help="put a failed job back into the queue, with all its attempts")
    again.add_argument("job_id", nargs="+")
    options = parser.parse_args(arguments)
    jobs = RedisJobs(WorkerSettings().redis_url)
    try:
        if options.command == "given-up":
            for each in jobs.given_up():
                job = each.job
                print(job.id, f"{job.finished_at:%F %T}", job.error_code, job.video_key, each.reason, sep="\t")  # noqa: T201
        else:
            for job_id in options.job_id:
                jobs.run_again(job_id)  # a worker finds it within seconds and sends the message
    except StorageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
