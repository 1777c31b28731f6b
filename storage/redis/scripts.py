"""The Lua scripts beside a module: each is one step, which happens whole or not at all."""

from pathlib import Path
from typing import Any


def scripts_of(folder: Path, client: Any) -> dict[str, Any]:
    """What can be called on the client, by name: each script of the folder, with its `common.lua` put before it."""
    common = folder / "common.lua"
    return {
        path.stem: client.register_script(f"{common.read_text()}\n{path.read_text()}")
        for path in folder.glob("*.lua")
        if path != common
    }
