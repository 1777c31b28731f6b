"""Who gets in: ID tokens with real signatures, as Firebase makes them, and keys for services."""

import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from api.__main__ import main
from storage.access import RedisAccess
from tests.api_service import OWNER, ROOT, VIDEO, Api, code_of, running_guarded_api
from tests.services import running_redis, wait_until
from tests.standins.identity import (
    KID,
    PROJECT,
    IdentityServer,
    bearer,
    certificate,
    claims_of,
    encoded,
    private_key,
    signed,
    token,
    uid_of,
)

HOUR_S = 3600


def ask(api: Api, headers: dict[str, str]) -> httpx.Response:
    return api.http.get("/v1/analyses", params={"user": OWNER}, headers=headers)


def test_a_login_opens_what_is_the_users_own(guarded: Api) -> None:
    guarded.put()
    response = guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=bearer(OWNER))
    assert response.status_code == 202
    assert [job["id"] for job in ask(guarded, bearer(OWNER)).json()["jobs"]] == [response.json()["id"]]


@pytest.mark.parametrize("header", ["bearer {}", "Bearer   {}", "BEARER {}"])
def test_the_scheme_is_read_as_http_writes_it(guarded: Api, header: str) -> None:
    assert ask(guarded, {"Authorization": header.format(token(OWNER))}).status_code == 200


def in_(seconds: int) -> int:
    return int(time.time()) + seconds


def hmac_signed() -> str:
    """The trick of signing with the public key as if it were a shared secret."""
    head, claims = {"alg": "HS256", "typ": "JWT", "kid": KID}, claims_of(OWNER)
    body = f"{encoded(json.dumps(head))}.{encoded(json.dumps(claims))}"
    public = certificate(private_key("ours")).encode()
    return f"{body}.{encoded(hmac.digest(public, body.encode(), sha256))}"


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "expired": (lambda: token(OWNER, iat=in_(-2 * HOUR_S), exp=in_(-HOUR_S)), "token_expired"),
    "from the future": (lambda: token(OWNER, iat=in_(HOUR_S), exp=in_(2 * HOUR_S)), "token_invalid"),
    "another project's": (
        lambda: token(OWNER, aud="demo-other", iss="https://securetoken.google.com/demo-other"),
        "token_invalid",
    ),
    "another issuer's": (lambda: token(OWNER, iss=f"https://accounts.example.com/{PROJECT}"), "token_invalid"),
    "for another audience": (lambda: token(OWNER, aud="demo-other"), "token_invalid"),
    "for several audiences": (lambda: token(OWNER, aud=[PROJECT, "demo-other"]), "token_invalid"),
    "signed with a wrong key": (lambda: signed(claims_of(OWNER), key="somebody's"), "token_invalid"),
    "signed with an unknown key": (lambda: signed(claims_of(OWNER), kid="unknown"), "token_invalid"),
    "without a key's name": (lambda: signed(claims_of(OWNER), kid=None), "token_invalid"),
    "unsigned": (lambda: signed(claims_of(OWNER), algorithm="none"), "token_invalid"),
    "unsigned, without a key's name": (
        lambda: signed(claims_of(OWNER), algorithm="none", kid=None),
        "token_invalid",
    ),
    "its signature cut off": (lambda: token(OWNER).rpartition(".")[0] + ".", "token_invalid"),
    "signed with the public key": (hmac_signed, "token_invalid"),
    "changed afterwards": (
        lambda: ".".join(
            (
                token(OWNER).split(".")[0],
                encoded(json.dumps(claims_of(OWNER))),
                token("mallory@example.com").split(".")[2],
            )
        ),
        "token_invalid",
    ),
    "without a subject": (lambda: token(OWNER, sub=""), "token_invalid"),
    "without an end": (lambda: signed({k: v for k, v in claims_of(OWNER).items() if k != "exp"}), "token_invalid"),
    "a tenant's": (lambda: token(OWNER, firebase={"tenant": "tenant-1"}), "token_invalid"),
    "no token": (lambda: "abc", "token_invalid"),
    "two dots": (lambda: "..", "token_invalid"),
    "JSON that is no object": (lambda: f"{encoded('[]')}.{encoded('1')}.x", "token_invalid"),
    "JSON nested without end": (lambda: f"{encoded('{}')}.{encoded('[' * 3000)}.x", "token_invalid"),
    "not even text": (lambda: "Ã¼.Ã¤.Ã¶", "token_invalid"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_good_token_is_refused(guarded: Api, kind: str) -> None:
    make, code = REFUSED[kind]
    header = {b"Authorization": b"Bearer " + make().encode("latin-1")}
    response = guarded.http.get("/v1/analyses", params={"user": OWNER}, headers=header)
    assert (response.status_code, code_of(response)) == (401, code)
    assert response.headers["www-authenticate"] == 'Bearer realm="goodrep", error="invalid_token"'


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic amFuZTpzZWNyZXQ="},
        {"Authorization": f"Bearer {'x'}", "X-API-Key": "gr_x_y"},
    ],
    ids=str,
)
def test_who_shows_nothing_or_two_things_is_asked_to_log_in(guarded: Api, headers: dict[str, str]) -> None:
    response = ask(guarded, headers)
    assert (response.status_code, code_of(response)) == (401, "unauthorized")
    assert response.headers["www-authenticate"] == 'Bearer realm="goodrep"'


