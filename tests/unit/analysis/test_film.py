"""The annotated video: what it says when, that it is what phones and browsers play, and that times are kept."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import judged
from analysis.errors import AnalysisCancelled
from analysis.faces.hiding import hidden_people
from analysis.film.make import make_film
from analysis.film.narration import CUE_AFTER_S, Narration
from analysis.film.overlay import Overlay, _timelines
from analysis.film.sprites import PARTS, count_tile, pill
from analysis.judging.exercise import all_exercises, find_exercise
from analysis.media.video import VideoFile, probe
from analysis.motion.angles import angles_of_positions
from analysis.motion.measures import body_of
from analysis.options import AnalysisOptions
from analysis.pictures import style
from analysis.pictures.canvas import State
from analysis.pictures.evidence import Evidence
from analysis.pictures.wording import wording_in
from analysis.texts import LANGUAGES, why_not_counted
from analysis.types import PoseTrack
from analysis.verdicts import NoRepetition
from mannequin import Clip, truth_of
from mannequin.track import true_track
from tests.unit.analysis.small_videos import write_video
from tests.unit.analysis.stick_figure import FPS, report_on, squatting


def evidence_of(track: PoseTrack, scores: list[float | None]) -> Evidence:
    body = body_of(track)
    angles = angles_of_positions(body.image, body.world, body.timestamps_s)
    return Evidence(track, find_exercise("squat"), report_on(track, scores), angles, body)


def seen_in(video: VideoFile, scores: list[float | None]) -> Evidence:
    """A squatting figure, as if it had been followed in that video, 60 frames a repetition."""
    info = video.info
    track = squatting(len(scores), size=(info.width, info.height), scale=min(info.width, info.height) / 640)
    frames = info.frame_count
    assert len(track.timestamps_s) >= frames
    return evidence_of(
        replace(
            track,
            landmarks=track.landmarks[:frames],
            world=track.world[:frames],
            timestamps_s=video.seconds(video.pts),
            video=info,
        ),
        scores[: frames // 60],
    )


def film(video: VideoFile, evidence: Evidence, path: Path, *, blurred: bool = False) -> list[int]:
    told: list[int] = []
    hidden = hidden_people(evidence.track, None) if blurred else None
    make_film(video, evidence, hidden, path, on_progress=lambda done, _: told.append(done), cancelled=lambda: False)
    return told


def read(path: Path) -> tuple[list[float], list[NDArray[np.uint8]]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(container.streams.video[0]))
    times_s = [float(frame.time) for frame in frames if frame.time is not None]
    return times_s, [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]


def boxes(path: Path) -> list[bytes]:
    """The kinds of an MP4's outermost boxes, in order."""
    data, at, kinds = path.read_bytes(), 0, []
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kinds.append(data[at + 4 : at + 8])
        at += size if size > 1 else int.from_bytes(data[at + 8 : at + 16], "big")
    return kinds


# --- what it says -----------------------------------------------------------------------------------------------


def test_the_count_rises_as_each_repetition_ends_and_shows_its_verdict() -> None:
    narration = Narration(evidence_of(squatting(3), [100.0, 70.0, None]))
    said = [(narration.at(frame).count, narration.at(frame).count_state) for frame in (0, 59, 60, 119, 120, 150, 179)]
    assert said[:5] == [
        (0, State.NEUTRAL),
        (0, State.NEUTRAL),
        (1, State.GOOD),
        (1, State.GOOD),
        (2, State.MAJOR),
    ]
    assert said[5][0] == 2
    assert said[6] == (3, State.NEUTRAL), "the last one is counted before the video is over"


def test_the_cue_comes_with_the_fault_and_does_not_stay_for_a_good_repetition() -> None:
    narration = Narration(evidence_of(squatting(3), [70.0, 100.0, 100.0]))
    fault = 30
    assert narration.at(fault - 1).cue is None
    for frame in (fault, 59, 65):
        cue = narration.at(frame).cue
        assert cue is not None
        assert (cue.state, cue.text[:7]) == (State.MAJOR, "Go down")
    assert narration.at(90).cue is None, "the next one has turned"
    assert narration.at(min(179, 60 + int((CUE_AFTER_S + 1) * FPS))).cue is None


def test_no_figure_is_shown_of_the_whole_body_s_movement() -> None:
    """Nobody makes anything of `Movement −11 % of body height`."""
    shown = evidence_of(squatting(2), [70.0, 100.0])
    report = replace(shown.report, signal_name="movement", signal_unit="body_height")
    assert Narration(replace(shown, report=report)).at(10).reading == "Descent"


def test_phase_angle_and_limbs_are_those_of_the_moment() -> None:
    narration = Narration(evidence_of(squatting(2), [70.0, 100.0]))
    assert narration.at(10).reading.startswith("Descent · Knee flexion ")
    assert narration.at(40).reading.startswith("Ascent · Knee flexion ")
    assert State.MAJOR in narration.at(30).limbs.values()
    assert State.MAJOR not in narration.at(90).limbs.values()


