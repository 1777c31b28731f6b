"""Every word that the code can say is there in every language, is said right, and can be drawn."""

import json
import re
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from analysis import errors
from analysis.film.narration import Narration
from analysis.film.sprites import card, count_tile
from analysis.judging.exercise import WHOLE, Statistic, all_exercises, find_exercise
from analysis.motion.angles import angles_of_positions
from analysis.motion.cycling import CYCLE_JOINTS
from analysis.motion.measures import MEASURES, body_of
from analysis.options import AnalysisOptions
from analysis.pictures import style
from analysis.pictures.canvas import Caption, Line, State
from analysis.pictures.cards import pair_picture, repetition_picture
from analysis.pictures.evidence import Evidence
from analysis.pictures.graph_plot import draw_form_graph
from analysis.pictures.page.words import Words
from analysis.pictures.reference import reference_card
from analysis.pictures.rendering import annotate
from analysis.pictures.selection import picture_names
from analysis.pictures.summary_plot import draw_summary
from analysis.pictures.wording import numbers, wording_in
from analysis.report import report_document
from analysis.summary import print_summary
from analysis.texts import LANGUAGES, closest, sentence, texts, vocabulary
from analysis.texts.page import page_texts
from analysis.texts.speech import MEASURED_DIGITS, Speech, plural_category
from analysis.types import Repetition
from analysis.verdicts import Counts, FormFault, Measurement, MomentPair, NoRepetition, Remark
from api.options import LANGUAGES as OFFERED
from tests.unit.analysis.stick_figure import report_on, squatting

ROOT = Path(__file__).parents[3]
VIEWS = {"front", "side", "oblique", "rear", "unknown"}
NEVER_OF_A_PROFESSIONAL = {"unknown_exercise", "landmarks_unreadable", "landmarks_gone", "cancelled"}
PROBLEMS = {
    error.code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.AnalysisError)
} - NEVER_OF_A_PROFESSIONAL | {"other_exercise", "not_followed"}
NO_LETTERS = {"alike", "decimal_point", "minus"}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def said_of(pattern: str) -> set[str]:
    """What the code of the analysis asks for, as it stands there."""
    found = (re.findall(pattern, path.read_text(encoding="utf-8")) for path in (ROOT / "analysis").rglob("*.py"))
    return {code for codes in found for code in codes}


