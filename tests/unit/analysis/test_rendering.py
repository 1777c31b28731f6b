"""Pictures: sizes, colours, and that nothing hides or is lost."""

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from analysis.pictures import style
from analysis.pictures.canvas import AngleMark, Caption, Limb, Line, Picture, State
from analysis.pictures.rendering import MIN_SHORT_SIDE_PX, annotate, encode_jpeg
from tests.unit.analysis.stick_figure import squatting

LEFT_THIGH: Limb = (23, 25)
CAPTION = Caption("Squat · rep 3 of 8", "0:12.4", "92", "of 100", State.GOOD, [Line("Good", "knee 112°", State.GOOD)])


def grey(width: int, height: int) -> Picture:
    return np.full((height, width, 3), 128, np.uint8)


def body(width: int, height: int) -> NDArray[np.float32]:
    """The deepest pose of a squat in the middle of a picture of that size, four tenths as high as its short side."""
    scale = min(width, height) * 0.4 / 400
    return np.asarray(squatting(1, size=(width, height), scale=scale).landmarks[30])


def where(picture: Picture, colour: str) -> NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(int) - style.rgb(colour)).max(axis=2) <= 3)


def count_of(picture: Picture, colour: str) -> int:
    return int(where(picture, colour).sum())


@pytest.mark.parametrize(
    ("width", "height"), [(406, 720), (1280, 720), (720, 1280), (320, 240), (372, 1092), (960, 416)]
)
def test_every_size_becomes_legible_and_keeps_the_whole_body(width: int, height: int) -> None:
    landmarks = body(width, height)

    drawn = annotate(grey(width, height), landmarks, CAPTION)

    assert min(drawn.shape[:2]) >= MIN_SHORT_SIDE_PX
    assert drawn.shape[0] > drawn.shape[1], "photo and caption together stand upright, as a phone does"
    # Eight joints of the near side are inside: each shows its white middle on a blue ring.
    assert count_of(drawn, style.NEUTRAL) > 1000


def test_a_body_as_wide_as_the_picture_is_not_cropped() -> None:
    landmarks = body(1280, 720)
    landmarks[15, :2], landmarks[16, :2] = (20, 300), (1260, 300)

    drawn = annotate(grey(1280, 720), landmarks, CAPTION)

    assert drawn.shape[1] == 1280


def test_wide_pictures_lose_what_the_body_does_not_need() -> None:
    assert annotate(grey(1280, 720), body(1280, 720), CAPTION).shape[1] == 720
    assert annotate(grey(1280, 720), None, CAPTION).shape[1] == 1280


def test_limbs_bear_the_colour_of_their_verdict() -> None:
    landmarks = body(480, 640)
    plain = annotate(grey(480, 640), landmarks, Caption("x"))
    faulty = annotate(grey(480, 640), landmarks, Caption("x"), limb_states={LEFT_THIGH: State.MAJOR})

    assert count_of(plain, style.MAJOR) == 0
    assert count_of(faulty, style.MAJOR) > 300


def test_the_caption_lies_below_the_photo() -> None:
    drawn = annotate(grey(720, 720), None, CAPTION)

    assert (drawn[:720] == 128).all()
    assert count_of(drawn[720:], style.INK) > 500
    assert count_of(drawn[720:], style.GOOD) > 3000


def test_long_sentences_are_broken_and_stay_inside() -> None:
    sentence = "Bring your hips down until your thighs are parallel to the floor and keep your heels on it. " * 3
    short = annotate(grey(720, 720), None, Caption("x", lines=[Line("Good")]))
    long = annotate(grey(720, 720), None, Caption("x", lines=[Line(sentence, sentence, State.MINOR)]))

    assert long.shape[0] > short.shape[0] + 300
    assert (long[720:, -10:] == 255).all()


def test_angles_are_drawn_where_they_are_known() -> None:
    known = AngleMark((200, 300), (240, 300), (240, 360), 90, State.MINOR)
    unseen = AngleMark((np.nan, np.nan), (240, 300), (240, 360), 90, State.MAJOR)
    outside = AngleMark((200, 900), (240, 900), (240, 960), 90, State.MAJOR)

    drawn = annotate(grey(480, 640), None, Caption("x"), angles=[known, unseen, outside])

    assert count_of(drawn, style.MINOR) > 1000
    assert count_of(drawn, style.MAJOR) == 0


def test_numbers_of_joints_close_together_do_not_cover_each_other() -> None:
    marks = [AngleMark((300 + n, 250), (300 + n, 300), (300 + n, 350), 5, State.MAJOR) for n in range(0, 12, 4)]
    one = count_of(annotate(grey(720, 720), None, Caption("x"), angles=marks[:1]), style.MAJOR)
    three = count_of(annotate(grey(720, 720), None, Caption("x"), angles=marks), style.MAJOR)

    assert three > 2.8 * one


def test_nobody_in_the_frame_draws_no_skeleton_and_no_error() -> None:
    nobody = np.full((33, 4), np.nan, np.float32)

    drawn = annotate(grey(480, 640), nobody, Caption("x"))

    assert count_of(drawn, style.NEUTRAL) == 0


def test_guessed_limbs_are_dotted() -> None:
    seen, guessed = body(480, 640), body(480, 640)
    guessed[:, 3] = 0.2

    solid = count_of(annotate(grey(480, 640), seen, Caption("x")), style.NEUTRAL)
    dotted = count_of(annotate(grey(480, 640), guessed, Caption("x")), style.NEUTRAL)

    assert 0 < dotted < solid / 2


def test_the_given_picture_stays_as_it_is() -> None:
    picture, landmarks = grey(1280, 720), body(1280, 720)
    before = landmarks.copy()

    annotate(picture, landmarks, CAPTION)

    assert (picture == 128).all()
    assert (landmarks == before).all()


def test_jpeg_keeps_colours_in_order() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 255

    decoded = np.asarray(Image.open(io.BytesIO(encode_jpeg(red))))

    assert decoded[8, 8, 0] > 240
    assert decoded[8, 8, 2] < 15


def test_the_line_below_a_title_does_not_run_into_the_badge() -> None:
    subtitle = "0:01.0\u00a0· turning point\u00a0· left side\u00a0· cut off by the clip"
    card, short = (
        annotate(grey(720, 720), None, replace(CAPTION, title="Squat", subtitle=one, lines=[]))
        for one in (subtitle, "0:01.0")
    )
    assert card.shape[0] > short.shape[0], "it has another row"
    badge = where(card, style.GOOD)
    rows, columns = np.flatnonzero(badge.any(axis=1)), np.flatnonzero(badge.any(axis=0))
    words = np.flatnonzero(where(card[rows[0] : rows[-1] + 1], style.FADED_INK).any(axis=0))
    assert words.size
    assert words.max() < columns.min()
