"""Kept landmarks: written and read exactly, judged again as the analysis would, refused where they are none."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from analysis.__main__ import main
from analysis.errors import AnalysisCancelled, LandmarksUnreadable, UnknownExercise
from analysis.judged import NOTHING_TO_COMPARE, PROFESSIONAL_NOT_FOLLOWED, comparison_of, evidence_of
from analysis.judging.exercise import find_exercise
from analysis.judging.faults import NOT_FOLLOWED
from analysis.kept import LANDMARKS, Kept, KeptPose, read_kept, write_kept
from analysis.options import AnalysisOptions
from analysis.pictures.evidence import Evidence
from analysis.rejudging import FILES, rejudge
from analysis.report import report_document
from analysis.texts import sentence
from analysis.types import PoseTrack
from analysis.verdicts import Comparison, Remark
from mannequin import Clip, truth_of
from mannequin.track import true_track
from tests.skeleton import FRONT, cosine, skeleton_track

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
MODEL = "ab" * 32


def squats(depth_deg: float, **how: Any) -> PoseTrack:
    track = skeleton_track("squat", cosine(3, 5.0, depth_deg), **how)
    return replace(track, video=replace(track.video, sha256="0" * 64))


def kept_in(folder: Path, *, professional: bool = False) -> Path:
    user = KeptPose(squats(75.0, hidden=[(20, 22)]), 2)
    model = KeptPose(squats(110.0), 1) if professional else None
    path = folder / LANDMARKS
    write_kept(Kept("squat", MODEL, user, model), path)
    return path


def report_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("professional", [False, True])
def test_what_was_kept_is_read_as_it_was(tmp_path: Path, *, professional: bool) -> None:
    path = kept_in(tmp_path, professional=professional)
    found = read_kept(path)
    track = squats(75.0, hidden=[(20, 22)])
    assert found.exercise == "squat"
    assert found.pose_model_sha256 == MODEL
    assert found.user.people == 2
    assert found.user.track.video == track.video
    np.testing.assert_array_equal(found.user.track.landmarks, track.landmarks)
    np.testing.assert_array_equal(found.user.track.world, track.world)
    np.testing.assert_array_equal(found.user.track.timestamps_s, track.timestamps_s)
    assert (found.professional is not None) == professional


def test_a_rejudge_says_what_the_analysis_says(tmp_path: Path) -> None:
    options = AnalysisOptions(height_m=1.8)
    squat = find_exercise("squat")
    user = evidence_of(squats(75.0, hidden=[(20, 22)]), 2, squat, options)
    model = evidence_of(squats(110.0), 1, squat, options)
    comparison = comparison_of(user, model)
    assert isinstance(comparison, Comparison)
    said = report_document(
        user.report,
        user.track.timestamps_s,
        pictures=[None] * 3,
        model=MODEL,
        options=options,
        comparison=comparison,
        professional=model.track,
        pairs_have_pictures=False,
    )

    result = rejudge(kept_in(tmp_path, professional=True), None, tmp_path / "out", options=options)

    assert report_of(tmp_path / "out") == json.loads(json.dumps(said))
    Draft202012Validator(SCHEMA).validate(report_of(tmp_path / "out"))
    assert [path.name for path in result.files] == list(FILES)
    assert all(path.stat().st_size for path in result.files)
    again = rejudge(tmp_path / "out" / LANDMARKS, None, tmp_path / "again", options=options)
    assert again.figures == result.figures
    assert report_of(tmp_path / "again") == report_of(tmp_path / "out")


def test_a_professional_who_does_something_else_is_no_model_and_that_is_told_again(tmp_path: Path) -> None:
    clip = Clip("push_up", repetitions=4, fps=15.0)
    other = KeptPose(true_track(clip, truth_of(clip)), 1)
    write_kept(Kept("squat", MODEL, KeptPose(squats(75.0), 1), other), tmp_path / LANDMARKS)

    rejudge(tmp_path / LANDMARKS, None, tmp_path / "out")

    found = report_of(tmp_path / "out")
    assert "comparison" not in found
    assert found["quality"]["warnings"][-1].endswith("the professional's video shows another exercise.")
    assert read_kept(tmp_path / "out" / LANDMARKS).warnings == (), "it is found out again the next time"


def guessed(evidence: Evidence, *indices: int) -> Evidence:
    """As if these repetitions could not have been one body."""
    repetitions = tuple(
        replace(each, verdicts=tuple(replace(verdict, reason=NOT_FOLLOWED) for verdict in each.verdicts))
        if each.repetition.index in indices
        else each
        for each in evidence.report.repetitions
    )
    return replace(evidence, report=replace(evidence.report, repetitions=repetitions))


def test_what_cannot_have_been_one_body_is_not_compared() -> None:
    squat = find_exercise("squat")
    user, model = (evidence_of(squats(depth), 1, squat, AnalysisOptions()) for depth in (100.0, 110.0))

    assert comparison_of(user, guessed(model, 1, 2, 3)) == PROFESSIONAL_NOT_FOLLOWED
    assert comparison_of(guessed(user, 1, 2, 3), model) == NOTHING_TO_COMPARE
    partly = comparison_of(guessed(user, 2), guessed(model, 1))
    assert isinstance(partly, Comparison)
    assert [value > 80.0 for value in partly.per_repetition] == [True, False, True]
    assert np.isnan(partly.per_repetition[1])


def test_who_could_not_be_followed_is_not_said_to_be_unlike() -> None:
    squat = find_exercise("squat")
    user, model = (evidence_of(squats(depth), 1, squat, AnalysisOptions()) for depth in (100.0, 110.0))
    quality = replace(user.report.quality, warnings=(Remark("nothing_followed"),))

    unseen = replace(user, report=replace(user.report, repetitions=(), quality=quality))

    assert comparison_of(unseen, model) == NOTHING_TO_COMPARE


def test_a_professional_who_was_filmed_from_elsewhere_is_told_of(tmp_path: Path) -> None:
    """The pose sees the same movement otherwise from there: drawn ones are 62 to 76 % alike, not 89 to 98."""
    front, side = KeptPose(squats(110.0, turned_deg=FRONT), 1), KeptPose(squats(110.0), 1)
    warnings = {}
    for name, user in (("front", front), ("side", side)):
        write_kept(Kept("squat", MODEL, user, side), tmp_path / LANDMARKS)
        rejudge(tmp_path / LANDMARKS, None, tmp_path / name)
        assert "comparison" in report_of(tmp_path / name)
        warnings[name] = report_of(tmp_path / name)["quality"]["warnings"]

    assert warnings["front"][-1].startswith("You were filmed from the front, the professional from the side:")
    assert not any("professional" in warning for warning in warnings["side"])


def test_pixels_of_one_view_are_never_held_against_metres_of_another() -> None:
    """The model's metres understate strong flexion, from every view alike; from the side, pixels tell the truth."""
    squat, understated = find_exercise("squat"), 70.0
    deep = squats(110.0)
    side = replace(deep, world=squats(understated).world)
    front = squats(understated, turned_deg=FRONT)

    user, model = (evidence_of(track, 1, squat, AnalysisOptions()) for track in (side, front))

    assert (user.report.quality.view, model.report.quality.view) == ("side", "front")
    across = comparison_of(user, model)
    assert isinstance(across, Comparison)
    assert across.similarity > 95.0
    from_the_side = comparison_of(user, evidence_of(deep, 1, squat, AnalysisOptions()))
    assert isinstance(from_the_side, Comparison)
    assert from_the_side.similarity > 95.0, "there both have pixels"


