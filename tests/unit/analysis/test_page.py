"""report.html: one file that loads nothing, says what report.json says, and speaks every language."""

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from analysis.judged import evidence_of, write_report_page
from analysis.judging.exercise import find_exercise
from analysis.options import AnalysisOptions
from analysis.pictures.page import write_page
from analysis.pictures.page.chart import HEIGHT, WIDTH, chart_of
from analysis.pictures.page.content import _duration_s, _tempo
from analysis.pictures.page.hangul import hangul_font
from analysis.pictures.page.words import Words
from analysis.pictures.selection import picture_names
from analysis.pictures.wording import wording_in
from analysis.report import report_document
from analysis.texts import LANGUAGES, sentence, vocabulary, why_not_counted
from analysis.texts import texts as sentences
from analysis.texts.page import page_texts
from mannequin import truth_of
from mannequin.sets import faulty_set
from mannequin.track import true_track
from tests.unit.analysis.stick_figure import report_on, squatting

_VIEWS = ("front", "side", "oblique", "rear", "unknown")


class Page(HTMLParser):
    """What a browser would find: the tags with their attributes, and the text between them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data.strip()} " if data.strip() else ""

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


def written(scores: list[float | None], folder: Path, language: str = "en", **changed: Any) -> Page:
    """The page of a set with these scores, with a picture for each repetition but the last."""
    track = squatting(len(scores))
    report = report_on(track, scores)
    model = folder / "pose.task"
    model.write_bytes(b"model")
    names = picture_names(report)
    for name in names[:-1]:
        Image.new("RGB", (1080, 1350), "white").save(folder / name)
    options = AnalysisOptions(language=language)
    document = report_document(report, track.timestamps_s, pictures=names, model=model, options=options) | changed
    write_page(document, track.timestamps_s, report.signal, folder / "report.html", signal_title="Knee")
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_the_page_shows_each_repetition_with_its_picture_score_and_faults(tmp_path: Path) -> None:
    page = written([100.0, 40.0, None], tmp_path)

    cards = page.all("article")
    pictures = page.all("img")

    assert [card["id"] for card in cards] == ["rep-1", "rep-2", "rep-3"]
    assert [card["class"] for card in cards] == ["good", "major", "unknown"]
    assert len(pictures) == 2
    assert all((picture["src"] or "").startswith("data:image/jpeg;base64,") for picture in pictures)
    assert all(picture["alt"] for picture in pictures)
    assert sentence("squat.depth") in page.text
    assert [link["href"] for link in page.all("a")] == ["#rep-1", "#rep-2", "#rep-3"]


def test_the_page_loads_nothing_from_anywhere(tmp_path: Path) -> None:
    page = written([100.0, 40.0], tmp_path)
    source = (tmp_path / "report.html").read_text(encoding="utf-8")

    loaded = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")]

    assert all((value or "").startswith(("data:", "#")) for value in loaded)
    assert not re.search(r"https?://|url\(|@import|<script|<link", source)
    assert "default-src 'none'" in source


def test_a_korean_page_brings_its_letters_along(tmp_path: Path) -> None:
    assert hangul_font("en") is None
    page = written([100.0, 40.0, None], tmp_path, "ko")
    source = (tmp_path / "report.html").read_text(encoding="utf-8")

    (address,) = re.findall(r"url\(([^)]*)\)", source)
    font = TTFont(io.BytesIO(base64.b64decode(address.removeprefix("data:font/woff;base64,"))))
    letters = {letter for letter in page.text if "\uac00" <= letter <= "\ud7a3"}
    assert len(letters) > 50
    assert {ord(letter) for letter in letters} <= set(font.getBestCmap())
    assert "font-src data:" in source


def test_no_reps_are_listed_with_their_reason_and_holds_with_their_time(tmp_path: Path) -> None:
    failed = {
        "index": 1, "start_s": 1.0, "turn_s": 2.0, "end_s": 3.0, "side": None, "reason": "squat.depth", "frame": 60,
        "time_s": 2.0, "measured": 41.0, "limit": 60.0, "unit": "deg", "why": "Not counted.", "picture": "rep_01.jpg",
    }  # fmt: skip
    page = written([100.0, 100.0], tmp_path, no_repetitions=[failed])

    assert len(page.all("img")) == 2, "that of the first repetition, and that of the no-rep"
    assert '<path class="failed"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert why_not_counted("squat.depth") in page.text
    assert "41° (≥\u00a060°)" in page.text
    half = failed | {"reason": "half_movement", "measured": 0.32, "limit": 0.5, "unit": "ratio"}
    assert "32\u00a0% (≥\u00a050\u00a0%)" in written([100.0], tmp_path, no_repetitions=[half]).text

    hold = {
        "index": 1, "start_s": 2.0, "end_s": 34.5, "score": 90.0, "held_s": 32.5, "complete": True, "verdicts": [],
        "measurements": [], "faults": [], "picture": None,
    }  # fmt: skip
    page = written([], tmp_path, holds=[hold])

    assert "0:32.5" in page.text
    assert [card["id"] for card in page.all("article")] == ["rep-1"]


def test_a_set_without_repetitions_says_so(tmp_path: Path) -> None:
    page = written([], tmp_path)

    assert page.all("article") == []
    assert page_texts("en")["no_repetition"] in page.text


def test_where_nothing_was_found_the_page_begins_with_what_to_do(tmp_path: Path) -> None:
    for language in LANGUAGES:
        page = written([], tmp_path, language, exercise="unselected")
        said = page_texts(language)["no_repetition"]
        assert said.count(".") == 2, "that nothing was found, and what to do"
        assert page.text.index(said) < page.text.index(page_texts(language)["over_time"].partition("{")[0] or "Knee")
        assert vocabulary(language)["phrases"]["no_rules"] not in page.text, "which is no help to who stood still"
        assert page_texts(language)["minor"] not in page.text, "no legend of what the chart does not show"


def test_attempts_that_do_not_count_are_not_said_to_be_none(tmp_path: Path) -> None:
    failed = {
        "index": 1, "start_s": 1.0, "turn_s": 2.0, "end_s": 3.0, "side": None, "reason": "squat.depth", "frame": 60,
        "time_s": 2.0, "measured": 41.0, "limit": 60.0, "unit": "deg", "why": "Not counted.", "picture": None,
    }  # fmt: skip
    page = written([], tmp_path, no_repetitions=[failed])
    assert why_not_counted("squat.depth") in page.text
    assert page_texts("en")["no_repetition"] not in page.text
    assert page_texts("en")["not_counted"] in page.text, "in the legend of the chart"


def test_a_repetition_that_the_clip_cuts_off_says_so(tmp_path: Path) -> None:
    track = squatting(2)
    report = report_on(track, [100.0, 100.0])
    first, last = report.repetitions
    cut = replace(last, repetition=replace(last.repetition, complete=False))
    document = report_document(
        replace(report, repetitions=(first, cut)),
        track.timestamps_s,
        pictures=["none_1.jpg", "none_2.jpg"],
        model="ab" * 32,
    )
    write_page(document, track.timestamps_s, report.signal, tmp_path / "report.html", signal_title="Knee")
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text
    said = vocabulary("en")["phrases"]["cut_off"]
    assert text.count(said) == 1
    assert text.index("Repetition 2") < text.index(said)


def test_what_to_fix_first_is_what_the_list_begins_with(tmp_path: Path) -> None:
    """A minor fault in many repetitions costs the set more than a major one in a single one."""
    first = {"code": "squat.tempo", "severity": "minor", "repetitions": 3, "points": 30.0, "cue": ""}
    none = dict.fromkeys(("range_of_motion_cv_percent", "tempo_cv_percent", "velocity_loss_percent"))
    page = written([40.0, 40.0, 40.0], tmp_path, set=none | {"fix_first": first})
    told = [page.text.index(sentence(code), page.text.index(page_texts("en")["what_to_work_on"]))
            for code in ("squat.tempo", "squat.depth")]  # fmt: skip
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("exercise", "order"), [("squat", "1.1 · 0.2 · 0.9 · 0.4\u00a0s"), ("row", "0.9 · 0.4 · 1.1 · 0.2\u00a0s")]
)
def test_tempo_reads_down_bottom_up_top(exercise: str, order: str) -> None:
    """A row turns at the top: the pause there comes after the way up, as lifters write it."""
    first, second = ("eccentric", "concentric") if exercise == "squat" else ("concentric", "eccentric")
    tempo: dict[str, float | None] = {
        f"{first}_s": 1.1,
        "pause_at_turn_s": 0.2,
        f"{second}_s": 0.9,
        "pause_at_rest_s": 0.4,
    }
    assert _tempo(tempo, Words("en", find_exercise(exercise))) == order


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_card_s_duration_is_what_its_tempo_adds_up_to(language: str) -> None:
    """Each part alone would be rounded up, and they would make 3.6 s of 3.5; the rest after it is not in it."""
    words = Words(language, find_exercise("squat"))
    tempo: dict[str, float | None] = {
        "eccentric_s": 1.16,
        "pause_at_turn_s": 0.16,
        "concentric_s": 2.16,
        "pause_at_rest_s": 0.86,
    }
    repetition = {"start_s": 1.0, "end_s": 4.48, "kinematics": {"tempo": tempo}}
    assert words.value(_duration_s(repetition), "s") == words.phrase("seconds", value=words.number(3.5, 1))
    *parts, rest = (float(part.replace(",", ".")) for part in _tempo(tempo, words).split("\u00a0")[0].split(" · "))
    assert sum(parts) == pytest.approx(3.5)
    assert parts == pytest.approx([1.16, 0.16, 2.16], abs=0.1)
    assert rest == 0.9


def test_what_has_no_tempo_lasts_from_its_start_to_its_end() -> None:
    cut_off = {"eccentric_s": 1.0, "pause_at_turn_s": None, "concentric_s": None, "pause_at_rest_s": None}
    assert _duration_s({"start_s": 1.0, "end_s": 4.5, "kinematics": {"tempo": cut_off}}) == 3.5
    assert _duration_s({"start_s": 1.0, "end_s": 4.5, "held_s": 3.5}) == 3.5


def test_what_comes_from_outside_is_text_and_not_markup(tmp_path: Path) -> None:
    warning = "<script>alert(1)</script>"
    quality = {"warnings": [warning], "view": "side", "person_found": 1.0}
    page = written([100.0], tmp_path, quality=quality)

    assert warning in page.text
    assert page.all("script") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_there_in_every_language(language: str, tmp_path: Path) -> None:
    def holes(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english, texts = page_texts("en"), page_texts(language)

    assert set(texts) == set(english)
    assert {key: holes(text) for key, text in texts.items()} == {key: holes(text) for key, text in english.items()}
    assert all(text.strip() for text in texts.values())
    assert {f"view_{view}" for view in _VIEWS} <= set(texts)
    assert {f"tip_{reason}" for reason in (*sentences(language)["reasons"], "blind")} <= set(texts)
    page = written([100.0, 40.0], tmp_path, language)
    assert sentence("squat.depth", language) in page.text
    assert page.all("html")[0]["lang"] == language


def test_the_chart_stays_in_its_frame_and_leaves_gaps_open() -> None:
    track = squatting(3)
    report = report_on(track, [100.0, 40.0, None])
    signal = report.signal.copy()
    signal[60:90] = np.nan
    times = track.timestamps_s
    repetitions = [
        {
            "index": judged.repetition.index,
            "start_s": times[judged.repetition.start],
            "turn_s": times[judged.repetition.turn],
            "end_s": times[judged.repetition.end - 1],
            "faults": [],
            "score": judged.score,
        }
        for judged in report.repetitions
    ]

    chart = chart_of({"repetitions": repetitions, "no_repetitions": []}, times, signal, [(150.0, "at most 150°")])

    assert chart is not None
    assert len(chart.curves) == 2
    points = [tuple(map(float, point.split())) for curve in chart.curves for point in curve[1:].split("L")]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [band.index for band in chart.bands] == [1, 2, 3]
    first = chart.bands[0]
    assert first.turn is not None
    assert 0 < chart.limits[0].at < min(y for _, y in points), "beyond the signal, and inside the picture"
    assert first.turn[1] == min(y for x, y in points if first.x <= x <= first.x + first.width)  # bent most, so highest


@pytest.mark.parametrize("count", [3, 18, 75])
def test_numbers_of_repetitions_do_not_run_into_each_other(count: int) -> None:
    """Two digits in the letters of a phone are 33 wide where the chart is 720."""
    track = squatting(count)
    report = report_on(track, [100.0] * count)
    times = track.timestamps_s
    repetitions = [
        {"index": one.repetition.index, "start_s": times[one.repetition.start], "turn_s": times[one.repetition.turn],
         "end_s": times[one.repetition.end - 1], "faults": [], "score": 100.0}
        for one in report.repetitions
    ]  # fmt: skip
    chart = chart_of({"repetitions": repetitions, "no_repetitions": []}, times, report.signal)
    assert chart is not None
    places = [band.x + band.width / 2 for band in chart.bands if band.index in chart.numbered]
    assert min(np.diff(places)) >= 34.0
    assert set(range(10, count + 1, 10)) <= chart.numbered
    assert (len(chart.numbered) == count) == (count <= 18)


def judged(exercise: str, view: str, folder: Path, language: str = "en") -> tuple[Page, dict[str, Any]]:
    """The page of a drawn set with faults, judged without any error of the pose; no pictures."""
    clip = replace(faulty_set(exercise, view), fps=15.0)
    track, options = true_track(clip, truth_of(clip)), AnalysisOptions(language=language)
    user = evidence_of(track, 1, find_exercise(exercise), options)
    names = picture_names(user.report)
    document = report_document(user.report, track.timestamps_s, pictures=names, model="ab" * 32, options=options)
    write_report_page(document, user, folder)
    return Page((folder / "report.html").read_text(encoding="utf-8")), document


def test_what_could_not_be_judged_comes_with_what_to_do_about_it(tmp_path: Path) -> None:
    page, document = judged("deadlift", "oblique", tmp_path)

    assert "Film from the side, with the camera level with your hips" in page.text
    assert page_texts("en")["tip_blind"] in page.text
    blind = page.text.index(page_texts("en")["tip_blind"])
    assert page.text.index(sentence("deadlift.rounded_back"), blind) > blind, "nobody can mend that, so it comes last"
    asked = sum(len(repetition["verdicts"]) for repetition in document["repetitions"])
    open_ = sum(one["verdict"] == "cannot_tell" for each in document["repetitions"] for one in each["verdicts"])
    assert f"{asked - open_} of {asked}" in page.text
    assert f"at an angle · {document['quality']['view_angle_deg']:.0f}° (side: 90°)" in page.text


def test_a_set_without_a_score_opens_what_could_not_be_judged_and_one_with_a_score_folds_it(tmp_path: Path) -> None:
    assert "open" in written([None, None], tmp_path).all("details")[0]
    assert "open" not in written([100.0, None], tmp_path).all("details")[0]


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", "in repetition 2", "in repetitions 2, 3"),
        ("es", "en la repetición 2", "en las repeticiones 2, 3"),
    ],
)
def test_one_repetition_and_several(language: str, one: str, several: str, tmp_path: Path) -> None:
    assert one in written([100.0, 70.0, 100.0], tmp_path, language).text
    assert several in written([100.0, 70.0, 70.0], tmp_path, language).text


def test_poses_are_told_where_no_exercise_is_known(tmp_path: Path) -> None:
    held = {"name": "T-Pose", "start_frame": 3, "end_frame": 33, "start_s": 0.1, "end_s": 1.1, "confidence": 0.9}
    page = written([], tmp_path, exercise="unselected", poses=[held])
    assert "T-Pose 0:00.1–0:01.1" in page.text
    assert vocabulary("en")["phrases"]["no_rules"] in page.text
    assert "T-Pose" not in written([100.0], tmp_path, poses=[held]).text, "of a squat it would only distract"


def test_what_was_recognised_says_how_sure_that_is(tmp_path: Path) -> None:
    page = written([100.0], tmp_path, recognised={"exercise": "squat", "confidence": 0.87})
    assert f"{page_texts('en')['recognised']} 87\u00a0%" in page.text
    assert page_texts("en")["recognised"] not in written([100.0], tmp_path).text


def test_where_another_exercise_is_seen_the_chosen_ones_rules_are_no_help(tmp_path: Path) -> None:
    other = [{"code": "squat.depth", "reason": "other_exercise", "repetition": None, "detail": "Not a squat."}]
    page = written([], tmp_path, not_assessed=other)
    assert page_texts("en")["tip_other_exercise"] in page.text
    assert sentence("squat.depth") not in page.text
    assert f"{page_texts('en')['not_judged']} (1)" in page.text


def test_the_professional_stands_beside_the_user(tmp_path: Path) -> None:
    comparison = {
        "similarity": 81.0,
        "per_repetition": [90.0, None],
        "per_joint": [{"left_knee_flexion": 77.0}, {"left_knee_flexion": None}],
        "pairs": [{"similarity": 88.0, "user_picture": "rep_01.jpg", "professional_picture": "rep_01.jpg"},
                  {"similarity": 10.0, "user_picture": None, "professional_picture": None}],
    }  # fmt: skip
    page = written([100.0, 100.0], tmp_path, comparison=comparison)
    assert page_texts("en")["comparison"] in page.text
    assert len(page.all("figure")) == 1, "after a rejudge there are no pictures to show"
    assert "Moment 1: 88 % alike" in page.text
    assert "whole body 90 – Knee flexion, left 77 –" in page.text


def test_a_signal_that_nobody_saw_has_no_chart() -> None:
    times = np.arange(10) / 30

    assert chart_of({"repetitions": [], "holds": []}, times, np.full(10, np.nan)) is None


@pytest.mark.parametrize(
    ("unit", "level", "wobble", "written"),
    [("deg", 27.5, 1.0, ["20", "30", "40"]), ("body_height", -0.15, 0.01, ["−0,2", "−0,1"])],
)
def test_who_stands_still_is_shown_still_and_by_numbers_that_a_phone_has_room_for(
    unit: str, level: float, wobble: float, written: list[str]
) -> None:
    times = np.arange(300) / 30
    signal = level + wobble * np.sin(times)

    chart = chart_of(
        {"repetitions": [], "holds": [], "no_repetitions": []},
        times,
        signal,
        unit=unit,
        say=wording_in("de").axis_number,
    )

    assert chart is not None
    heights = [float(point.split()[1]) for curve in chart.curves for point in curve[1:].split("L")]
    assert max(heights) - min(heights) < 0.15 * HEIGHT
    assert [tick.text for tick in chart.values] == written
