"""A proof that was changed in anything is not genuine."""

from typing import Any

import pytest

from storage.people.proofs import is_genuine, signed

PROOF: dict[str, Any] = {"id": "1", "removed": {"objects": [{"path": "temp/스쿼트.mp4", "size": 3}]}, "left": []}


def test_the_order_of_names_does_not_matter_and_the_secret_does() -> None:
    proof = signed(PROOF, "secret")
    assert is_genuine(dict(reversed(proof.items())), "secret")
    assert not is_genuine(proof, "another")
    assert signed(proof, "secret") == proof


@pytest.mark.parametrize(
    "change",
    [
        {"id": "2"},
        {"removed": {"objects": []}},
        {"new": None},
        {"signature": None},
        {"signature": {}},
        {"signature": {"algorithm": "none", "value": ""}},
        {"signature": {"algorithm": "HMAC-SHA256", "value": "é"}},
    ],
)
def test_a_changed_one_is_not_genuine(change: dict[str, Any]) -> None:
    assert not is_genuine({**signed(PROOF, "secret"), **change}, "secret")
