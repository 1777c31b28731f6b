"""The API stays thin: starting it loads no computer vision, no worker and no analysis."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("configured", [False, True])
def test_what_traces_need_is_loaded_where_they_are_configured_only(configured: bool) -> None:
    code = """
import sys
import worker.configure
from telemetry.tracing import begin_span, open_tracing
open_tracing("tests")
exporter = any(name.startswith("opentelemetry.exporter") for name in sys.modules)  # redis-py imports the rest by itself
print(exporter, "google.protobuf" in sys.modules, bool(begin_span("x").trace_id))
"""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    address = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"} if configured else {}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**kept, **address}, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [str(configured)] * 3