def test_what_was_kept_can_be_told_in_another_language(tmp_path: Path) -> None:
    problem = Remark("professional_unusable", {"problem": ("video_truncated",)})
    write_kept(
        Kept("squat", MODEL, KeptPose(squats(75.0), 1), warnings=(problem,)),
        tmp_path / LANDMARKS,
    )
    told = {}
    for language in ("en", "ko-KR"):
        rejudge(tmp_path / LANDMARKS, None, tmp_path / language, options=AnalysisOptions(language=language))
        told[language] = report_of(tmp_path / language)

    english, korean = told["en"], told["ko-KR"]
    assert (english["language"], korean["language"]) == ("en", "ko")
    assert english["quality"]["warnings"][-1].endswith("part of the professional's video is missing.")
    assert korean["quality"]["warnings"][-1].endswith("전문가 영상의 일부가 없습니다.")
    assert korean["set"]["fix_first"]["cue"] == sentence("squat.depth", "ko")
    assert [fault["code"] for fault in korean["faults"]] == [fault["code"] for fault in english["faults"]] != []
    page = (tmp_path / "ko-KR" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert "스쿼트" in page


def test_a_warning_that_was_kept_as_a_sentence_still_counts(tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    with np.load(path) as arrays:
        content = dict(arrays)
    about = json.loads(bytes(content["about"])) | {"warnings": ["There is no comparison."]}
    np.savez(path, allow_pickle=False, **content | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)})

    assert read_kept(path).warnings == (Remark("professional_unusable", {"problem": ("analysis_failed",)}),)

    about["warnings"] = [{"code": "professional_unusable", "names": {"problem": ["of nobody's"]}}]
    np.savez(path, allow_pickle=False, **content | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)})
    with pytest.raises(LandmarksUnreadable):
        read_kept(path)