def test_a_token_in_the_address_is_not_looked_at(guarded: Api) -> None:
    """Addresses end in logs and histories."""
    for name in ("token", "access_token", "key", "api_key", "auth"):
        assert guarded.http.get("/v1/analyses", params={"user": OWNER, name: token(OWNER)}).status_code in (400, 401)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": None}, "email_missing"),
        ({"email": ""}, "email_missing"),
        ({"email": ["a"]}, "email_missing"),
        ({"email_verified": False}, "email_not_verified"),
        ({"email_verified": None}, "email_not_verified"),
        ({"email_verified": "true"}, "email_not_verified"),
    ],
    ids=str,
)
def test_an_address_that_nobody_confirmed_proves_nothing(guarded: Api, changes: dict[str, object], code: str) -> None:
    """Anybody can register with anybody's address and a password."""
    response = ask(guarded, {"Authorization": f"Bearer {signed({**claims_of(OWNER), **changes})}"})
    assert (response.status_code, code_of(response)) == (403, code)


def test_a_revoked_login_is_refused_and_a_new_one_is_not(guarded: Api, identity: IdentityServer) -> None:
    old = bearer(OWNER)
    assert ask(guarded, old).status_code == 200
    identity.valid_since_s[uid_of(OWNER)] = in_(-30)
    response = ask(guarded, old)
    assert (response.status_code, code_of(response)) == (401, "token_revoked")
    assert ask(guarded, bearer(OWNER, iat=in_(-10))).status_code == 200


def test_a_disabled_user_and_one_that_is_no_more_are_refused(guarded: Api, identity: IdentityServer) -> None:
    identity.disabled.add(uid_of(OWNER))
    response = ask(guarded, bearer(OWNER))
    assert (response.status_code, code_of(response)) == (401, "user_disabled")
    identity.deleted.add(uid_of(OWNER))
    response = ask(guarded, bearer(OWNER))
    assert (response.status_code, code_of(response)) == (401, "token_revoked")


