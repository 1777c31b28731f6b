"""The emulator's variable, which switches the check of signatures off in firebase-admin, at every single check."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import ApiError
from api.id_tokens import EMULATOR_VARIABLE, FirebaseTokens
from api.settings import Settings
from tests import identity_app
from tests.standins.identity import PROJECT, IdentityServer, claims_of, running_identity, signed, token

EMAIL = "jane.doe@example.com"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityServer]:
    with running_identity(tmp_path_factory.mktemp("identity")) as running:
        identity_app.ask(running.url)
        yield running


def tokens(**changes: object) -> FirebaseTokens:
    given = {"firebase_project": PROJECT, "identity": "firebase", "firebase_check_revoked": False, **changes}
    return FirebaseTokens(Settings.model_validate(given))


def code_of(checking: FirebaseTokens, shown: str) -> str:
    try:
        assert checking.caller(shown).users == frozenset({EMAIL})
    except ApiError as error:
        return error.code
    return "fine"


FORGED = ("somebody's", "unsigned")


def forged(how: str) -> str:
    if how == "unsigned":
        return signed(claims_of(EMAIL), algorithm="none", kid=None)
    return signed(claims_of(EMAIL), key=how)


@pytest.mark.parametrize("how", FORGED)
@pytest.mark.parametrize("production", [True, False])
def test_it_opens_no_running_service(
    server: IdentityServer, monkeypatch: pytest.MonkeyPatch, how: str, production: bool
) -> None:
    checking = tokens(production=production)
    good = token(EMAIL)
    assert code_of(checking, good) == "fine"
    assert code_of(checking, forged(how)) == "token_invalid"
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    assert code_of(checking, forged(how)) == "identity_unavailable"
    assert code_of(checking, good) == "identity_unavailable"  # not even one that is known: something is badly wrong
    monkeypatch.delenv(EMULATOR_VARIABLE)
    assert code_of(checking, good) == "fine"


def test_a_developer_may_start_with_the_emulator(server: IdentityServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    assert code_of(tokens(), forged("unsigned")) == "fine"
    assert code_of(tokens(production=True), forged("unsigned")) == "identity_unavailable"


def test_an_address_that_nobody_confirmed_is_believed_where_the_operator_says_so(server: IdentityServer) -> None:
    shown = token(EMAIL, email_verified=False)
    assert code_of(tokens(), shown) == "email_not_verified"
    assert code_of(tokens(firebase_accept_unverified_email=True), shown) == "fine"


def test_clocks_may_differ_a_little(server: IdentityServer) -> None:
    now = claims_of(EMAIL)["iat"] + 60
    early = token(EMAIL, iat=now + 20, auth_time=now + 20)
    assert code_of(tokens(), early) == "token_invalid"
    assert code_of(tokens(clock_skew_s=40), early) == "fine"


def _segment(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


_PARTS = st.one_of(st.text(max_size=20), st.text(alphabet='{}[]":,alg kid0', max_size=30).map(_segment))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PARTS, max_size=4).map(".".join))
def test_whatever_is_sent_is_refused_in_words(server: IdentityServer, tmp_path: Path, shown: str) -> None:
    assert code_of(_checking(), shown) == "token_invalid"


def _checking(made: list[FirebaseTokens] = []) -> FirebaseTokens:  # noqa: B006 - one for all examples
    if not made:
        made.append(tokens())
    return made[0]
