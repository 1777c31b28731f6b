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
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)
