"""A message that could not be acknowledged, since Redis was away just then, must not keep the worker from the next."""

from typing import Any

from celery.worker.request import Request


class ForgivingRequest(Request):
    """As Celery's, which goes on where an acknowledgement fails.

    Kombu then counts the message as one that is being worked on, takes no other, and so never learns that its
    connection is gone. Counted as done here, kombu asks for the next and connects anew. In Redis the message stays,
    and comes again after the visibility timeout, which does no harm: a claim decides who works.
    """

    def acknowledge(self) -> None:
        """Acknowledge, or go on without."""
        super().acknowledge()
        request: Any = self  # whose stubs lack the message
        message = request._message
        qos = getattr(message.channel, "qos", None)
        if qos is not None and message.delivery_tag in qos._delivered and message.delivery_tag not in qos._dirty:
            qos._quick_ack(message.delivery_tag)
