"""The doors that the old app knows, to the letter: ../shared/contracts/dothis.md.

The app opens its results screen on ANY reply and reads the database once. It must therefore hear "RESULT" only when
the results are there, and hear it before its own 240 seconds are over. A failure gets a status of 400 or more: to the
app it looks like any reply, and everyone else can tell what happened. Its body is our usual error, not an old string.
"""

from collections.abc import Iterable
from urllib.parse import unquote

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.auth import OLD_APP, caller
from api.jobs import accept, job_reply, job_url
from api.replies import EVERYWHERE, errors, json_reply, json_string
from api.schemas import PROVEN, JobReply, LegacyHeaders, LegacyQuery
from api.services import services
from api.waiting import admit_old_app, place_to_wait, wait_for_success
from storage.errors import InvalidKey, ObjectNotFound, StorageError
from storage.keys import parse_query_value
from storage.types import Job, Priority

api = APIBlueprint(
    "legacy", __name__, abp_tags=[Tag(name="legacy", description="What the old app sends")], abp_responses=EVERYWHERE
)

DONE = "RESULT"
NO_PARAMETER = "ERROR 1: No parameter"


@api.post(
    "/download_and_analyze",
    description='Replies "RESULT" when the results can be read; with `Prefer: respond-async`, 202 and the job at once. '
    'Without `data`, "ERROR 1: No parameter" with status 200, as the old server did. 504 when it takes too long: the '
    "job goes on, and asking again waits for the same one. A job that failed gives its code with 422; one that was "
    "cancelled, 409. Where the operator has opened this door, a request that waits needs no login; it is counted by "
    "address and by user, and learns no more than that the results are there.",
    security=[*PROVEN, {}],
    responses={200: json_string(DONE), 202: JobReply, **errors(401, 403, 404, 409, 413, 422, 429, 504)},
)
def download_and_analyze(query: LegacyQuery, header: LegacyHeaders) -> Response:
    """Analyse a video and wait for it."""
    if not query.data:
        return jsonify(NO_PARAMETER)
    waits = "respond-async" not in header.prefer.casefold().replace(";", ",").replace(" ", "").split(",")
    if not waits:
        job = _accept(query.data, Priority.NORMAL)
        return json_reply(job_reply(job), 202, Location=job_url(job), Preference_Applied="respond-async")
    admit_old_app()
    with place_to_wait() as deadline_s:
        wait_for_success(_accept(query.data, Priority.INTERACTIVE), deadline_s)
    return jsonify(DONE)


def _accept(data: str, priority: Priority) -> Job:
    """Accept the first reading of `data` that names a video; where none does, the error is that of the first."""
    refusals: list[StorageError] = []
    counted = ""
    for reading in _readings(data):
        try:
            video = parse_query_value(reading)
            if caller() is OLD_APP and video.owner != counted:
                services().limits.count_user(video.owner)
                counted = video.owner
            return accept(video, priority=priority)[0]
        except (ObjectNotFound, InvalidKey) as error:
            refusals.append(error)
    raise refusals[0]


def _readings(data: str) -> Iterable[str]:
    """What `data` can mean: a bare `+` is a space in a form, and itself where a path was sent as it is.

    The third is the second with spaces in the file's name: addresses hold `+` and no spaces, names of exercises the
    other way round.
    """
    pairs = (pair.partition("=") for pair in request.query_string.decode("ascii", "replace").split("&"))
    literal = next((unquote(value) for name, _, value in pairs if name == "data"), data)
    folder, slash, name = literal.rpartition("/")
    return dict.fromkeys((data, literal, folder + slash + name.replace("+", " ")))


@api.get("/hello", responses={200: json_string("Hello!")})
@api.post("/hello", responses={200: json_string("Hello!")})
def hello() -> Response:
    """Say hello."""
    return jsonify("Hello!")


@api.delete(
    "/clean",
    description="The old server emptied its folders here. Ours cleans up by itself, and lets nobody do it.",
    responses={200: json_string("Clean Complete")},
)
def clean() -> Response:
    """Do nothing."""
    return jsonify("Clean Complete")
