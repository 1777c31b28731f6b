"""Every object path and database path, built and parsed in this one place.

A path is taken as it is: it is never decoded, normalised or re-cased, so that spaces, Korean, `+` and `%` mean
themselves. What could leave a user's folder, or a file system, is refused instead of being repaired.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from storage.errors import InvalidKey, KeyOutsideUserFolder

MAX_KEY_BYTES = 1024
"""Of a whole path in UTF-8, as Google Cloud Storage limits it."""
MAX_SEGMENT_BYTES = 240
"""Of one name between slashes: file systems allow 255, and results add a few to a video's name."""
LANDMARKS = "landmarks.npz"
"""What every analysis keeps of the poses, among its results; the analysis gives it this name."""
PROFESSIONALS = "temp/video/pro/"
"""Where professionals' videos lie."""
EXTENSIONS = ("mp4", "mov", "avi", "webm", "mkv", "m4v")

_EMAIL = re.compile(r"[^\s@/\\]{1,64}@[^\s@/\\.]+(?:\.[^\s@/\\.]+)*")
_NAME = re.compile(r"exercise_(?P<method>.+?)(?:_(?P<timestamp>[0-9]{10,14}))?")
_VIDEO = re.compile(rf"(?P<stem>.+)\.(?:{'|'.join(EXTENSIONS)})", re.IGNORECASE)
OLD_NAME = re.compile(r"(?P<owner>[^@]+@.+?)_(?P<name>exercise_.+)")
"""A file's name in the flat layout: the first `_exercise_` after the `@` is where the address ends."""
_JOB_ID = re.compile(r"[0-9a-f]{32}")
_FORBIDDEN_IN_DATABASE = re.compile(r"[.$#\[\]/\x00-\x1f\x7f]|%(?=[0-9A-Fa-f]{2})")


class Layout(StrEnum):
    """How the app that made the path lays out its files."""

    USER_FOLDER = "user_folder"
    """`temp/video/user/<email>/exercise_<Method>_<timestamp>.mp4`."""
    FLAT = "flat"
    """The app before that: `temp/exercise/<email>_exercise_<Method>_<timestamp>.mp4`."""


@dataclass(frozen=True, slots=True)
class VideoKey:
    """The path of a user's video, and of everything that follows from it.

    Attributes:
        key: The object's path, with its extension.
        owner: The user's e-mail address, as in the path.
        method: The exercise as the app writes it, such as `Push Up` or `unselected`.
        name: `exercise_<Method>_<timestamp>`.
        layout: See `Layout`.
    """

    key: str
    owner: str
    method: str
    name: str
    layout: Layout

    @property
    def legacy_results_prefix(self) -> str:
        """Folder in which the app looks for the pictures of the newest job."""
        if self.layout is Layout.FLAT:
            return f"{self.owner}/{self.name}_result"
        return f"temp/image/{self.owner}/{self.name}"

    def results_prefix(self, job_id: str) -> str:
        """Folder of the results of one job. Raises `InvalidKey` for what is no job's id."""
        if not _JOB_ID.fullmatch(job_id):
            raise InvalidKey("A job's id is 32 lower-case hexadecimal digits.")
        return f"{self.legacy_results_prefix}/{job_id}"

    def landmarks_of(self, job_id: str) -> str:
        """What a job kept of the poses. Raises `InvalidKey` for what is no job's id."""
        return f"{self.results_prefix(job_id)}/{LANDMARKS}"

    def checkpoint_prefix(self, job_id: str) -> str:
        """Folder of what a job that runs keeps for another attempt, `/` included. Raises as `results_prefix`."""
        return f"{self.results_prefix(job_id)}/checkpoint/"

    @property
    def record_path(self) -> str:
        """Database path of the figures that the app reads."""
        return f"temp/result/{email_key(self.owner)}/{database_name(self.name)}"

    @property
    def status_path(self) -> str:
        """Database path of how the video's newest job ended; a listener hears it appear."""
        return f"temp/status/{email_key(self.owner)}/{database_name(self.name)}"