def test_a_set_without_repetitions_says_nothing() -> None:
    moment = Narration(evidence_of(squatting(0), [])).at(5)
    assert (moment.count, moment.cue, moment.limbs) == (0, None, {})
    assert moment.count_noun == "reps"


def test_what_is_held_is_timed_and_coloured_while_it_is_held() -> None:
    clip = Clip("plank", repetitions=2, seconds_per_repetition=6.0, rest_s=3.0, fps=15.0)
    plank = judged.evidence_of(true_track(clip, truth_of(clip)), 1, find_exercise("plank"), AnalysisOptions())
    first, second = (each.repetition for each in plank.report.holds)
    narration = Narration(plank)

    before, middle, after = (narration.at(frame) for frame in (first.start - 1, first.turn, first.end + 5))

    assert (before.count, before.count_state, before.limbs) == (0, State.NEUTRAL, {})
    half_s = (first.turn - first.start) / 15.0
    assert (middle.count, middle.count_noun) == (int(half_s), "seconds")
    assert middle.count_state is State.GOOD
    assert middle.limbs
    assert middle.reading.startswith("Hold · ")
    assert narration.at(second.start).count == after.count, "rest is not held"
    assert after.count == int((first.end - first.start) / 15.0)
    timestamps_s = plank.track.timestamps_s
    held_s = sum(float(timestamps_s[one.end] - timestamps_s[one.start]) for one in (first, second))
    told = wording_in("en").heading(plank.exercise, plank.report, timestamps_s)
    assert told == f"Plank · held {held_s:.1f}\u00a0s", "and no second more than the film counts"
    assert narration.at(len(timestamps_s) - 1).count == int(held_s)
    slowed = wording_in("en").heading(plank.exercise, plank.report, 2 * timestamps_s)
    assert slowed == f"Plank · held {2 * held_s:.1f}\u00a0s", "the frames' own times, which phones vary"
    past, _ = _timelines(plank, 1000)
    assert style.bgr(style.GOOD) in {tuple(map(int, pixel)) for pixel in past}


def test_an_attempt_that_does_not_count_says_why() -> None:
    evidence = evidence_of(squatting(3), [100.0, 100.0, 100.0])
    first, second, third = evidence.report.repetitions
    failed = NoRepetition(replace(second.repetition, index=1), "half_movement", 90, 0.3, 0.5, "ratio")
    without = replace(evidence.report, repetitions=(first, third), no_repetitions=(failed,))
    narration = Narration(replace(evidence, report=without))

    assert narration.at(89).cue is None
    for frame in (90, 119, 130):
        cue = narration.at(frame).cue
        assert cue is not None
        assert cue.text == why_not_counted("half_movement")
    assert narration.at(150).cue is None, "the next one has turned"
    assert narration.at(149).count == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [480, 720])
def test_nothing_that_is_said_is_wider_than_a_portrait_picture(language: str, width: int) -> None:
    """On a phone that is held upright, 480 or 720 pixels wide, 22 of 720 are left free at each side."""
    wording, unit = wording_in(language), width / 720
    room = width - 2 * round(22 * unit)
    for exercise in all_exercises():
        angle = exercise.cycle.angle if exercise.cycle else "movement"
        for phase in ("", *exercise.phases):
            said = [part for part in (wording.phase(phase), f"{wording.signal(angle)} 134°") if part]
            sizes = {
                pill(PARTS.join([*said[:-1], said[-1].replace("134", deg)]), room, unit).size for deg in ("9", "134")
            }
            assert max(width for width, _ in sizes) <= room
            assert len({height for _, height in sizes}) == 1, "rows come and go with the number"
    for noun in (wording.counted(key, count) for key in ("film_count", "film_held") for count in (1, 2)):
        tile = count_tile(8, noun, State.GOOD, 1.0)
        assert tile.size[0] >= style.font(26, noun).getlength(noun) + 20


@pytest.mark.parametrize(("moved_px", "above"), [(430.0, True), (-430.0, False)])
def test_a_cue_stands_where_it_hides_less_of_the_body(moved_px: float, above: bool) -> None:
    """The floor lies low in the picture, and a cue at the lower edge would hide what it is about."""
    size = (720, 1280)
    evidence = evidence_of(squatting(2, size=size, moved_px=(0.0, moved_px)), [70.0, 70.0])
    plain = evidence_of(squatting(2, size=size, moved_px=(0.0, moved_px)), [100.0, 100.0])
    fault = evidence.report.faults[0].frame
    with_cue, without = np.full((2, 1280, 720, 3), 90, np.uint8)
    Overlay(evidence, size, 1.0).draw(with_cue, fault)
    Overlay(plain, size, 1.0).draw(without, fault)

    paper = (with_cue > 200).all(axis=2) & ~(without > 200).all(axis=2)
    rows = np.flatnonzero(paper.sum(axis=1) > 200)

    assert rows.size
    assert (rows.max() < 400) if above else (rows.min() > 900)


