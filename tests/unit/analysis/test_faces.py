"""Faces: where they are in every frame, and that nothing is left of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.faces import detector
from analysis.faces.detector import FaceDetector, FaceModelMissing
from analysis.faces.heads import Circles, head_circles
from analysis.faces.hiding import CELLS, hidden_people, hide
from analysis.faces.spans import HOLD_S, LOOK_EVERY_S, SAME_FACE_S, Spans, spans_between
from analysis.media.frames import decode
from analysis.media.orientation import UprightPictures
from analysis.media.video import probe
from analysis.types import PoseTrack
from tests.unit.analysis.stick_figure import FPS, half_unseen, squatting

SHARED = Path(__file__).parents[4] / "shared" / "videos"


def noise(height: int = 200, width: int = 240) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def circles(*rows: tuple[float, float, float]) -> Circles:
    return np.array(rows, np.float32).reshape(-1, 3)


def inside(picture: NDArray[np.uint8], x: float, y: float, radius: float) -> NDArray[np.bool_]:
    rows, columns = np.indices(picture.shape[:2])
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)


# --- destroying pixels ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "y", "radius"), [(120, 100, 50), (5, 190, 40), (120, 100, 3), (238, 2, 9)])
def test_nothing_of_the_face_is_left_and_everything_else_is(x: float, y: float, radius: float) -> None:
    picture = noise()
    hidden = hide(picture, circles((x, y, radius)))
    face, outside = inside(picture, x, y, radius - 1), ~inside(picture, x, y, radius + 2)
    assert np.array_equal(hidden[outside], picture[outside])
    left = np.corrcoef(hidden[face].ravel().astype(float), picture[face].ravel().astype(float))[0, 1]
    assert abs(left) < 0.45, "what is left of noise is next to nothing"
    assert hidden[face].std() < 0.5 * picture[face].std()


def test_two_faces_of_the_same_coarse_colours_cannot_be_told_apart_any_more() -> None:
    one = noise(123, 123)  # as large as the circle's square, so that the cells are known
    side = 123
    other = one.copy()
    edges = np.linspace(0, side, CELLS + 1)
    for top, bottom in zip(np.ceil(edges[:-1]).astype(int), np.floor(edges[1:]).astype(int), strict=True):
        for left, right in zip(np.ceil(edges[:-1]).astype(int), np.floor(edges[1:]).astype(int), strict=True):
            other[top:bottom, left:right] = one[top:bottom, left:right][::-1, ::-1]
    assert not np.array_equal(one, other)
    wanted = circles((61, 61, 61))
    assert np.array_equal(hide(one, wanted)[20:100, 20:100], hide(other, wanted)[20:100, 20:100])


def test_circles_beside_the_picture_and_none_change_nothing() -> None:
    picture = noise()
    assert np.array_equal(hide(picture, circles()), picture)
    assert np.array_equal(hide(picture, circles((-80, 50, 40), (120, 400, 60))), picture)


# --- the one who is followed ------------------------------------------------------------------------------------


def covered(circle: Circles, points: NDArray[np.float32]) -> bool:
    """Whether each point lies in one of the circles (n, 3)."""
    apart = np.linalg.norm(points[:, None] - circle[None, :, :2], axis=-1)
    return bool((np.nan_to_num(circle[:, 2] - apart, nan=-1.0) > 0).any(axis=1).all())


def test_the_head_is_covered_with_a_margin_in_every_frame() -> None:
    track = squatting(2)
    found = head_circles(track)
    for frame in range(len(track.timestamps_s)):
        nose, shoulder = track.landmarks[frame, 0, :2], track.landmarks[frame, 11, :2]
        around = nose + np.array([(0, 0), (25, 0), (-25, 0), (0, 25), (0, -25)], np.float32)  # 0.1 m each way
        assert covered(found[frame], around)
        assert not covered(found[frame], shoulder[None] + np.float32(40)), "and the body is not"


def test_no_frame_between_two_hidden_ones_shows_the_face() -> None:
    track = squatting(3)
    gappy = half_unseen(track)
    found = head_circles(gappy)
    for frame in range(len(track.timestamps_s)):
        assert covered(found[frame], track.landmarks[frame, :1, :2]), frame


def test_a_face_that_cannot_be_seen_is_where_the_trunk_says() -> None:
    track = squatting(1)
    landmarks = track.landmarks.copy()
    where = landmarks[:, 0, :2].copy()
    landmarks[:, :11, :2] = landmarks[:, 27:28, :2]  # the network is lost and puts the face at an ankle
    landmarks[:, :11, 3] = 0.1
    found = head_circles(replace(track, landmarks=landmarks))
    for frame in range(0, len(where), 5):
        assert covered(found[frame], where[frame : frame + 1]), frame


def test_around_a_jump_both_places_are_hidden() -> None:
    track = squatting(1)
    landmarks = track.landmarks.copy()
    landmarks[30:, :, 0] += 200
    found = head_circles(replace(track, landmarks=landmarks))
    for frame in (20, 29, 30, 40):
        for side in (29, 30):
            assert covered(found[frame], landmarks[side, :1, :2])


def test_a_person_who_is_never_found_has_no_circle() -> None:
    track = squatting(1)
    gone = replace(track, landmarks=np.full_like(track.landmarks, np.nan), world=np.full_like(track.world, np.nan))
    assert not np.isfinite(head_circles(gone)).any()


def test_everybody_who_was_followed_is_hidden() -> None:
    track, other = squatting(1), squatting(1, moved_px=(150, 20))
    size = np.array((track.video.width, track.video.height, track.video.width, 1), np.float32)

    def as_found(person: PoseTrack) -> NDArray[np.float32]:
        return np.concatenate((person.landmarks / size, person.world), axis=2)

    everybody = np.stack((as_found(track), as_found(other)), axis=1)
    everybody[10:20, 1] = np.nan
    hidden = hidden_people(track, everybody.astype(np.float32))
    for frame in range(0, len(track.timestamps_s), 3):
        noses = np.stack((track.landmarks[frame, 0, :2], other.landmarks[frame, 0, :2]))
        assert covered(hidden.at(frame), noses), frame


# --- whoever else is in the picture -----------------------------------------------------------------------------


def test_a_face_is_hidden_between_the_frames_that_were_looked_at() -> None:
    walk = [(number * LOOK_EVERY_S, circles((100 + 60 * number, 50, 20))) for number in range(5)]
    spans = spans_between(walk)
    for time_s in np.arange(0, 1.0, 1 / FPS):
        assert covered(spans.at(float(time_s)), np.array([(100 + 60 * time_s / LOOK_EVERY_S, 50)], np.float32))


def test_a_face_that_is_missed_for_a_moment_stays_hidden_and_then_is_let_go() -> None:
    nobody = circles()
    finds = [(0.0, circles((100, 50, 20)))] + [(t, nobody) for t in (0.25, 0.5, 0.75)] + [(1.0, circles((120, 50, 20)))]
    spans = spans_between(finds)
    assert covered(spans.at(0.5), np.array([(110, 50)], np.float32))
    assert not len(spans.at(1.0 + HOLD_S + 0.01))
    apart = spans_between([(0.0, circles((100, 50, 20))), (SAME_FACE_S + 1, circles((100, 50, 20)))])
    assert not len(apart.at(1.5))
    assert not len(Spans().at(0.0))


@pytest.mark.skipif(not SHARED.exists(), reason="needs the real clips in ../shared/videos")
@pytest.mark.parametrize(
    ("name", "second", "face"),
    [("squat_02.mp4", 1.0, (869, 93)), ("bicep_curl_01.mp4", 10.0, (645, 192)), ("deadlift_02.mp4", 6.0, (133, 296))],
)
def test_real_faces_are_found(name: str, second: float, face: tuple[int, int]) -> None:
    video = probe(SHARED / name)
    pts = int(video.pts[np.searchsorted(video.seconds(video.pts), second)])
    ((_, frame),) = decode(video, pts, pts + 1)
    picture = UprightPictures(video.orientation, "bgr24", 1280).convert(frame)
    found = FaceDetector().faces(picture)
    assert covered(found, np.array([face], np.float32)), found
    assert not len(FaceDetector().faces(np.full((300, 400, 3), 200, np.uint8)))


def test_without_the_face_model_nothing_is_done_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOODREP_FACE_MODEL", str(tmp_path / "none.tflite"))
    detector.checked_model.cache_clear()
    try:
        with pytest.raises(FaceModelMissing, match="make setup"):
            FaceDetector()
    finally:
        monkeypatch.undo()
        detector.checked_model.cache_clear()
