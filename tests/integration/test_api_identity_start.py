"""In production the service does not start with anything that lets strangers in, and says so in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api import create_app
from api.settings import Settings
from api.start import StartRefused
from storage.firebase.project import EMULATOR_VARIABLES
from tests.api_service import ROOT
from tests.services import free_port
from tests.standins.identity import PROJECT, IdentityServer, running_identity

FINE = {"GOODREP_PRODUCTION": "1", "GOODREP_IDENTITY": "firebase", "GOODREP_FIREBASE_PROJECT": PROJECT}


def start(volumes: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start gunicorn as production does; it has ended by itself."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GOODREP_", "GOOGLE_")) and name not in EMULATOR_VARIABLES
    }
    address = f"127.0.0.1:{free_port()}"
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "python:api.server", "--bind", address, "api:create_app()"],
        cwd=ROOT,
        env={
            **kept,
            "HOME": str(volumes),
            "NO_GCE_CHECK": "true",
            "GOODREP_VOLUMES": str(volumes),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


REFUSED = {
    "open": ({"GOODREP_IDENTITY": "open"}, "GOODREP_IDENTITY=firebase"),
    "an emulator": ({"FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099"}, "FIREBASE_AUTH_EMULATOR_HOST"),
    "another emulator": ({"STORAGE_EMULATOR_HOST": "http://127.0.0.1:9199"}, "STORAGE_EMULATOR_HOST"),
    "no credentials": ({"GOOGLE_APPLICATION_CREDENTIALS": ""}, "GOOGLE_APPLICATION_CREDENTIALS"),
    "credentials that are not there": (
        {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"},
        "GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "no project": ({"GOODREP_FIREBASE_PROJECT": ""}, "GOODREP_FIREBASE_PROJECT"),
    "a wrong setting": ({"GOODREP_LEGACY_LIMIT_PER_USER": "many"}, "GOODREP_LEGACY_LIMIT_PER_USER"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_production_does_not_start(case: str, identity: IdentityServer, tmp_path: Path) -> None:
    changes, named = REFUSED[case]
    ended = start(tmp_path, {**FINE, "GOOGLE_APPLICATION_CREDENTIALS": str(identity.credentials()), **changes})
    assert ended.returncode == 1
    (sentence,) = ended.stderr.strip().splitlines()
    assert sentence.startswith("goodrep does not start. ")
    assert named in sentence
    assert sentence.endswith(".")


def test_no_other_server_starts_it_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="everybody could read everything"):
        create_app(Settings(production=True, volumes=tmp_path))
    with running_identity(tmp_path) as server:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(server.credentials()))
        settings = Settings(production=True, identity="firebase", firebase_project=PROJECT, volumes=tmp_path)
        create_app(settings)
        monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")
        with pytest.raises(StartRefused, match="FIREBASE_AUTH_EMULATOR_HOST"):
            create_app(settings)


def test_without_credentials_a_team_may_try_logins_without_asking_for_revocation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nowhere.json"))
    settings = {"identity": "firebase", "firebase_project": PROJECT, "volumes": tmp_path}
    with pytest.raises(StartRefused, match="GOODREP_FIREBASE_CHECK_REVOKED=false"):
        create_app(Settings.model_validate(settings))
    create_app(Settings.model_validate({**settings, "firebase_check_revoked": False}))
