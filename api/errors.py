"""Every error that a client can see: one table from stable code to HTTP status, one shape of reply.

    {"error": {"code": "video_not_found", "message": "There is no video at ..."}, "request_id": "..."}

A failed job's `error` has the same two members, so a client needs one piece of code for both.
"""

import errno
import math

from flask import Flask, Response, g, jsonify, request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from storage.errors import StorageError, StorageFull, TooManyWaiting

STATUS_OF_CODE = {
    "bad_request": 400,
    "missing_parameter": 400,
    "invalid_parameter": 400,
    "invalid_json": 400,
    "invalid_path": 400,
    "invalid_cursor": 400,
    "webhook_url_refused": 400,
    "path_outside_user_folder": 400,
    "unknown_exercise": 400,
    "file_name_missing": 400,
    "file_type_refused": 400,
    "unauthorized": 401,
    "token_invalid": 401,
    "token_expired": 401,
    "token_revoked": 401,
    "user_disabled": 401,
    "api_key_invalid": 401,
    "forbidden": 403,
    "email_missing": 403,
    "email_not_verified": 403,
    "link_expired": 403,
    "link_invalid": 403,
    "not_found": 404,
    "video_not_found": 404,
    "job_not_found": 404,
    "file_not_found": 404,
    "webhook_not_found": 404,
    "delivery_not_found": 404,
    "device_not_found": 404,
    "data_request_not_found": 404,
    "method_not_allowed": 405,
    "job_already_ended": 409,
    "job_not_succeeded": 409,
    "cancelled": 409,
    "messaging_not_set_up": 409,
    "being_erased": 409,
    "landmarks_gone": 410,
    "too_many_webhooks": 409,
    "file_too_large": 413,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "range_not_satisfiable": 416,
    "video_quarantined": 422,
    "too_many_requests": 429,
    "too_many_jobs_waiting": 429,
    "queue_full": 429,
    "internal_error": 500,
    "storage_failed": 500,
    "out_of_memory": 500,
    "worker_lost": 500,
    "too_many_attempts": 500,
    "storage_unavailable": 503,
    "identity_unavailable": 503,
    "not_ready": 503,
    "too_many_waiting": 503,
    "analysis_takes_too_long": 504,
    "storage_full": 507,
}
"""The table. What is not in it is the failure of a job's video, such as `not_a_video`: see `STATUS_OF_FAILURE`."""

STATUS_OF_FAILURE = 422
"""The request was fine and the job is known, but its video could not be analysed."""

RETRY_AFTER_S = {
    "storage_unavailable": 2,
    "identity_unavailable": 2,
    "not_ready": 2,
    "too_many_waiting": 5,
    "analysis_takes_too_long": 10,
}

_NEXT_JOB_AFTER_S = 30
"""Where nobody knows yet how long a job takes."""
_LONGEST_RETRY_AFTER_S = 3600

_CODE_OF_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
}

_SENTENCES = {
    "not_found": "There is nothing at this address.",
    "method_not_allowed": "This address does not take this method; the Allow header names those it takes.",
    "body_too_large": "The request is larger than the limit.",
    "range_not_satisfiable": "The file has no bytes in this range.",
    "bad_request": "The request could not be understood.",
    "invalid_json": "The body is not valid JSON.",
    "storage_unavailable": "A part of this service does not answer just now. Please try again in a moment.",
    "unsupported_media_type": "The body must be sent as application/json.",
}

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_log = get_logger("goodrep.api")


class ApiError(Exception):
    """A refusal that the API itself speaks: a code of the table and a sentence for the client.

    `retry_after_s` says when to come back, where it is not the same for every refusal with that code.
    """

    def __init__(self, code: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


def error_reply(code: str, message: str, status: int | None = None) -> Response:
    """The reply for `code`, with the status that the table gives unless another is named."""
    g.error_code = code  # for the counters
    response = jsonify({"error": {"code": code, "message": message}, "request_id": g.get("request_id", "")})
    response.status_code = status or STATUS_OF_CODE.get(code, STATUS_OF_FAILURE)
    if code in RETRY_AFTER_S:
        response.headers["Retry-After"] = str(RETRY_AFTER_S[code])
    if response.status_code == 401:
        # RFC 6750: without an error where nothing was shown
        response.headers["WWW-Authenticate"] = (
            'Bearer realm="goodrep"' if code == "unauthorized" else 'Bearer realm="goodrep", error="invalid_token"'
        )
    return response


def retry_after_s(error: TooManyWaiting) -> int:
    """When to come back: not before one more job has probably been begun, by the pace of late."""
    again_in_s = _NEXT_JOB_AFTER_S if error.after_s is None else math.ceil(error.after_s)
    return max(1, min(again_in_s, _LONGEST_RETRY_AFTER_S))


def refuse_invalid(error: ValidationError) -> Response:
    """Say what is wrong with the parameters in the client's words; `flask_openapi3` calls this.

    That library reads JSON silently: a body that is no JSON, or not declared as such, arrives here as "not an object",
    so it is read once more to say what was really wrong.
    """
    first = error.errors(include_url=False)[0]
    if not first["loc"]:
        request.get_json()
        raise ApiError("invalid_json", "The body must be a JSON object.")
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing" or first["input"] in ("", None):
        raise ApiError("missing_parameter", f"The parameter '{name}' is missing or empty.")
    raise ApiError("invalid_parameter", f"The parameter '{name}' is not right: {_sentence(first)}.")


def _sentence(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return "there is no parameter of this name"
    text = detail["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def install(app: Flask, *, max_video_bytes: int) -> None:
    """Make every error of `app` leave it through the table."""

    @app.errorhandler(ApiError)
    def refused(error: ApiError) -> Response:
        reply = error_reply(error.code, str(error))
        if error.retry_after_s is not None:
            reply.headers["Retry-After"] = str(error.retry_after_s)
        return reply

    @app.errorhandler(StorageError)
    def storage_refused(error: StorageError) -> Response:
        status = STATUS_OF_CODE.get(error.code, 500)
        if status == 500:
            return unexpected(error)
        if status in (503, 507):
            _log.warning("storage away or full", error=str(error), cause=repr(error.__cause__))
        # which part is away is the operator's concern, and stands in the log
        reply = error_reply(error.code, _SENTENCES.get(error.code) or str(error))
        if isinstance(error, TooManyWaiting):
            reply.headers["Retry-After"] = str(retry_after_s(error))
        return reply

    @app.errorhandler(HTTPException)
    def http_refused(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        code = _CODE_OF_STATUS.get(status, "internal_error" if status >= 500 else "bad_request")
        if status == 413 and request.mimetype == "multipart/form-data":
            return error_reply("file_too_large", f"The file is larger than {max_video_bytes / 1e6:.0f} MB.")
        if status == 400 and request.is_json:
            code = "invalid_json"
        reply = error_reply(code, _SENTENCES.get(code) or error.description or error.name, status)
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                reply.headers[name] = value  # Allow of 405, Content-Range of 416
        return reply

    @app.errorhandler(OSError)
    def machine_failed(error: OSError) -> Response:
        if error.errno in _NO_ROOM:  # while an upload arrives
            return storage_refused(StorageFull("There is no room left on the server's disk."))
        return unexpected(error)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _log.error("unexpected error", exc_info=error)
        message = "Something went wrong on our side. Please name the request_id when you report it."
        return error_reply("internal_error", message)
