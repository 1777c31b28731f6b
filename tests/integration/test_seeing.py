"""What can be seen of a night: log lines that name request and job and hold no secret, traces, and counters."""

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.monitoring import expressions, grouped_by, selectors
from tests.services import REPOSITORY, wait_until
from tests.watched_house import APPS_TRACE, House, live_a_night, watched_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with watched_house(tmp_path_factory.mktemp("house")) as made:
        live_a_night(made)
        yield made


def test_no_secret_stands_in_any_log(house: House) -> None:
    log = house.log()
    for what, secret in house.hidden.items():
        assert len(secret) > 8, what
        assert secret not in log, what
    assert "RuntimeError" in log  # tracebacks are there, though


def test_every_line_is_json_and_names_request_and_job(house: House) -> None:
    lines = house.lines()  # each parses
    assert all({"event", "level", "logger", "timestamp"} <= line.keys() for line in lines)
    assert {"gunicorn.error", "goodrep.api", "goodrep.worker", "celery.apps.worker"} <= {
        line["logger"] for line in lines
    }
    for name, events in {
        "seen-1": {"request", "job begun", "job left"},
        "seen-2": {"request", "job begun", "job failed unexpectedly", "job left"},
        "seen-3": {"request", "job begun", "attempt failed", "job left"},
    }.items():
        of_request = [line for line in lines if line.get("request_id") == name]
        assert {line["event"] for line in of_request} >= events
        of_worker = [line for line in of_request if line["logger"] == "goodrep.worker"]
        assert len({line["job_id"] for line in of_worker}) == 1
        assert len({line["trace_id"] for line in of_request}) == 1
    assert all("request_id" in line for line in lines if line["event"] == "request")
    assert all("job_id" in line for line in lines if line["event"] == "signal")


def test_one_trace_from_the_app_through_the_api_into_the_worker(house: House) -> None:
    traces = house.traces
    wait_until(lambda: bool(traces.named("job", APPS_TRACE)), "the worker's spans arrive")
    (request,) = traces.named("POST /v1/analyses", APPS_TRACE)
    assert request.service == "goodrep-api"
    assert request.parent_id == "b7ad6b7169203331"
    assert request.attributes["http.response.status_code"] == "202"
    (job,) = traces.named("job", APPS_TRACE)
    assert (job.service, job.parent_id, job.failed) == ("goodrep-worker", request.span_id, False)
    assert job.attributes["goodrep.request_id"] == "seen-1"
    assert job.attributes["goodrep.outcome"] == "succeeded"
    stages = [span for span in traces.spans if span.parent_id == job.span_id]
    assert [span.name for span in stages] == ["staging", "checking", "pose", "drawing", "publishing"]
    assert sum(span.seconds for span in stages) <= job.seconds
    assert stages[2].attributes["goodrep.frames"] == "20"
    wait_until(lambda: len(traces.named("signal webhook", APPS_TRACE)) == 2, "the signals' spans arrive")
    assert traces.named("signal webhook", APPS_TRACE)[0].parent_id == request.span_id
    assert not any("jane" in str(span) for span in traces.spans)


def test_attempts_that_failed_are_marked_and_share_the_request_s_trace(house: House) -> None:
    traces = house.traces
    wait_until(lambda: len([span for span in traces.named("job") if span.failed]) == 3, "the failed spans arrive")
    failed = [span for span in traces.named("job") if span.attributes["goodrep.request_id"] == "seen-3"]
    assert [span.attributes["goodrep.attempt"] for span in failed] == ["1", "2"]
    assert len({span.trace_id for span in failed}) == 1
    assert {span.attributes["goodrep.code"] for span in failed} == {"out_of_memory"}


