"""report.html: one file that loads nothing, says what report.json says, and speaks every language."""

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest
from PIL import Image

from analysis.options import AnalysisOptions
from analysis.pictures.page import write_page
from analysis.pictures.page.chart import HEIGHT, WIDTH, chart_of
from analysis.pictures.selection import picture_names
from analysis.report import report_document
from analysis.texts import LANGUAGES, sentence, why_not_counted
from analysis.texts.page import page_texts
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


def test_no_reps_are_listed_with_their_reason_and_holds_with_their_time(tmp_path: Path) -> None:
    failed = {
        "index": 1, "start_s": 1.0, "turn_s": 2.0, "end_s": 3.0, "side": None, "reason": "squat.depth", "frame": 60,
        "time_s": 2.0, "measured": 41.0, "limit": 60.0, "unit": "deg", "why": "Not counted.",
    }  # fmt: skip
    page = written([100.0], tmp_path, no_repetitions=[failed])

    assert why_not_counted("squat.depth") in page.text
    assert "41° (≥\u00a060°)" in page.text

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

    chart = chart_of({"repetitions": repetitions}, times, signal)

    assert chart is not None
    assert len(chart.curves) == 2
    points = [tuple(map(float, point.split())) for curve in chart.curves for point in curve[1:].split("L")]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [band.index for band in chart.bands] == [1, 2, 3]
    first = chart.bands[0]
    assert first.turn is not None
    assert first.turn[1] == min(y for x, y in points if first.x <= x <= first.x + first.width)  # bent most, so highest


def test_a_signal_that_nobody_saw_has_no_chart() -> None:
    times = np.arange(10) / 30

    assert chart_of({"repetitions": [], "holds": []}, times, np.full(10, np.nan)) is None
