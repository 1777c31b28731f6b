"""What made a report: the code, the rules and the pose model, each as a checksum, so that equal reports can be told."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis import __version__
from analysis.judging.exercise import all_exercises


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a report, beside the video.

    Attributes:
        version: Of the code, as released.
        code_sha256: Of every file of the analysis, so that it changes with each commit that touches it.
        rules_sha256: Of every declaration of an exercise: limits, views, severities, sentences.
        pose_model_sha256: Of the pose model's file that found the landmarks.
    """

    version: str
    code_sha256: str
    rules_sha256: str
    pose_model_sha256: str


def provenance(pose_model_sha256: str) -> Provenance:
    """That of a report which this code makes now, from landmarks of that model."""
    return Provenance(__version__, code_sha256(), rules_sha256(), pose_model_sha256)


@cache
def code_sha256() -> str:
    """Hex digest over the names and contents of the analysis' Python files, in order."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def rules_sha256() -> str:
    """Hex digest over all declarations, as Python prints them: they are data."""
    return hashlib.sha256("\n".join(map(repr, all_exercises())).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
