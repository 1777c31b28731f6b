"""Every fail names repetition, frame, measured value, limit and unit, and has its picture; in every language."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.judged import write_report_page
from analysis.judging.exercise import WHOLE
from analysis.motion.angles import ANGLE_JOINTS
from analysis.pictures.evidence import angle_marks, marking_of, state_of_severity
from analysis.pictures.page.words import Words
from analysis.pictures.rendering import MIN_SHORT_SIDE_PX, encode_jpeg
from analysis.pictures.selection import (
    fault_picture_names,
    shots_of_set,
)
from analysis.texts import LANGUAGES, sentence, why_not_counted
from analysis.verdicts import Severity
from mannequin import MOTIONS, Clip
from tests.unit.analysis.faulty_sets import document_of, faulty, judged

UNITS = {"deg", "s", "ratio", "body_height"}
NEARBY_S = 0.25


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_every_fail_names_repetition_frame_value_limit_and_unit_and_has_its_picture(exercise: str) -> None:
    user = faulty(exercise)
    document, times = document_of(user), user.track.timestamps_s
    efforts = {effort["index"]: effort for effort in document["repetitions"] or document["holds"]}
    fails = [
        (index, verdict)
        for index, effort in efforts.items()
        for verdict in effort["verdicts"]
        if verdict["verdict"] == "fail"
    ]
    faults = {(fault["repetition"], fault["code"]): fault for fault in document["faults"]}
    rules = {rule.code: rule for rule in user.exercise.rules}
    shots = {name: shot for shot in shots_of_set(user, with_best=True) for name in shot.names}

    assert {(index, verdict["code"]) for index, verdict in fails} == set(faults) != set()
    for index, verdict in fails:
        effort, fault, rule = efforts[index], faults[index, verdict["code"]], rules[verdict["code"]]
        assert fault in effort["faults"]
        assert fault["time_s"] == pytest.approx(times[fault["frame"]], abs=0.001)
        assert effort["start_s"] - 0.5 <= fault["time_s"] <= effort["end_s"] + 0.5, "its own moment"
        assert fault["unit"] in UNITS
        assert np.isfinite([fault["measured"], fault["limit"]]).all()
        assert fault["limit"] in {round(limit, 3) for limit in (rule.at_least, rule.at_most) if limit is not None}
        assert (fault["measured"] < fault["limit"]) == (fault["limit"] == rule.at_least), "it is on the wrong side"
        assert {key: verdict[key] for key in ("frame", "time_s", "measured", "limit", "unit")} == {
            key: fault[key] for key in ("frame", "time_s", "measured", "limit", "unit")
        }
        assert fault["severity"] in set(Severity)
        assert fault["phase"] in {WHOLE, *user.exercise.phases}
        shot = shots[fault["picture"]]
        if rule.statistic.is_of_one_frame:
            assert (shot.frame, shot.exact) == (fault["frame"], True), "a neighbour has another value"
        else:
            assert abs(times[shot.frame] - fault["time_s"]) <= NEARBY_S + 0.001


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_the_number_in_the_picture_is_that_of_the_sentence(exercise: str) -> None:
    user = faulty(exercise)
    frames = {name: shot.frame for shot in shots_of_set(user, with_best=False) for name in shot.names}
    names = fault_picture_names(user)
    rules = {rule.code: rule for rule in user.exercise.rules}
    for effort in user.report.efforts:
        for fault in effort.faults:
            rule = rules[fault.code]
            if rule.measure not in ANGLE_JOINTS or not rule.statistic.is_of_one_frame:
                continue
            frame = frames[names[effort.repetition.index, fault.code]]
            marking = marking_of(user.exercise, effort, [fault])
            marks = angle_marks(user, frame, user.track.landmarks[frame], marking)
            drawn = [mark.degrees for mark in marks if mark.state is state_of_severity(fault.severity)]
            assert np.mean(drawn) == pytest.approx(fault.measured, abs=0.5), "of one side, or of both"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("exercise", ["squat", "push_up", "biceps_curl", "plank"])
def test_the_page_tells_every_fail_in_every_language(exercise: str, language: str, tmp_path: Path) -> None:
    user = replace(faulty(exercise), language=language)
    document, words = document_of(user), Words(language, user.exercise)

    write_report_page(document, user, tmp_path)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    cards = dict(zip(indices_of(document), page.split("<article")[1:], strict=True))
    assert document["faults"]
    for fault in document["faults"]:
        card = cards[fault["repetition"]]
        assert fault["cue"] == sentence(fault["code"], language)
        assert fault["cue"] in card
        assert words.against_limit(fault, passed=False) in card
        assert words.clock(fault["time_s"]) in card


def indices_of(document: dict[str, Any]) -> list[int]:
    return [effort["index"] for effort in document["repetitions"] or document["holds"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_a_fail_is_drawn_and_stands_on_the_page(language: str, tmp_path: Path) -> None:
    turns_deg = (108.0, 66.0, 108.0, 45.0, 108.0)  # the second is shallow, the fourth does not count
    clip = Clip("squat", repetitions=5, turn_deg=turns_deg, extra_lean_deg=20.0, fps=15.0)
    user = replace(judged(clip), language=language)
    document = document_of(user)
    video = user.report.video
    blank = np.full((video.height, video.width, 3), 200, np.uint8)

    for shot in shots_of_set(user, with_best=False):
        picture = shot.draw(shot.frame, blank)
        assert min(picture.shape[:2]) >= MIN_SHORT_SIDE_PX
        for name in shot.names:
            (tmp_path / name).write_bytes(encode_jpeg(picture))
    write_report_page(document, user, tmp_path)

    pictures = {item["picture"] for item in (*document["faults"], *document["repetitions"])}
    pictures |= {failed["picture"] for failed in document["no_repetitions"]}
    assert None not in pictures
    assert {name.partition("_")[0] for name in pictures} == {"rep", "no"}, "faults have theirs, and so has the no-rep"
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == len(pictures) == len(list(tmp_path.glob("*.jpg")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_no_rep_names_its_reason_and_has_its_picture(language: str) -> None:
    user = replace(judged(Clip("squat", turn_deg=(108.0, 45.0, 108.0), fps=15.0)), language=language)
    document = document_of(user)

    (failed,) = document["no_repetitions"]
    assert failed["why"] == why_not_counted(failed["reason"], language)
    assert failed["measured"] < failed["limit"]
    assert failed["unit"] in UNITS
    assert failed["picture"] == "no_rep_01.jpg"
    (shot,) = (shot for shot in shots_of_set(user, with_best=True) if failed["picture"] in shot.names)
    assert shot.frame == failed["frame"]
