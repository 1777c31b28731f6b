"""Where an upload goes: streamed to disk, never through memory, and never over another one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO

from flask import Request, Response, request

from api.auth import caller
from api.room import require_room
from api.services import services
from storage.errors import ObjectNotFound
from storage.keys import video_key

_TYPES = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
}


_BODY_MAY_BE_UNREAD = (401, 403, 413, 415, 429, 503, 507)
_CHUNK_BYTES = 1 << 16


class StreamingRequest(Request):
    """A request whose files go to the volumes while they arrive; /tmp may be memory."""

    def _get_file_stream(self, *_sizes_and_names: object, **_more: object) -> IO[bytes]:
        # without a name in the folder: it is gone when the request is, whatever happens
        return tempfile.TemporaryFile("rb+", dir=services().settings.upload_folder)


def hear_out(response: Response) -> Response:
    """Before a refusal is sent, read what the client is still sending, up to a few times what an upload may be.

    To close a connection with unread bytes resets it, and a client that sends first and listens then would never learn
    why it was refused. One that stalls is cut by the server (`client_timeout_s`).
    """
    if response.status_code in _BODY_MAY_BE_UNREAD:
        body = request.environ["wsgi.input"]
        left = 4 * services().settings.max_video_bytes
        with suppress(OSError):  # gone, or silent
            while left > 0 and (chunk := body.read(_CHUNK_BYTES)):
                left -= len(chunk)
    return response


def admit_upload(most_bytes: int) -> None:
    """Before the body is read: count it, and make sure that there is room for it.

    One whose size is unknown may have `most_bytes`. Services with an API key speak for many users and are not counted.

    Raises:
        ApiError: `too_many_requests`.
        StorageError: `StorageFull`, `StorageUnavailable`.
    """
    asking, door = caller(), services()
    if asking.users is not None or asking.proof == "none":
        user = next(iter(asking.users)) if asking.users is not None and len(asking.users) == 1 else ""
        door.limits.count_upload(user, request.remote_addr or "")
    length = request.content_length
    require_room(most_bytes if length is None else min(length, most_bytes), door.settings)


def extension_and_type(filename: str) -> tuple[str, str]:
    """What to call a file of that name; its content is looked at later, so an unknown one passes as `mp4`."""
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lstrip(".").casefold()
    extension = extension if extension in _TYPES else "mp4"
    return extension, _TYPES[extension]


@contextmanager
def reserved_key(owner: str, method: str, extension: str) -> Iterator[str]:
    """A key whose name nothing has, and nobody else gets meanwhile: that of the next free second.

    A name counts without its extension, because results are filed under it. The reservation is a file that only one
    process can make. One that a crash left behind costs its second, no more.

    Raises:
        InvalidKey: For an owner or a method that cannot be part of a path.
    """
    folder = services().settings.upload_folder
    now = datetime.now(UTC)
    for second in range(3600):
        timestamp = (now + timedelta(seconds=second)).strftime("%y%m%d%H%M%S")
        keys = {each: video_key(owner, method, timestamp, each).key for each in _TYPES}
        mark = folder / f"{sha256(keys['mp4'].encode()).hexdigest()}.reserved"
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            if all(map(_is_free, keys.values())):
                yield keys[extension]
                return
        finally:
            mark.unlink(missing_ok=True)
    raise RuntimeError("no free second within an hour")


def _is_free(key: str) -> bool:
    try:
        services().objects.stat(key)
    except ObjectNotFound:
        return True
    return False
