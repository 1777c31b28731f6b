"""What is sent to a webhook, what its answers mean, and that no address leads where it should not."""

import base64
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr, ValidationError

from storage.signals.channel import Notice, Verdict
from storage.signals.webhook_urls import BadWebhookUrl, addresses_of, is_public
from storage.types import Job, JobStatus, Stage
from tests.receiver import running_receiver
from worker.settings import WorkerSettings
from worker.signalling.delivery import pause_s
from worker.signalling.outgoing import Answer, _Pinned, post
from worker.signalling.webhooks import body_of, outcome_of, signed_headers

ROOT = Path(__file__).parents[3]
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
NOW = datetime(2026, 11, 21, 10, 22, 3, 123456, tzinfo=UTC)
JOB = Job("0" * 32, "제인@example.com", "temp/x.mp4", "squat", JobStatus.FAILED, Stage.POSE, NOW, NOW)
NOTICE = Notice(f"{JOB.id}.1", "analysis.failed", JOB, NOW)


@pytest.fixture(scope="module")
def is_genuine() -> Callable[[str, dict[str, str], bytes], bool]:
    """The function that docs/signals.md gives to receivers."""
    (snippet,) = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "signals.md").read_text(), re.DOTALL)
    there: dict[str, Any] = {}
    exec(snippet, there)
    found: Callable[[str, dict[str, str], bytes], bool] = there["is_genuine"]
    return found


def test_the_documented_snippet_believes_us_and_nobody_else(
    is_genuine: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    body, now_s = body_of(NOTICE), int(time.time())
    with running_receiver() as receiver:
        post(receiver.url, body, signed_headers(SECRET, NOTICE.id, now_s, body), timeout_s=10, private=True)
        (request,) = receiver.received
    assert is_genuine(SECRET, request.headers, request.body)
    other = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
    assert not is_genuine(other, request.headers, request.body)
    assert not is_genuine(SECRET, request.headers, request.body.replace(b"failed", b"passed"))
    assert not is_genuine(SECRET, {**request.headers, "webhook-id": "other"}, request.body)
    assert not is_genuine(SECRET, signed_headers(SECRET, NOTICE.id, now_s - 3600, body), body)
    assert is_genuine(
        SECRET, {**request.headers, "webhook-signature": f"v1,bm8= {request.headers['webhook-signature']}"}, body
    )


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks, libraries/python."""
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.TRY_AGAIN),
        (400, Verdict.TRY_AGAIN),
        (404, Verdict.TRY_AGAIN),
        (408, Verdict.TRY_AGAIN),
        (410, Verdict.GONE),
        (429, Verdict.TRY_AGAIN),
        (503, Verdict.TRY_AGAIN),
    ],
)
def test_what_an_answer_means(status: int, verdict: Verdict) -> None:
    assert outcome_of(Answer(status, "")).verdict is verdict


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("-5", 0, 0),
    ],
)
def test_retry_after_is_read(said: str, least: float, most: float) -> None:
    after_s = outcome_of(Answer(503, said)).after_s
    assert after_s is not None
    assert least <= after_s <= most


def test_retry_after_may_be_a_date() -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    after_s = outcome_of(Answer(503, in_an_hour)).after_s
    assert after_s is not None
    assert 3500 <= after_s <= 3600


@pytest.mark.parametrize("said", ["", "soon", "nan", "inf", "1e400", "Wed, 21 Oct"])
def test_retry_after_that_says_nothing(said: str) -> None:
    assert outcome_of(Answer(503, said)).after_s is None


def test_pauses_grow_with_chance_and_end_somewhere() -> None:
    settings = WorkerSettings(signal_first_pause_s=10, signal_longest_pause_s=1000)
    for attempts, whole_s in [(1, 10), (2, 40), (3, 160), (4, 640), (5, 1000), (500, 1000)]:
        drawn = [pause_s(attempts, settings) for _ in range(50)]
        assert whole_s / 2 <= min(drawn) < max(drawn) <= whole_s
    assert pause_s(1, settings, at_least_s=300) == 300
    assert pause_s(1, settings, at_least_s=1e9) == 1000


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
     "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_addresses_that_only_we_may_reach(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_everybody_reaches(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_name_is_judged_by_what_it_resolves_to() -> None:
    with pytest.raises(BadWebhookUrl):
        addresses_of("localhost", 80, private=False)
    assert "127.0.0.1" in addresses_of("localhost", 80, private=True)


def test_redirects_are_not_followed_and_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_receiver() as here, running_receiver() as there:
        monkeypatch.setenv("http_proxy", there.url)
        here.answers = [(302, {"Location": there.url})]
        assert post(here.url, b"{}", {}, timeout_s=10, private=True).status == 302
        assert there.received == []


@pytest.fixture
def slow_server() -> Iterator[tuple[str, list[bytes]]]:
    """Sends a byte of its headers now and then, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"X: y\r\n" if not sent else b"x")
                    except OSError:
                        return

        sent: list[bytes] = []
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", sent
        stop.set()
        thread.join()


@pytest.mark.parametrize("endless_line", [False, True])
def test_a_server_that_answers_byte_by_byte_is_cut_off(
    slow_server: tuple[str, list[bytes]], endless_line: bool
) -> None:
    url, sent = slow_server
    sent += [b""] * endless_line
    with pytest.raises(TimeoutError):
        post(url, b"{}", {}, timeout_s=0.5, private=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of hooks.example.com, signed by itself; with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    """A server with that certificate, which answers whoever gets through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with context.wrap_socket(connection, server_side=True) as secured:
                    request = b""
                    while not request.endswith(b"{}"):
                        request += secured.recv(10_000)
                    secured.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.close()
        thread.join(10)


def test_the_connection_goes_to_the_address_that_was_judged_and_trusts_by_name(
    tls_port: int, certificate: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    connection = _Pinned("hooks.example.com", tls_port, ["127.0.0.1"], trusting, 10)
    connection.request("POST", "/", b"{}")
    assert connection.getresponse().status == 204
    connection.close()


def test_a_certificate_of_another_name_is_not_trusted(tls_port: int, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    connection = _Pinned("other.example.com", tls_port, ["127.0.0.1"], trusting, 10)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("POST", "/", b"{}")
    connection.close()


def test_a_certificate_that_nobody_signed_is_not_trusted(tls_port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        post(f"https://localhost:{tls_port}/", b"{}", {}, timeout_s=10, private=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook_url": "https://example.com"},
        {"webhook_url": "https://example.com", "webhook_secret": "whsec_c2hvcnQ="},
        {"webhook_url": "https://example.com", "webhook_secret": "whsec_x"},
        {"webhook_url": "example.com", "webhook_secret": SECRET},
        {"deliveries_kept_s": 60},
    ],
)
def test_settings_with_which_signals_would_be_lost_are_refused_without_telling_secrets(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        WorkerSettings(**wrong)
    assert SECRET not in str(refusal.value)


def test_the_secret_is_not_shown() -> None:
    settings = WorkerSettings(webhook_url="http://backend:8080/", webhook_secret=SecretStr(SECRET))
    assert SECRET not in repr(settings)
