"""The whole analysis of a drawn clip, and what must hold for its files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from analysis.pipeline import AnalysisResult, analyze

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
BEST = [f"best{number}_{who}.jpg" for number in range(1, 6) for who in ("user", "pro")]
TABLES = ("angles.csv", "landmarks.csv", "landmarks.npz")
ALWAYS = {"report.json", "report.html", "summary.png", "graph.png", *TABLES, *BEST}


@dataclass(frozen=True)
class Analysed:
    result: AnalysisResult
    folder: Path
    progress: list[tuple[str, int, int]]


def analysed(video: Path, folder: Path, *, professional: Path | None = None) -> Analysed:
    progress: list[tuple[str, int, int]] = []
    result = analyze(
        video, "squat", folder / "out", professional=professional, on_progress=lambda *told: progress.append(told)
    )
    return Analysed(result, folder / "out", progress)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def report_in(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(report)
    return report
