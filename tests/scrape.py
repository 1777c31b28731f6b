"""Reads a page of metrics as Prometheus does."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Page:
    """What a page holds: values by name and labels, names as queries use them."""

    samples: tuple[tuple[str, Mapping[str, str], float], ...]

    @property
    def names(self) -> set[str]:
        return {name for name, _, _ in self.samples}

    def sum(self, name: str, **labels: str) -> float:
        """Of all samples of that name with these labels (at least); NaN when there is none."""
        found = [value for each, has, value in self.samples if each == name and labels.items() <= has.items()]
        return sum(found) if found else math.nan

    def labels(self, name: str) -> set[str]:
        """Labels that samples of that name have."""
        return {label for each, has, _ in self.samples if each == name for label in has}


def scrape(port: int) -> Page:
    """Ask for the page."""
    reply = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).raise_for_status()
    families = text_string_to_metric_families(reply.text)
    return Page(tuple((each.name, each.labels, each.value) for family in families for each in family.samples))