def test_what_was_held_is_timed_again(tmp_path: Path) -> None:
    clip = Clip("plank", repetitions=1, seconds_per_repetition=5.0, fps=15.0)
    track = true_track(clip, truth_of(clip))
    track = replace(track, video=replace(track.video, sha256="0" * 64))
    write_kept(Kept("plank", MODEL, KeptPose(track, 1)), tmp_path / LANDMARKS)

    rejudge(tmp_path / LANDMARKS, None, tmp_path / "out")

    found = report_of(tmp_path / "out")
    Draft202012Validator(SCHEMA).validate(found)
    assert [hold["picture"] for hold in found["holds"]] == [None]
    assert found["holds"][0]["held_s"] > 3.0


def test_with_another_exercise_it_is_that_ones(tmp_path: Path) -> None:
    rejudge(kept_in(tmp_path, professional=True), "Deadlift", tmp_path / "out")
    found = report_of(tmp_path / "out")
    assert found["exercise"] == "deadlift"
    assert "comparison" not in found, "the professional did squats"
    assert not any(fault["code"].startswith("squat.") for fault in found["faults"])
    assert found["produced_by"]["pose_model_sha256"] == MODEL


def test_who_did_not_say_the_exercise_is_recognised_again(tmp_path: Path) -> None:
    unknown = find_exercise("unselected")
    said = evidence_of(squats(100.0), 1, unknown, AnalysisOptions()).report
    write_kept(Kept("unselected", MODEL, KeptPose(squats(100.0), 1)), tmp_path / LANDMARKS)

    rejudge(tmp_path / LANDMARKS, None, tmp_path / "out")

    found = report_of(tmp_path / "out")
    assert said.recognised is not None
    assert found["exercise"] == said.exercise == said.recognised.exercise
    assert found["recognised"]["confidence"] == pytest.approx(said.recognised.confidence, abs=0.01)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off", b"\x93NUMPY"])
def test_what_holds_no_landmarks_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / LANDMARKS
    path.write_bytes(content)
    with pytest.raises(LandmarksUnreadable):
        rejudge(path, "squat", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_other_arrays_and_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / LANDMARKS
    about = np.frombuffer(json.dumps({"format": 99}).encode(), np.uint8)
    for arrays in ({"x": np.zeros(3)}, {"about": np.array([{}], dtype=object)}, {"about": about}):
        with path.open("wb") as file:
            np.savez(file, **arrays)
        with pytest.raises(LandmarksUnreadable):
            read_kept(path)


def test_it_stops_when_asked_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AnalysisCancelled):
        rejudge(kept_in(tmp_path), None, tmp_path / "out", cancelled=lambda: True)
    with pytest.raises(UnknownExercise):
        rejudge(kept_in(tmp_path), "zumba", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept_in(tmp_path)
    assert main(["rejudge", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "Squat · 3 repetitions" in capsys.readouterr().out
    assert main(["rejudge", str(path), "--exercise", "zumba", "--out", str(tmp_path / "out")]) == 1
    assert "unknown_exercise" in capsys.readouterr().err
    assert main(["rejudge", str(tmp_path / "none.npz"), "--out", str(tmp_path / "out")]) == 1
    assert "io_error" in capsys.readouterr().err


def test_judging_starts_no_threads_that_wait_for_each_other() -> None:
    code = "import os; from analysis.judging import judge; print(len(os.listdir('/proc/self/task')))"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, check=True)
    assert int(ran.stdout) == 1
