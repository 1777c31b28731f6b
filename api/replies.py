"""How replies are written, and how they are described in the OpenAPI document."""

from typing import Any

from flask import Response
from pydantic import BaseModel

from api.schemas import ErrorReply

Responses = dict[str | int, Any]


def json_reply(body: BaseModel, status: int = 200, **headers: str) -> Response:
    """A JSON reply; underscores in the names of `headers` stand for hyphens."""
    response = Response(body.model_dump_json(), status=status, mimetype="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


EVERYWHERE: Responses = {400: ErrorReply, 500: ErrorReply}
"""How any route may refuse."""


def errors(*statuses: int) -> Responses:
    """How a route that needs Redis or the storage may refuse, with further statuses."""
    return dict.fromkeys((*statuses, 503), ErrorReply)


def json_string(text: str) -> dict[str, Any]:
    """Describes a reply that is this JSON string and nothing else."""
    return {"content": {"application/json": {"schema": {"type": "string", "example": text}}}}


def content(mimetype: str, description: str) -> dict[str, Any]:
    """Describes a reply that is not JSON."""
    return {"description": description, "content": {mimetype: {}}}
