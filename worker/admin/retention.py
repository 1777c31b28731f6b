"""`sweep`: what is not kept any longer, shown or removed now."""

import click

from telemetry.log import configure_logging
from worker.admin.options import ask_whether, json_option, yes_option
from worker.admin.printing import say_json, say_table
from worker.settings import WorkerSettings


@click.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@yes_option
@json_option
def sweep(dry_run: bool, yes: bool, as_json: bool) -> None:
    """Remove what is not kept any longer, now; the workers do so by themselves (docs/privacy.md)."""
    from worker.people.data_requests import data_tools  # opens the store, for which the other commands need not wait
    from worker.people.sweep import remove, what_would_go

    if not dry_run:
        ask_whether("Remove for good what is not kept any longer? --dry-run shows what that is.", yes=yes)
    settings = WorkerSettings()
    configure_logging(level=settings.log_level, as_json=settings.log_json)
    tools = data_tools(settings)
    swept = []
    for removal in what_would_go(tools):
        if not dry_run:
            remove(removal, tools)
        swept.append({"kind": removal.kind, "what": removal.what, "why": removal.why, "removed": not dry_run})
    if as_json:
        say_json({"swept": swept})
    else:
        say_table(("kind", "what", "why"), [(each["kind"], each["what"], each["why"]) for each in swept])
