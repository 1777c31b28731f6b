"""Whose a path is."""

import pytest

from storage.errors import InvalidKey
from storage.people.belongings import Belonging, ObjectKind, belonging_of, export_key, prefixes_of, twins_of

JANE = "jane.doe@example.com"


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        (f"temp/video/user/{JANE}/exercise_Push Up_2305092259.mp4", ObjectKind.VIDEO, "exercise_Push Up_2305092259"),
        (f"temp/video/user/{JANE}/holiday.mp4", ObjectKind.VIDEO, "holiday.mp4"),
        (f"temp/exercise/{JANE}_exercise_Squat_2305092259.mp4", ObjectKind.VIDEO, "exercise_Squat_2305092259"),
        (f"temp/image/{JANE}/exercise_Squat_1/{'0' * 32}/report.json", ObjectKind.RESULT, "exercise_Squat_1"),
        (f"temp/image/{JANE}/exercise_Squat_1/graph.png", ObjectKind.RESULT, "exercise_Squat_1"),
        (f"{JANE}/exercise_Squat_1_result/graph.png", ObjectKind.RESULT, "exercise_Squat_1"),
        (f"temp/export/{JANE}/{'0' * 32}.zip", ObjectKind.EXPORT, ""),
    ],
)
def test_what_a_path_says(key: str, kind: ObjectKind, name: str) -> None:
    assert belonging_of(key) == Belonging(JANE, kind, name)
    assert any(key.startswith(prefix) for prefix in prefixes_of(JANE))
    assert not any(key.startswith(prefix) for prefix in prefixes_of("jane.do@example.com"))


@pytest.mark.parametrize(
    "key",
    ["temp/video/pro/Squat.mp4", "temp/video/user/nobody/x.mp4", "temp/x", JANE, "a/b/c", "temp/exercise/Squat.mp4"],
)
def test_what_is_nobodys(key: str) -> None:
    assert belonging_of(key) is None


def test_a_flat_name_belongs_to_the_shortest_address() -> None:
    """As `parse_video_key` and the storage rules cut it: at the first `_exercise_` after the `@`."""
    key = "temp/exercise/a@b_exercise_c.com_exercise_Squat_1.mp4"
    longer = "a@b_exercise_c.com"
    assert any(key.startswith(prefix) for prefix in prefixes_of(longer))
    found = belonging_of(key)
    assert found is not None
    assert found.owner == "a@b"


def test_addresses_with_the_same_key() -> None:
    assert twins_of("jane@example.com") == ()
    assert twins_of("a.b@c.com") == ("a_b@c.com",)
    assert set(twins_of("a_b.c@d.com") or ()) == {"a.b.c@d.com", "a.b_c@d.com", "a_b_c@d.com"}
    assert twins_of("a.b.c.d.e.f.g.h@i.com") is None


@pytest.mark.parametrize("owner", ["", "temp", "..", "a@b/..", "temp/video/pro", "@", "a b@c.d", "a@b\x00"])
def test_what_is_no_address_has_nothing(owner: str) -> None:
    with pytest.raises(InvalidKey):
        prefixes_of(owner)
    with pytest.raises(InvalidKey):
        export_key(owner, "0" * 32)
