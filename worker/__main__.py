"""For operators: jobs that were given up, signals that were not taken, and another try of either; retention.

`python -m worker given-up`, `run-again ID`, `deliveries`, `replay ID`, `sweep`. Needs `GOODREP_REDIS_URL`, and the last
`GOODREP_STORAGE_URL` and the `GOODREP_KEEP_...` of the workers.
"""

import argparse
import json
import sys

from storage.errors import StorageError
from storage.jobs import RedisJobs
from storage.notices import RedisNotices
from worker.log import configure_logging
from worker.people.data_requests import data_tools
from worker.people.sweep import remove, what_would_go
from worker.settings import WorkerSettings
from worker.signalling import deliveries


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0, or 1 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("given-up", help="jobs that failed for a reason that lies with us, latest first")
    again = commands.add_parser("run-again", help="put a failed job back into the queue, with all its attempts")
    again.add_argument("job_id", nargs="+")
    deliveries.add_commands(commands)
    sweep = commands.add_parser(
        "sweep", help="remove what is not kept any longer, now; the workers do so by themselves"
    )
    sweep.add_argument("--dry-run", action="store_true", help="only show what would go")
    sweep.add_argument("--json", action="store_true", help="a JSON object per line")
    options = parser.parse_args(arguments)
    redis_url = WorkerSettings().redis_url
    try:
        match options.command:
            case "given-up":
                _list_given_up(RedisJobs(redis_url))
            case "run-again":
                jobs = RedisJobs(redis_url)
                for job_id in options.job_id:
                    jobs.run_again(job_id)  # a worker finds it within seconds and sends the message
            case "sweep":
                _sweep(WorkerSettings(), dry_run=options.dry_run, as_json=options.json)
            case "deliveries":
                deliveries.show(RedisNotices(redis_url), options, _say)
            case _:
                deliveries.replay(RedisNotices(redis_url), options, _say)
    except StorageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _list_given_up(jobs: RedisJobs) -> None:
    for each in jobs.given_up():
        job = each.job
        _say("\t".join((job.id, f"{job.finished_at:%F %T}", job.error_code, job.video_key, each.reason)))


def _say(line: str) -> None:
    print(line)  # noqa: T201


def _sweep(settings: WorkerSettings, *, dry_run: bool, as_json: bool) -> None:
    configure_logging(level=settings.log_level, as_json=settings.log_json)
    tools = data_tools(settings)
    for removal in what_would_go(tools):
        if not dry_run:
            remove(removal, tools)
        told = {"kind": removal.kind, "what": removal.what, "why": removal.why, "removed": not dry_run}
        _say(json.dumps(told, ensure_ascii=False) if as_json else "\t".join(map(str, list(told.values())[:3])))


if __name__ == "__main__":
    sys.exit(main())
