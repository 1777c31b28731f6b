"""Data belongs to people: erase one analysis or everything, take everything away, show what was erased."""

from datetime import UTC, datetime, timedelta

from flask import Response, g, request, url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import Caller, caller
from api.data_schemas import (
    ArchiveReply,
    DataRequestLinks,
    DataRequestPath,
    DataRequestReply,
    EraseQuery,
    ProofBody,
    ProofReply,
    UserPath,
)
from api.errors import ApiError
from api.files import object_reply
from api.jobs import job_of_caller
from api.replies import EVERYWHERE, content, errors, json_reply
from api.schemas import PROVEN, Failure, JobPath, LinkQuery
from api.services import services
from storage.errors import DataRequestNotFound, JobNotFound
from storage.people.belongings import prefixes_of
from storage.people.data_requests import DataRequest, DataRequestKind, NewDataRequest
from storage.people.proofs import is_genuine
from storage.types import JobStatus

api = APIBlueprint(
    "people",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="people", description="Data belongs to people: erase it, or take it away")],
    abp_security=PROVEN,
    abp_responses=EVERYWHERE | errors(401),
)

proofs = APIBlueprint(
    "proofs",
    __name__,
    url_prefix="/v1/proofs",
    abp_tags=[Tag(name="people", description="Data belongs to people: erase it, or take it away")],
    abp_responses=EVERYWHERE,
)

ARCHIVE = "archive.zip"
_MOST_PROOF_BYTES = 5_000_000
"""Of some 25 000 files; a longer one is checked with `python -m storage check-proof`."""


@proofs.before_request
def _a_proof_may_be_long() -> None:
    if request.endpoint == "proofs.check_proof":
        request.max_content_length = _MOST_PROOF_BYTES


@api.delete(
    "/analyses/<job_id>/data",
    description="Stops the job, then removes its files, what the app reads of it, its records and, unless another "
    "analysis needs it, its video. 202: workers do it; `Location` says how far they are, and ends in a proof. Asking "
    "again gives the same.",
    responses={200: DataRequestReply, 202: DataRequestReply, **errors(404)},
)
def erase_analysis(path: JobPath, query: EraseQuery) -> Response:
    """Erase an analysis."""
    try:
        owner = job_of_caller(path.job_id).owner
    except JobNotFound:
        done = services().data_requests.latest(DataRequestKind.ERASE_ANALYSIS, path.job_id)
        if done is None or not caller().may(done.asked.owner):
            raise
        return _replied(done)
    return _ask(DataRequestKind.ERASE_ANALYSIS, owner, job_id=path.job_id, video=query.video)


@api.delete(
    "/users/<email>",
    description="Stops the user's jobs, then removes everything: videos, results of both layouts, figures, records of "
    "jobs and their deliveries, devices, webhooks, archives. 202: workers do it; `Location` says how far they are, and "
    "ends in a proof. Until then the user's uploads and analyses are refused with 409. The login is Firebase's.",
    responses={202: DataRequestReply, **errors(403)},
)
def erase_user(path: UserPath) -> Response:
    """Erase everything of a user."""
    caller().require(path.email)
    return _ask(DataRequestKind.ERASE_USER, path.email)


@api.post(
    "/users/<email>/export",
    description="A zip archive of videos, results, figures, job records, devices and webhooks, with a manifest of "
    "checksums. 202: workers do it; `Location` says how far they are, and ends in a link to it.",
    responses={202: DataRequestReply, **errors(403, 409)},
)
def export_user(path: UserPath) -> Response:
    """Take away everything of a user."""
    caller().require(path.email)
    return _ask(DataRequestKind.EXPORT, path.email)


@api.get("/data-requests/<data_request_id>", responses={200: DataRequestReply, **errors(404)})
def show_data_request(path: DataRequestPath) -> Response:
    """How an erasure or an export stands."""
    return json_reply(_reply(_of_caller(path.data_request_id)))


@api.get(
    f"/data-requests/<data_request_id>/{ARCHIVE}",
    description="The finished archive of an export, with ranges.",
    security=[*PROVEN, {"link": []}],
    responses={
        200: content("application/zip", "The archive"),
        206: content("application/zip", "The part that was asked for"),
        304: None,
        **errors(403, 404, 416),
    },
)
def archive(path: DataRequestPath, query: LinkQuery) -> Response:
    """Everything of a user."""
    if query.link:
        services().links.check(path.data_request_id, ARCHIVE, query.link)
        g.caller = Caller(frozenset(), proof="link")
        found = services().data_requests.get(path.data_request_id)
    else:
        found = _of_caller(path.data_request_id)
    if "key" not in found.result:
        raise ApiError("file_not_found", "There is no archive yet.")
    return object_reply(found.result["key"], ARCHIVE, if_gone="The archive has been removed.")


@proofs.post(
    "/check",
    description="For whoever was shown a proof of erasure: whether this service gave out exactly this. Nobody is asked "
    "who they are.",
    responses={200: ProofReply, **errors(413, 415)},
)
def check_proof(body: ProofBody) -> Response:
    """Is a proof of erasure genuine?"""
    return json_reply(ProofReply(genuine=is_genuine(body.proof, services().access.proof_secret())))


def _ask(kind: DataRequestKind, owner: str, *, job_id: str = "", video: bool | None = None) -> Response:
    prefixes_of(owner)  # refuses what is no address
    asked = NewDataRequest(kind, owner, job_id, video, asked_by=caller().proof, request_id=g.request_id)
    made, is_new = services().data_requests.create(asked)
    if is_new:
        services().queue.send_data_request(made.id)
    return _replied(made)


def _replied(found: DataRequest) -> Response:
    return json_reply(_reply(found), 200 if found.status.final else 202, Location=_url(found))


def _of_caller(request_id: str) -> DataRequest:
    """The request, if the caller may see it; to everybody else it does not exist."""
    asking = caller()
    found = services().data_requests.get(request_id)
    if not asking.may(found.asked.owner):
        raise DataRequestNotFound("There is no such request.")
    return found


def _url(found: DataRequest) -> str:
    return url_for("people.show_data_request", data_request_id=found.id)


def _reply(found: DataRequest) -> DataRequestReply:
    return DataRequestReply(
        id=found.id,
        kind=found.asked.kind,
        user=found.asked.owner,
        analysis=found.asked.job_id or None,
        status=found.status,
        attempts=found.attempts,
        created_at=found.created_at,
        updated_at=found.updated_at,
        finished_at=found.finished_at,
        error=Failure(code=found.error_code, message=found.error_message) if found.error_code else None,
        proof=found.result.get("proof"),
        archive=_archive(found) if found.status is JobStatus.SUCCEEDED and "key" in found.result else None,
        links=DataRequestLinks(self=_url(found)),
    )


def _archive(found: DataRequest) -> ArchiveReply:
    door, known = services(), found.result
    lifetime_s = door.settings.link_lifetime_s
    url = door.objects.link(known["key"], lifetime_s=lifetime_s, filename=ARCHIVE)
    guarded = door.settings.identity != "open"
    if not url:
        link = door.links.sign(found.id, [ARCHIVE])[ARCHIVE] if guarded else None
        url, forever = url_for("people.archive", data_request_id=found.id, link=link), not guarded
    else:
        forever = False
    return ArchiveReply(
        url=url,
        expires_at=None if forever else datetime.now(UTC) + timedelta(seconds=lifetime_s),
        kept_until=known["kept_until"],
        size=known["size"],
        sha256=known["sha256"],
        files=known["files"],
    )
