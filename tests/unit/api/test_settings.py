"""Settings that cannot work are refused at the start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings


def test_names_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODREP_MAX_VIDEO_BYTES", "7")
    monkeypatch.setenv("GOODREP_STORAGE_URL", "local:///somewhere")
    assert Settings().max_video_bytes == 7
    assert Settings().storage == "local:///somewhere"


def test_the_embedded_storage_lies_in_the_volumes_whatever_their_name() -> None:
    assert Settings(volumes=Path("/a b/50%/ü")).storage == "local:///a b/50%/ü/storage"  # the folder is taken as it is


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_event_streams": 40, "max_legacy_waits": 24},
        {"legacy_wait_s": 240},
        {"max_video_bytes": 0},
        {"log_level": "LOUD"},
        {"identity": "none"},
        {"legacy_limit_per_user": "often"},
        {"link_lifetime_s": 0},
        {"clock_skew_s": 61},
        {"redis_answer_s": 1},  # an event stream asks Redis to wait for a second
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("identity", "asked", "is_open"),
    [
        ("open", None, True),
        ("firebase", None, False),
        ("firebase", True, True),
        ("firebase", False, False),
    ],
)
def test_the_legacy_door_is_shut_where_logins_are_wanted(identity: str, asked: bool | None, is_open: bool) -> None:
    settings = Settings.model_validate({"identity": identity, "open_legacy_door_without_login": asked})
    assert settings.legacy_door_is_open is is_open


def test_the_project_is_that_of_the_storage_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "of-the-machine")
    assert Settings().project == "of-the-machine"
    assert Settings(storage_url="firebase://of-storage?bucket=b").project == "of-storage"
    assert Settings(storage_url="firebase://of-storage", firebase_project="named").project == "named"
