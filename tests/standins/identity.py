"""Firebase Authentication on loopback: its certificates, its token endpoint, its users; and tokens signed with RS256.

`IdentityServer.environment` and `tests.identity_app` make an API in another process ask this server.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.standins.serving import Handler, serving

PROJECT = "demo-goodrep"
KID = "kid-of-this-week"


@lru_cache(maxsize=4)
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key of its own for each name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey) -> str:
    """A certificate of the key, as Google publishes them."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "securetoken.system.gserviceaccount.com")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=16))
        .sign(key, hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def claims_of(email: str | None, **changes: object) -> dict[str, Any]:
    """What Firebase writes into the token of a user; `changes` replace claims, and None removes one."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "auth_time": now - 60,
        "sub": uid_of(email),
        "user_id": uid_of(email),
        "iat": now - 60,
        "exp": now + 3540,
        "email": email,
        "email_verified": True,
        "firebase": {"identities": {}, "sign_in_provider": "password"},
    }
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def uid_of(email: str | None) -> str:
    """The user's id at Firebase."""
    return f"uid-{email}"


def signed(claims: Mapping[str, object], *, key: str = "ours", kid: str | None = KID, algorithm: str = "RS256") -> str:
    """A token with a real signature by the key of that name; none for the algorithm `none`."""
    header = {"alg": algorithm, "typ": "JWT", **({"kid": kid} if kid else {})}
    body = f"{encoded(json.dumps(header))}.{encoded(json.dumps(claims))}"
    if algorithm == "none":
        return f"{body}."
    return f"{body}.{encoded(private_key(key).sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def encoded(part: str | bytes) -> str:
    """Base 64 as tokens have it."""
    return base64.urlsafe_b64encode(part.encode() if isinstance(part, str) else part).rstrip(b"=").decode()


def token(email: str | None, **changes: object) -> str:
    """A good token of that user, but for the changed claims."""
    return signed(claims_of(email, **changes))


def bearer(email: str | None, **changes: object) -> dict[str, str]:
    """The same as a request's header."""
    return {"Authorization": f"Bearer {token(email, **changes)}"}


@dataclass
class IdentityServer:
    """What the server says; a test may change it.

    Attributes:
        url: Where it listens.
        folder: Holds the service account's file.
        away: It answers 503 to everything.
        valid_since_s: When each user's earlier logins were revoked, by uid.
        disabled: Uids of disabled users.
        deleted: Uids of users that are no more.
        asked: How often each path was asked for.
    """

    url: str
    folder: Path
    away: bool = False
    valid_since_s: dict[str, int] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that shall ask this server; see `tests.identity_app`."""
        return {
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.credentials()),
            "TEST_IDENTITY_URL": self.url,
            "NO_GCE_CHECK": "true",
        }

    def credentials(self) -> Path:
        """A service account's key file whose tokens come from here."""
        path = self.folder / "service-account.json"
        pem = private_key("service account").private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": f"goodrep@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(account))
        return path

    def answer(self, path: str, body: Mapping[str, Any]) -> tuple[int, object]:
        """Status and JSON."""
        self.asked[path] = self.asked.get(path, 0) + 1
        if self.away:
            return 503, {"error": {"code": 503, "message": "The service is currently unavailable."}}
        match path.rpartition("/")[2]:
            case "certs":
                return 200, {KID: certificate(private_key("ours"))}
            case "token":
                return 200, {"access_token": "of-the-service-account", "expires_in": 3600, "token_type": "Bearer"}
            case "accounts:lookup":
                return 200, {"users": [self._user(uid) for uid in body["localId"] if uid not in self.deleted]}
        return 404, {}

    def _user(self, uid: str) -> dict[str, object]:
        return {
            "localId": uid,
            "email": uid.removeprefix("uid-"),
            "disabled": uid in self.disabled,
            "validSince": str(self.valid_since_s.get(uid, 0)),
        }


@contextmanager
def running_identity(folder: Path) -> Iterator[IdentityServer]:
    """The server, answering on loopback."""

    class Door(Handler):
        def answer(self) -> None:
            content = self.body()
            is_json = self.headers.get("Content-Type", "").startswith("application/json")
            status, reply = server.answer(self.path, json.loads(content) if is_json else {})
            kept = "public, max-age=3600" if status == 200 else "no-store"
            self.reply_json(status, json.dumps(reply).encode(), {"Cache-Control": kept})

    with serving(Door) as url:
        server = IdentityServer(url, folder)
        yield server
