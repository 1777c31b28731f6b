"""Firebase Cloud Messaging on loopback: takes what is sent, remembers it, and answers as it is told to.

The vendor's client has no setting for the address, so it is set in the vendor's module, before its first use.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from firebase_admin import messaging

from tests.standins.serving import Handler, serving

OFFICIAL_URL: str = messaging._MessagingService.FCM_URL
_TYPES = "type.googleapis.com"
_GENERAL = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success.

    Attributes:
        status: Of HTTP.
        code: FCM's error code, such as `UNREGISTERED`.
        message: For people; by default the code.
        field: That is wrong, such as `message.token`, or "".
        retry_after: The header, or "" for none.
    """

    status: int
    code: str
    message: str = ""
    field: str = ""
    retry_after: str = ""


AWAY = Refusal(503, "UNAVAILABLE")


@dataclass(slots=True)
class Messaging:
    """A running stand-in.

    Attributes:
        url: Where it listens.
        sent: Every message that was taken, `validate_only` included, in order.
        asked: How many requests came, those that were refused included.
        away: It answers 503 to everything.
        answers: What is answered first, one each.
        of_token: What is answered always, by the device's token or installation id.
    """

    url: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    away: bool = False
    answers: list[Refusal] = field(default_factory=list)
    of_token: dict[str, Refusal] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """For a process that calls `ask_the_stand_in` as it starts."""
        return {"TEST_MESSAGING_URL": self.url}

    def reset(self) -> None:
        """Be well, and forget everything."""
        self.asked, self.away = 0, False
        for forgotten in (self.sent, self.answers, self.of_token):
            forgotten.clear()

    def messages_to(self, token: str) -> list[dict[str, Any]]:
        """What was taken for that token or installation id."""
        messages = [body["message"] for body in self.sent]
        return [message for message in messages if token in (message.get("token"), message.get("fid"))]

    def answer(self, body: dict[str, Any]) -> tuple[int, object, dict[str, str]]:
        """Status, JSON and headers."""
        self.asked += 1
        message = body.get("message", {})
        token = message.get("token") or message.get("fid") or ""
        refusal = AWAY if self.away else self.answers.pop(0) if self.answers else self.of_token.get(token)
        if refusal is None:
            self.sent.append(body)
            return 200, {"name": f"projects/demo-goodrep/messages/{len(self.sent)}"}, {}
        headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
        return refusal.status, {"error": _error(refusal)}, headers


def _error(refusal: Refusal) -> dict[str, Any]:
    details: list[dict[str, Any]] = [{"@type": f"{_TYPES}/google.firebase.fcm.v1.FcmError", "errorCode": refusal.code}]
    if refusal.field:
        violations = [{"field": refusal.field, "description": "Invalid value"}]
        details.append({"@type": f"{_TYPES}/google.rpc.BadRequest", "fieldViolations": violations})
    return {
        "code": refusal.status,
        "status": _GENERAL.get(refusal.status, "UNAVAILABLE"),
        "message": refusal.message or refusal.code,
        "details": details,
    }


def ask_the_stand_in(url: str) -> None:
    """Let the vendor's client in this process send there."""
    messaging._MessagingService.FCM_URL = f"{url}/v1/projects/{{0}}/messages:send"


@contextlib.contextmanager
def running_messaging() -> Iterator[Messaging]:
    """The stand-in; the vendor's client in this process sends to it meanwhile."""

    class Door(Handler):
        def answer(self) -> None:
            status, reply, headers = stand_in.answer(json.loads(self.body()))
            self.reply_json(status, json.dumps(reply).encode(), headers)

    with serving(Door) as url:
        stand_in = Messaging(url)
        ask_the_stand_in(url)
        try:
            yield stand_in
        finally:
            messaging._MessagingService.FCM_URL = OFFICIAL_URL
