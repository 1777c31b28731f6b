"""An analysis judged again: today's rules on the landmarks that it kept."""

from dataclasses import replace

from flask import Response, g, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import ValidationError

from api.errors import ApiError, refuse_invalid
from api.jobs import job_of_caller, job_reply, job_url, known_exercise, submit
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import PROVEN, JobPath, JobReply, Rejudge
from api.services import services
from storage.errors import ObjectNotFound
from storage.keys import LANDMARKS, parse_video_key
from storage.types import AnalysisOptions, Job, JobStatus, NewJob, Priority

api = APIBlueprint(
    "rejudge",
    __name__,
    url_prefix="/v1/analyses",
    abp_tags=[Tag(name="analyses", description="From a video to judged repetitions")],
    abp_security=PROVEN,
    abp_responses=EVERYWHERE | errors(401),
)

_GONE = "The landmarks of this analysis are not kept any more. Analyse the video again."
_BODY = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": Rejudge.model_json_schema()}},
    }
}


@api.post(
    "/<job_id>/rejudge",
    description="202 with a new job, whose `rejudge_of` names the analysis: no video is read, so it takes about a "
    "second. Its results are `report.json`, the plots and the angles; the pictures stay those of the analysis. Without "
    "a body the same exercise is judged by today's rules. 410 where the landmarks are not kept any more.",
    responses={202: JobReply, **errors(404, 409, 410, 415, 429)},
    openapi_extensions=_BODY,
)
def rejudge(path: JobPath) -> Response:
    """Judge an analysis again."""
    wanted = _wanted()
    before = job_of_caller(path.job_id)
    _require_landmarks(before)
    new = NewJob(
        owner=before.owner,
        video_key=before.video_key,
        video_fingerprint="",
        exercise=known_exercise(wanted.exercise) if wanted.exercise else before.exercise,
        request_id=g.request_id,
        traceparent=g.span.traceparent,
        options=_options(before.options, wanted),
        rejudge_of=before.id,
        priority=Priority.INTERACTIVE,
    )
    job, _ = submit(new, force=True)  # the rules may have changed since the last time
    return json_reply(job_reply(job), 202, Location=job_url(job))


def _wanted() -> Rejudge:
    """The body, which may be missing."""
    if not request.get_data():
        return Rejudge()
    try:
        return Rejudge.model_validate(request.get_json())
    except ValidationError as error:
        refuse_invalid(error)
        raise


def _options(before: AnalysisOptions, wanted: Rejudge) -> AnalysisOptions:
    """Those of the analysis, but for what is said anew."""
    return replace(
        before,
        video=False,
        height_m=before.height_m if wanted.height_m is None else wanted.height_m,
        language=before.language if wanted.language is None else wanted.language.partition("-")[0].lower(),
    )


def _require_landmarks(job: Job) -> None:
    """Raises `ApiError` where the job has left nothing that could be judged again."""
    if job.status is not JobStatus.SUCCEEDED:
        sentence = f"Only an analysis that has succeeded can be judged again; this one is {job.status}."
        raise ApiError("job_not_succeeded", sentence)
    if LANDMARKS not in job.result_files:
        raise ApiError("landmarks_gone", _GONE)
    video = parse_video_key(job.video_key)
    try:
        services().objects.stat(video.landmarks_of(job.id))
    except ObjectNotFound as error:
        raise ApiError("landmarks_gone", _GONE) from error
