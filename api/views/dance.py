"""The dance app's door, to the letter of ../shared/contracts/dance.md: one upload, one reply with everything in it.

The analysis is a job like any other. Whoever shows a proof owns video and results; for everybody else nothing is kept:
he is a guest (`storage/people/guests.py`), and workers erase what there was once he has his reply.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from flask import Response, g, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from structlog import get_logger
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from api.auth import Caller, caller
from api.dance import DanceError, DanceForm, DanceQuery, DanceReply, Report, dance_error, dance_reply
from api.errors import STATUS_OF_FAILURE, ApiError, error_reply
from api.jobs import accept
from api.replies import json_reply
from api.schemas import PROVEN
from api.services import services
from api.uploads import admit_upload, extension_and_type, reserved_key
from api.waiting import admit_old_app, place_to_wait, wait_for_success
from storage.errors import StorageUnavailable, TooManyWaiting
from storage.keys import parse_video_key
from storage.types import Job, Priority

api = APIBlueprint("dance", __name__, abp_tags=[Tag(name="dance", description="What the dance app sends")])

EXTENSIONS = ("mp4", "avi", "mov", "mkv")
_MOST_BYTES = 100 * 1024 * 1024
_FORM_OVERHEAD_BYTES = 100_000
_TO_STORE_S = 900.0
"""More than it takes to put the video into the store; a guest whose request died is erased after this and the wait."""

_log = get_logger("goodrep.api")


@api.before_request
def _before_the_body() -> None:
    if request.is_json:
        raise ApiError(
            "unsupported_media_type",
            "This address takes a video, as multipart/form-data in the field 'video'. Single frames as JSON are "
            "another contract's, which this server does not have.",
        )
    admit_old_app()
    caller()
    admit_upload(_most_bytes())
    # the form around the file has a size too; the file itself is measured exactly when it is stored
    request.max_content_length = _most_bytes() + _FORM_OVERHEAD_BYTES


@api.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Response:
    return error_reply("file_too_large", f"The file is larger than {_most_bytes() / 1e6:.0f} MB.")


@api.after_request
def _in_the_apps_words(response: Response) -> Response:
    """Every refusal has left through the one table of `api.errors`; the app knows another shape, and no 422."""
    if response.status_code >= 400:
        refused = response.get_json()["error"]
        if response.status_code == STATUS_OF_FAILURE:
            response.status_code = 400
        response.set_data(
            jsonify(dance_error(refused["code"], refused["message"], response.status_code, _version())).get_data()
        )
    return response


@api.post(
    "/analyze",
    description="Poses that are held, and how the body moves; waits for the analysis. `version=1` has only "
    "`detected_poses`, as lists of frames, and `total_frames`. Up to 100 MB. 400 is the video's fault; 504 when it "
    "takes too long. With a proof, video and results are kept as the caller's. Without one, where the operator has "
    "opened this door, they are erased when the reply is there, and the request is counted by address.",
    security=[*PROVEN, {}],
    responses={
        200: DanceReply,
        **dict.fromkeys((400, 401, 403, 409, 413, 415, 429, 500, 503, 504, 507), DanceError),
    },
)
def analyze(query: DanceQuery, form: DanceForm) -> Response:
    """Analyse a dance."""
    video = _checked(form.video)
    with place_to_wait() as deadline_s, _owner() as owner:
        job = wait_for_success(_submit(video, owner), deadline_s)
        report = _report(job)
    return json_reply(dance_reply(report, query.version or services().settings.dance_reply))


def _version() -> int:
    """Of the reply, also where the request could not be read."""
    asked = request.args.get("version")
    return int(asked) if asked in ("1", "2") else services().settings.dance_reply


def _most_bytes() -> int:
    return min(_MOST_BYTES, services().settings.max_video_bytes)


def _checked(video: object) -> FileStorage:
    if not isinstance(video, FileStorage):
        raise ApiError("missing_parameter", "The request must hold a video file in the field 'video'.")
    if not video.filename:
        raise ApiError("file_name_missing", "The uploaded file has no name.")
    if PurePosixPath(video.filename).suffix.casefold().lstrip(".") not in EXTENSIONS:
        raise ApiError("file_type_refused", f"Videos are taken whose name ends with {', '.join(EXTENSIONS)}.")
    return video


@contextmanager
def _owner() -> Iterator[str]:
    """Whose the video is: the one user for whom the caller speaks, else a guest, who leaves at the end."""
    asking, guests = caller(), services().guests
    if asking.users is not None and len(asking.users) == 1:
        yield next(iter(asking.users))
        return
    owner = guests.arrive(stays_s=services().settings.legacy_wait_s + _TO_STORE_S)
    g.caller = Caller(frozenset({owner}), proof=asking.proof)
    try:
        yield owner
    finally:
        try:
            guests.leave(owner)
        except StorageUnavailable as error:
            _log.warning("a guest stays until his time is up", error=str(error))


def _submit(video: FileStorage, owner: str) -> Job:
    """Put it into the store, and the job into the queue."""
    extension, content_type = extension_and_type(video.filename or "")
    with reserved_key(owner, "unselected", extension) as key:
        services().objects.upload_stream(cast(BinaryIO, video.stream), key, content_type, _most_bytes())
    try:
        return accept(parse_video_key(key), priority=Priority.INTERACTIVE)[0]
    except (TooManyWaiting, ApiError):
        services().objects.delete(key)  # the app would send it again, under another name
        raise


def _report(job: Job) -> Report:
    with services().objects.open(f"{job.results_prefix}/report.json") as stream:
        report: Report = json.load(stream)
    return report
