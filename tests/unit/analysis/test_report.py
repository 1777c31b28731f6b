"""report.json and the tables: the schema holds, times are of the video, unknown is null or empty."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import analysis
from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.motion.angles import joint_angles
from analysis.pictures.selection import picture_names
from analysis.provenance import code_sha256, rules_sha256
from analysis.report import report_document, write_angles, write_document, write_landmarks
from analysis.verdicts import Comparison, MomentPair
from tests.skeleton import cosine, skeleton_track
from tests.unit.analysis.stick_figure import half_unseen, report_on, squatting

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
COMPARISON = Comparison(81.25, (81.25, float("nan")), (MomentPair(30, 30, 0.5, 80.0),), [0.0, 1.0], [80.0, 82.5])
JOINTS: dict[str, Any] = {"joints": ("left_knee_flexion", "right_knee_flexion"), "per_joint": ((81.25, float("nan")),)}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "pose.task"
    path.write_bytes(b"model")
    return path


def document(scores: list[float | None], model: Path, *, comparison: Comparison | None = None) -> dict[str, Any]:
    track = squatting(len(scores))
    report = report_on(track, scores)
    return report_document(
        report,
        track.timestamps_s,
        pictures=picture_names(report),
        model=model,
        comparison=comparison,
        professional=track if comparison else None,
    )


@pytest.mark.parametrize("scores", [[], [100.0, 75.0, 40.0], [None, None]])
@pytest.mark.parametrize("comparison", [None, COMPARISON])
def test_every_report_keeps_the_schema(
    scores: list[float | None], comparison: Comparison | None, model: Path, tmp_path: Path
) -> None:
    write_document(document(scores, model, comparison=comparison), tmp_path / "report.json")

    read = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(read)
    assert ("comparison" in read) == (comparison is not None)


def test_every_key_is_explained() -> None:
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")

    missing = sorted(key for key in _keys(SCHEMA) if not re.search(rf"`[^`]*\b{key}\b[^`]*`", text))

    assert missing == []


def _keys(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(_keys(value) for value in schema.values()))


def test_times_are_those_of_the_frames_whatever_the_frame_rate(model: Path) -> None:
    track = squatting(2)
    wobbly = np.cumsum(np.where(np.arange(120) % 2, 0.02, 0.05))
    report = replace(report_on(track, [75.0, 100.0]), video=replace(track.video, duration_s=wobbly[-1] + 0.05))

    found = report_document(report, wobbly, pictures=picture_names(report), model=model)

    first, second = found["repetitions"]
    assert first["turn_s"] == round(wobbly[30], 3)
    assert first["end_s"] == second["start_s"] == round(wobbly[60], 3)
    assert second["end_s"] == round(wobbly[-1] + 0.05, 3), "past the last frame the video's end counts"
    assert found["faults"][0]["time_s"] == first["turn_s"]


def test_unknown_is_null(model: Path) -> None:
    found = document([None], model, comparison=replace(COMPARISON, **JOINTS))

    assert found["score"] is None
    assert found["repetitions"][0]["score"] is None
    assert found["comparison"]["per_repetition"] == [81.2, None]
    assert found["comparison"]["per_joint"] == [{"left_knee_flexion": 81.2, "right_knee_flexion": None}]
    assert set(found["set"].values()) == {None}


def test_the_report_says_what_made_it(model: Path) -> None:
    made_by = document([], model)["produced_by"]

    assert made_by["version"] == analysis.__version__
    assert made_by["code_sha256"] == code_sha256()
    assert made_by["rules_sha256"] == rules_sha256() != made_by["code_sha256"]
    assert made_by["pose_model_sha256"].startswith("9372c470eeadd5ec")
    assert f'version = "{analysis.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_a_judged_report_keeps_the_schema_and_tells_all_verdicts(model: Path) -> None:
    drawn = skeleton_track("squat", cosine(3, 5.0, 75.0))
    track = replace(drawn, video=replace(drawn.video, sha256="0" * 64))
    report = judge(track, find_exercise("squat"), height_m=1.8)

    found = report_document(report, track.timestamps_s, pictures=picture_names(report), model=model)

    Draft202012Validator(SCHEMA).validate(found)
    for repetition in found["repetitions"]:
        words = {verdict["code"]: verdict["verdict"] for verdict in repetition["verdicts"]}
        assert words["squat.depth"] == "fail"
        assert words["squat.lockout"] == "pass"
        assert words["squat.knees_in"] == "cannot_tell"
        assert repetition["kinematics"]["velocity_unit"] == "m/s"
        assert repetition["view"] == "side"
    assert found["set"]["fix_first"]["code"] == "squat.depth"
    assert found["set"]["velocity_loss_percent"] is not None


def test_a_fault_has_the_picture_that_shows_it(model: Path) -> None:
    track = squatting(1)
    report = report_on(track, [40.0])
    names = picture_names(report)

    alone = report_document(report, track.timestamps_s, pictures=names, model=model)
    drawn = {(1, "squat.tempo"): "fault_01_squat.tempo.jpg"}
    with_own = report_document(report, track.timestamps_s, pictures=names, model=model, fault_pictures=drawn)
    without = report_document(report, track.timestamps_s, pictures=[None], model=model)

    def pictures(found: dict[str, Any]) -> dict[str, str | None]:
        return {fault["code"]: fault["picture"] for fault in found["faults"]}

    assert pictures(alone) == {"squat.depth": "rep_01.jpg", "squat.tempo": None}
    assert pictures(with_own) == {"squat.depth": "rep_01.jpg", "squat.tempo": "fault_01_squat.tempo.jpg"}
    assert pictures(without) == {"squat.depth": None, "squat.tempo": None}
    for found in (alone, with_own, without):
        Draft202012Validator(SCHEMA).validate(found)
        assert found["faults"][0]["frame"] in (15, 30)


def test_landmarks_are_written_as_they_are(tmp_path: Path) -> None:
    track = half_unseen(squatting())

    write_landmarks(track, tmp_path / "landmarks.csv")

    header, *rows = csv.reader((tmp_path / "landmarks.csv").read_text(encoding="utf-8").splitlines())
    assert header[:4] == ["frame", "time_s", "nose_x_px", "nose_y_px"]
    assert len(header) == 2 + 33 * 7
    assert {len(row) for row in rows} == {len(header)}
    assert [int(row[0]) for row in rows] == list(range(180))
    x, world_z = header.index("left_knee_x_px"), header.index("right_ankle_world_z_m")
    for frame, row in enumerate(rows):
        seen = np.isfinite(track.landmarks[frame, 25, 0])
        assert (row[x] != "") == (row[world_z] != "") == seen
        if seen:
            assert float(row[x]) == pytest.approx(track.landmarks[frame, 25, 0], abs=0.051)
            assert float(row[world_z]) == pytest.approx(track.world[frame, 28, 2], abs=0.00051)
        assert float(row[1]) == pytest.approx(track.timestamps_s[frame], abs=0.00051)


def test_angles_are_written_as_they_are(tmp_path: Path) -> None:
    angles = joint_angles(squatting())

    write_angles(angles, tmp_path / "angles.csv")

    header, *rows = csv.reader((tmp_path / "angles.csv").read_text(encoding="utf-8").splitlines())
    assert header == ["frame", "time_s", *(f"{name}_deg" for name in angles.names)]
    written = np.array([[float(cell) for cell in row[2:]] for row in rows])
    assert written == pytest.approx(angles.degrees, abs=0.051)


def test_more_rows_than_are_written_at_once(tmp_path: Path) -> None:
    track = squatting(40)

    write_landmarks(track, tmp_path / "landmarks.csv")

    lines = (tmp_path / "landmarks.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2401
    assert lines[1001].startswith("1000,33.333,")
