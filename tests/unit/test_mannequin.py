"""The mannequin draws what it says it draws."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from analysis.motion.angles import ANGLE_JOINTS, limb_angle
from analysis.motion.landmarks import SIDES, Landmark, landmark
from mannequin import MOTIONS, Clip, draw, truth_of
from mannequin.broken import BROKEN, turned
from mannequin.camera import HEIGHT_M, seen
from mannequin.clip import stage_of
from mannequin.picture import draw_figure, room
from mannequin.sets import faulty_set
from mannequin.solids import Canvas, Cone, Ellipsoid
from mannequin.track import true_track


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


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_bones_keep_their_length_whatever_is_planted(exercise: str) -> None:
    points = truth_of(replace(faulty_set(exercise), fps=10.0)).points
    for side in SIDES:
        for limb in (("hip", "knee", "ankle", "heel", "foot_index"), ("shoulder", "elbow", "wrist", "index")):
            for first, last in pairwise(points[:, landmark(joint, side)] for joint in limb):
                assert np.ptp(np.linalg.norm(last - first, axis=1)) < 1e-9


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_the_figure_stays_where_it_touches_the_world(exercise: str) -> None:
    motion = MOTIONS[exercise]
    points = motion.joints(motion.poses(np.linspace(0.0, 1.0, 30)))
    anchor = motion.anchor.joint
    names = [anchor] if anchor.startswith(SIDES) else [f"{side}_{anchor}" for side in SIDES]
    held = points[:, [Landmark[name.upper()] for name in names]].mean(axis=1)
    assert motion.name == "burpee" or np.ptp(held[:, 0]) < 1e-9
    if motion.anchor.y is None:
        assert np.abs(points[:, :, 1].min(axis=1)).max() < 1e-9
    else:
        assert held[:, 1] == pytest.approx(np.full(30, motion.anchor.y))


@pytest.mark.parametrize("exercise", sorted(MOTIONS))
def test_the_true_angles_are_those_between_the_true_joints_from_any_side(exercise: str) -> None:
    truth = truth_of(Clip(exercise, repetitions=1, fps=10.0))
    for turned_deg in (0.0, 45.0, 200.0):
        world = seen(truth.points, turned_deg, pitch_deg=10.0)
        for angle in ANGLE_JOINTS:
            for side in SIDES:
                assert limb_angle(world, angle, side) == pytest.approx(truth.angles[f"{side}_{angle}"], abs=1e-3)


def test_a_planted_half_squat_stops_where_it_is_said_to_and_the_others_do_not() -> None:
    motion = MOTIONS["squat"]
    truth = truth_of(Clip("squat", repetitions=3, faults=("", "squat.depth", "")))
    planted = float(motion.leading(motion.poses(np.array([motion.plant("squat.depth").reach])))[0])
    knee = truth.angles["knee_flexion"]
    turns = [float(np.interp(one.turn_s, truth.timestamps_s, knee)) for one in truth.repetitions]
    assert turns == pytest.approx([motion.turn_deg, planted, motion.turn_deg], abs=0.5)
    assert planted < 80.0
    assert [one.fault for one in truth.repetitions] == ["", "squat.depth", ""]


def test_a_planted_lean_and_a_planted_drop_are_what_they_say() -> None:
    truth = truth_of(Clip("squat", repetitions=3, faults=("", "squat.trunk_lean", "squat.tempo")))
    lean = [float(np.interp(one.turn_s, truth.timestamps_s, truth.angles["trunk_lean"])) for one in truth.repetitions]
    assert lean[1] == pytest.approx(lean[0] + MOTIONS["squat"].plant("squat.trunk_lean").turn["trunk"], abs=0.5)
    assert lean[2] == pytest.approx(lean[0], abs=0.5)
    dropped = truth.repetitions[2]
    assert dropped.turn_s - dropped.start_s == pytest.approx(MOTIONS["squat"].plant("squat.tempo").there_s)


def test_a_repetition_that_does_not_count_is_not_in_the_true_count() -> None:
    truth = truth_of(Clip("squat", repetitions=3, faults=("", "squat.depth!", "")))
    assert [one.counts for one in truth.repetitions] == [True, False, True]
    assert truth.count == 2


def test_sides_take_turns_where_they_do() -> None:
    truth = truth_of(Clip("lunge", repetitions=4))
    assert [one.side for one in truth.repetitions] == ["right", "left", "right", "left"]
    for one in truth.repetitions:
        knees = {side: np.interp(one.turn_s, truth.timestamps_s, truth.angles[f"{side}_hip_flexion"]) for side in SIDES}
        assert max(knees, key=lambda side: knees[side]) == one.side


def test_a_hold_is_still_for_as_long_as_it_says() -> None:
    truth = truth_of(Clip("plank", repetitions=1, seconds_per_repetition=5.0))
    (held,) = truth.repetitions
    assert held.end_s - held.start_s == pytest.approx(5.0)
    inside = (truth.timestamps_s >= held.start_s) & (truth.timestamps_s <= held.end_s)
    assert np.ptp(truth.points[inside], axis=0).max() < 1e-9


@pytest.mark.parametrize("faces", ["right", "left"])
@pytest.mark.parametrize("view", ["side", "oblique", "front", "rear"])
def test_the_whole_figure_is_in_the_picture_from_every_side(view: str, faces: str) -> None:
    clip = Clip("jumping_jack", repetitions=1, view=view, faces=faces, fps=5.0, width=320, height=200)
    track = true_track(clip, truth_of(clip))
    assert (track.landmarks[:, :, :2] > 0).all()
    assert (track.landmarks[:, :, :2] < [320, 200]).all()


@pytest.mark.parametrize("view", ["side", "oblique", "front", "rear"])
def test_what_is_nearer_looks_larger_as_through_a_lens(view: str) -> None:
    clip = Clip("squat", view=view)
    stage = stage_of(clip, truth_of(clip))
    near, far = (stage.floor_at(clip.width / 2.0, away) for away in (2.0, 4.0))
    sizes = []
    for place in (near, far):
        ends, away = stage.pixels(np.array([place, place + stage.level(1.0, 0.0, 0.0)]))
        sizes.append(np.linalg.norm(ends[1] - ends[0]) * away.mean())
        assert ends[0, 0] == pytest.approx(clip.width / 2.0, abs=1e-6)
    assert sizes == pytest.approx([stage.focal_px, stage.focal_px])


@pytest.mark.parametrize(("exercise", "looks_down_deg"), [("squat", 5.0), ("sit_up", 13.0), ("push_up", 13.0)])
@pytest.mark.parametrize("view", ["side", "front"])
def test_the_camera_stands_where_a_person_holds_it(exercise: str, looks_down_deg: float, view: str) -> None:
    clip = Clip(exercise, view=view)
    truth = truth_of(clip)
    stage = stage_of(clip, truth)
    away = stage.seen(truth.points)[..., 2]
    assert stage.position[1] == HEIGHT_M
    assert 1.8 < away.min() < away.max() < 4.2
    assert looks_down_deg < stage.pitch_deg < looks_down_deg + 8.0


def test_the_figure_is_drawn_about_its_joints() -> None:
    clip = Clip("squat", repetitions=1, width=240, height=320)
    truth = truth_of(clip)
    stage = stage_of(clip, truth)
    empty = room(stage)
    for points in truth.points[:: len(truth.points) // 3]:
        drawn = empty.copy()
        draw_figure(drawn, points, stage)
        changed = cv2.dilate(cv2.absdiff(drawn, empty).max(axis=2), np.ones((3, 3), dtype=np.uint8))
        columns, rows = np.round(stage.pixels(points)[0]).astype(int).T
        assert (changed[rows, columns] > 0).all()


def test_what_stands_nearer_hides_what_stands_behind_it() -> None:
    near = Ellipsoid(np.array([0.0, 0.0, 2.0]), np.eye(3), (0.2, 0.2, 0.2), (255.0, 0.0, 0.0))
    far = Cone(np.array([-0.5, 0.0, 3.0]), np.array([0.5, 0.0, 3.0]), (0.1, 0.05), (0.0, 0.0, 255.0))
    for solids in ((near, far), (far, near)):
        picture = np.zeros((100, 100, 3), dtype=np.uint8)
        canvas = Canvas(picture, 100.0, (50.0, 50.0), np.array([0.0, 0.0, -1.0]))
        for solid in solids:
            canvas.add(solid)
        canvas.paint()
        assert picture[50, 50, 0] > 0
        assert picture[50, 50, 2] == 0
        assert picture[50, 38, 2] > 0
        # a ball's outline: its radius over its distance
        assert picture[50 - 9, 50, 0] > 0
        assert picture[50 - 11, 50, 0] == 0


def test_a_plant_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match=r"not squat\.nothing"):
        truth_of(Clip("squat", repetitions=1, faults=("squat.nothing",)))


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
