"""Lists that come in pages, which the stand-in does not do: a server that gives two, and fails once in between."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from storage import open_storage
from tests.standins.fixtures import QUICK_URL
from tests.standins.serving import Handler, serving

asked: list[tuple[str, str]] = []


class Pages(Handler):
    def answer(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        token = query.get("pageToken", [""])[0]
        asked.append((query["prefix"][0], token))
        if token and asked.count(("a/", token)) == 1:
            self.reply(503)
            return
        names = ["a/3", "a/4"] if token else ["a/", "a/1", "a/2"]
        item = {"size": "3", "md5Hash": "m", "crc32c": "c", "updated": "2026-01-02T03:04:05.678Z"}
        content = json.dumps(
            {"items": [{"name": name, **item} for name in names], **({} if token else {"nextPageToken": "second"})}
        ).encode()
        self.reply_json(200, content)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked.clear()
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with serving(Pages) as url:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        yield


@pytest.mark.usefixtures("server")
def test_pages_are_asked_for_one_after_another_and_only_when_wanted() -> None:
    found = open_storage(QUICK_URL).objects.list("a/")
    # "a/" is what Firebase's console makes for a folder: no path of ours
    assert [next(found).key, next(found).key] == ["a/1", "a/2"]
    assert asked == [("a/", "")]
    assert [info.key for info in found] == ["a/3", "a/4"]
    assert asked == [("a/", ""), ("a/", "second"), ("a/", "second")]
