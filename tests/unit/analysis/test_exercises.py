"""What every declared exercise has to keep, tested for each by itself."""

from itertools import product

import numpy as np
import pytest

from analysis.errors import UnknownExercise
from analysis.judging.exercise import WHOLE, Exercise, Rule, Statistic, all_exercises, find_exercise
from analysis.judging.faults import REASONS
from analysis.judging.half_movements import HALF_MOVEMENT
from analysis.judging.judge import judge
from analysis.motion.cycling import CYCLE_JOINTS
from analysis.motion.landmarks import SIDES
from analysis.motion.measures import MEASURES, Body, body_of
from analysis.motion.view import VIEWS
from analysis.texts import LANGUAGES, sentence, texts, why_not_counted
from mannequin.motions import MOTIONS
from tests.skeleton import FRONT, SIDE, Widths, cosine, skeleton_track

KNOWN = [exercise for exercise in all_exercises() if exercise.is_known]
REPEATED = [exercise for exercise in KNOWN if exercise.cycle]
RULES = [rule for exercise in KNOWN for rule in exercise.rules]


def by_name(value: object) -> str | None:
    if isinstance(value, Exercise):
        return value.name
    return value.code if isinstance(value, Rule) else None


@pytest.fixture(scope="module")
def zoo() -> list[Body]:
    """Bodies in every pose of every exercise, well and badly done, from the side and from the front."""
    bodies = []
    narrow, uneven = Widths(knees=0.05, ankles=0.30), Widths(shoulders=0.10, hips=0.10, knees=0.30, ankles=0.35)
    for exercise, turned, widths, lean in product(MOTIONS, (SIDE, FRONT), (narrow, uneven), (-35.0, 35.0)):
        angles = np.linspace(0.0, 150.0, 12)
        track = skeleton_track(exercise, angles, turned_deg=turned, widths=widths, lean_deg=lean, tilted_deg=lean)
        bodies.append(body_of(track))
    return bodies


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Military press", "military_press"),
        ("Bench Press", "bench_press"),
        ("Push Up", "push_up"),
        ("Pushup", "push_up"),
        ("Biceps Curl", "biceps_curl"),
        ("biceps_curl", "biceps_curl"),
        ("Dead Lift", "deadlift"),
        ("Squat", "squat"),
        ("Situp", "sit_up"),
        ("pull-up", "pull_up"),
        ("LUNGE", "lunge"),
        ("Front lunge", "lunge"),
        ("Split lunge", "split_squat"),
        ("Crunch", "crunch"),
        ("Romanian Deadlift", "romanian_deadlift"),
        ("bent-over row", "row"),
        ("Dips", "dip"),
        ("front_raise", "front_raise"),
        ("Lateral raise", "lateral_raise"),
        ("Glute Bridge", "glute_bridge"),
        ("Jumping Jacks", "jumping_jack"),
        ("plank", "plank"),
        ("Burpees", "burpee"),
        ("Mountain climbers", "mountain_climber"),
        ("bicep_curl", "biceps_curl"),
        ("shoulder_press", "military_press"),
        ("unselected", "unselected"),
    ],
)
def test_the_names_that_the_contracts_use(name: str, canonical: str) -> None:
    assert find_exercise(name).name == canonical


def test_an_unknown_name_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UnknownExercise, match=r"'zumba'.*squat"):
        find_exercise("zumba")


def test_names_are_unique() -> None:
    owners: dict[str, str] = {}
    for exercise in all_exercises():
        for name in {exercise.name, exercise.title, *exercise.aliases}:
            plain = name.casefold().replace(" ", "").replace("_", "").replace("-", "")
            assert owners.setdefault(plain, exercise.name) == exercise.name
            assert find_exercise(name.upper()) is exercise


@pytest.mark.parametrize("exercise", all_exercises(), ids=by_name)
def test_a_declaration_is_data_that_can_be_printed_and_rebuilt(exercise: Exercise) -> None:
    assert exercise.name in repr(exercise)
    assert "lambda" not in repr(exercise)
    assert "function" not in repr(exercise)
    assert set(exercise.views) <= set(VIEWS)


@pytest.mark.parametrize("exercise", KNOWN, ids=by_name)
def test_a_declaration_is_complete(exercise: Exercise) -> None:
    assert (exercise.cycle is None) != (exercise.hold is None)
    assert exercise.angles
    assert set(exercise.angles) <= set(CYCLE_JOINTS)
    assert len(exercise.phases) == (2 if exercise.cycle else 1)
    for cycle in (exercise.cycle, *exercise.other_cycles):
        assert cycle is None or cycle.shortest_s < cycle.longest_s
    assert 3 <= len(exercise.rules) <= 6
    assert len({rule.code for rule in exercise.rules}) == len(exercise.rules)


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_a_rule_can_be_read_aloud_and_names_its_source(rule: Rule) -> None:
    exercise = find_exercise(rule.code.split(".")[0])
    assert rule in exercise.rules
    assert rule.phase in (WHOLE, *exercise.phases)
    assert rule.at_least is not None or rule.at_most is not None
    assert rule.source
    assert rule.cue.endswith(".")
    assert set(rule.views) <= set(VIEWS)
    assert str(rule).startswith(rule.code)
    assert rule.standard is None or counts_what_the_rule_blames(rule)
    assert (rule.measure in MEASURES) == (rule.statistic is not Statistic.DURATION)


