"""What OWASP's lists try against an API, against the running one: it answers 4xx in words, stays up, and tells nothing.

Logins, other people's things and links: test_api_identity*.py. Addresses of webhooks (SSRF): test_api_webhooks.py.
Uploads without end, and clients that stall: test_api_uploads.py.
"""

import gzip
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.api_service import Api, code_of

ANALYSES = "/v1/analyses"
VIDEO = "temp/video/user/jane.doe@example.com/exercise_Squat_2305092259.mp4"


@pytest.fixture(autouse=True)
def _stays_up(api: Api) -> Iterator[None]:
    """Whatever a test sends: afterwards the API answers, and no line of its log is a failure of ours."""
    before = len(api.log.read_text())
    yield
    assert api.http.get("/health").status_code == 200
    written = api.log.read_text()[before:]
    assert "Traceback" not in written
    assert '"status": 500' not in written


def raw(api: Api, request: bytes) -> bytes:
    """The first bytes of the answer to bytes that no client library would send; empty where the API hangs up."""
    at = urlsplit(api.url)
    with closing(socket.create_connection((at.hostname or "", at.port or 0), timeout=20)) as connection:
        connection.sendall(request)
        try:
            return connection.recv(4096)
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    "path",
    [
        "/v1/analyses/../../../../etc/passwd",
        "/v1/analyses/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/v1/analyses/..%252f..%252fetc%252fpasswd",
        "/v1/analyses/%00",
        "/v1/analyses/" + "a" * 7000,
        "/v1/analyses/*",
        "/v1/analyses/goodrep:job:1",
        "/v1/analyses/0f8fad5b%0d%0aX-Injected:%201",
        "/v1/analyses/{{7*7}}",
        "/v1/analyses/'%20OR%201=1--",
        "/static/../api/settings.py",
        "//etc/passwd",
        "/.env",
        "/.git/config",
        "/metrics",
        "/console",
    ],
)
def test_paths_lead_nowhere(api: Api, path: str) -> None:
    answer = raw(api, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    status = answer.split(b" ", 2)[1]
    assert status in (b"400", b"404", b"414"), answer[:300]
    assert b"root:" not in answer
    assert b"\r\nX-Injected" not in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 100_000,
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"\r\n".join(b"X-%d: 1" % number for number in range(5000)),
        b"GET /health HTTP/1.1\r\nHost: x\r\nBad Header: 1",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Nul: a\x00b",
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6",
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
        b"POST /v1/analyses HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3",
        b"GET /health HTTP/9.9\r\nHost: x",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["long", "many", "name", "nul", "smuggled", "two lengths", "negative", "exponent", "version", "tls"],
)
def test_heads_that_are_none(api: Api, head: bytes) -> None:
    answer = raw(api, head + b"\r\n\r\n")
    assert not answer or answer.split(b" ", 2)[1].startswith(b"4") or answer.split(b" ", 2)[1] == b"505", answer[:300]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 20_000 + b"]" * 20_000,
        b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
        b'{"video": ' + b"9" * 5_000 + b"}",
        b'{"video": 1e999999}',
        b'{"video": "\\ud800"}',
        b'{"video": "\xff\xfe"}',
        b'{"video": NaN}',
        b'{"__proto__": {"admin": true}, "constructor": 1}',
        json.dumps({"video": "x" * 60_000}).encode(),
        gzip.compress(b'{"video": "' + b"x" * 1_000_000 + b'"}'),
    ],
    ids=["lists", "objects", "digits", "exponent", "surrogate", "bytes", "nan", "proto", "long", "gzip"],
)
def test_bodies_that_are_traps(api: Api, body: bytes) -> None:
    reply = api.http.post(ANALYSES, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= reply.status_code < 500, reply.text[:300]
    assert len(code_of(reply)) > 0
    assert len(reply.content) < 5_000  # what was sent is not thrown back


def test_a_client_sets_nothing_that_is_ours(api: Api) -> None:
    """Mass assignment: owner, status and priority of a job are not the client's."""
    api.put(VIDEO)
    for field, value in (
        ("owner", "eve@example.com"),
        ("status", "succeeded"),
        ("priority", "interactive"),
        ("id", "1"),
    ):
        reply = api.http.post(ANALYSES, json={"video": VIDEO, "exercise": "squat", field: value})
        assert 400 <= reply.status_code < 500, (field, reply.text)


def test_a_form_of_thousands_of_parts_is_refused(api: Api) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    reply = api.http.post(
        "/v1/videos", content=part * 5_000 + b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert reply.status_code in (400, 413), reply.text
    assert code_of(reply)


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.mp4",
        "..\\..\\x.mp4",
        "x.mp4\x00.sh",
        "/etc/passwd",
        "\u202e4pm.exe.mp4",
        "CON.mp4",
        "a" * 5_000 + ".mp4",
    ],
)
def test_names_of_files_stay_names(api: Api, name: str) -> None:
    form = {"user": "jane.doe@example.com", "exercise": "squat"}
    reply = api.http.post("/v1/videos", files={"file": (name, b"0000ftypmp42")}, data=form)
    assert reply.status_code in (201, 400, 413), reply.text
    if reply.status_code == 201:
        key = reply.json()["video"]
        assert key.startswith("temp/video/user/jane.doe@example.com/exercise_squat_")
        assert ".." not in key
        assert key.endswith(".mp4")
    outside = [path for path in api.volumes.parent.rglob("*") if path.name in ("x", "x.mp4", "cron.d", "passwd")]
    assert outside == []


def test_other_sites_get_no_answer_to_read(api: Api) -> None:
    """No CORS: a page of another origin cannot read what a browser's user may."""
    for method in ("GET", "OPTIONS"):
        reply = api.http.request(method, "/v1/exercises", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in reply.headers


def test_the_host_header_leads_nobody_astray(api: Api) -> None:
    """Addresses in replies are paths, or come from the forged host nowhere."""
    api.put(VIDEO)
    reply = api.http.post(
        ANALYSES, json={"video": VIDEO}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert reply.status_code == 202
    assert "evil.example" not in reply.text + str(reply.headers)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DEBUG", "get"])
def test_methods_that_are_not_ours(api: Api, method: str) -> None:
    answer = raw(
        api, f"{method} /v1/exercises HTTP/1.1\r\nHost: x\r\nCookie: secret=1\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.split(b" ", 2)[1] in (b"400", b"404", b"405", b"501"), answer[:300]
    assert b"secret=1" not in answer


def test_servers_do_not_say_which_version_they_are(api: Api) -> None:
    reply = api.http.get("/health")
    assert not any(character.isdigit() for character in reply.headers.get("server", ""))
    assert "x-powered-by" not in reply.headers
