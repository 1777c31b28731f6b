"""Jobs: make one, look at it, follow it, cancel it, fetch what it made."""

from flask import Response, g, url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import Caller, caller
from api.errors import ApiError
from api.events import event_stream
from api.files import object_reply
from api.jobs import accept, job_of_caller, job_reply, job_url
from api.replies import EVERYWHERE, content, errors, json_reply
from api.schemas import (
    PROVEN,
    AnalysisHeaders,
    EventHeaders,
    FilePath,
    JobPageReply,
    JobPath,
    JobQuery,
    JobReply,
    LinkQuery,
    NewAnalysis,
)
from api.services import services
from storage.errors import InvalidKey
from storage.keys import parse_video_key
from storage.types import JobStatus, Priority

api = APIBlueprint(
    "analyses",
    __name__,
    url_prefix="/v1/analyses",
    abp_tags=[Tag(name="analyses", description="From a video to judged repetitions")],
    abp_security=PROVEN,
    abp_responses=EVERYWHERE | errors(401),
)


@api.post(
    "",
    description="202 with a new job, or 200 with the one that the same request made before; `Location` names it. 429 "
    "with `Retry-After` where too many jobs wait already: the user's, `too_many_jobs_waiting`, or all, `queue_full`.",
    responses={200: JobReply, 202: JobReply, **errors(403, 404, 409, 413, 415, 422, 429)},
)
def create(body: NewAnalysis, header: AnalysisHeaders) -> Response:  # noqa: ARG001 - it documents what is read
    """Analyse a video."""
    job, is_new = accept(
        parse_video_key(body.video),
        body.exercise,
        options=body.options,
        priority=Priority(body.priority),
        force=body.force,
    )
    return json_reply(job_reply(job), 202 if is_new else 200, Location=job_url(job))


@api.get("", responses={200: JobPageReply, **errors(403)})
def index(query: JobQuery) -> Response:
    """A user's jobs, newest first."""
    caller().require(query.user)
    try:
        page = services().jobs.list(query.user, cursor=query.cursor, limit=query.limit)
    except InvalidKey as error:
        raise ApiError("invalid_cursor", "The cursor was not given out by this list.") from error
    following = None
    if page.next_cursor:
        following = url_for("analyses.index", user=query.user, cursor=page.next_cursor, limit=query.limit)
    return json_reply(JobPageReply(jobs=[job_reply(job, one_of_many=True) for job in page.jobs], next=following))


@api.get("/<job_id>", responses={200: JobReply, **errors(404)})
def show(path: JobPath) -> Response:
    """How a job stands."""
    return json_reply(job_reply(job_of_caller(path.job_id)))


@api.delete(
    "/<job_id>",
    description="200 when it was cancelled at once, 202 when the worker has been told to stop.",
    responses={200: JobReply, 202: JobReply, **errors(404, 409)},
)
def cancel(path: JobPath) -> Response:
    """Cancel a job."""
    job = services().jobs.request_cancel(job_of_caller(path.job_id).id)
    return json_reply(job_reply(job), 200 if job.status is JobStatus.CANCELLED else 202)


@api.get(
    "/<job_id>/events",
    description="Server-sent events `progress`, `succeeded`, `failed`, `cancelled`; the data of each is the job. "
    "The stream ends with the job's end. 204 when there is nothing after `Last-Event-ID` any more.",
    responses={200: content("text/event-stream", "The job's changes"), 204: None, **errors(404)},
)
def events(path: JobPath, header: EventHeaders) -> Response:
    """Follow a job."""
    return event_stream(job_of_caller(path.job_id), header.last_event_id)


@api.get(
    "/<job_id>/files/<path:name>",
    description="Ranges and conditional requests are answered, so a video can be sought in. The files of a job never "
    "change.",
    security=[*PROVEN, {"link": []}],
    responses={
        200: content("*/*", "The file"),
        206: content("*/*", "The part that was asked for"),
        304: None,
        **errors(403, 404, 416),
    },
)
def result_file(path: FilePath, query: LinkQuery) -> Response:
    """A file that a job made."""
    if query.link:
        services().links.check(path.job_id, path.name, query.link)
        g.caller = Caller(frozenset(), proof="link")
        job = services().jobs.get(path.job_id)
    else:
        job = job_of_caller(path.job_id)
    if path.name not in job.result_files:
        raise ApiError("file_not_found", "The job has no result of this name.")
    return object_reply(
        f"{job.results_prefix}/{path.name}",
        path.name.rpartition("/")[2],
        if_gone="The results of this job have been removed.",
    )
