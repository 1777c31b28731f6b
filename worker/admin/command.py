"""The command's table of contents, and what its exit status means."""

from collections.abc import Sequence

import click
from pydantic import ValidationError

from storage.errors import StorageError, StorageUnavailable
from worker.admin.deliveries import deliveries, replay
from worker.admin.doctor import doctor
from worker.admin.levers import cancel, retry
from worker.admin.listing import list_jobs
from worker.admin.printing import complain, say_json
from worker.admin.quarantine import quarantine, release
from worker.admin.retention import sweep
from worker.admin.show import show
from worker.admin.why import why
from worker.admin.workers import drain, workers

DONE, REFUSED, USAGE, STORE_AWAY = 0, 1, 2, 3


class _AsWritten(click.Group):
    """A group whose help names the commands in the order in which they are needed, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(cls=_AsWritten, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def admin() -> None:
    """What goodrep's jobs and workers are doing, why, and the lever for it.

    Reads GOODREP_REDIS_URL and the workers' other settings from the environment, so it is best run where a worker runs:
    docker compose exec worker python -m worker.admin COMMAND

    An ID may be shortened as long as it is the only one that begins so. Every command knows --json. Exit status:
    0 done, 1 not found or refused, 2 wrong usage, 3 Redis or the store is away.
    """


_COMMANDS = (
    list_jobs,
    show,
    why,
    cancel,
    retry,
    quarantine,
    release,
    workers,
    drain,
    deliveries,
    replay,
    sweep,
    doctor,
)
for _command in _COMMANDS:
    admin.add_command(_command)


def main(arguments: Sequence[str]) -> int:
    """The exit status; what went wrong is a sentence on stderr or, with `--json`, a document."""
    try:
        answer = admin.main(list(arguments), prog_name="python -m worker.admin", standalone_mode=False)
    except click.Abort:
        complain("Nothing was done.")
        return REFUSED
    except click.ClickException as error:
        error.show()
        return USAGE
    except ValidationError as error:
        wrong = "; ".join(
            f"GOODREP_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()
        )
        return _wrong("settings_invalid", f"The settings in the environment are not right. {wrong}", USAGE, arguments)
    except StorageUnavailable as error:
        return _wrong(error.code, str(error), STORE_AWAY, arguments)
    except StorageError as error:
        return _wrong(error.code, str(error), REFUSED, arguments)
    return int(answer or DONE)


def _wrong(code: str, sentence: str, status: int, arguments: Sequence[str]) -> int:
    if "--json" in arguments:
        say_json({"error": {"code": code, "message": sentence}})
    else:
        complain(sentence)
    return status
