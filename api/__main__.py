"""`python -m api keys add|list|revoke`: keys for services that call the API. Needs `GOODREP_REDIS_URL`."""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from api.settings import Settings
from storage.access import ApiKey, RedisAccess
from storage.errors import StorageError


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; 1 when it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        access = RedisAccess(Settings().redis_url)
        match asked.action:
            case "add":
                return _add(access, asked)
            case "list":
                return _list(access)
            case _:
                return _revoke(access, asked.id)
    except StorageError as error:
        return _complain(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    keys = parser.add_subparsers(dest="subject", required=True).add_parser("keys", help="keys for services")
    actions = keys.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a key and show it, once")
    add.add_argument("name", help="what it is for")
    scope = add.add_mutually_exclusive_group(required=True)
    scope.add_argument("--user", action="append", metavar="EMAIL", help="speaks for this user; may be repeated")
    scope.add_argument("--all-users", action="store_true", help="speaks for every user")
    add.add_argument("--days", type=_days, help="refused after so many days; by default never")
    actions.add_parser("list", help="show what is known of the keys, which is not the keys themselves")
    actions.add_parser("revoke", help="refuse a key from now on").add_argument("id", help="as in `list`")
    return parser


def _days(text: str) -> timedelta:
    days = float(text)
    if not 0 < days <= 36_500:
        raise ValueError(text)
    return timedelta(days=days)


def _add(access: RedisAccess, asked: argparse.Namespace) -> int:
    expires_at = datetime.now(UTC) + asked.days if asked.days else None
    _, secret = access.add_key(asked.name, None if asked.all_users else asked.user, expires_at=expires_at)
    _complain("Keep this key safe: it is stored nowhere, and cannot be shown again.")
    _say(secret)
    return 0


def _list(access: RedisAccess) -> int:
    for key in access.all_keys():
        _say("\t".join((key.id, key.name, _scope(key), f"made {key.created_at:%Y-%m-%d}", _end(key))))
    return 0


def _revoke(access: RedisAccess, key_id: str) -> int:
    if access.revoke_key(key_id):
        _say(f"The key {key_id} is refused from now on.")
        return 0
    return _complain(f"There is no key {key_id}.")


def _scope(key: ApiKey) -> str:
    return "all users" if key.users is None else " ".join(sorted(key.users))


def _end(key: ApiKey) -> str:
    if key.expires_at is None:
        return "never expires"
    return f"{'expired' if key.expired else 'expires'} {key.expires_at:%Y-%m-%d}"


def _say(line: str) -> None:
    print(line)  # noqa: T201


def _complain(line: str) -> int:
    print(line, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
