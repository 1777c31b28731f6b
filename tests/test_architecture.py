"""The direction of the imports, and what each image may hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPUTER_VISION = {
    "ai-edge-litert",
    "av",
    "matplotlib",
    "mediapipe",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "scipy",
}


def locked(name: str) -> set[str]:
    """The packages of a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))


def test_every_room_imports_only_what_it_may() -> None:
    # in a process of its own: the tests have imported everything already
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_api_holds_no_computer_vision() -> None:
    assert not COMPUTER_VISION & locked("api")
    assert locked("worker") >= COMPUTER_VISION


def test_the_worker_holds_no_web_server() -> None:
    assert not {"flask", "gunicorn", "werkzeug"} & locked("worker")


def test_only_one_package_brings_cv2() -> None:
    for name in ("api", "worker", "dev"):
        assert "opencv-contrib-python" not in locked(name)
        assert "opencv-python" not in locked(name)


@pytest.mark.parametrize("name", ["api", "worker"])
def test_images_and_tests_use_the_same_versions(name: str) -> None:
    def versions(lock: str) -> set[str]:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        return set(re.findall(r"^[a-z0-9._-]+==\S+", text, re.MULTILINE))

    assert versions(name) <= versions("dev")


def test_no_lock_names_a_place_on_the_network() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text(), f"{path.name} names an address"
