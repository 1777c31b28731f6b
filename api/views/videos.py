"""Uploads into the store, and what can be looked for in them."""

from typing import BinaryIO, cast

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import caller
from api.jobs import known_exercise
from api.replies import EVERYWHERE, errors, json_reply
from api.schemas import PROVEN, ExerciseReply, ExercisesReply, NewVideo, StoredVideo
from api.services import services
from api.uploads import admit_upload, extension_and_type, reserved_key
from storage.errors import BeingErased

api = APIBlueprint(
    "videos",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="videos", description="Put a video into the store")],
    abp_responses=EVERYWHERE,
)

_FORM_OVERHEAD_BYTES = 100_000


@api.before_request
def _before_the_body() -> None:
    if request.endpoint == "videos.upload":
        caller()
        admit_upload(services().settings.max_video_bytes)
        # the form around the file has a size too; the file itself is measured exactly when it is stored
        request.max_content_length = services().settings.max_video_bytes + _FORM_OVERHEAD_BYTES


@api.post(
    "/videos",
    description="Keeps the file under `temp/video/user/<user>/exercise_<exercise>_<yyMMddHHmmss>.<ext>`, "
    "never over another one.",
    security=PROVEN,
    responses={201: StoredVideo, **errors(401, 403, 409, 413, 429, 507)},
)
def upload(form: NewVideo) -> Response:
    """Upload a video."""
    caller().require(form.user)
    if services().data_requests.erasing(form.user):
        raise BeingErased("Everything of this user is being erased; please wait until it is done.")
    known_exercise(form.exercise)
    door = services()
    extension, content_type = extension_and_type(form.file.filename or "")
    stream = cast(BinaryIO, form.file.stream)
    with reserved_key(form.user, form.exercise, extension) as key:
        stored = door.objects.upload_stream(stream, key, content_type, door.settings.max_video_bytes)
    return json_reply(StoredVideo(video=key, size=stored.size), 201)


@api.get("/exercises", responses={200: ExercisesReply, **errors()})
def exercises() -> Response:
    """What can be judged."""
    announced = services().jobs.exercises()
    return json_reply(
        ExercisesReply(exercises=[ExerciseReply(name=each.name, aliases=list(each.aliases)) for each in announced])
    )