def test_nobody_is_let_in_while_logins_cannot_be_checked(guarded: Api, identity: IdentityServer) -> None:
    identity.away = True
    response = ask(guarded, bearer(OWNER))
    assert (response.status_code, code_of(response)) == (503, "identity_unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert guarded.http.get("/health").status_code == 200
    # and those who come next are not kept waiting for it in vain
    asked = dict(identity.asked)
    assert ask(guarded, bearer(OWNER)).status_code == 503
    assert identity.asked == asked
    identity.away = False
    wait_until(lambda: ask(guarded, bearer(OWNER)).status_code == 200, "logins are checked again")


def test_a_client_that_polls_is_not_checked_each_time(identity: IdentityServer, tmp_path: Path) -> None:
    with running_redis() as redis, running_guarded_api(redis, tmp_path, identity, firebase_recheck_s=600) as api:
        header = bearer(OWNER)
        for _ in range(5):
            assert ask(api, header).status_code == 200
        assert identity.asked[f"/v1/projects/{PROJECT}/accounts:lookup"] == 1
        # and another token of the same user is another question
        identity.disabled.add(uid_of(OWNER))
        assert ask(api, header).status_code == 200
        assert ask(api, bearer(OWNER, iat=in_(-5))).status_code == 401


def test_the_log_names_nobody_and_holds_no_token(guarded: Api) -> None:
    shown = token("very.private@example.com")
    ask(guarded, {"Authorization": f"Bearer {shown}"})
    ask(guarded, {"Authorization": f"Bearer {shown}x"})
    log = guarded.log.read_text()
    assert '"proof": "id_token"' in log
    assert "very.private" not in log
    assert shown[:40] not in log
    assert shown.split(".")[1] not in log


# Keys for services.


def new_key(api: Api, users: set[str] | None = None, expires_at: datetime | None = None) -> str:
    return RedisAccess(api.redis.url).add_key("the gym's website", users, expires_at=expires_at)[1]


def keys(api: Api, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The operator's command."""
    return subprocess.run(
        [sys.executable, "-m", "api", "keys", *arguments],
        cwd=ROOT,
        env={**os.environ, "GOODREP_REDIS_URL": api.redis.url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_operator_makes_lists_and_revokes_keys(guarded: Api) -> None:
    made = keys(guarded, "add", "the gym's website", "--user", OWNER, "--days", "30")
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    key_id = key.split("_")[1]
    assert ask(guarded, {"X-API-Key": key}).status_code == 200
    listed = keys(guarded, "list").stdout.split("\t")
    assert listed[:3] == [key_id, "the gym's website", OWNER]
    assert "expires" in listed[4]
    assert key.split("_", 2)[2] not in "".join(listed)
    assert keys(guarded, "revoke", key_id).returncode == 0
    assert ask(guarded, {"X-API-Key": key}).status_code == 401
    again = keys(guarded, "revoke", key_id)
    assert (again.returncode, again.stderr.strip()) == (1, f"There is no key {key_id}.")


@pytest.mark.parametrize(
    "arguments", [["add", "x"], ["add", "x", "--all-users", "--days", "0"], ["add", "x", "--all-users", "--user", "y"]]
)
def test_a_key_without_a_clear_scope_is_not_made(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["keys", *arguments])
    assert ended.value.code == 2


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_service_comes_in_with_its_key_until_it_is_revoked(guarded: Api, header: str) -> None:
    key = new_key(guarded)
    headers = {header: key if header == "X-API-Key" else f"Bearer {key}"}
    guarded.put()
    assert guarded.http.post("/v1/analyses", json={"video": VIDEO}, headers=headers).status_code == 202
    key_id = key.split("_")[1]
    assert RedisAccess(guarded.redis.url).revoke_key(key_id)
    response = ask(guarded, headers)
    assert (response.status_code, code_of(response)) == (401, "api_key_invalid")
    assert f"api_key {key_id}" in guarded.log.read_text()


def test_a_key_speaks_for_its_users_alone(guarded: Api) -> None:
    headers = {"X-API-Key": new_key(guarded, {OWNER, "jo@example.com"})}
    assert ask(guarded, headers).status_code == 200
    assert guarded.http.get("/v1/analyses?user=jo@example.com", headers=headers).status_code == 200
    response = guarded.http.get("/v1/analyses?user=else@example.com", headers=headers)
    assert (response.status_code, code_of(response)) == (403, "forbidden")


def test_a_key_is_stored_nowhere(guarded: Api) -> None:
    first, second = new_key(guarded), new_key(guarded)
    ask(guarded, {"X-API-Key": first})
    secret = first.split("_", 2)[2]
    stored = (guarded.redis.folder / "appendonly.aof").read_bytes()
    assert first.split("_")[1].encode() in stored
    assert secret.encode() not in stored
    assert second.split("_", 2)[2].encode() not in stored
    assert secret not in guarded.log.read_text()


def test_a_key_that_is_not_one_is_refused(guarded: Api) -> None:
    key, other = new_key(guarded), new_key(guarded, {OWNER})
    crossed = "_".join((*other.split("_")[:2], key.split("_", 2)[2]))
    for wrong in (key[:-1], key + "x", key.upper(), crossed, "gr_", "gr__", "gr_x_y", "x", f"gr_{'0' * 12}_{'a' * 43}"):
        response = ask(guarded, {"X-API-Key": wrong})
        assert (response.status_code, code_of(response)) == (401, "api_key_invalid"), wrong


def test_a_key_ends_when_its_time_is_over(guarded: Api) -> None:
    later, earlier = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(seconds=1)
    assert ask(guarded, {"X-API-Key": new_key(guarded, expires_at=later)}).status_code == 200
    assert ask(guarded, {"X-API-Key": new_key(guarded, expires_at=earlier)}).status_code == 401
