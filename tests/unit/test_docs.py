"""The documents say what the code does, and both sides of a setting understand the same by it."""

import re
from pathlib import Path

import pytest
from opentelemetry.sdk import environment_variables
from pydantic_settings import BaseSettings

from api.settings import Settings
from scripts.env_example import FIXED, env_example
from worker.settings import WorkerSettings

ROOT = Path(__file__).parent.parent.parent
SETTINGS = (ROOT / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("settings", [Settings, WorkerSettings])
def test_every_setting_is_written_down_with_its_default(settings: type[BaseSettings]) -> None:
    for name, field in settings.model_fields.items():
        row = re.search(rf"^\| `GOODREP_{name.upper()}` \| `(.*?)` \|", SETTINGS, re.MULTILINE)
        assert row, name
        assert row[1] == str(field.default) or not field.default, name


def test_no_setting_is_written_down_that_there_is_not() -> None:
    known = {f"GOODREP_{name.upper()}" for settings in (Settings, WorkerSettings) for name in settings.model_fields}
    known |= {name for name in vars(environment_variables) if name.startswith("OTEL_")}
    assert set(re.findall(r"^\| `(\w+)`", SETTINGS, re.MULTILINE)) <= known


def test_the_example_of_an_env_file_explains_every_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    assert example == env_example(SETTINGS), "write it again: .venv/bin/python -m scripts.env_example"
    for settings in (Settings, WorkerSettings):
        for name in {f"GOODREP_{name.upper()}" for name in settings.model_fields} - set(FIXED):
            assert re.search(rf"^# .+\n#{name}=", example, re.MULTILINE), name


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "volumes" / "README.md"],
)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_api_and_worker_mean_the_same_store_whatever_its_folder_is_called(tmp_path: Path) -> None:
    volumes = tmp_path / "내 folder 100% #1"
    assert Settings(volumes=volumes).storage == WorkerSettings(volumes=volumes).storage
    assert Settings(volumes=volumes).storage.endswith(f"{volumes}/storage")
