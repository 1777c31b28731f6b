"""The API stays thin: starting it loads no computer vision, no worker and no analysis."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = {"analysis", "worker", "mannequin", "numpy", "scipy", "cv2", "av", "mediapipe", "matplotlib", "PIL"}


def test_what_is_loaded(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from api import create_app
from api.settings import Settings
create_app(Settings(volumes=Path({str(tmp_path)!r})))
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "flask" in loaded.split()
    assert HEAVY.isdisjoint(loaded.split())
