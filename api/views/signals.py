"""Webhooks, and what became of the signals of a job: docs/signals.md."""

from collections.abc import Sequence

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import Caller, caller
from api.errors import ApiError
from api.jobs import job_of_caller
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import PROVEN, JobPath
from api.services import services
from api.signal_schemas import (
    DeliveriesReply,
    DeliveryPath,
    DeliveryReply,
    NewWebhook,
    NewWebhookReply,
    WebhookPath,
    WebhookReply,
    WebhooksReply,
)
from storage.errors import DeliveryNotFound, WebhookNotFound
from storage.signals.channel import Delivery
from storage.signals.webhook_urls import BadWebhookUrl, check_url
from storage.signals.webhooks import EVENTS, Webhook

api = APIBlueprint(
    "signals",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="signals", description="Hear of a job's end without asking")],
    abp_security=PROVEN,
    abp_responses=EVERYWHERE | errors(401),
)

_CHANNEL = "webhook"
_PAUSE_S = 1.0
_SHOWN = 200


@api.get("/analyses/<job_id>/deliveries", responses={200: DeliveriesReply, **errors(404)})
def of_job(path: JobPath) -> Response:
    """Who was told of the job's end, and how that went."""
    job = job_of_caller(path.job_id)
    return _listed(services().notices.of_job(job.id))


@api.post(
    "/webhooks",
    description="Notices are signed after Standard Webhooks; the secret is in this reply and in no other. A user hears "
    "of the own jobs, an API key of those for whom it speaks.",
    responses={201: NewWebhookReply, **errors(403, 409, 415)},
)
def create(body: NewWebhook) -> Response:
    """Register a webhook."""
    asking, settings = caller(), services().settings
    if body.user is not None:
        asking.require(body.user)
    try:
        url = check_url(body.url, private=settings.webhooks_to_private_networks, production=settings.production)
    except BadWebhookUrl as error:
        raise ApiError("webhook_url_refused", str(error)) from error
    made = services().webhooks.add(
        url,
        maker=_maker(asking),
        users=asking.users if body.user is None else [body.user],
        events=[event for event in EVENTS if body.events is None or event in body.events],
    )
    return json_reply(NewWebhookReply(**_reply(made).model_dump(), secret=made.secret), 201)


@api.get("/webhooks", responses={200: WebhooksReply})
def index() -> Response:
    """The webhooks that the caller made."""
    asking = caller()
    return json_reply(
        WebhooksReply(webhooks=[_reply(each) for each in services().webhooks.all() if _may(asking, each)])
    )


@api.delete("/webhooks/<webhook_id>", responses={204: None, **errors(404)})
def remove(path: WebhookPath) -> Response:
    """Tell a webhook nothing more."""
    services().webhooks.remove(_of_caller(path.webhook_id).id)
    return Response(status=204)


@api.post(
    "/webhooks/<webhook_id>/test",
    description="Sends a `ping` with a specimen of a job, soon; ask for the webhook's deliveries to see how it went.",
    responses={202: DeliveryReply, **errors(404, 429)},
)
def test(path: WebhookPath) -> Response:
    """Try a webhook."""
    webhook = _of_caller(path.webhook_id)
    _one_at_a_time("test", webhook)
    owner = min(webhook.users) if webhook.users else "somebody@example.com"
    delivery_id = services().notices.ping(_CHANNEL, webhook.id, owner)
    return json_reply(_delivery_reply(services().notices.delivery(delivery_id)), 202)


@api.get("/webhooks/<webhook_id>/deliveries", responses={200: DeliveriesReply, **errors(404)})
def of_webhook(path: WebhookPath) -> Response:
    """The latest that a webhook was told, latest first."""
    return _listed(services().notices.of_target(_CHANNEL, _of_caller(path.webhook_id).id, limit=_SHOWN))


@api.post(
    "/webhooks/<webhook_id>/deliveries/<delivery_id>/replay",
    description="Sends it at once, under the same id, whatever became of it before.",
    responses={202: DeliveryReply, **errors(404, 429)},
)
def replay(path: DeliveryPath) -> Response:
    """Send a delivery again."""
    webhook = _of_caller(path.webhook_id)
    found = services().notices.delivery(path.delivery_id)
    if (found.channel, found.target) != (_CHANNEL, webhook.id):
        raise DeliveryNotFound(f"There is no delivery {path.delivery_id}; old ones are forgotten.")
    _one_at_a_time("replay", webhook)
    return json_reply(_delivery_reply(services().notices.replay(found.id)), 202)


def _maker(asking: Caller) -> str:
    """As in `Webhook.maker`."""
    if asking.proof.startswith("api_key "):
        return asking.proof
    return "anyone" if asking.users is None else f"user {' '.join(sorted(asking.users))}"


def _may(asking: Caller, webhook: Webhook) -> bool:
    """Who speaks for everybody reaches every webhook; everybody else reaches those that they made."""
    return asking.users is None or webhook.maker == _maker(asking)


def _of_caller(webhook_id: str) -> Webhook:
    asking = caller()
    webhook = services().webhooks.get(webhook_id)
    if not _may(asking, webhook):
        raise WebhookNotFound(f"There is no webhook {webhook_id}.")
    return webhook


def _one_at_a_time(what: str, webhook: Webhook) -> None:
    """Nobody makes this server hammer at somebody else's."""
    if not services().jobs.take_turn(f"{what}:{webhook.id}", for_s=_PAUSE_S):
        raise ApiError("too_many_requests", f"One {what} each second is taken.", retry_after_s=1)


def _listed(found: Sequence[Delivery]) -> Response:
    return json_reply(DeliveriesReply(deliveries=[_delivery_reply(each) for each in found]))


def _reply(webhook: Webhook) -> WebhookReply:
    lasts = services().webhooks.lasts(webhook)
    why = webhook.off_because or ("" if lasts else "the API key that made it is refused")
    return WebhookReply(
        id=webhook.id,
        url=webhook.url,
        events=list(webhook.events),
        users=None if webhook.users is None else sorted(webhook.users),
        created_at=webhook.created_at,
        on=not why,
        off_because=why or None,
    )


def _delivery_reply(delivery: Delivery) -> DeliveryReply:
    return DeliveryReply(
        id=delivery.id,
        notice=delivery.notice_id,
        event=delivery.event,
        channel=delivery.channel,
        target=delivery.target,
        state=delivery.state,
        attempts=delivery.attempts,
        detail=delivery.detail,
        created_at=delivery.created_at,
        tried_at=delivery.tried_at,
        next_at=delivery.next_at,
    )
