"""The mannequin draws what it says it draws."""

from pathlib import Path

import av
import numpy as np
import pytest

from mannequin import MOTIONS, Clip, draw, truth_of
from mannequin.broken import BROKEN, turned


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_the_figure_stands_in_exactly_the_leading_angle(exercise: str) -> None:
    motion = MOTIONS[exercise]
    truth = truth_of(Clip(exercise, repetitions=2))
    assert truth.count == 2
    for repetition in truth.repetitions:
        leading = truth.angles[f"{repetition.side}_{truth.angle}" if repetition.side else truth.angle]
        frame = int(np.argmin(np.abs(truth.timestamps_s - repetition.turn_s)))
        assert leading[frame] == pytest.approx(motion.turn_deg, abs=0.5)
    assert leading[0] == pytest.approx(motion.rest_deg, abs=1e-6)
    assert leading[-1] == pytest.approx(motion.rest_deg, abs=1e-6)


def test_half_a_squat_can_be_planted() -> None:
    truth = truth_of(Clip("squat", repetitions=3, turn_deg=(105.0, 60.0, 105.0)))
    knee = truth.angles["knee_flexion"]
    middle = truth.repetitions[1]
    within = (truth.timestamps_s > middle.start_s) & (truth.timestamps_s < middle.end_s)
    assert knee[within].max() == pytest.approx(60.0, abs=0.5)
    assert knee.max() == pytest.approx(105.0, abs=0.5)


def test_extra_lean_leans_the_trunk_by_that_much() -> None:
    upright = truth_of(Clip("squat", repetitions=1))
    leaning = truth_of(Clip("squat", repetitions=1, extra_lean_deg=20.0))
    assert leaning.angles["trunk_lean"].max() == pytest.approx(upright.angles["trunk_lean"].max() + 20.0, abs=0.1)


def test_a_clip_holds_the_frames_of_its_truth(tmp_path: Path) -> None:
    clip = Clip(repetitions=1, width=320, height=240, wobbly_clock=True)
    truth = draw(tmp_path / "clip.mp4", clip)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frames = [(frame.width, frame.height, float(frame.time or 0.0)) for frame in container.decode(video=0)]
    assert {frame[:2] for frame in frames} == {(320, 240)}
    assert [frame[2] for frame in frames] == pytest.approx(truth.timestamps_s.tolist(), abs=1e-4)
    assert np.ptp(np.diff(truth.timestamps_s)) > 0.005


@pytest.mark.parametrize("clockwise_deg", [90, 180, 270])
def test_a_turned_clip_says_how_to_stand_it_upright(tmp_path: Path, clockwise_deg: int) -> None:
    turned(tmp_path / "turned.mp4", Clip(repetitions=1, width=240, height=320), clockwise_deg)
    with av.open(str(tmp_path / "turned.mp4")) as container:
        frame = next(container.decode(video=0))
    stored = (320, 240) if clockwise_deg in (90, 270) else (240, 320)
    assert (frame.width, frame.height) == stored
    assert -frame.rotation % 360 == clockwise_deg


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_every_broken_file_is_written(tmp_path: Path, name: str) -> None:
    BROKEN[name](tmp_path / "broken.mp4")
    size = (tmp_path / "broken.mp4").stat().st_size
    assert (size == 0) == (name == "zero_bytes")


def test_an_unknown_exercise_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not chess"):
        draw(tmp_path / "clip.mp4", Clip("chess"))