def test_what_happened_is_counted(house: House) -> None:
    api, worker = house.pages()
    assert api.sum("goodrep_jobs_ended_total", status="succeeded") == 1
    assert api.sum("goodrep_jobs_ended_total", status="failed", lies_with="us", code="internal_error") == 1
    assert api.sum("goodrep_jobs_ended_total", status="failed", lies_with="us", code="too_many_attempts") == 1
    assert api.sum("goodrep_jobs_begun_total", attempt="again") == 1
    assert api.sum("goodrep_workers", state="ready") == 1
    assert api.sum("goodrep_http_errors_total", code="token_expired") == 1
    assert api.sum("goodrep_storage_errors_total", store="redis") >= 1
    assert worker.sum("goodrep_attempts_total", outcome="succeeded") == 1
    assert worker.sum("goodrep_attempts_total", outcome="failed", code="internal_error") == 1
    assert worker.sum("goodrep_attempts_total", code="out_of_memory") == 2
    assert worker.sum("goodrep_stage_seconds_count", stage="pose") == 4
    assert worker.sum("goodrep_pose_frames_total") == 20 + 5 + 5 + 5
    assert worker.sum("goodrep_queue_wait_seconds_count", priority="normal") == 3
    assert worker.sum("goodrep_signals_total", channel="webhook", outcome="delivered") == 6
    assert worker.sum("goodrep_signals_total", channel="database", outcome="delivered") == 3
    assert worker.sum("goodrep_storage_seconds_count", store="objects", operation="upload") > 0
    assert worker.sum("goodrep_storage_errors_total", store="redis") >= 1
    assert worker.sum("goodrep_disk_free_bytes", folder="staging") > 0
    assert worker.sum("goodrep_worker_resident_bytes") > 1e7


def test_what_a_killed_process_had_counted_stays(house: House) -> None:
    before = house.pages()[1].sum("goodrep_attempts_total", outcome="succeeded")
    known = {child.pid for child in house.shop._workers[0].children()}
    for child in house.shop._workers[0].children():
        child.kill()
    house.analyse("seen-4")
    assert {child.pid for child in house.shop._workers[0].children()}.isdisjoint(known)
    assert house.pages()[1].sum("goodrep_attempts_total", outcome="succeeded") == before + 1


def test_a_video_that_kills_is_seen_with_what_was_saved_and_set_aside(house: House) -> None:
    house.analyse("seen-5", frames=20, frame_s=0.05, keep=True, end="killed")
    wait_until(lambda: house.pages()[1].sum("goodrep_child_deaths_total") == 2, "both deaths are counted")

    def set_aside() -> bool:
        return house.pages()[0].sum("goodrep_jobs_ended_total", lies_with="video", code="video_quarantined") == 1

    wait_until(set_aside, "its end is counted")
    api, worker = house.pages()
    assert worker.sum("goodrep_attempts_resumed_total") == 1
    assert 1 <= worker.sum("goodrep_pose_frames_resumed_total") <= 20  # what was put by when it was killed
    assert api.sum("goodrep_videos_quarantined") == 1


def test_all_that_alerts_and_dashboard_ask_for_is_there(house: House) -> None:
    pages = house.pages()
    exported: dict[str, list[Mapping[str, str]]] = {}
    for page in pages:
        for name, labels, _ in page.samples:
            exported.setdefault(name, []).append(labels)
    for where, expression in expressions().items():
        of_this = [each for each in selectors(expression) if each.name != "up"]
        for selector in of_this:
            assert selector.name in exported, f"{where}: {selector.name} is exported by nobody"
            for label, values in selector.wanted.items():
                there = {labels.get(label) for labels in exported[selector.name]}
                assert there != {None}, f"{where}: {selector.name} has no label {label}"
                for value in values:
                    found = any(re.fullmatch(value, each or "") for each in there)
                    assert found, f"{where}: {selector.name} has never {label}={value}"
        known = {label for each in of_this for labels in exported[each.name] for label in labels}
        assert grouped_by(expression) <= known | {"instance"}, where


def test_what_is_exported_is_written_down(house: House) -> None:
    page = (REPOSITORY / "docs" / "operate.md").read_text()
    for exported in house.pages():
        for name in exported.names:
            family = re.sub("_(bucket|sum|count|created)$", "", name)
            assert f"`{family}`" in page, f"{family} does not stand in docs/operate.md"
