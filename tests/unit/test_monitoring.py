"""Alerts and dashboard: they can be read, say what to do, and alerts fire when they should and are silent otherwise.

Whether what they ask for is there: `tests/integration/test_seeing.py`.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from analysis.errors import AnalysisCancelled
from api.queue_metrics import FAILURES_OF_OURS
from storage.errors import StorageCorrupt, StorageRefused
from tests.monitoring import FOLDER, RULES, alerts, expressions, panels, selectors
from worker.failures import Verdict, ending_of
from worker.lease import StopReason

ROOT = Path(__file__).parents[2]
QUIET = {
    'up{job="goodrep-api"}': "1x60",
    "goodrep_redis_up": "1x60",
    'goodrep_http_requests_total{status="200"}': "0+60x60",
    'goodrep_http_requests_total{status="503"}': "0+1x60",
    'goodrep_http_request_seconds_bucket{route="/v1/analyses",method="POST",le="0.1"}': "0+60x60",
    'goodrep_http_request_seconds_bucket{route="/v1/analyses",method="POST",le="+Inf"}': "0+60x60",
    'goodrep_workers{state="ready"}': "1x60",
    'goodrep_workers{state="busy"}': "1x60",
    'goodrep_workers{state="failed_self_test"}': "0x60",
    'goodrep_queue_jobs{priority="normal"}': "5x60",
    "goodrep_queue_oldest_seconds": "60x60",
    "goodrep_jobs_past_lease": "0x60",
    "goodrep_lease_expiries_total": "7x60",
    "goodrep_child_deaths_total": "7x60",
    'goodrep_jobs_ended_total{status="succeeded"}': "0+10x60",
    'goodrep_jobs_ended_total{status="failed",lies_with="us",code="internal_error"}': "7x60",
    'goodrep_jobs_ended_total{status="failed",lies_with="video",code="not_a_video"}': "0+1x60",
    "goodrep_jobs_given_up": "0x60",
    "goodrep_videos_quarantined": "3x60",
    'goodrep_storage_errors_total{store="objects",kind="storage_unavailable"}': "7x60",
    'goodrep_storage_errors_total{store="redis",kind="storage_unavailable"}': "0+100x60",
    'goodrep_disk_free_bytes{folder="staging"}': "50e9x60",
    'goodrep_disk_size_bytes{folder="staging"}': "100e9x60",
    "goodrep_redis_memory_bytes": "1e9x60",
    "goodrep_redis_memory_limit_bytes": "2e9x60",
    "goodrep_notices_oldest_seconds": "1x60",
    'goodrep_signals_total{channel="webhook",outcome="given_up"}': "7x60",
    'goodrep_signals_total{channel="webhook",outcome="delivered"}': "0+5x60",
    "goodrep_data_requests_open": "0x60",
}
"""A good hour, minute by minute: series and their values."""

BAD: Mapping[str, Mapping[str, str]] = {
    "RedisDown": {"goodrep_redis_up": "0x60"},
    "ApiDown": {'up{job="goodrep-api"}': "0x60"},
    "ApiErrors": {'goodrep_http_requests_total{status="503"}': "0+10x60"},
    "ApiSlow": {'goodrep_http_request_seconds_bucket{route="/v1/analyses",method="POST",le="0.1"}': "0+50x60",
                'goodrep_http_request_seconds_bucket{route="/v1/analyses",method="POST",le="1"}': "0+60x60"},
    "NoWorker": {'goodrep_workers{state="ready"}': "0x60", 'goodrep_workers{state="busy"}': "0x60"},
    "WorkerUnfit": {'goodrep_workers{state="failed_self_test"}': "1x60"},
    "QueueOld": {"goodrep_queue_oldest_seconds": "600+60x60"},
    "JobsPastLease": {"goodrep_jobs_past_lease": "1x60"},
    "LeaseExpiries": {"goodrep_lease_expiries_total": "0+1x60"},
    "ChildDeaths": {"goodrep_child_deaths_total": "0+1x60"},
    "FailuresOfOurs": {'goodrep_jobs_ended_total{status="failed",lies_with="us",code="internal_error"}': "0x59 1"},
    "VideosFail": {'goodrep_jobs_ended_total{status="failed",lies_with="video",code="not_a_video"}': "0+20x60"},
    "GivenUp": {"goodrep_jobs_given_up": "1x80"},
    "Quarantine": {"goodrep_videos_quarantined": "3x50 4x10"},
    "StorageErrors": {'goodrep_storage_errors_total{store="objects",kind="storage_unavailable"}': "0+1x60"},
    "DiskFilling": {'goodrep_disk_free_bytes{folder="staging"}': "9e9x60"},
    "DiskFull": {'goodrep_disk_free_bytes{folder="staging"}': "1e9x60"},
    "RedisMemory": {"goodrep_redis_memory_bytes": "1.9e9x60"},
    "NoticesStuck": {"goodrep_notices_oldest_seconds": "0+60x60"},
    "SignalsGivenUp": {'goodrep_signals_total{channel="webhook",outcome="given_up"}': "0x59 1"},
    "DataRequestsOld": {"goodrep_data_requests_open": "1x400"},
}  # fmt: skip
"""By alert, what is other than in a good hour."""
ALSO = {"DiskFull": {"DiskFilling"}}
"""Alerts that rightly come with another."""
AT = {"GivenUp": "70m", "DataRequestsOld": "400m"}


@pytest.mark.parametrize("where", expressions())
def test_expressions_can_be_read(where: str) -> None:
    assert selectors(expressions()[where])


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: str(rule["alert"]))
def test_every_alert_says_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    name = str(rule["alert"])
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^### (\w+)$", (ROOT / page).read_text(), re.MULTILINE)
    assert name in headings
    assert anchor == name.lower()


def test_panels_do_not_lie_over_each_other() -> None:
    places: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & places
        assert at["x"] + at["w"] <= 24
        places |= cells


def test_configuration_names_what_is_there() -> None:
    configuration = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    assert {each["job_name"] for each in configuration["scrape_configs"]} == {"goodrep-api", "goodrep-worker"}
    assert [Path(each).name for each in configuration["rule_files"]] == [RULES.name]


def test_every_failure_of_ours_is_counted_from_nought() -> None:
    """Prometheus does not see the first step of a counter that was not there before."""
    errors = (RuntimeError(), StorageRefused(""), StorageCorrupt(""), AnalysisCancelled(""))
    endings = [ending_of(error, None, timeouts=()) for error in errors]
    endings.append(ending_of(AnalysisCancelled(""), StopReason.TIMEOUT, timeouts=()))
    assert {each.verdict for each in endings} == {Verdict.FAIL}
    assert {each.code for each in endings} <= set(FAILURES_OF_OURS)


promtool = shutil.which("promtool")


@pytest.mark.skipif(promtool is None, reason="promtool (Debian's package prometheus) is not there")
def test_alerts_fire_when_they_should_and_are_silent_otherwise(tmp_path: Path) -> None:
    every = {str(rule["alert"]).removeprefix("Goodrep") for rule in alerts()}
    assert every == set(BAD)
    cases = [_case(QUIET, "55m", dict.fromkeys(every, False))]
    for name, other in BAD.items():
        firing = {name, *ALSO.get(name, ())}
        cases.append(_case({**QUIET, **other}, AT.get(name, "60m"), {each: each in firing for each in every}, name))
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": cases}))
    told = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def _case(series: Mapping[str, str], at: str, fires: Mapping[str, bool], name: str = "quiet") -> dict[str, object]:
    long = {"GivenUp": "x80", "DataRequestsOld": "x400"}.get(name)
    asked = [
        {
            "expr": f'count(ALERTS{{alertname="Goodrep{alert}",alertstate="firing"}}) > bool 0 or vector(0)',
            "eval_time": at,
            "exp_samples": [{"labels": "{}", "value": float(firing)}],
        }
        for alert, firing in sorted(fires.items())
    ]
    given = [
        {"series": each, "values": re.sub("x60$", long, values) if long else values} for each, values in series.items()
    ]
    return {"name": name, "interval": "1m", "input_series": given, "promql_expr_test": asked}
