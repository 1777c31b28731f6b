"""Who may come in besides people: API keys as salted hashes, and the secret that signs links. Both lie in Redis.

A key is `gr_<id>_<secret>`. The secret has 256 random bits, so one fast salted hash is enough: there is nothing to
guess, and a request is not slowed down. The key itself is shown once, when it is made, and is stored nowhere.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.redis.client import ANSWER_TIMEOUT_S, connect, redis_errors

KEY_PREFIX = "gr_"

_KEYS = "goodrep:api_keys"
_LINK_SECRET = "goodrep:link_secret"  # noqa: S105 - the name under which it lies
_PROOF_SECRET = "goodrep:proof_secret"  # noqa: S105 - likewise
_ID_BYTES = 6
_SECRET_BYTES = 32
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key.

    Attributes:
        id: Its public part.
        name: What the operator calls it.
        users: The e-mail addresses for which it speaks; None for everybody.
        created_at: UTC.
        expires_at: From then on it is refused; None for never.
    """

    id: str
    name: str
    users: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None = None

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and datetime.now(UTC) >= self.expires_at


class RedisAccess:
    """API keys and the links' secret. Every method raises `StorageUnavailable`; threads may share it."""

    def __init__(self, url: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Nothing is sent yet."""
        self._redis = connect(url, answer_timeout_s)

    def add_key(
        self, name: str, users: Iterable[str] | None, *, expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """A new key: what is known of it, and the key itself, which nobody can show again."""
        key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        scope = None if users is None else frozenset(users)
        key = ApiKey(key_id, name, scope, datetime.now(UTC), expires_at)
        salt = secrets.token_bytes(_SALT_BYTES)
        record = {
            "name": name,
            "users": None if scope is None else sorted(scope),
            "created_at": key.created_at.isoformat(),
            "expires_at": expires_at.isoformat() if expires_at else None,
            "salt": salt.hex(),
            "hash": _hashed(secret, salt),
        }
        with redis_errors():
            self._redis.hset(_KEYS, key_id, json.dumps(record, ensure_ascii=False))
        return key, f"{KEY_PREFIX}{key_id}_{secret}"

    def find_key(self, presented: str) -> ApiKey | None:
        """The key that was presented; None when it is none, was revoked or has expired."""
        key_id, _, secret = presented.removeprefix(KEY_PREFIX).partition("_")
        if not presented.startswith(KEY_PREFIX) or not key_id or not secret:
            return None
        with redis_errors():
            text = self._redis.hget(_KEYS, key_id)
        if text is None:
            return None
        record = json.loads(text)
        if not hmac.compare_digest(record["hash"], _hashed(secret, bytes.fromhex(record["salt"]))):
            return None
        key = _key_from(key_id, record)
        return None if key.expired else key

    def all_keys(self) -> Sequence[ApiKey]:
        """All that were not revoked, oldest first."""
        with redis_errors():
            records = self._redis.hgetall(_KEYS)
        found = [_key_from(key_id, json.loads(text)) for key_id, text in records.items()]
        return sorted(found, key=lambda key: key.created_at)

    def revoke_key(self, key_id: str) -> bool:
        """Refuse the key from now on; False when there is none of that id."""
        with redis_errors():
            return bool(self._redis.hdel(_KEYS, key_id))

    def link_secret(self) -> str:
        """The secret with which links are signed; made when there is none yet, the same for every process."""
        return self._secret(_LINK_SECRET)

    def proof_secret(self) -> str:
        """Likewise, for proofs of erasure: another one, so that to void every link voids no proof."""
        return self._secret(_PROOF_SECRET)

    def _secret(self, name: str) -> str:
        with redis_errors():
            secret = self._redis.get(name)
            if secret is None:
                self._redis.set(name, secrets.token_urlsafe(_SECRET_BYTES), nx=True)
                secret = self._redis.get(name)
        return str(secret)


def _hashed(secret: str, salt: bytes) -> str:
    return hashlib.blake2b(secret.encode(), salt=salt, digest_size=32).hexdigest()


def _key_from(key_id: str, record: dict[str, object]) -> ApiKey:
    users, expires_at = record["users"], record["expires_at"]
    return ApiKey(
        id=key_id,
        name=str(record["name"]),
        users=frozenset(map(str, users)) if isinstance(users, list) else None,
        created_at=datetime.fromisoformat(str(record["created_at"])),
        expires_at=datetime.fromisoformat(str(expires_at)) if expires_at else None,
    )
