"""The whole analysis on a drawn clip: files, progress, cancelling, failing."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from analysis.errors import AnalysisCancelled, NotAVideo, UnknownExercise
from analysis.options import AnalysisOptions
from analysis.pipeline import analyze
from analysis.rejudging import rejudge
from analysis.verdicts import Remark
from mannequin import Clip, draw
from tests.unit.analysis.analysed_clip import ALWAYS, Analysed, names_in, report_in


def test_every_file_is_there_and_nothing_else(alone: Analysed) -> None:
    assert names_in(alone.folder) == ALWAYS | {"rep_01.jpg", "rep_02.jpg"}
    first = ["report.json", "report.html", "summary.png", "rep_01.jpg", "rep_02.jpg"]
    assert [path.name for path in alone.result.files[:5]] == first
    assert {path.name for path in alone.result.files} == names_in(alone.folder)
    report_in(alone.folder)


def test_every_fault_has_a_picture_of_the_moment_that_shows_it(tmp_path: Path) -> None:
    clip = Clip(repetitions=2, seconds_per_repetition=2.0, fps=20.0, faults=("squat.lockout", "squat.lockout"))
    draw(tmp_path / "clip.mp4", clip)
    result = analyze(tmp_path / "clip.mp4", "squat", tmp_path / "out")
    document = report_in(tmp_path / "out")

    faults = [fault for repetition in document["repetitions"] for fault in repetition["faults"]]

    assert {fault["code"] for fault in faults} == {"squat.lockout"}
    assert {fault["picture"] for fault in faults} >= {"rep_01_lockout.jpg"}
    for fault in faults:
        assert fault["picture"] in names_in(tmp_path / "out"), fault["code"]
    assert {path.name for path in result.files} == names_in(tmp_path / "out")


def test_every_picture_can_be_read_and_is_large_enough(alone: Analysed) -> None:
    for path in alone.result.files:
        if path.suffix in {".jpg", ".png"}:
            with Image.open(path) as picture:
                picture.load()
                assert min(picture.size) >= 720, path.name


def test_each_repetition_has_its_own_picture(alone: Analysed) -> None:
    report = alone.result.report

    assert [judged.repetition.index for judged in report.repetitions] == [1, 2]
    assert (alone.folder / "rep_01.jpg").read_bytes() != (alone.folder / "rep_02.jpg").read_bytes()
    best = {(alone.folder / f"best{number}_user.jpg").read_bytes() for number in range(1, 6)}
    assert len(best) == 5, "with two repetitions, the five are different moments"
    assert {(alone.folder / f"rep_0{number}.jpg").read_bytes() for number in (1, 2)} <= best


def test_figures_are_the_scores_of_the_repetitions_shown(alone: Analysed) -> None:
    scores = sorted((judged.score or 0 for judged in alone.result.report.repetitions), reverse=True)

    assert alone.result.figures == tuple(round(scores[place % 2]) for place in range(5))


def test_progress_names_the_stages_in_order_and_counts_frames(alone: Analysed) -> None:
    stages = list(dict.fromkeys(stage for stage, _, _ in alone.progress))
    frames = [done for stage, done, _ in alone.progress if stage == "pose"]

    assert stages == ["checking", "pose", "judging", "drawing"]
    assert frames == sorted(frames)
    assert frames[-1] == alone.result.report.video.frame_count
    assert alone.progress[-1][1] == alone.progress[-1][2]


def test_the_same_video_as_professional_is_all_alike(compared: Analysed) -> None:
    comparison = compared.result.comparison

    assert comparison is not None
    assert comparison.similarity > 97
    assert min(compared.result.figures) > 97
    assert compared.result.figures == tuple(round(pair.similarity) for pair in comparison.pairs)
    assert names_in(compared.folder) == ALWAYS | {"rep_01.jpg", "rep_02.jpg"}
    assert "comparison" in report_in(compared.folder)


def test_the_kept_landmarks_judged_again_say_the_same(alone: Analysed, compared: Analysed, tmp_path: Path) -> None:
    for number, first in enumerate((alone, compared)):
        again = rejudge(first.folder / "landmarks.npz", None, tmp_path / str(number))

        assert without_pictures(report_in(tmp_path / str(number))) == without_pictures(report_in(first.folder))
        assert again.figures == first.result.figures
        for name in ("angles.csv", "landmarks.npz"):
            assert (tmp_path / str(number) / name).read_bytes() == (first.folder / name).read_bytes()


def without_pictures(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_pictures(one) for key, one in value.items() if not key.endswith("picture")}
    return [without_pictures(one) for one in value] if isinstance(value, list) else value


def test_user_is_user_and_professional_is_professional(clip: Path, standing: Path, tmp_path: Path) -> None:
    """The user squats, the professional stands: only the professional's five pictures show nearly the same."""
    result = analyze(clip, "squat", tmp_path, professional=standing)

    def photo(name: str) -> Image.Image:
        with Image.open(tmp_path / name) as picture:
            return picture.convert("L").resize((48, 64)).crop((0, 0, 48, 40))

    def apart(first: str, second: str) -> float:
        pairs = zip(photo(first).tobytes(), photo(second).tobytes(), strict=True)
        return sum(abs(a - b) for a, b in pairs) / (48 * 40)

    assert result.comparison is not None
    # The first user's picture is the turning point; the fourth is on the way.
    assert apart("best1_user.jpg", "best1_pro.jpg") > 3 * apart("best1_pro.jpg", "best4_pro.jpg")


