"""For operators: `python -m storage doctor` says whether the storage works, and what to do when it does not."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from storage.doctor import Finding, State, examine

_SIGNS = {State.OK: "ok     ", State.FAILED: "FAILED ", State.SKIPPED: "-      "}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 when nothing failed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m storage", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="check credentials, bucket, database, messaging, rules and clock")
    doctor.add_argument("--url", default=_url_of_the_service(), help="the storage, by default GOODREP_STORAGE_URL")
    doctor.add_argument("--json", action="store_true", help="one JSON array instead of lines")
    options = parser.parse_args(arguments)
    findings = []
    for finding in examine(options.url):
        findings.append(finding)
        if not options.json:
            print(_line(finding), flush=True)  # noqa: T201
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))  # noqa: T201
    return int(any(finding.state is State.FAILED for finding in findings))


def _url_of_the_service() -> str:
    """As the API and the worker take it."""
    volumes = Path(os.environ.get("GOODREP_VOLUMES", "volumes")).absolute()
    return os.environ.get("GOODREP_STORAGE_URL") or f"local://{volumes}/storage"


def _line(finding: Finding) -> str:
    remedy = f"\n{' ' * 20}{finding.remedy}" if finding.remedy else ""
    return f"{_SIGNS[finding.state]}{finding.check:<13}{finding.sentence}{remedy}"


if __name__ == "__main__":
    sys.exit(main())
