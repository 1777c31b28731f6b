"""The operator's command, run in this process against a real Redis."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.services import RedisServer
from worker.admin.command import main


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Of `--json`."""
        return json.loads(self.out)

    @property
    def table(self) -> list[dict[str, str]]:
        """The first table's rows by column; a cell ends where the next heading begins."""
        heading, *lines = self.out.split("\n\n")[0].splitlines()
        names = heading.split()
        starts = [heading.index(name) for name in names]
        ends = [*starts[1:], None]
        cells = [[line[start:end].strip() for start, end in zip(starts, ends, strict=True)] for line in lines]
        return [dict(zip(names, row, strict=True)) for row in cells]


class Operator:
    """Types commands."""

    def __init__(self, redis: RedisServer, volumes: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.environment: Mapping[str, str] = {"GOODREP_REDIS_URL": redis.url, "GOODREP_VOLUMES": str(volumes)}
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Said:
        """Run one."""
        self._capsys.readouterr()
        status = main(arguments)
        said = self._capsys.readouterr()
        return Said(status, said.out, said.err)

    def ids(self, *options: str) -> list[str]:
        """Of the jobs that `list` names."""
        return [job["id"] for job in self("list", "--json", *options).document["jobs"]]