def test_on_request_a_video_and_no_faces(clip: Path, alone: Analysed, tmp_path: Path) -> None:
    progress: list[tuple[str, int, int]] = []
    (tmp_path / "annotated.mp4").write_text("old")

    result = analyze(
        clip,
        "squat",
        tmp_path,
        options=AnalysisOptions(blur_faces=True, video=True, language="fr-CA", height_m=1.72),
        on_progress=lambda *told: progress.append(told),
    )

    names = ALWAYS | {"rep_01.jpg", "rep_02.jpg", "annotated.mp4"}
    assert names_in(tmp_path) == names == {path.name for path in result.files}
    report = report_in(tmp_path)
    assert report["options"] == {"blur_faces": True, "video": True, "language": "fr-CA", "height_m": 1.72}
    assert report["language"] == "en", "there is no French catalogue"
    drawing = [done for stage, done, _ in progress if stage == "drawing"]
    assert drawing == sorted(drawing)
    assert drawing[-1] == 100
    for name in ("rep_01.jpg", "best1_user.jpg", "best4_user.jpg"):
        changed = difference(alone.folder / name, tmp_path / name)
        rows, columns = np.nonzero(changed > 24)
        assert len(rows) > 400, f"{name}: the face is still there"
        height, width = np.ptp(rows) / changed.shape[0], np.ptp(columns) / changed.shape[1]
        assert max(height, width) < 0.4, f"{name}: and only the face is gone"
    assert (tmp_path / "summary.png").read_bytes() == (alone.folder / "summary.png").read_bytes()


def difference(one: Path, other: Path) -> NDArray[np.int64]:
    """By how much the pixels of two pictures differ at most, (height, width)."""
    with Image.open(one) as first, Image.open(other) as second:
        apart = np.asarray(first.convert("RGB"), np.int64) - np.asarray(second.convert("RGB"), np.int64)
    return np.asarray(np.abs(apart).max(axis=2))


def test_nothing_counted_still_shows_the_person(standing: Path, tmp_path: Path) -> None:
    result = analyze(standing, "squat", tmp_path)

    assert result.report.repetitions == ()
    assert result.figures == (0, 0, 0, 0, 0)
    assert names_in(tmp_path) == ALWAYS


def test_what_is_wrong_with_the_professional_is_a_warning(clip: Path, tmp_path: Path) -> None:
    broken = tmp_path / "professional.mp4"
    broken.write_bytes(b"no video" * 100)

    result = analyze(clip, "squat", tmp_path / "out", professional=broken)

    assert result.comparison is None
    assert Remark("professional_unusable", {"problem": ("not_a_video",)}) in result.report.quality.warnings
    assert names_in(tmp_path / "out") == ALWAYS | {"rep_01.jpg", "rep_02.jpg"}


@pytest.mark.parametrize("stage", ["checking", "pose", "judging", "drawing"])
def test_cancelled_at_any_stage_leaves_nothing(stage: str, clip: Path, tmp_path: Path) -> None:
    reached: list[str] = []

    with pytest.raises(AnalysisCancelled):
        analyze(
            clip,
            "squat",
            tmp_path / "out",
            on_progress=lambda name, _done, _total: reached.append(name),
            cancelled=lambda: stage in reached,
        )

    assert not (tmp_path / "out").exists()


def test_an_error_leaves_nothing_and_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no video" * 100)
    (tmp_path / "kept.txt").write_text("mine")

    with pytest.raises(NotAVideo):
        analyze(tmp_path / "bad.mp4", "squat", tmp_path)
    with pytest.raises(UnknownExercise):
        analyze(tmp_path / "bad.mp4", "juggling", tmp_path / "new")

    assert names_in(tmp_path) == {"bad.mp4", "kept.txt"}


def test_an_earlier_result_is_replaced_whole(clip: Path, tmp_path: Path) -> None:
    for name in ("rep_01.jpg", "rep_17.jpg", "kept.txt"):
        (tmp_path / name).write_text("old")

    analyze(clip, "squat", tmp_path)

    assert names_in(tmp_path) == ALWAYS | {"rep_01.jpg", "rep_02.jpg", "kept.txt"}
