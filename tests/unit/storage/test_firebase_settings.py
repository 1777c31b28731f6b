"""What the storage's URL and the environment say about a Firebase project."""

from pathlib import Path

import pytest

from storage import open_storage
from storage.errors import StorageError, StorageRefused, UnsafeEnvironment
from storage.firebase.project import EMULATOR_VARIABLES, FirebaseProject, check_environment, parse_firebase_url
from storage.firebase.retry import Patience
from tests.standins.identity import IdentityServer


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No emulator, no credentials, no machine of Google's."""
    for name in (*EMULATOR_VARIABLES, "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))


def test_a_project_s_name_is_enough() -> None:
    assert parse_firebase_url("firebase://my-gym") == FirebaseProject(
        "my-gym", "my-gym.firebasestorage.app", "https://my-gym-default-rtdb.firebaseio.com", Patience()
    )


def test_everything_can_be_named() -> None:
    url = "firebase://my-gym?bucket=gs://my-gym.appspot.com&database=https://x.europe-west1.firebasedatabase.app/&deadline_s=60"
    assert parse_firebase_url(url) == FirebaseProject(
        "my-gym", "my-gym.appspot.com", "https://x.europe-west1.firebasedatabase.app", Patience(deadline_s=60)
    )


@pytest.mark.parametrize(
    "url",
    [
        "firebase://",
        "firebase://No Project",
        "firebase://my-gym/path",
        "firebase://my-gym?bucket=a/b",
        "firebase://my-gym?database=http://plain.example.com",
        "firebase://my-gym?database=https://x.firebaseio.com/path",
        "firebase://my-gym?buckt=x",
        "firebase://my-gym?deadline_s=soon",
        "firebase://my-gym?what",
    ],
)
def test_what_names_no_project_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(StorageError, match=r"\.$"):
        parse_firebase_url(url)


def test_without_credentials_it_does_not_open() -> None:
    with pytest.raises(StorageRefused, match="GOOGLE_APPLICATION_CREDENTIALS"):
        open_storage("firebase://my-gym")


@pytest.mark.parametrize("name", EMULATOR_VARIABLES)
def test_production_refuses_every_emulator(
    name: str, own_identity: IdentityServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own_identity.credentials()))
    check_environment(production=True)
    monkeypatch.setenv(name, "127.0.0.1:9999")
    with pytest.raises(UnsafeEnvironment, match=name):
        check_environment(production=True)
    check_environment(production=False)


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account"}'])
def test_production_refuses_to_be_without_credentials(
    content: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        path = tmp_path / "account.json"
        path.write_text(content)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    with pytest.raises(UnsafeEnvironment, match="GOOGLE_APPLICATION_CREDENTIALS"):
        check_environment(production=True)
    check_environment(production=False)