def counts_what_the_rule_blames(rule: Rule) -> bool:
    """The standard lies beyond the rule's only limit, so that there is room for repetitions that count with a fault."""
    assert rule.standard is not None
    assert rule.standard.why.endswith(".")
    assert rule.standard.source
    if rule.at_least is None:
        return rule.at_most is not None and rule.standard.limit > rule.at_most
    return rule.at_most is None and rule.standard.limit < rule.at_least


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.measure in MEASURES], ids=by_name)
def test_a_limit_lies_between_what_bodies_do(rule: Rule, zoo: list[Body]) -> None:
    measure = MEASURES[rule.measure]
    values = np.concatenate([measure.of(body, side) for body in zoo for side in SIDES])
    values = values[np.isfinite(values)]
    lowest, highest = float(values.min()), float(values.max())
    if rule.statistic is Statistic.RANGE:
        lowest, highest = 0.0, highest - lowest
    for limit in (rule.at_least, rule.at_most):
        assert limit is None or lowest < limit < highest


@pytest.mark.parametrize("exercise", REPEATED, ids=by_name)
@pytest.mark.parametrize("turned_deg", [SIDE, FRONT])
def test_three_cosine_repetitions_are_three(exercise: Exercise, turned_deg: float) -> None:
    motion = MOTIONS[exercise.name]
    track = skeleton_track(
        exercise.name, cosine(3, motion.rest_deg, motion.turn_deg), turned_deg=turned_deg, noise_px=1.0
    )
    report = judge(track, exercise)
    assert [round(one.repetition.turn / 30) for one in report.repetitions] == [1, 3, 5]
    assert report.no_repetitions == ()
    assert len(judge(track, find_exercise("unselected")).repetitions) == 3


@pytest.mark.parametrize("exercise", REPEATED, ids=by_name)
def test_phases_cover_the_repetition_without_gaps(exercise: Exercise) -> None:
    motion = MOTIONS[exercise.name]
    report = judge(skeleton_track(exercise.name, cosine(2, motion.rest_deg, motion.turn_deg)), exercise)
    assert report.repetitions
    for judged in report.repetitions:
        edges = [judged.repetition.start, *(phase[2] for phase in judged.phases)]
        assert [phase[1] for phase in judged.phases] == edges[:-1]
        assert edges[-1] == judged.repetition.end
        assert [phase[0] for phase in judged.phases] == list(exercise.phases)


@pytest.mark.parametrize("exercise", REPEATED, ids=by_name)
def test_every_rule_is_answered_or_gives_a_reason(exercise: Exercise) -> None:
    motion = MOTIONS[exercise.name]
    for turned_deg in (SIDE, FRONT, 45.0):
        track = skeleton_track(exercise.name, cosine(2, motion.rest_deg, motion.turn_deg), turned_deg=turned_deg)
        report = judge(track, exercise)
        for judged in report.repetitions:
            answered = {measurement.code for measurement in judged.measurements}
            silent = {
                reason.code for reason in report.not_assessed if reason.repetition in (None, judged.repetition.index)
            }
            assert answered | silent >= {rule.code for rule in exercise.rules}
            assert not answered & silent
            assert all(np.isfinite(measurement.measured) for measurement in judged.measurements)
        assert {spot.code for spot in exercise.blind_spots} <= {reason.code for reason in report.not_assessed}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_sentence_for_everything(language: str) -> None:
    spoken = texts(language)
    assert set(spoken["rules"]) == {rule.code for rule in RULES}
    assert set(spoken["standards"]) == {rule.code for rule in RULES if rule.standard} | {HALF_MOVEMENT}
    assert set(spoken["blind_spots"]) == {spot.code for exercise in KNOWN for spot in exercise.blind_spots}
    assert set(spoken["reasons"]) == set(REASONS)
    assert all(text.endswith(".") for kind in spoken.values() for text in kind.values())


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_the_english_sentence_is_the_cue(rule: Rule) -> None:
    assert sentence(rule.code) == rule.cue
    assert rule.standard is None or why_not_counted(rule.code) == rule.standard.why


def test_a_language_or_code_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        texts("xx")
    with pytest.raises(KeyError):
        sentence("squat.nothing")
