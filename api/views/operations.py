"""For load balancers and operators."""

from flask import Response, redirect
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.wrappers import Response as AnyResponse

from api.errors import ApiError
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import HealthReply, ReadyReply
from api.services import services

api = APIBlueprint(
    "operations",
    __name__,
    abp_tags=[Tag(name="operations", description="For load balancers")],
    abp_responses=EVERYWHERE,
)


@api.get("/health", responses={200: HealthReply})
def health() -> Response:
    """Is the process up? It asks nobody else."""
    return json_reply(HealthReply(status="healthy"))


@api.get("/ready", responses={200: ReadyReply, **errors()})
def ready() -> Response:
    """Can it accept jobs? Redis and the store answer; whether workers are there to do them is told."""
    missing = services().readiness.missing()
    if missing:
        raise ApiError("not_ready", f"Not ready: no answer from {' and '.join(missing)}.")
    return json_reply(ReadyReply(status="ready", workers=services().workers.taking_jobs()))


@api.get("/docs", doc_ui=False)
def docs() -> AnyResponse:
    """Lead to the page on which the API can be tried."""
    return redirect("/openapi/swagger")
