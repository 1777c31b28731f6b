"""A stored object as a reply: with ranges, so that a video can be sought in, and conditional requests."""

import mimetypes

from flask import Response, request, send_file

from api.errors import ApiError
from api.services import services
from storage.errors import ObjectNotFound

_TYPES = mimetypes.MimeTypes()  # without the machine's own tables, which differ

# report.html has its styles and pictures inside; nothing in it may run, or reach anything
_PAGE_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'none'"
)


def object_reply(key: str, name: str, *, if_gone: str) -> Response:
    """The object under `key`, which never changes, called `name` when saved.

    Raises:
        ApiError: `file_not_found`, with the sentence `if_gone`.
    """
    objects = services().objects
    try:
        stored = objects.stat(key)
        stream = objects.open(key)
    except ObjectNotFound as error:
        raise ApiError("file_not_found", if_gone) from error
    response = send_file(
        stream,
        mimetype=_TYPES.guess_type(name)[0] or "application/octet-stream",
        download_name=name,
        conditional=False,  # below: werkzeug cannot know the size of a stream
        etag=stored.fingerprint,
        last_modified=stored.updated_at,
    )
    response.content_length = stored.size
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.make_conditional(request.environ, accept_ranges=True, complete_length=stored.size)
    return response