# --- complete ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_the_code_has_its_word(language: str) -> None:
    words = vocabulary(language)

    assert set(words["exercises"]) == {exercise.name for exercise in all_exercises()}
    assert set(words["measures"]) == {*MEASURES, *CYCLE_JOINTS, "movement"}
    assert set(words["statistics"]) == {statistic.name.lower() for statistic in Statistic}
    assert set(words["statistics_alone"]) == set(words["statistics"])
    assert set(words["phases"]) == {WHOLE, *(phase for exercise in all_exercises() for phase in exercise.phases)}
    assert set(words["views"]) == VIEWS
    assert set(words["opposites"]) <= set(words["measures"])
    assert set(words["joints"]) == {joint for measure in MEASURES.values() for joint in measure.joints}
    assert set(words["problems"]) == PROBLEMS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_and_remark_that_the_code_asks_for_is_there(language: str) -> None:
    words = vocabulary(language)
    remarks = said_of(r"""Remark\(\s*"(\w+)\"""") | {"too_close_to_limit"}
    sides = {"side_left", "side_right", "you", "professional"}
    columns = {f"column_{one}" for one in ("hold", "repetition", "from", "turn", "to", "score", "verdict")}

    assert set(words["remarks"]) == remarks
    assert said_of(r"""phrase\(\s*["'](\w+)["']""") | sides | columns <= set(words["phrases"])
    assert {key.partition(".")[0] for key in words["counted"]} == said_of(r"""counted\(\s*["'](\w+)["']""")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_keys_and_holes(language: str) -> None:
    english, words = vocabulary("en"), vocabulary(language)

    assert set(words) == set(english)
    for kind in set(english) - {"counted"}:
        assert {key: holes(text) for key, text in words[kind].items()} == {
            key: holes(text) for key, text in english[kind].items()
        }, kind
    assert all(text.strip() for kind in words.values() for key, text in kind.items() if key not in NO_LETTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_phrases_have_exactly_the_forms_that_the_language_knows(language: str) -> None:
    counted = vocabulary(language)["counted"]
    stems = {key.partition(".")[0] for key in vocabulary("en")["counted"]}
    categories = {plural_category(language, count) for count in (0, 1, 2, 21, 101)}

    assert set(counted) == {f"{stem}.{category}" for stem in stems for category in categories}
    for stem in stems:
        wanted = holes(vocabulary("en")["counted"][f"{stem}.other"])
        assert all(holes(counted[f"{stem}.{category}"]) == wanted for category in categories)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_was_left_in_english(language: str) -> None:
    """Sentences and phrases; names may be the same, as `Burpee` is."""
    english, words = vocabulary("en"), vocabulary(language)
    kinds = ("phrases", "remarks", "problems")
    same = {key for kind in kinds for key, text in words[kind].items() if text == english[kind][key]}

    assert same <= {*NO_LETTERS, "and", "seconds"}
    assert not {code for code, text in texts(language)["rules"].items() if text == texts("en")["rules"][code]}


def test_the_english_names_are_those_of_the_declarations() -> None:
    words = vocabulary("en")

    assert all(words["exercises"][each.name] == each.title for each in all_exercises() if each.name != "unselected")
    assert all(words["measures"][name] == measure.title for name, measure in MEASURES.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_has_to_read_a_lean_below_zero(language: str) -> None:
    """What leans forwards by -23 degrees leans back by 23, in pictures, in the card of good form and on the page."""
    wording, minus = wording_in(language), vocabulary(language)["phrases"]["minus"]
    for exercise in all_exercises():
        words = Words(language, exercise)
        for rule in exercise.rules:
            limit = rule.at_least if rule.at_least is not None else rule.at_most
            if limit is None or limit >= 0.0:
                continue
            unit = MEASURES[rule.measure].unit
            for measured in (1.5 * limit, 0.5 * limit, 0.0, -0.5 * limit, -3.0 * limit):
                passed = (measured > limit) == (rule.at_least is not None)
                fault = FormFault(rule.code, rule.severity, 1, WHOLE, 0, measured, limit, unit)
                kept = Measurement(rule.code, measured, limit, unit, passed=True)
                item = {"code": rule.code, "measured": measured, "limit": limit, "unit": unit}
                said = [words.against_limit(item, passed=passed), wording.good_range(rule)]
                said.append(wording.kept(rule, kept) if passed else wording.against_limit(rule, fault))
                assert not [text for text in said if minus in text], rule.code


def test_a_lean_back_is_said_as_one() -> None:
    press = find_exercise("military_press")
    rule = next(rule for rule in press.rules if rule.code == "military_press.lean_back")
    fault = FormFault(rule.code, rule.severity, 1, WHOLE, 0, -23.5, -15.0, "deg")
    wording, page = wording_in("en"), Words("en", press)
    assert wording.against_limit(rule, fault) == "Backward lean of the trunk 24°, wanted at most 15°"
    assert (
        wording.kept(rule, Measurement(rule.code, -4.0, -15.0, "deg", passed=True)) == "backward lean of the trunk 4°"
    )
    assert wording.kept(rule, Measurement(rule.code, 4.0, -15.0, "deg", passed=True)).endswith("lean of the trunk 4°")
    sag = next(rule for rule in find_exercise("plank").rules if rule.code == "plank.hips_sag")
    high = wording.kept(sag, Measurement(sag.code, -9.0, 8.0, "deg", passed=True))
    assert high == "hips above a straight line 9°"
    assert wording.good_range(rule) == "Backward lean of the trunk: at most 15°"
    item = {"code": rule.code, "measured": -23.5, "limit": -15.0, "unit": "deg"}
    assert page.against_limit(item, passed=False) == "24° (≤\u00a015°)"
    step = {"code": "lunge.knee_over_toe", "measured": -0.05, "limit": -0.01, "unit": "body_height"}
    said = Words("en", find_exercise("lunge")).against_limit(step, passed=True)
    assert said.replace("\u00a0", " ") == "5 % of body height (≥ 1 % of body height)"


def fault_said(code: str, measured: float, language: str = "en") -> tuple[str, str]:
    """A fault, as a picture and as the page tell it."""
    exercise = find_exercise(code.partition(".")[0])
    rule = next(rule for rule in exercise.rules if rule.code == code)
    limit = rule.at_least if rule.at_least is not None else rule.at_most
    assert limit is not None
    unit = MEASURES[rule.measure].unit
    fault = FormFault(code, rule.severity, 1, WHOLE, 0, measured, limit, unit)
    item = {"code": code, "measured": measured, "limit": limit, "unit": unit}
    picture = wording_in(language).against_limit(rule, fault)
    page = Words(language, exercise).against_limit(item, passed=False)
    return picture.replace("\u00a0", " "), page.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "picture", "page"),
    [
        (
            "en",
            "Knee ahead of toes at the turn 3 % of body height, wanted knee behind toes at least 1 % of body height",
            "knee ahead of toes 3 % of body height (knee behind toes ≥ 1 % of body height)",
        ),
        (
            "de",
            "Knie vor den Zehen am Umkehrpunkt 3 % der Körpergröße, erwünscht Knie hinter den Zehen mindestens 1 % der "
            "Körpergröße",
            "Knie vor den Zehen 3 % der Körpergröße (Knie hinter den Zehen ≥ 1 % der Körpergröße)",
        ),
        (
            "es",
            "Rodilla por delante de la punta del pie en el punto de giro 3 % de la estatura, debe ser rodilla por "
            "detrás de la punta del pie 1 % de la estatura o más",
            "rodilla por delante de la punta del pie 3 % de la estatura (rodilla por detrás de la punta del pie ≥ 1 % "
            "de la estatura)",
        ),
        (
            "ko",
            "무릎이 발끝보다 앞선 정도 (전환점) 키의 3 %, 기준 무릎이 발끝보다 뒤에 있는 정도 키의 1 % 이상",
            "무릎이 발끝보다 앞선 정도 키의 3 % (무릎이 발끝보다 뒤에 있는 정도 ≥ 키의 1 %)",
        ),
    ],
)
def test_a_knee_ahead_of_the_toes_is_to_be_behind_them(language: str, picture: str, page: str) -> None:
    """Not `wanted at most −1 %`: what was measured and its limit lie on different sides of the toes."""
    assert fault_said("lunge.knee_over_toe", 0.03, language) == (picture, page)


