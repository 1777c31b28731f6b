"""Variants of a drawn clip whose truth is known; the real ones are `python -m benchmarks.varied`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.judging.exercise import find_exercise
from analysis.judging.judge import judge
from analysis.media.video import probe
from analysis.motion.angles import limb_angle
from analysis.motion.landmarks import SIDES
from benchmarks.no_exercise import nobodies
from benchmarks.varied import films, tracks
from benchmarks.varied.grading import graded, told_of_nobody
from benchmarks.varied.kinds import AS_IT_IS, Clip, Variant, variants
from mannequin import clip as mannequin_clip
from mannequin import draw, truth_of
from mannequin.camera import seen
from mannequin.track import true_track
from tests.skeleton import SIDE, cosine, skeleton_track, track_of
from tests.unit.analysis.small_videos import write_video

FPS = 20.0


def drawn(exercise: str) -> Clip:
    clip = mannequin_clip.Clip(exercise=exercise, view="side", repetitions=4, fps=FPS, idle_before_s=0.5)
    label = {"file": f"{exercise}.mp4", "exercise": exercise, "reps": 4, "reps_range": [4, 4], "fps": FPS}
    return Clip(label, true_track(clip, truth_of(clip)), 1)


def nobody(name: str) -> Clip:
    label = {"file": name, "exercise": "none", "reps": 0, "reps_range": [0, 0], "fps": 30.0}
    return Clip(label, track_of(seen(nobodies()[name], SIDE)), 1)


@pytest.fixture(scope="module")
def of_squats() -> dict[str, Variant]:
    squats = drawn("squat")
    report = judge(squats.track, find_exercise("squat"))
    made = variants(squats, report, [drawn("biceps_curl")], (nobody("walk"), nobody("stand")))
    return {variant.kind: variant for variant in made}


def test_every_kind_is_made_and_says_what_must_be_found(of_squats: dict[str, Variant]) -> None:
    assert next(iter(of_squats)) == AS_IT_IS
    assert len(of_squats) >= 15
    holds = {kind: None if one.turns is None else len(one.turns) for kind, one in of_squats.items()}
    assert [holds[f"the first {few} only"] for few in (1, 2, 3)] == [1, 2, 3]
    assert (holds["starts on the way there"], holds["starts on the way back"]) == (3, 2)
    assert (holds["ends on the way there"], holds["ends on the way back"]) == (2, 3)
    for one in of_squats.values():
        assert (np.diff(one.clip.track.timestamps_s) > 0.0).all()
        assert one.clip.track.timestamps_s[0] == 0.0


def test_who_waits_at_the_bottom_is_cut_on_the_way_there_nevertheless() -> None:
    down, waits, up = cosine(0.5, 5.0, 95.0), np.full(60, 95.0), cosine(0.5, 95.0, 5.0)
    track = skeleton_track("squat", np.tile(np.concatenate([down, waits, up]), 3))
    squats = replace(drawn("squat"), track=track)
    made = {one.kind: one for one in variants(squats, judge(track, find_exercise("squat")), [], ())}
    ends, starts = (made[f"{which} on the way there"].clip.track for which in ("ends", "starts"))
    for world, share in ((ends.world[-1:], 2 / 3), (starts.world[:1], 1 / 3)):
        knee = limb_angle(world.astype(float), "knee_flexion", "left")
        assert float(knee[0]) == pytest.approx(5.0 + 90.0 * share, abs=10.0)


@pytest.mark.parametrize("kind", [AS_IT_IS, "mirrored", "walking before, standing after", "the first 2 only"])
def test_a_perfect_pose_is_counted_and_recognised_in_variants(of_squats: dict[str, Variant], kind: str) -> None:
    case = graded(of_squats[kind])
    assert (case.error, case.untold_error, case.recognised, case.mistaken, case.right) == (0, 0, True, False, True)


def test_what_is_missed_or_claimed_is_seen(of_squats: dict[str, Variant]) -> None:
    fewer = replace(of_squats["the first 3 only"], turns=(20, 40))
    assert (graded(fewer).error or 0) >= 1
    assert not graded(fewer).right
    squat = [find_exercise("squat")]
    assert not any(case.claims for case in told_of_nobody(nobody("wave with both arms"), squat))
    exercised = replace(drawn("squat"), label=nobody("stand").label)
    assert all(case.claims for case in told_of_nobody(exercised, squat))


def test_a_mirrored_person_bends_the_other_knee_as_far() -> None:
    track = drawn("lunge").track
    mirrored = tracks.mirrored(track)
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        np.testing.assert_allclose(
            limb_angle(mirrored.world.astype(float), "knee_flexion", side),
            limb_angle(track.world.astype(float), "knee_flexion", other),
            atol=1e-3,
        )


def test_clips_are_filmed_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "CACHE", tmp_path)
    clip = mannequin_clip.Clip(repetitions=1, width=480, height=270, fps=30)
    path = tmp_path / "clip.mp4"
    draw(path, clip)
    info = probe(path).info
    track = true_track(clip, truth_of(clip))
    expected = {
        "filmed at 240p": (426, 240, 30.0, 0),
        "turned, with a flag": (480, 270, 30.0, 90),
        "15 frames a second": (480, 270, 15.0, 0),
    }
    for kind, (width, height, fps, rotation) in expected.items():
        film = films.filmed(path, kind, track)
        assert film is not None
        made = probe(film).info
        assert (made.width, made.height, made.rotation) == (width, height, rotation)
        assert made.fps == pytest.approx(fps, rel=0.02)
        assert made.duration_s == pytest.approx(info.duration_s, abs=0.1)
    assert films.filmed(path, "filmed at 360p", track) is None


def test_an_upright_clip_is_not_cut_to_portrait(tmp_path: Path) -> None:
    path = write_video(tmp_path / "upright.mp4", size=(64, 96))
    assert films.filmed(path, "cut to portrait", drawn("squat").track) is None
