"""What devices are told: complete in every language, true, and without what need not be known."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import worker.signalling.texts
from analysis.errors import AnalysisError
from analysis.judging.exercise import all_exercises
from storage import Storage, open_storage
from storage.errors import VideoQuarantined
from storage.signals.channel import Notice
from storage.types import Job, JobStatus, Stage
from worker.signalling.notification import EVENTS, Figures, figures_of, message_of
from worker.signalling.texts import LANGUAGES, closest, texts

OWNER = "jane.doe@example.com"
JOB_ID = "0f8fad5bd9cb469fa16570867728950e"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
JOB = Job(
    id=JOB_ID,
    owner=OWNER,
    video_key=f"temp/video/user/{OWNER}/exercise_Push Up_2305092259.mp4",
    exercise="Push Up",
    status=JobStatus.SUCCEEDED,
    stage=Stage.DONE,
    created_at=NOW,
    updated_at=NOW,
    results_prefix=f"temp/image/{OWNER}/exercise_Push Up_2305092259/{JOB_ID}",
    result_files=("report.json",),
)
DONE = Notice(f"{JOB_ID}.1", "analysis.succeeded", JOB, NOW)
NOT_THE_VIDEOS_FAULT = {"analysis_failed", "analysis_crashed", "cancelled"}


def failed(code: str) -> Notice:
    job = replace(JOB, status=JobStatus.FAILED, error_code=code, results_prefix="", result_files=())
    return Notice(f"{JOB_ID}.1", "analysis.failed", job, NOW)


def kinds(of: type[AnalysisError]) -> Iterator[type[AnalysisError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def test_every_file_is_a_language_and_every_language_has_one() -> None:
    folder = Path(worker.signalling.texts.__file__).parent
    assert {path.stem for path in folder.glob("*.json")} == set(LANGUAGES) >= {"en", "ko"}
    with pytest.raises(ValueError, match="fr"):
        texts("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing_and_none_is_left_over(language: str) -> None:
    words, english = texts(language), texts("en")
    assert {group: set(sentences) for group, sentences in words.items()} == {
        group: set(sentences) for group, sentences in english.items()
    }
    for group, sentences in words.items():
        for name, sentence in sentences.items():
            assert sentence.strip() == sentence != "", (group, name)
            placeholders = re.findall(r"{.*?}", sentence)
            assert sorted(placeholders) == sorted(re.findall(r"{.*?}", english[group][name])), (group, name)
    assert set(words["titles"]) == set(EVENTS)
    assert set(words["exercises"]) == {exercise.name for exercise in all_exercises()}
    codes = {kind.code for kind in kinds(AnalysisError)} - NOT_THE_VIDEOS_FAULT
    assert codes | {VideoQuarantined.code} <= set(words["reasons"])


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_translations_are_translated(language: str) -> None:
    for group in ("titles", "results", "reasons"):
        for name, sentence in texts(language)[group].items():
            assert sentence != texts("en")[group][name], (group, name)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("KO-kr", "ko"),
        ("de-Latn-AT", "de"),
        ("fr-CA", "en"),
        ("kok", "en"),
        ("", "en"),
        ("e", "en"),
        ("../en", "en"),
    ],
)
def test_the_devices_language_or_english(asked: str, got: str) -> None:
    assert closest(asked) == got


@pytest.mark.parametrize(
    ("figures", "body"),
    [
        (Figures(8, 84.4), "Repetitions: 8. Score: 84 of 100."),
        (Figures(1, None), "Repetitions: 1."),
        (Figures(0, None), "No repetitions were found."),
        (Figures(0, None, 41.7), "Held for 42 s."),
        (Figures(0, 90.0, 41.7), "Held for 42 s. Score: 90 of 100."),
        (None, "Open the app to see them."),
    ],
)
def test_what_is_said_of_results(figures: Figures | None, body: str) -> None:
    message = message_of(DONE, "en", figures)
    assert (message.title, message.body) == ("Push-up: your results are ready", body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", [DONE, failed("nobody_in_picture"), failed("internal_error"), failed("of_tomorrow")])
def test_every_message_is_whole_in_every_language(language: str, notice: Notice) -> None:
    for figures in (None, Figures(8, 84.4), Figures(0, None), Figures(2, None)):
        message = message_of(notice, language, figures)
        assert message.title.startswith(texts(language)["exercises"]["push_up"])
        assert message.body
        assert "{" not in message.title + message.body


def test_the_reason_of_a_failure_in_the_readers_words() -> None:
    assert message_of(failed("nobody_in_picture"), "ko-KR", None).body == texts("ko")["reasons"]["nobody_in_picture"]
    for ours in ("internal_error", "too_many_attempts", "storage_refused"):
        assert message_of(failed(ours), "en", None).body == texts("en")["reasons"]["ours"]


def test_an_exercise_that_nobody_knows_is_an_exercise() -> None:
    notice = replace(DONE, job=replace(JOB, exercise="Yodelling"))
    assert message_of(notice, "en", None).title == "Exercise: your results are ready"


def test_the_app_learns_what_it_needs_and_nobody_else_who_it_is() -> None:
    message = message_of(DONE, "en", Figures(8, 84.4))
    assert message.data == {
        "event": "analysis.succeeded",
        "notice_id": f"{JOB_ID}.1",
        "job_id": JOB_ID,
        "status": "succeeded",
        "video": "exercise_Push Up_2305092259",
        "results": f"exercise_Push Up_2305092259/{JOB_ID}",
    }
    assert message_of(failed("not_a_video"), "en", None).data["error_code"] == "not_a_video"
    flat = replace(
        JOB,
        video_key=f"temp/exercise/{OWNER}_exercise_Squat_2305092259.mp4",
        results_prefix=f"{OWNER}/exercise_Squat_2305092259_result/{JOB_ID}",
    )
    for notice in (DONE, failed("not_a_video"), replace(DONE, job=flat)):
        told = message_of(notice, "en", None)
        assert "jane" not in json.dumps([told.title, told.body, dict(told.data), told.subject])
        assert all(isinstance(value, str) for value in told.data.values())
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", told.subject)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(f"local://{tmp_path}/storage")


@pytest.mark.parametrize(
    ("report", "figures"),
    [
        ('{"repetitions": [{}, {}], "score": 84.4}', Figures(2, 84.4)),
        ('{"repetitions": [], "score": null}', Figures(0, None)),
        ('{"score": 84.4}', None),
        ('{"repetitions": 2, "score": 84.4}', None),
        ("[]", None),
        ("no report", None),
        (None, None),
    ],
)
def test_figures_of_the_report_where_it_can_be_read(
    storage: Storage, tmp_path: Path, report: str | None, figures: Figures | None
) -> None:
    if report is not None:
        (tmp_path / "report").write_text(report)
        storage.objects.upload(tmp_path / "report", f"{JOB.results_prefix}/report.json", "application/json")
    assert figures_of(JOB, storage.objects) == figures


def test_every_report_has_these_figures() -> None:
    schema = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text())
    assert {"repetitions", "score"} <= set(schema["required"])


def test_a_job_without_a_report_has_no_figures(storage: Storage) -> None:
    assert figures_of(replace(JOB, result_files=()), storage.objects) is None
