"""For load balancers and operators."""

from collections.abc import Callable

from flask import Response, redirect
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.wrappers import Response as AnyResponse

from api.errors import ApiError
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import HealthReply, ReadyReply
from api.services import services
from storage.errors import ObjectNotFound, StorageError

api = APIBlueprint(
    "operations",
    __name__,
    abp_tags=[Tag(name="operations", description="For load balancers")],
    abp_responses=EVERYWHERE,
)


@api.get("/health", responses={200: HealthReply})
def health() -> Response:
    """Is the process up?"""
    return json_reply(HealthReply(status="healthy"))


@api.get("/ready", responses={200: ReadyReply, **errors()})
def ready() -> Response:
    """Can it do its work?"""
    checks = {"Redis": services().jobs.ping, "the storage": _ask_storage}
    missing = [name for name, check in checks.items() if not _answers(check)]
    if missing:
        raise ApiError("not_ready", f"Not ready: no answer from {' and '.join(missing)}.")
    return json_reply(ReadyReply(status="ready"))


def _ask_storage() -> None:
    try:
        services().objects.stat("temp/video/pro/ready.mp4")
    except ObjectNotFound:
        return  # an answer


def _answers(check: Callable[[], None]) -> bool:
    try:
        check()
    except StorageError:
        return False
    return True


@api.get("/docs", doc_ui=False)
def docs() -> AnyResponse:
    """Lead to the page on which the API can be tried."""
    return redirect("/openapi/swagger")
