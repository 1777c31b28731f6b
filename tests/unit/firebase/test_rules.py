"""What the rules in `firebase/` allow.

For the database by targaryen, which others wrote; for storage by an interpreter of our own (`tests.standins`), which
shows what we think the rules mean. Google's own judgement is had with the official emulators: docs/firebase.md.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from storage.keys import email_key
from tests.standins.realtime_database import NoNode, node_packages
from tests.standins.storage_rules import StorageRules

FOLDER = Path(__file__).parents[3] / "firebase"
JANE = {"uid": "1", "token": {"email": "jane@example.com", "email_verified": True}}
JOHN = {"uid": "2", "token": {"email": "john@example.com", "email_verified": True}}
UNPROVED = {"uid": "3", "token": {"email": "jane@example.com", "email_verified": False}}
ANONYMOUS = {"uid": "4", "token": {}}
STRANGERS = [JOHN, UNPROVED, ANONYMOUS, None]
VIDEO = {"size": 1000, "contentType": "video/mp4"}

UPLOAD = "temp/video/user/jane@example.com/exercise_Push Up_2305092259.mp4"
OLD_UPLOAD = "temp/exercise/jane@example.com_exercise_Squat_2305092259.mp4"
RESULT = "temp/image/jane@example.com/exercise_Squat_2305092259/0123/best1_user.jpg"
OLD_RESULT = "jane@example.com/exercise_Squat_2305092259_result/best1_user.jpg"
PROFESSIONAL = "temp/video/pro/Squat.mp4"


@pytest.fixture(scope="module")
def rules() -> StorageRules:
    return StorageRules((FOLDER / "storage.rules").read_text())


@pytest.mark.parametrize("path", [UPLOAD, OLD_UPLOAD])
def test_a_user_uploads_reads_and_removes_own_videos_and_nobody_else_does(rules: StorageRules, path: str) -> None:
    for operation in ("get", "list", "create", "update", "delete"):
        assert rules.allows(operation, path, auth=JANE, **VIDEO)
        assert not any(rules.allows(operation, path, auth=stranger, **VIDEO) for stranger in STRANGERS)


@pytest.mark.parametrize("path", [RESULT, OLD_RESULT])
def test_a_user_reads_own_results_and_nobody_writes_any(rules: StorageRules, path: str) -> None:
    assert rules.allows("get", path, auth=JANE)
    assert not any(rules.allows("get", path, auth=stranger) for stranger in STRANGERS)
    for operation in ("create", "update", "delete"):
        assert not any(rules.allows(operation, path, auth=each, **VIDEO) for each in [JANE, *STRANGERS])


def test_uploads_are_videos_of_a_bearable_size(rules: StorageRules) -> None:
    assert not rules.allows("create", UPLOAD, auth=JANE, size=500_000_001, contentType="video/mp4")
    assert not rules.allows("create", UPLOAD, auth=JANE, size=1000, contentType="text/html")


def test_professionals_are_read_by_whoever_is_signed_in_and_written_by_nobody(rules: StorageRules) -> None:
    assert rules.allows("get", PROFESSIONAL, auth=JOHN)
    assert not rules.allows("get", PROFESSIONAL, auth=None)
    assert not rules.allows("create", PROFESSIONAL, auth=JOHN, **VIDEO)


@pytest.mark.parametrize(
    "path",
    ["anything", "temp/other", "temp/video/user/jane@example.com", "temp/video/user/jane@example.com/a/b", "b/o/x"],
)
def test_what_no_rule_names_is_refused(rules: StorageRules, path: str) -> None:
    for operation in ("get", "create", "delete"):
        assert not rules.allows(operation, path, auth=JANE, **VIDEO)


def test_a_name_within_another_s_name_opens_nothing(rules: StorageRules) -> None:
    file = "temp/exercise/john@example.com_exercise_Squat_jane@example.com_exercise_Squat_2305092259.mp4"
    assert not rules.allows("get", file, auth=JANE)
    assert rules.allows("get", file, auth=JOHN)


def test_the_interpreter_refuses_what_is_no_rule() -> None:
    for text in ["", "rules_version = '2'; service firebase.storage { allow }", "rules_version = '2'; service cloud"]:
        with pytest.raises(SyntaxError):
            StorageRules(text)


def user(email: str, *, verified: bool = True) -> dict[str, object]:
    return {"uid": email, "token": {"email": email, "email_verified": verified}}


def database_allows(*cases: tuple[object, str, str]) -> list[bool]:
    try:
        folder = node_packages()
    except NoNode as reason:
        pytest.skip(f"the database's rules are checked by a package of node: {reason}")
    text = (FOLDER / "database.rules.json").read_text()
    asked = {
        "rules": json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)),
        "data": {"temp": {"result": {"jane@example_com": {"exercise_Squat_1": {"result": 70}}}}},
        "cases": [{"auth": auth, "operation": operation, "path": path, "value": 1} for auth, operation, path in cases],
    }
    script = Path(__file__).parents[2] / "standins" / "check_database_rules.js"
    ran = subprocess.run(
        ["node", str(script)], input=json.dumps(asked), cwd=folder, capture_output=True, text=True, check=True
    )
    answers: list[bool] = json.loads(ran.stdout)
    return answers


@pytest.mark.parametrize(
    "email", ["jane@example.com", "jane_doe@example.com", "jane+1@example.co.uk", "제인@example.com"]
)
@pytest.mark.parametrize("what", ["result", "status"])
def test_records_are_read_by_their_user_alone_and_written_by_nobody(email: str, what: str) -> None:
    path = f"/temp/{what}/{email_key(email)}/exercise_Squat_1"
    owner = user(email)
    strangers = [user("john@example.com"), user(email, verified=False), {"uid": "4", "token": {}}, None]
    assert database_allows((owner, "read", path)) == [True]
    assert not any(database_allows(*((stranger, "read", path) for stranger in strangers)))
    assert not any(database_allows(*((each, "write", path) for each in [owner, *strangers])))
    assert not any(database_allows((owner, "read", "/"), (owner, "read", f"/temp/{what}"), (owner, "read", "/other")))


def test_of_two_addresses_with_one_key_one_is_let_in() -> None:
    dotted, underscored = "a.b@example.com", "a_b@example.com"
    assert email_key(dotted) == email_key(underscored)
    path = f"/temp/result/{email_key(dotted)}/exercise_Squat_1"
    assert database_allows((user(dotted), "read", path), (user(underscored), "read", path)) == [False, True]
