"""Addresses that want to hear of jobs' ends, in Redis.

The secret with which a webhook's notices are signed must be known to sign, so it lies there as it is; it is shown to
nobody but whoever makes the webhook, once.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from storage.access import RedisAccess
from storage.errors import TooManyWebhooks, WebhookNotFound
from storage.redis.client import ANSWER_TIMEOUT_S, connect, redis_errors

EVENTS = ("analysis.succeeded", "analysis.failed", "analysis.cancelled")
SECRET_PREFIX = "whsec_"  # noqa: S105 - of Standard Webhooks
MOST_PER_MAKER = 10

_WEBHOOKS = "goodrep:webhooks"
_ID_BYTES = 8
_SECRET_BYTES = 32
_KEY_MAKER = "api_key "


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that wants to hear of jobs' ends.

    Attributes:
        id: `wh_` and 16 hexadecimal digits.
        url: Where notices are sent.
        events: Of which it wants to hear, of `EVENTS`.
        users: E-mail addresses of whose jobs it hears; None for everybody's.
        maker: Who made it: `user <email>`, `api_key <id>`, or `anyone` where nobody is asked. One that
            a key made lasts as long as the key.
        secret: `whsec_` and 32 random bytes in Base64.
        created_at: UTC.
        off_because: Why it was switched off, or "" while it is on.
    """

    id: str
    url: str
    events: tuple[str, ...]
    users: frozenset[str] | None
    maker: str
    secret: str
    created_at: datetime
    off_because: str = ""

    def wants(self, event: str, owner: str) -> bool:
        """Whether it is to hear of that event of a job of that owner."""
        return not self.off_because and event in self.events and (self.users is None or owner in self.users)

    def __repr__(self) -> str:
        return f"Webhook({self.id})"  # no secret in logs


class RedisWebhooks:
    """Registered webhooks. Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)
        self._access = RedisAccess(url, answer_timeout_s=answer_timeout_s)

    def add(self, url: str, *, maker: str, users: Iterable[str] | None, events: Sequence[str] = EVENTS) -> Webhook:
        """A new webhook, with its secret. Raises `TooManyWebhooks`."""
        if sum(each.maker == maker for each in self.all()) >= MOST_PER_MAKER:
            raise TooManyWebhooks(f"There are {MOST_PER_MAKER} webhooks already, and more may not be.")
        secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        scope = None if users is None else frozenset(users)
        made = Webhook(
            f"wh_{secrets.token_hex(_ID_BYTES)}", url, tuple(events), scope, maker, secret, datetime.now(UTC)
        )
        self._write(made)
        return made

    def get(self, webhook_id: str) -> Webhook:
        """Raises `WebhookNotFound`."""
        with redis_errors():
            text = self._redis.hget(_WEBHOOKS, webhook_id)
        if text is None:
            raise WebhookNotFound(f"There is no webhook {webhook_id}.")
        return _webhook_from(webhook_id, json.loads(text))

    def all(self) -> Sequence[Webhook]:
        """All of them, oldest first."""
        with redis_errors():
            records = self._redis.hgetall(_WEBHOOKS)
        found = [_webhook_from(webhook_id, json.loads(text)) for webhook_id, text in records.items()]
        return sorted(found, key=lambda webhook: webhook.created_at)

    def remove(self, webhook_id: str) -> bool:
        """Tell it nothing more; False when there is none of that id."""
        with redis_errors():
            return bool(self._redis.hdel(_WEBHOOKS, webhook_id))

    def switch_off(self, webhook_id: str, because: str) -> None:
        """Tell it nothing more, but keep it, so that its maker sees why."""
        try:
            self._write(replace(self.get(webhook_id), off_because=because))
        except WebhookNotFound:
            return

    def wanting(self, event: str, owner: str) -> Sequence[Webhook]:
        """Those that are to hear of that event of a job of that owner."""
        wanting = [each for each in self.all() if each.wants(event, owner)]
        return [each for each in wanting if self.lasts(each)] if wanting else []

    def lasts(self, webhook: Webhook) -> bool:
        """Whether the key that made it is still good; where no key made it, it lasts until somebody removes it."""
        if not webhook.maker.startswith(_KEY_MAKER):
            return True
        key_id = webhook.maker.removeprefix(_KEY_MAKER)
        return any(key.id == key_id and not key.expired for key in self._access.all_keys())

    def forget_user(self, owner: str) -> int:
        """Remove the webhooks that the user made, and the user from the scope of others; how many were removed."""
        removed = 0
        for webhook in self.all():
            if webhook.maker == f"user {owner}" or webhook.users == frozenset({owner}):
                removed += self.remove(webhook.id)
            elif webhook.users and owner in webhook.users:
                self._write(replace(webhook, users=webhook.users - {owner}))
        return removed

    def _write(self, webhook: Webhook) -> None:
        record = {
            "url": webhook.url,
            "events": list(webhook.events),
            "users": None if webhook.users is None else sorted(webhook.users),
            "maker": webhook.maker,
            "secret": webhook.secret,
            "created_at": webhook.created_at.isoformat(),
            "off_because": webhook.off_because,
        }
        with redis_errors():
            self._redis.hset(_WEBHOOKS, webhook.id, json.dumps(record, ensure_ascii=False))


def _webhook_from(webhook_id: str, record: dict[str, object]) -> Webhook:
    events, users = record["events"], record["users"]
    return Webhook(
        id=webhook_id,
        url=str(record["url"]),
        events=tuple(map(str, events)) if isinstance(events, list) else EVENTS,
        users=frozenset(map(str, users)) if isinstance(users, list) else None,
        maker=str(record["maker"]),
        secret=str(record["secret"]),
        created_at=datetime.fromisoformat(str(record["created_at"])),
        off_because=str(record["off_because"]),
    )
