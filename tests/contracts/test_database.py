"""What every database must do: the meaning of Firebase's Realtime Database."""

import math
import multiprocessing
from typing import Any

import pytest

from storage import Storage
from storage.base import Json
from storage.errors import InvalidKey


def test_a_tree_comes_out_as_it_went_in(storage: Storage) -> None:
    tree: Json = {"result": 70, "ok": True, "text": "스쿼트", "ratio": 0.5, "deep": {"er": "x"}}
    storage.database.set("temp/result/a@b_com/exercise_Push Up_1", tree)
    assert storage.database.get("temp/result/a@b_com/exercise_Push Up_1") == tree
    assert storage.database.get("temp/result/a@b_com/exercise_Push Up_1/deep/er") == "x"
    assert storage.database.get("temp/result") == {"a@b_com": {"exercise_Push Up_1": tree}}


def test_what_is_not_there_is_none(storage: Storage) -> None:
    assert storage.database.get("nothing/here") is None
    storage.database.set("a", 1)
    assert storage.database.get("a/b") is None
    assert storage.database.get("aa") is None


def test_names_are_those_directly_below(storage: Storage) -> None:
    storage.database.set("a", {"b": 1, "Push Up": {"d": 2}, "b0": {"e": {"f": 3}}})
    storage.database.set("a0", {"x": 1})
    assert storage.database.names("a") == ["Push Up", "b", "b0"]
    assert storage.database.names("") == ["a", "a0"]
    assert storage.database.names("a/b") == storage.database.names("nothing") == []
    with pytest.raises(InvalidKey):
        storage.database.names("a.b")


def test_set_replaces_all_below(storage: Storage) -> None:
    storage.database.set("a", {"b": 1, "c": {"d": 2}})
    storage.database.set("a0", 3)
    storage.database.set("a-", 4)
    storage.database.set("a", {"e": 5})
    assert storage.database.get("") == {"a": {"e": 5}, "a0": 3, "a-": 4}


def test_none_removes_and_empty_is_nothing(storage: Storage) -> None:
    storage.database.set("a/b", 1)
    storage.database.set("a/c", {"d": None, "e": {}})
    assert storage.database.get("a") == {"b": 1}
    storage.database.set("a/b", None)
    assert storage.database.get("a") is None


def test_a_value_makes_way_for_a_tree_and_back(storage: Storage) -> None:
    storage.database.set("a", 1)
    storage.database.set("a/b/c", 2)
    assert storage.database.get("a") == {"b": {"c": 2}}
    storage.database.set("a", 3)
    assert storage.database.get("a") == 3


def test_lists_are_kept_as_firebase_keeps_them(storage: Storage) -> None:
    storage.database.set("a", ["x", "y", "z"])
    assert storage.database.get("a") == ["x", "y", "z"]
    assert storage.database.get("a/1") == "y"
    storage.database.set("a/1", None)
    assert storage.database.get("a") == ["x", None, "z"]
    storage.database.set("b", {"7": "far"})
    assert storage.database.get("b") == {"7": "far"}


@pytest.mark.parametrize("path", ["a.b", "a$", "a#", "a[0]", "a//b", "a\x00", "a\x7f", "x" * 800, "/".join("a" * 40)])
def test_a_bad_path_is_refused(storage: Storage, path: str) -> None:
    with pytest.raises(InvalidKey):
        storage.database.get(path)
    with pytest.raises(InvalidKey):
        storage.database.set(path, 1)


@pytest.mark.parametrize("value", [math.nan, math.inf, {"a.b": 1}, {"": 1}, {"a/b": 1}, {1: 2}, object(), {"a": b"x"}])
def test_a_bad_value_is_refused_whole(storage: Storage, value: Any) -> None:
    storage.database.set("a", "before")
    with pytest.raises(InvalidKey):
        storage.database.set("a", value)
    assert storage.database.get("a") == "before"


def _write(storage: Storage, process: int) -> None:
    for index in range(20):
        storage.database.set(f"shared/{process}/{index}", index)


def test_processes_share_it(storage: Storage) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=(storage, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert storage.database.get("shared") == [list(range(20))] * 3