# --- the file ---------------------------------------------------------------------------------------------------

CLIPS: dict[str, dict[str, Any]] = {
    "landscape": {"size": (640, 360)},
    "portrait": {"size": (270, 480)},
    "odd": {"size": (322, 242), "pixel_shape": Fraction(323, 322)},
    "rotated": {"size": (320, 180), "rotation": 90},
    "wobbly clock": {"size": (160, 120), "timestamps_ms": [n * 70 + (n * 7) % 20 for n in range(65)]},
    "large": {"size": (1920, 1080)},
}


@pytest.mark.parametrize("name", CLIPS)
def test_any_clip_becomes_what_phones_and_browsers_play(name: str, tmp_path: Path) -> None:
    frames = 12 if name == "large" else 65  # longer than four seconds: parts that are joined
    video = probe(write_video(tmp_path / "clip.mp4", frames=frames, fps=15, **CLIPS[name]))
    evidence = seen_in(video, [100.0, 70.0])
    told = film(video, evidence, tmp_path / "annotated.mp4")

    with av.open(str(tmp_path / "annotated.mp4")) as container:
        (stream,) = container.streams
        assert isinstance(stream, av.VideoStream)
        coder = stream.codec_context
        assert (coder.name, coder.pix_fmt, coder.color_range, coder.colorspace) == ("h264", "yuv420p", 1, 1)
        width, height = coder.width, coder.height
    assert width % 2 == height % 2 == 0
    assert max(width, height) <= 1280 or min(width, height) == 480
    assert min(width, height) >= 480
    assert width / height == pytest.approx(video.info.width / video.info.height, rel=0.01)
    kinds = boxes(tmp_path / "annotated.mp4")
    assert kinds.index(b"moov") < kinds.index(b"mdat")

    times_s, pictures = read(tmp_path / "annotated.mp4")
    assert len(times_s) == frames == told[-1]
    assert times_s == pytest.approx(video.seconds(video.pts).tolist(), abs=2e-5)
    assert told == sorted(told)
    assert pictures[0].shape == (height, width, 3)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [], "parts are gone"


def test_the_number_changes_at_the_end_of_a_repetition(tmp_path: Path) -> None:
    grey = [np.full((360, 640, 3), 90, np.uint8)] * 150
    video = probe(write_video(tmp_path / "clip.mp4", grey, size=(640, 360)))
    film(video, seen_in(video, [100.0, 70.0, 100.0]), tmp_path / "annotated.mp4")
    _, pictures = read(tmp_path / "annotated.mp4")
    tiles = [picture[20:110, 20:130].astype(int) for picture in pictures]

    def changed(one: int, other: int) -> float:
        return float(np.abs(tiles[one] - tiles[other]).mean())

    assert changed(62, 58) > 15
    assert changed(122, 118) > 15
    assert changed(58, 5) < 3
    assert changed(118, 62) < 3


def test_faces_are_hidden_in_every_frame_and_only_faces(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    picture = np.repeat(np.repeat(rng.integers(0, 256, (90, 160, 3), np.uint8), 4, axis=0), 4, axis=1)
    options = {"crf": "12"}
    video = probe(write_video(tmp_path / "clip.mp4", [picture] * 120, size=(640, 360), options=options))
    evidence = seen_in(video, [100.0, 100.0])
    film(video, evidence, tmp_path / "open.mp4")
    film(video, evidence, tmp_path / "blurred.mp4", blurred=True)
    _, shown = read(tmp_path / "open.mp4")
    _, blurred = read(tmp_path / "blurred.mp4")
    scale = shown[0].shape[1] / video.info.width
    for frame in range(120):
        x, y = (evidence.track.landmarks[frame, 0, :2] * scale).astype(int)
        face = np.s_[max(0, y - 12) : y + 12, x - 12 : x + 12]
        before, after = shown[frame][face].astype(float), blurred[frame][face].astype(float)
        assert after.std() < 0.6 * before.std(), f"frame {frame}"
        elsewhere = np.abs(shown[frame][-120:-60, -200:].astype(int) - blurred[frame][-120:-60, -200:]).mean()
        assert elsewhere < 6


def test_a_film_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    video = probe(write_video(tmp_path / "clip.mp4", frames=150, size=(640, 360)))
    told: list[int] = []
    with pytest.raises(AnalysisCancelled):
        make_film(
            video,
            seen_in(video, [100.0, 70.0, 100.0]),
            None,
            tmp_path / "annotated.mp4",
            on_progress=lambda done, _: told.append(done),
            cancelled=lambda: bool(told),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
