"""Firebase Cloud Messaging on loopback: takes what is sent, remembers it, and answers as it is told to.

The vendor's client has no setting for the address, so it is set in the vendor's module, before its first use.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from firebase_admin import messaging

OFFICIAL_URL: str = messaging._MessagingService.FCM_URL


@dataclass(slots=True)
class Messaging:
    """A running stand-in.

    Attributes:
        url: Where it listens.
        sent: Every message that was taken, `validate_only` included, in order.
        answers: What is answered first, one each: HTTP status and FCM's error code, such as (404, "UNREGISTERED").
        of_token: What is answered always, by the device's token or installation id.
    """

    url: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    of_token: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that calls `ask_the_stand_in` as it starts."""
        return {"TEST_MESSAGING_URL": self.url}

    def answer(self, body: dict[str, Any]) -> tuple[int, object]:
        """Status and JSON."""
        message = body.get("message", {})
        token = message.get("token") or message.get("fid") or ""
        failure = self.answers.pop(0) if self.answers else self.of_token.get(token)
        if failure is None:
            self.sent.append(body)
            return 200, {"name": f"projects/demo-goodrep/messages/{len(self.sent)}"}
        status, code = failure
        detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
        general = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
        error = {"code": status, "status": general.get(status, "UNAVAILABLE"), "message": code, "details": [detail]}
        return status, {"error": error}


def ask_the_stand_in(url: str) -> None:
    """Let the vendor's client in this process send there."""
    messaging._MessagingService.FCM_URL = f"{url}/v1/projects/{{0}}/messages:send"


@contextlib.contextmanager
def running_messaging() -> Iterator[Messaging]:
    """The stand-in; the vendor's client in this process sends to it meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            status, reply = stand_in.answer(body)
            content = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in = Messaging(f"http://127.0.0.1:{listener.server_port}")
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    ask_the_stand_in(stand_in.url)
    try:
        yield stand_in
    finally:
        messaging._MessagingService.FCM_URL = OFFICIAL_URL
        listener.shutdown()
        listener.server_close()
