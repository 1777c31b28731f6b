"""For operators: `python -m storage doctor` says whether the storage works, and what to do when it does not.

`python -m storage check-proof FILE` says whether a proof of erasure is genuine; `-` reads it from standard input.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from storage.access import RedisAccess
from storage.doctor.findings import Finding, State
from storage.doctor.stores import examine
from storage.errors import StorageError
from storage.people.proofs import is_genuine

_SIGNS = {State.OK: "ok     ", State.FAILED: "FAILED ", State.SKIPPED: "-      "}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 when nothing failed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m storage", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="check credentials, bucket, database, messaging, rules and clock")
    doctor.add_argument("--url", default=_url_of_the_service(), help="the storage, by default GOODREP_STORAGE_URL")
    doctor.add_argument("--json", action="store_true", help="one JSON array instead of lines")
    proof = commands.add_parser("check-proof", help="whether a proof of erasure is this service's, and unchanged")
    proof.add_argument("file", help="the proof as JSON, also within the reply that it came in; - for standard input")
    proof.add_argument("--redis", default=os.environ.get("GOODREP_REDIS_URL") or "redis://127.0.0.1:6379/0")
    options = parser.parse_args(arguments)
    if options.command == "check-proof":
        return _check_proof(options.file, options.redis)
    findings = []
    for finding in examine(options.url):
        findings.append(finding)
        if not options.json:
            print(_line(finding), flush=True)  # noqa: T201
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))  # noqa: T201
    return int(any(finding.state is State.FAILED for finding in findings))


def _check_proof(file: str, redis_url: str) -> int:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text()
        asked = json.loads(text)
        proof = asked["proof"] if isinstance(asked.get("proof"), dict) else asked
        genuine = is_genuine(proof, RedisAccess(redis_url).proof_secret())
    except (OSError, ValueError, AttributeError, StorageError) as error:
        print(f"It cannot be checked: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print("Genuine." if genuine else "NOT genuine: this service did not sign exactly this.")  # noqa: T201
    return int(not genuine)


def _url_of_the_service() -> str:
    """As the API and the worker take it."""
    volumes = Path(os.environ.get("GOODREP_VOLUMES", "volumes")).absolute()
    return os.environ.get("GOODREP_STORAGE_URL") or f"local://{volumes}/storage"


def _line(finding: Finding) -> str:
    remedy = f"\n{' ' * 20}{finding.remedy}" if finding.remedy else ""
    return f"{_SIGNS[finding.state]}{finding.check:<13}{finding.sentence}{remedy}"


if __name__ == "__main__":
    sys.exit(main())
