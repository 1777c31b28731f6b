"""Server-sent events: what comes, how to resume, how it ends, and that it holds no thread for ever."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx

from storage.types import Claim, Stage
from tests.api_service import VIDEO, Api, code_of


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    job: dict[str, object]


@contextmanager
def follow(api: Api, url: str, last_event_id: str = "") -> Iterator[httpx.Response]:
    """Open a stream; where streams that others have just left still hold their places, as soon as there is one."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    deadline_s = time.monotonic() + 30
    while True:
        with api.http.stream("GET", f"{url}/events", headers=headers) as response:
            if response.status_code != 503 or time.monotonic() > deadline_s:
                yield response
                return
        time.sleep(0.05)


def blocks(response: httpx.Response) -> Iterator[str]:
    """What stands between empty lines."""
    block: list[str] = []
    for line in response.iter_lines():
        if line:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []


def events(response: httpx.Response) -> Iterator[Event]:
    for block in blocks(response):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            yield Event(fields["id"], fields["event"], json.loads(fields["data"]))


def new_job(api: Api) -> str:
    api.put()
    return api.http.post("/v1/analyses", json={"video": VIDEO, "force": True}).headers["location"]


def begin(api: Api, url: str) -> Claim:
    return api.begin(url.rpartition("/")[2])


def test_a_job_is_followed_from_the_queue_to_its_end(api: Api) -> None:
    url = new_job(api)
    with follow(api, url) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        coming = events(response)
        assert next(coming).job["status"] == "queued"
        claim = begin(api, url)
        assert next(coming).job["status"] == "running"
        api.jobs.progress(claim, Stage.POSE, frames_done=1, frames_total=4)
        step = next(coming)
        assert (step.name, step.job["stage"], step.job["frames_total"]) == ("progress", "pose", 4)
        api.jobs.succeed(claim, results_prefix="temp/image/x", result_files=["report.json"])
        (end,) = coming  # and nothing after it: the stream has ended
    assert (end.name, end.job["status"]) == ("succeeded", "succeeded")
    assert end.job == api.http.get(url).json()


def test_the_stream_says_when_to_reconnect(api: Api) -> None:
    with follow(api, new_job(api)) as response:
        assert next(blocks(response)) == "retry: 2000"


def test_it_goes_on_after_the_last_event_that_was_received(api: Api) -> None:
    url = new_job(api)
    claim = begin(api, url)
    with follow(api, url) as response:
        seen = next(events(response))
    api.jobs.progress(claim, Stage.CHECKING)
    api.jobs.fail(claim, code="not_a_video", message="The file is not a video.", lasting=True)
    with follow(api, url, seen.id) as response:
        missed = list(events(response))
    assert missed[0].job["stage"] == "checking"
    assert missed[-1].name == "failed"
    assert missed[-1].job["error"] == {"code": "not_a_video", "message": "The file is not a video."}
    assert seen.id not in {event.id for event in missed}


def test_after_the_end_a_new_listener_hears_it_and_an_old_one_is_sent_away(api: Api) -> None:
    url = new_job(api)
    api.jobs.cancelled(begin(api, url))
    with follow(api, url) as response:
        (end,) = events(response)
    assert end.name == "cancelled"
    again = api.http.get(f"{url}/events", headers={"Last-Event-ID": end.id})
    assert (again.status_code, again.content) == (204, b"")


def test_what_is_no_events_id_begins_from_now(api: Api) -> None:
    url = new_job(api)
    api.jobs.cancelled(begin(api, url))
    with follow(api, url, "not-an-id") as response:
        assert [event.name for event in events(response)] == ["cancelled"]
    too_long = api.http.get(f"{url}/events", headers={"Last-Event-ID": "1" * 65})
    assert (too_long.status_code, code_of(too_long)) == (400, "invalid_parameter")


def test_silence_is_broken_by_keep_alives(api: Api) -> None:
    with follow(api, new_job(api)) as response:
        coming = (block for block in blocks(response) if block.startswith(":"))
        assert next(coming) == next(coming) == ": still here"


def test_streams_are_bounded_and_clients_that_leave_make_room(api: Api) -> None:
    url = new_job(api)
    with ExitStack() as open_streams:
        for _ in range(3):
            response = open_streams.enter_context(follow(api, url))
            next(events(response))
        refused = api.http.get(f"{url}/events")
        assert (refused.status_code, code_of(refused)) == (503, "too_many_waiting")
        assert int(refused.headers["retry-after"]) > 0
        assert api.http.get(url).status_code == 200  # everything else goes on
    # they went without a word; a keep-alive that cannot be written tells the server
    with ExitStack() as open_streams:
        for _ in range(3):
            assert open_streams.enter_context(follow(api, url)).status_code == 200


def test_many_listeners_hear_the_same(api: Api) -> None:
    url = new_job(api)
    heard: list[list[str]] = []

    def listen() -> None:
        with follow(api, url) as response:
            ready.wait(timeout=30)
            heard.append([event.name for event in events(response)])

    ready = threading.Barrier(3)
    listeners = [threading.Thread(target=listen) for _ in range(2)]
    for listener in listeners:
        listener.start()
    ready.wait(timeout=30)
    api.jobs.cancelled(begin(api, url))
    for listener in listeners:
        listener.join(30)
    assert [names[-1] for names in heard] == ["cancelled"] * 2


def test_a_job_that_waits_is_shown_again_with_its_place_of_now(api: Api) -> None:
    first, second = new_job(api), new_job(api)
    with follow(api, second) as response:
        coming = events(response)
        shown = next(coming)
        assert shown.job["place"] == {"position": 2, "wait_s": None}
        api.http.delete(first)
        again = next(each for each in coming if each.job["place"] != shown.job["place"])
        assert (again.id, again.name, again.job["place"]) == (shown.id, "progress", {"position": 1, "wait_s": None})