def test_a_knee_above_the_toes_is_neither_ahead_nor_behind() -> None:
    picture, page = fault_said("lunge.knee_over_toe", 0.002)
    assert picture == "Knee behind toes at the turn 0 % of body height, wanted at least 1 % of body height"
    assert page == "0 % of body height (≥ 1 % of body height)"


def test_who_leans_back_in_a_row_is_to_lean_forwards() -> None:
    assert fault_said("row.trunk_lean", -5.0) == (
        "Backward lean of the trunk 5°, wanted forward lean of the trunk at least 25°",
        "backward lean of the trunk 5° (forward lean of the trunk ≥ 25°)",
    )


def test_a_chin_that_stays_low_is_below_the_hands() -> None:
    picture, page = fault_said("pull_up.chin", -0.08)
    assert picture == "Chin below hands 8 % of body height, wanted at most 2 % of body height"
    assert page == "8 % of body height (≤ 2 % of body height)"


# --- chosen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("ko", "ko"), ("ko-KR", "ko"), ("de_AT", "de"), ("es-419", "es"), ("EN-gb", "en"), ("pt", "en"), ("", "en")],
)
def test_the_closest_language_is_chosen_and_else_english(wanted: str, language: str) -> None:
    assert closest(wanted) == language


def test_the_service_offers_the_languages_that_there_are() -> None:
    assert OFFERED == LANGUAGES


# --- said -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "none", "one", "many"),
    [
        ("en", "no repetition", "1 repetition", "6 repetitions (2 left, 4 right) · 2 no-reps"),
        ("ko", "반복 없음", "1회", "6회 (왼쪽 2, 오른쪽 4) · 2회 제외"),
        (
            "es",
            "ninguna repetición",
            "1 repetición",
            "6 repeticiones (2 izq., 4 der.) · 2 no válidas",
        ),
        ("de", "keine Wiederholung", "1 Wiederholung", "6 Wiederholungen (2 links, 4 rechts) · 2 ungültige"),
    ],
)
def test_counts_are_said_in_the_right_form(language: str, none: str, one: str, many: str) -> None:
    wording = wording_in(language)

    assert wording.with_no_reps(Counts(0, None, None), 0) == none
    assert wording.with_no_reps(Counts(1, None, None), 0) == one
    assert wording.with_no_reps(Counts(6, 2, 4), 2) == many


