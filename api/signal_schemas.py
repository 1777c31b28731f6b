"""What clients send and get about webhooks and deliveries."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Email
from storage.signals.channel import DeliveryState
from storage.signals.webhook_urls import MAX_URL_LENGTH

WebhookId = Annotated[str, Field(description="The webhook's id", json_schema_extra={"example": "wh_8f1c2d3e4f5a6b7c"})]
EventName = Literal["analysis.succeeded", "analysis.failed", "analysis.cancelled"]


class NewWebhook(BaseModel):
    """An address that wants to hear of jobs' ends."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(
        min_length=1,
        max_length=MAX_URL_LENGTH,
        description="Where signed notices are sent; in production it begins with https://",
        json_schema_extra={"example": "https://backend.example.com/goodrep"},
    )
    events: list[EventName] | None = Field(
        default=None, min_length=1, max_length=3, description="Of which it wants to hear; by default of all"
    )
    user: Email | None = Field(
        default=None, description="Of whose jobs; by default of everybody's for whom the caller speaks"
    )


class WebhookPath(BaseModel):
    """Names a webhook."""

    webhook_id: WebhookId


class DeliveryPath(WebhookPath):
    """Names a delivery to a webhook."""

    delivery_id: str = Field(
        description="The delivery's id",
        json_schema_extra={"example": "0f8fad5bd9cb469fa16570867728950e.1.webhook.1"},
    )


class WebhookReply(BaseModel):
    """A webhook as its maker sees it."""

    id: WebhookId
    url: str
    events: list[str]
    users: list[str] | None = Field(description="Of whose jobs it hears; null for everybody's")
    created_at: datetime
    on: bool = Field(description="Whether it is told anything")
    off_because: str | None = Field(description="Why it is not, such as that it answered 410")


class NewWebhookReply(WebhookReply):
    """A webhook that was just made."""

    secret: str = Field(
        description="Signs every notice; shown now and never again",
        json_schema_extra={"example": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    )


class WebhooksReply(BaseModel):
    """All that the caller may see, oldest first."""

    webhooks: list[WebhookReply]


class DeliveryReply(BaseModel):
    """A notice on its way to one target."""

    id: str = Field(json_schema_extra={"example": "0f8fad5bd9cb469fa16570867728950e.1.webhook.1"})
    notice: str = Field(description="Is in every attempt, so that a receiver can tell a duplicate")
    event: str = Field(json_schema_extra={"example": "analysis.succeeded"})
    channel: str = Field(description="`webhook`, `device` or `database`")
    target: str = Field(description="Id of the webhook or device, or path of the record")
    state: DeliveryState
    attempts: int
    detail: str = Field(description="How the latest attempt went", json_schema_extra={"example": "HTTP 503"})
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None = Field(description="When it is tried next")


class DeliveriesReply(BaseModel):
    """Deliveries; old ones are forgotten."""

    deliveries: list[DeliveryReply]
