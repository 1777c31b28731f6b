"""The Lua scripts beside a module: each is one step, which happens whole or not at all."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storage.redis.client import redis_errors


class Scripts:
    """Those of a folder; its `common.lua`, where there is one, is put before each of the others."""

    def __init__(self, folder: Path, client: Any) -> None:
        """Nothing is sent yet."""
        common = folder / "common.lua"
        shared = common.read_text() if common.exists() else ""
        self._by_name = {
            path.stem: client.register_script(f"{shared}\n{path.read_text()}")
            for path in folder.glob("*.lua")
            if path != common
        }

    def ask(self, script: str, /, **ask: object) -> Any:
        """What the script answers when it is given one JSON object. Raises `StorageUnavailable`."""
        with redis_errors():
            return self._by_name[script](args=[json.dumps(ask, ensure_ascii=False)])

    def ask_for_record(self, script: str, /, **ask: object) -> tuple[str, dict[str, str]]:
        """The word and the record's fields that the script answers with. Raises `StorageUnavailable`."""
        word, *flat = self.ask(script, **ask)
        return word, fields_from(flat)


def fields_from(flat: Sequence[str]) -> dict[str, str]:
    """A hash, as scripts answer with it: name, value, name, value …."""
    return dict(zip(flat[::2], flat[1::2], strict=True))
