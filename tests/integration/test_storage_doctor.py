"""`python -m storage doctor` against servers that are well, and against each illness."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from storage.__main__ import main
from tests.services import free_port
from tests.standins.cloud_storage import CloudStorage
from tests.standins.fixtures import QUICK_URL
from tests.standins.identity import IdentityServer
from tests.standins.messaging import Messaging, Refusal, running_messaging
from tests.standins.proxy import Faults, http_answer, running_proxy
from tests.standins.realtime_database import RealtimeDatabase
from tests.standins.serving import Handler, serving

Report = Mapping[str, Mapping[str, str]]


@pytest.fixture
def project(
    firebase_url: str,
    own_identity: IdentityServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Messaging]:
    """A project that is well, but for its database, which the stand-in opens to everybody."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own_identity.credentials()))
    with running_messaging() as messaging:
        yield messaging


def examined(capsys: pytest.CaptureFixture[str], url: str = f"{QUICK_URL}&deadline_s=1") -> tuple[int, Report]:
    status = main(["doctor", "--json", "--url", url])
    findings = json.loads(capsys.readouterr().out)
    return status, {each["check"]: each for each in findings}


def states(report: Report) -> dict[str, str]:
    return {check: finding["state"] for check, finding in report.items()}


@contextmanager
def answering(status: int, date: str = "") -> Iterator[str]:
    """A server that answers everything with that status; its host and port."""

    class Door(Handler):
        def answer(self) -> None:
            self.body()
            self.send_response_only(status)
            self.send_header("Date", date or self.date_time_string())
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Door) as url:
        yield url.removeprefix("http://")


def test_the_embedded_default_is_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, report = examined(capsys, f"local://{tmp_path}")
    assert status == 0
    assert states(report) == {
        "bucket": "ok",
        "database": "ok",
        **dict.fromkeys(("credentials", "messaging", "rules", "clock"), "skipped"),
    }


def test_a_line_for_each_check_and_what_to_do(capsys: pytest.CaptureFixture[str], project: Messaging) -> None:
    assert main(["doctor", "--url", QUICK_URL]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if not line.startswith("  ")] == [
        "emulators",
        "credentials",
        "bucket",
        "database",
        "messaging",
        "rules",
        "clock",
    ]
    # the stand-in has no rules, and the doctor sees that
    assert any(line.startswith("FAILED rules") and "without a login" in line for line in lines)
    assert any("firebase deploy" in line for line in lines)


def test_what_is_well_is_ok_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str],
    project: Messaging,
    cloud_storage: CloudStorage,
    realtime_database: RealtimeDatabase,
) -> None:
    _, report = examined(capsys)
    assert [check for check, state in states(report).items() if state == "failed"] == ["rules"]
    assert project.sent[0]["validate_only"] is True

    assert httpx.get(f"{cloud_storage.url}/storage/v1/b/{cloud_storage.bucket}/o").json()["items"] == []
    assert httpx.get(f"http://{realtime_database.host}/.json").json() is None


def test_rules_that_refuse_strangers_are_well(
    capsys: pytest.CaptureFixture[str], project: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(403) as storage, answering(401) as database:
        monkeypatch.setenv("FIREBASE_STORAGE_EMULATOR_HOST", storage)
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", database)
        _, report = examined(capsys)
    assert report["rules"]["state"] == "ok"
    assert report["database"]["state"] == "failed"


def test_a_bucket_that_is_open_is_seen(
    capsys: pytest.CaptureFixture[str], project: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(200) as storage:
        monkeypatch.setenv("FIREBASE_STORAGE_EMULATOR_HOST", storage)
        _, report = examined(capsys)
    assert "read files and write files" in report["rules"]["sentence"]


def test_a_wrong_clock_is_seen(
    capsys: pytest.CaptureFixture[str], project: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(200, "Wed, 01 Jan 2020 00:00:00 GMT") as old:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://{old}")
        _, report = examined(capsys)
    assert report["clock"]["state"] == "failed"
    assert "ahead" in report["clock"]["sentence"]
    assert "NTP" in report["clock"]["remedy"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refusal(503, "UNAVAILABLE"), "ok"),
        (Refusal(403, "PERMISSION_DENIED"), "failed"),
        (Refusal(404, "NOT_FOUND"), "failed"),
    ],
)
def test_messaging(capsys: pytest.CaptureFixture[str], project: Messaging, answer: Refusal, state: str) -> None:
    project.answers.append(answer)
    _, report = examined(capsys)
    assert report["messaging"]["state"] == state
    if state == "failed":
        assert all(part in report["messaging"]["remedy"] for part in ("demo-goodrep", "enabled", "role"))


def test_a_bucket_and_a_database_that_refuse_are_seen(
    capsys: pytest.CaptureFixture[str],
    project: Messaging,
    cloud_storage: CloudStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_proxy(cloud_storage.port) as proxy:
        proxy.faults = Faults(answer=http_answer(403))
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", proxy.url)
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
        status, report = examined(capsys)
    assert status == 1
    assert "Storage Object Admin" in report["bucket"]["remedy"]
    assert report["bucket"]["state"] == report["database"]["state"] == "failed"
    assert "network" in report["database"]["remedy"]


def test_credentials_of_another_project_and_none_are_seen(
    capsys: pytest.CaptureFixture[str],
    project: Messaging,
    own_identity: IdentityServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = own_identity.credentials()
    path.write_text(path.read_text().replace('"project_id": "demo-goodrep"', '"project_id": "another"'))
    _, report = examined(capsys)
    assert "another" in report["credentials"]["sentence"]
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")
    _, report = examined(capsys)
    assert states(report)["credentials"] == "failed"
    assert states(report)["bucket"] == "skipped"


def test_a_url_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for url in ("ftp://x", "firebase://", "local://x"):
        status, report = examined(capsys, url)
        assert status == 1
        assert report["storage"]["remedy"] == "Correct GOODREP_STORAGE_URL."
