"""The channel of webhooks: signed notices by HTTP, after https://www.standardwebhooks.com (docs/signals.md)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from http.client import HTTPException

from storage.errors import WebhookNotFound
from storage.signals.channel import Notice, Outcome, Verdict
from storage.signals.retry_after import seconds_asked_for
from storage.signals.webhook_urls import BadWebhookUrl, check_url
from storage.signals.webhooks import EVENTS, SECRET_PREFIX, RedisWebhooks, Webhook
from worker.settings import WorkerSettings
from worker.signalling.job_document import job_document
from worker.signalling.outgoing import Answer, post

OPERATORS = "operator"
"""Target that stands for the webhook of the settings."""


class Webhooks:
    """A `Channel` to registered webhooks and to the operator's own."""

    name = "webhook"

    def __init__(self, settings: WorkerSettings) -> None:
        """Nothing is sent yet."""
        self._settings = settings
        self._webhooks = RedisWebhooks(settings.redis_url)
        self._operators = operators_webhook(settings)

    def targets(self, notice: Notice) -> Sequence[str]:
        """See `Channel.targets`: ids of webhooks."""
        wanting = [each.id for each in self._webhooks.wanting(notice.event, notice.job.owner)]
        return [*([OPERATORS] if self._operators else []), *wanting]

    def deliver(self, notice: Notice, target: str) -> Outcome:
        """See `Channel.deliver`."""
        try:
            webhook = self._webhook(target)
        except WebhookNotFound:
            return Outcome(Verdict.GONE, "the webhook was removed")
        if webhook.off_because:
            return Outcome(Verdict.GONE, f"the webhook is off: {webhook.off_because}")
        if not self._webhooks.lasts(webhook):
            return Outcome(Verdict.GONE, "the API key that made the webhook is refused")
        try:
            answer = self._post(notice, webhook)
        except BadWebhookUrl as error:
            return Outcome(Verdict.REFUSED, str(error))
        except (OSError, HTTPException) as error:
            return Outcome(Verdict.TRY_AGAIN, _in_words(error))
        outcome = outcome_of(answer)
        if outcome.verdict is Verdict.GONE:
            self._webhooks.switch_off(webhook.id, "it answered 410 Gone")
        return outcome

    def _webhook(self, target: str) -> Webhook:
        if target != OPERATORS:
            return self._webhooks.get(target)
        if self._operators is None:
            raise WebhookNotFound("There is no operator's webhook any more.")
        return self._operators

    def _post(self, notice: Notice, webhook: Webhook) -> Answer:
        settings = self._settings
        # the operator's own webhook goes where the operator says
        private = settings.webhooks_to_private_networks or webhook.id == OPERATORS
        url = check_url(webhook.url, private=private, production=settings.production)
        body = body_of(notice)
        headers = {"Content-Type": "application/json", "User-Agent": "goodrep"} | signed_headers(
            webhook.secret, notice.id, int(time.time()), body
        )
        return post(url, body, headers, timeout_s=settings.webhook_timeout_s, private=private)


def operators_webhook(settings: WorkerSettings) -> Webhook | None:
    """The webhook of the settings, which hears of everything; None where there is none."""
    if not settings.webhook_url:
        return None
    secret = settings.webhook_secret.get_secret_value()
    return Webhook(OPERATORS, settings.webhook_url, EVENTS, None, OPERATORS, secret, datetime.now(UTC))


def body_of(notice: Notice) -> bytes:
    """What is sent; the same bytes for every attempt."""
    happened = notice.created_at.isoformat().replace("+00:00", "Z")
    document = {"type": notice.event, "id": notice.id, "timestamp": happened, "data": job_document(notice.job)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(secret: str, message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks: HMAC-SHA256 over `<id>.<timestamp>.<body>`, with the secret's bytes."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.digest(key, f"{message_id}.{timestamp_s}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def outcome_of(answer: Answer) -> Outcome:
    """What an answer means: 2xx is taken, 410 is never again, and all else may go better another time.

    Also 401 or 404, which a receiver answers while it is being set up anew; so says Standard Webhooks. A redirect is
    not followed: it would lead to an address that nobody registered.
    """
    detail = f"HTTP {answer.status}"
    if 200 <= answer.status < 300:
        return Outcome(Verdict.DELIVERED, detail)
    if answer.status == 410:
        return Outcome(Verdict.GONE, detail)
    return Outcome(Verdict.TRY_AGAIN, detail, after_s=seconds_asked_for(answer.retry_after))


def _in_words(error: OSError | HTTPException) -> str:
    """For the log of deliveries; a few words that tell where to look."""
    match error:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionError():
            return "connection cut off"
    words = {"SSLCertVerificationError": "certificate not trusted", "gaierror": "name not resolved"}
    return words.get(type(error).__name__, f"no answer ({type(error).__name__})")