def test_numbers_are_written_as_the_language_writes_them() -> None:
    english, korean, german = wording_in("en"), wording_in("ko"), wording_in("de")

    assert [words.value(1.25, "s") for words in (english, korean, german)] == ["1.2\u00a0s", "1.2초", "1,2\u00a0s"]
    assert [words.value(-0.5, "ratio") for words in (english, korean, german)] == ["−0.50", "-0.50", "−0,50"]
    assert german.value(0.12, "body_height") == "12\u00a0% der Körpergröße"
    assert german.value(float("nan"), "deg") == "–"
    half = NoRepetition(Repetition(1, 0, 5, 9, complete=True), "half_movement", 5, 0.32, 0.5, "ratio")
    assert english.short_of_standard(None, half) == "Measured 32\u00a0%, wanted at least 50\u00a0%"
    assert (english.clock(72.44), german.clock(59.96)) == ("1:12.4", "1:00,0")
    assert numbers([1, 2, 5, 6, 7]) == "1, 2, 5–7"


def test_a_remark_names_things_in_its_language() -> None:
    remark = Remark("joints_unseen", {"joints": ("hip", "knee")})
    best = Remark("view_not_best", {"view": ("oblique",), "exercise": ("squat",), "views": ("side",)})

    assert wording_in("en").remark(remark) == "Not seen well enough: hip, knee."
    assert wording_in("ko").remark(remark) == "충분히 보이지 않음: 고관절, 무릎."
    assert wording_in("de").remark(best) == "Kamera: schräg. Kniebeuge: am besten von der Seite zu beurteilen."
    assert wording_in("es").remark(Remark("deadlift.rounded_back")) == sentence("deadlift.rounded_back", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_can_be_said_with_its_good_range(language: str) -> None:
    wording = wording_in(language)
    said = {rule.code: wording.good_range(rule) for exercise in all_exercises() for rule in exercise.rules}

    assert all(text and "{" not in text for text in said.values())
    assert said["squat.depth"].endswith({"en": "at least 90°", "ko": "90° 이상", "es": "90° o más"}.get(
        language, "mindestens 90°"))  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_and_the_terminal_speak_the_language(language: str, tmp_path: Path) -> None:
    track = squatting(3)
    report = report_on(track, [100.0, 40.0, None])
    (tmp_path / "pose.task").write_bytes(b"model")
    document: dict[str, Any] = report_document(
        report,
        track.timestamps_s,
        pictures=picture_names(report),
        model=tmp_path / "pose.task",
        options=AnalysisOptions(language=f"{language}-XX"),
    )
    console = Console(width=400, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    print_summary(console, document)
    console.file.close()

    assert document["language"] == language
    assert document["options"]["language"] == f"{language}-XX"
    assert document["faults"][0]["cue"] == sentence("squat.depth", language)
    assert document["repetitions"][1]["faults"][0]["code"] == "squat.depth"
    assert document["quality"]["warnings"] == [vocabulary(language)["remarks"]["joints_mostly_hidden"]]
    detail = document["not_assessed"][0]["detail"]
    assert vocabulary(language)["views"]["side"] in detail
    shown = console.export_text()
    assert vocabulary(language)["exercises"]["squat"] in shown
    assert sentence("squat.depth", language) in shown
    assert vocabulary(language)["phrases"]["not_judged"] in shown


# --- drawn ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_is_in_the_font_that_writes_it(language: str) -> None:
    spoken = [text for kind in (*texts(language).values(), *vocabulary(language).values()) for text in kind.values()]
    spoken += page_texts(language).values()
    around = "0123456789°·–…:,.()%\u00a0"

    for text in (one + around for one in spoken):
        for bold in (False, True):
            missing = [sign for sign in text if sign.isprintable() and not _has(style.font(20, text, bold=bold), sign)]
            assert missing == [], text


def _has(font: style.Font, sign: str) -> bool:
    """Whether the font has a glyph of its own, and not the box that stands for what is missing."""
    return sign.isspace() or bytes(font.getmask(sign)) != bytes(font.getmask("\U0010fffd"))


def test_the_check_of_fonts_finds_what_is_missing() -> None:
    assert not _has(style.font(20, "a"), "한")
    assert not _has(style.font(20, "한"), "✔")
    assert _has(style.font(20, "한"), "한")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_and_plots_are_drawn_in_every_language(language: str, tmp_path: Path) -> None:
    """Warnings are errors: matplotlib warns of a glyph that no font has."""
    track, squat = squatting(3), find_exercise("squat")
    report = report_on(track, [100.0, 40.0, None])
    body = body_of(track)
    angles = angles_of_positions(body.image, body.world, body.timestamps_s)
    evidence = Evidence(track, squat, report, angles, body, language)
    photo = np.full((480, 640, 3), 128, np.uint8)
    pair = MomentPair(30, 30, 0.5, 80.0)

    draw_summary(squat, report, track.timestamps_s, tmp_path / "summary.png", language=language)
    draw_form_graph(report, track.timestamps_s, tmp_path / "graph.png", language=language)
    cards = [
        repetition_picture(evidence, judged, judged.faults, judged.repetition.turn, photo)
        for judged in report.repetitions
    ]
    cards += [pair_picture(evidence, evidence, pair, 1, "You", 30, photo), reference_card(squat, language=language)]
    moment = Narration(evidence).at(95)

    assert all(picture.shape[1] >= 720 for picture in cards)
    with Image.open(tmp_path / "summary.png") as summary:
        assert summary.size == (1080, 1350)
    assert moment.cue is not None
    assert moment.cue.text == sentence("squat.depth", language)
    assert vocabulary(language)["measures"]["knee_flexion"].lower() in moment.reading.lower()
    assert count_tile(1, moment.count_noun, State.GOOD, 1.0).size[0] >= 140
    assert card(moment.cue.text, moment.cue.state, 600, 1.0).size[0] <= 600


def test_long_korean_sentences_are_broken_at_spaces() -> None:
    longest = max((text for text in texts("ko")["standards"].values()), key=len)
    rows = style.wrapped(longest, 29, 400)
    wide = annotate(np.zeros((720, 720, 3), np.uint8), None, Caption("스쿼트", lines=[Line(longest)]))

    assert len(rows) > 1
    assert " ".join(rows) == longest
    assert all(style.font(29, longest).getlength(row) <= 400 for row in rows)
    assert wide.shape[1] == 720


def test_the_catalogues_are_tidy() -> None:
    for folder in (files("analysis.texts"), files("analysis.texts") / "words", files("analysis.texts") / "page"):
        names = {path.name for path in folder.iterdir() if path.name.endswith(".json")}
        assert names == {f"{language}.json" for language in LANGUAGES}
    for path in (ROOT / "analysis" / "texts").rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_has_no_minus(language: str) -> None:
    speech = Speech(language)
    assert (speech.value(-0.3, "deg"), speech.value(0.3, "deg")) == ("0°", "0°")
    assert speech.value(-1.0, "deg") == f"{speech.phrase('minus')}1°"


@pytest.mark.parametrize(
    ("language", "blamed"),
    [("en", "could not be followed"), ("de", "nicht verfolgen"), ("es", "no se pudo seguir"), ("ko", "추적할 수 없음")],
)
def test_a_joint_that_bends_too_little_to_count_on_is_not_said_to_be_lost(language: str, blamed: str) -> None:
    """Half squats from the side are seen perfectly, and counted on the whole body all the same."""
    said = wording_in(language).remark(Remark("counted_on_whole_body", {"signal": ("knee_flexion",)}))
    assert blamed not in said.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_may_lie_below_zero_has_a_name_for_it(language: str) -> None:
    """Above or below, ahead or behind: a height or a way is never told by a negative share of the body height."""
    signed = {name for name, one in MEASURES.items() if one.unit == "body_height" and not name.endswith("_difference")}
    assert signed <= set(vocabulary(language)["opposites"])
    climber = find_exercise("mountain_climber")
    rule = next(rule for rule in climber.rules if rule.measure == "hips_over_shoulders")
    item = {"code": rule.code, "measured": -0.08, "limit": rule.at_most, "unit": "body_height"}
    assert vocabulary(language)["phrases"]["minus"] not in Words(language, climber).against_limit(item, passed=True)


@pytest.mark.parametrize(
    ("unit", "measured"), [("ratio", 1.2551), ("ratio", 1.2549), ("deg", 45.49961), ("body_height", 0.01496)]
)
def test_a_picture_and_the_page_round_alike(unit: str, measured: float) -> None:
    """The page reads what the report has already rounded."""
    wording = wording_in("en")
    assert wording.value(measured, unit) == wording.value(round(measured, MEASURED_DIGITS), unit)
