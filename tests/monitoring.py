"""What `deploy/monitoring/` asks Prometheus for."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

FOLDER = Path(__file__).parent.parent / "deploy" / "monitoring"
RULES = FOLDER / "rules.yml"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "goodrep.json"


@dataclass(frozen=True)
class Selector:
    """A metric that an expression asks for; of each label the values that it wants, as regular expressions."""

    name: str
    wanted: dict[str, tuple[str, ...]]


def alerts() -> Sequence[dict[str, Any]]:
    """The rules."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> Sequence[dict[str, Any]]:
    """The dashboard's, without the rows."""
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def expressions() -> dict[str, str]:
    """All of them, by where they stand."""
    found = {rule["alert"]: str(rule["expr"]) for rule in alerts()}
    for panel in panels():
        found |= {f"{panel['title']}, {target['refId']}": target["expr"] for target in panel["targets"]}
    return found


def selectors(expression: str) -> Sequence[Selector]:
    """What an expression asks for. Raises `ValueError` where it is no PromQL."""
    found: list[Selector] = []

    def visit(part: promql.Expr) -> None:
        vector = part.vector_selector if isinstance(part, promql.MatrixSelector) else part
        if isinstance(vector, promql.VectorSelector):
            found.append(Selector(vector.name or "", dict(_wanted(vector))))

    promql.walk(promql.parse(expression), visit)
    return found


def grouped_by(expression: str) -> set[str]:
    """Labels that an expression groups by."""
    found: set[str] = set()

    def visit(part: promql.Expr) -> None:
        if isinstance(part, promql.AggregateExpr) and part.modifier:
            found.update(part.modifier.labels)

    promql.walk(promql.parse(expression), visit)
    return found


def _wanted(vector: promql.VectorSelector) -> Iterator[tuple[str, tuple[str, ...]]]:
    for matcher in vector.matchers.matchers:
        if matcher.op == promql.MatchOp.Equal:
            yield matcher.name, (re.escape(matcher.value),)
        elif matcher.op == promql.MatchOp.Re:
            yield matcher.name, tuple(matcher.value.split("|"))
        else:
            yield matcher.name, ()
