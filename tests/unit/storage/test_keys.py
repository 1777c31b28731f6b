"""Paths are parsed as they are, and nothing leaves a user's folder."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import InvalidKey, KeyOutsideUserFolder
from storage.keys import (
    Layout,
    check_key,
    database_name,
    email_key,
    parse_query_value,
    parse_video_key,
    professional_key,
    video_key,
)

EMAIL = "drj9802@gmail.com"
JOB_ID = "0123456789abcdef0123456789abcdef"


def test_what_the_app_uploads() -> None:
    key = parse_video_key(f"temp/video/user/{EMAIL}/exercise_Military press_2305092259.mp4")
    assert (key.owner, key.method, key.layout) == (EMAIL, "Military press", Layout.USER_FOLDER)
    assert key.name == "exercise_Military press_2305092259"
    assert key.legacy_results_prefix == f"temp/image/{EMAIL}/exercise_Military press_2305092259"
    assert key.results_prefix(JOB_ID) == f"{key.legacy_results_prefix}/{JOB_ID}"
    assert key.record_path == "temp/result/drj9802@gmail_com/exercise_Military press_2305092259"
    assert key.status_path == "temp/status/drj9802@gmail_com/exercise_Military press_2305092259"


def test_what_the_app_sends_lacks_the_extension() -> None:
    value = f"temp/video/user/{EMAIL}/exercise_Squat_2305092259"
    assert parse_query_value(value) == parse_query_value(f"{value}.mp4") == parse_video_key(f"{value}.mp4")
    assert parse_query_value(f"{value}.mov").key == f"{value}.mov"


def test_the_layout_before_that() -> None:
    key = parse_video_key(f"temp/exercise/{EMAIL}_exercise_Push Up_2305092259.mp4")
    assert (key.owner, key.method, key.layout) == (EMAIL, "Push Up", Layout.FLAT)
    assert key.legacy_results_prefix == f"{EMAIL}/exercise_Push Up_2305092259_result"
    assert key.record_path == "temp/result/drj9802@gmail_com/exercise_Push Up_2305092259"


@pytest.mark.parametrize("extension", ["mp4", "mov", "avi", "webm", "mkv", "m4v", "MP4", "MOV"])
def test_every_kind_of_video(extension: str) -> None:
    assert parse_video_key(f"temp/video/user/{EMAIL}/exercise_Squat_2305092259.{extension}").method == "Squat"


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("exercise_Squat", "Squat"),
        ("exercise_Squat_23050922595959", "Squat"),
        ("exercise_Squat_123", "Squat_123"),
        ("exercise_Bench_Press_2305092259", "Bench_Press"),
        ("exercise_스쿼트_2305092259", "스쿼트"),
        ("exercise_a+b_2305092259", "a+b"),
        ("exercise_50%25_2305092259", "50%25"),
        ("exercise_%2e%2e%2f_2305092259", "%2e%2e%2f"),
    ],
)
def test_a_method_is_what_it_is(name: str, method: str) -> None:
    key = parse_video_key(f"temp/video/user/{EMAIL}/{name}.mp4")
    assert (key.method, key.name) == (method, name)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/temp/video/user/a@b.com/exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b.com//exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b.com/../c@d.com/exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b.com/./exercise_Squat_2305092259.mp4",
        "temp\\video\\user\\a@b.com\\exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b.com/exercise_Squat\x00_2305092259.mp4",
        "temp/video/user/a@b.com/exercise_Squat\n_2305092259.mp4",
        "temp/video/user/a@b.com/exercise_\ud800_2305092259.mp4",
        "temp/video/user/a@b.com/exercise_Squat_2305092259.exe",
        "temp/video/user/a@b.com/squat.mp4",
        "temp/video/user/a@b.com/exercise_ _2305092259.mp4",
        "temp/video/user/a@b.com/exercise_.mp4",
        f"temp/video/user/a@b.com/exercise_{'x' * 300}.mp4",
        "x/" * 600 + "x.mp4",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidKey):
        parse_video_key(path)


@pytest.mark.parametrize(
    "path",
    [
        "temp/video/pro/Squat.mp4",
        "temp/video/user/exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b.com/more/exercise_Squat_2305092259.mp4",
        "temp/video/user/nobody/exercise_Squat_2305092259.mp4",
        "temp/video/user/a@@b.com/exercise_Squat_2305092259.mp4",
        "temp/video/user/a b@c.com/exercise_Squat_2305092259.mp4",
        "temp/video/user/a@b..com/exercise_Squat_2305092259.mp4",
        "temp/video/user/@b.com/exercise_Squat_2305092259.mp4",
        "Temp/video/user/a@b.com/exercise_Squat_2305092259.mp4",
        "temp/exercise/exercise_Squat_2305092259.mp4",
        "etc/passwd.mp4",
    ],
)
def test_what_is_no_user_s_video_is_refused(path: str) -> None:
    with pytest.raises(KeyOutsideUserFolder):
        parse_video_key(path)


@given(st.text(st.sampled_from("./\\_@abc%+ \x00é한"), max_size=40))
def test_no_path_leaves_the_user_s_folder(tail: str) -> None:
    try:
        key = parse_query_value(f"temp/video/user/{tail}")
    except InvalidKey:
        return
    assert posixpath.normpath(key.key) == key.key
    assert key.key.startswith(f"temp/video/user/{key.owner}/")
    assert posixpath.normpath(key.results_prefix(JOB_ID)).startswith(f"temp/image/{key.owner}/")


@given(st.text())
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        assert check_key(text) == text
    except InvalidKey:
        return
    assert ".." not in text.split("/")
    assert not text.startswith("/")


@given(st.text(max_size=60), st.text(max_size=60))
def test_names_in_the_database_are_legal_and_differ(one: str, other: str) -> None:
    assert not set(database_name(one)) & set(".$#[]/\x00\x1f\x7f")
    assert (database_name(one) == database_name(other)) == (one == other)


def test_names_in_the_database_keep_what_is_allowed() -> None:
    assert database_name("exercise_Push Up+스쿼트_50%_2305092259") == "exercise_Push Up+스쿼트_50%_2305092259"
    assert database_name("a.b$c") == "a%2Eb%24c"
    assert database_name("a%2Eb") == "a%252Eb"


def test_the_user_s_name_in_the_database() -> None:
    assert email_key(EMAIL) == "drj9802@gmail_com" == EMAIL.split(".")[0] + "_com"
    assert email_key("john.a@mail.co.kr") == "john_a@mail_co_kr"
    assert email_key("a#b@c.com") == "a%23b@c_com"


def test_an_upload_s_path_is_built_as_it_is_parsed() -> None:
    assert video_key(EMAIL, "Push Up", "2305092259").key == f"temp/video/user/{EMAIL}/exercise_Push Up_2305092259.mp4"
    for owner, method, timestamp in [
        (EMAIL, "a/b", "2305092259"),
        (EMAIL, "Squat", "1"),
        ("..", "Squat", "2305092259"),
    ]:
        with pytest.raises(InvalidKey):
            video_key(owner, method, timestamp)


def test_a_professional_s_path_cannot_be_led_astray() -> None:
    assert professional_key("Bench Press") == "temp/video/pro/Bench Press.mp4"
    with pytest.raises(InvalidKey):
        professional_key("../user/a@b.com/x")


def test_a_job_s_id_cannot_lead_astray() -> None:
    with pytest.raises(InvalidKey):
        parse_video_key(f"temp/video/user/{EMAIL}/exercise_Squat_2305092259.mp4").results_prefix("../../x")