def parse_video_key(path: str) -> VideoKey:
    """What a video's path says.

    Raises:
        InvalidKey: It may be no path at all, or it does not end as a video does.
        KeyOutsideUserFolder: It is a path, of something else than a user's video.
    """
    check_key(path)
    match path.split("/"):
        case ["temp", "video", "user", owner, file]:
            layout, name = Layout.USER_FOLDER, _stem(file)
        case ["temp", "exercise", file]:
            flat = OLD_NAME.fullmatch(_stem(file))
            if not flat:
                raise KeyOutsideUserFolder("The video's name must be '<email>_exercise_<Method>_<timestamp>.mp4'.")
            layout, owner, name = Layout.FLAT, flat["owner"], flat["name"]
        case _:
            raise KeyOutsideUserFolder(
                "The path does not lie in a user's folder; it must look like "
                "'temp/video/user/<email>/exercise_<Method>_<timestamp>.mp4'."
            )
    parts = _NAME.fullmatch(name)
    if not is_email(owner):
        raise KeyOutsideUserFolder("The user's folder in the path must be an e-mail address.")
    if not parts or not parts["method"].strip():
        raise InvalidKey("The video's name must be 'exercise_<Method>_<timestamp>.mp4'.")
    return VideoKey(path, owner, parts["method"], name, layout)


def parse_query_value(value: str) -> VideoKey:
    """As `parse_video_key`, for what the app sends as `data`: the path without `.mp4`, or with an extension."""
    return parse_video_key(value if _VIDEO.fullmatch(value) else f"{value}.mp4")


def video_key(owner: str, method: str, timestamp: str, extension: str = "mp4") -> VideoKey:
    """The path for an upload. Raises as `parse_video_key`, and `InvalidKey` for parts that would read differently."""
    parsed = parse_video_key(f"temp/video/user/{owner}/exercise_{method}_{timestamp}.{extension}")
    if (parsed.owner, parsed.name, parsed.method) != (owner, f"exercise_{method}_{timestamp}", method):
        raise InvalidKey("The timestamp in a video's name has 10 to 14 digits, such as 2305092259.")
    return parsed


def professional_key(method: str) -> str:
    """Path of a professional's video of the exercise. Raises `InvalidKey`."""
    return check_key(f"{PROFESSIONALS}{method}.mp4")


def check_key(key: str) -> str:
    """`key` itself, when it may be an object's path. Raises `InvalidKey`, saying what is wrong."""
    if not key:
        raise InvalidKey("The path is empty.")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in key):
        raise InvalidKey("The path holds control characters or is not valid Unicode.")
    if "\\" in key:
        raise InvalidKey("The path holds a backslash; folders are separated by '/'.")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise InvalidKey(f"The path is longer than {MAX_KEY_BYTES} bytes.")
    for segment in key.split("/"):
        if segment in ("", ".", ".."):
            raise InvalidKey("The path must not begin or end with '/', nor hold '//', '.' or '..' as a name.")
        if len(segment.encode()) > MAX_SEGMENT_BYTES:
            raise InvalidKey(f"A name in the path is longer than {MAX_SEGMENT_BYTES} bytes.")
    return key


def is_email(text: str) -> bool:
    """Whether `text` may be a user's folder: an e-mail address, or what passes for one here."""
    return _EMAIL.fullmatch(text) is not None


def email_key(email: str) -> str:
    """The user's name in the database: `.` becomes `_`, as the old server writes it; the rest as `database_name`.

    For an address with one dot and `.com` the app reads the same name. Two addresses that differ only in `.` against
    `_` share a name; the old contract has it so.
    """
    return database_name(email.replace(".", "_"))


def database_name(text: str) -> str:
    """`text` as a name in Firebase's Realtime Database, which forbids `. $ # [ ] /` and control characters.

    These become `%` and two hexadecimal digits (`.` is `%2E`), and so does a `%` that would read as such an escape;
    everything else stays as it is. Different texts give different names.
    """
    return _FORBIDDEN_IN_DATABASE.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _stem(file: str) -> str:
    found = _VIDEO.fullmatch(file)
    if not found:
        raise InvalidKey(f"The path must end with one of {', '.join('.' + name for name in EXTENSIONS)}.")
    return found["stem"]
