"""What belongs to a person: whose an object is, where a user's objects lie, and which figures are a user's.

Everything is found by its path, so that what was written by older versions, or by hand, is found as well.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from storage.base import Database, ObjectStore
from storage.errors import InvalidKey
from storage.keys import OLD_NAME, check_key, database_name, email_key, is_email, parse_video_key
from storage.types import ObjectInfo

FOLDERS_OF_RECORDS = ("temp/result", "temp/status")
"""Where the database holds figures, and how jobs ended: `VideoKey.record_path`, `VideoKey.status_path`."""
EXPORTS = "temp/export/"
_MOST_TWINS = 64


class ObjectKind(StrEnum):
    """What an object of a user is."""

    VIDEO = "video"
    RESULT = "result"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose an object is, what it is, and the name of the video that it is about ("" for an export)."""

    owner: str
    kind: ObjectKind
    name: str


def belonging_of(key: str) -> Belonging | None:
    """What the path says; None for what is nobody's, such as the professionals' videos."""
    match key.split("/"):
        case ["temp", "video", "user", owner, *_, file] if is_email(owner):
            return Belonging(owner, ObjectKind.VIDEO, _name_of_video(key) or file)
        case ["temp", "exercise", file]:
            flat = OLD_NAME.fullmatch(file)
            if flat and is_email(flat["owner"]):
                return Belonging(flat["owner"], ObjectKind.VIDEO, _name_of_video(key) or flat["name"])
        case ["temp", "image", owner, name, *_, _] if is_email(owner):
            return Belonging(owner, ObjectKind.RESULT, name)
        case ["temp", "export", owner, _] if is_email(owner):
            return Belonging(owner, ObjectKind.EXPORT, "")
        case [owner, name, *_] if is_email(owner):
            return Belonging(owner, ObjectKind.RESULT, name.removesuffix("_result"))
    return None


def _name_of_video(key: str) -> str:
    try:
        return parse_video_key(key).name
    except InvalidKey:
        return ""


def prefixes_of(owner: str) -> tuple[str, ...]:
    """All that begin so may be the user's; `belonging_of` decides. Raises `InvalidKey` for what is no address."""
    if not is_email(owner):
        raise InvalidKey("The user must be an e-mail address.")
    check_key(owner)
    return (
        f"temp/video/user/{owner}/",
        f"temp/exercise/{owner}_exercise_",
        f"temp/image/{owner}/",
        f"{owner}/",
        f"{EXPORTS}{owner}/",
    )


def export_key(owner: str, request_id: str) -> str:
    """Where an archive of everything of the user lies. Raises `InvalidKey`."""
    if not is_email(owner):
        raise InvalidKey("The user must be an e-mail address.")
    return check_key(f"{EXPORTS}{owner}/{request_id}.zip")


def objects_of(objects: ObjectStore, owner: str) -> Iterator[tuple[Belonging, ObjectInfo]]:
    """Every object of the user. In the flat layout a prefix can cover another's: those are left out."""
    for prefix in prefixes_of(owner):
        for info in objects.list(prefix):
            belonging = belonging_of(info.key)
            if belonging and belonging.owner == owner:
                yield belonging, info


def twins_of(owner: str) -> tuple[str, ...] | None:
    """Other addresses with the same key in the database (`a.b@c.com` and `a_b@c.com`); None for too many to look at.

    Only what stands before the `@` is varied: no domain holds an underscore.
    """
    local, at, domain = owner.rpartition("@")
    parts = local.replace(".", "_").split("_")
    if 2 ** (len(parts) - 1) > _MOST_TWINS:
        return None
    spellings = (
        "".join(part + sign for part, sign in zip(parts, (*signs, ""), strict=True))
        for signs in product("._", repeat=len(parts) - 1)
    )
    return tuple(twin for twin in (f"{each}{at}{domain}" for each in spellings) if twin != owner)


@dataclass(frozen=True, slots=True)
class Figures:
    """Database paths of a user's figures, and those left alone, since another with the same key has that name too."""

    paths: tuple[str, ...]
    left: tuple[str, ...] = ()


def figures_of(
    database: Database, owner: str, names: Collection[str], traces_of: Callable[[str], Collection[str] | None]
) -> Figures:
    """Where the user's figures lie, and the records of how the jobs ended.

    They are filed under a key that two addresses can share. Where nobody else with that key has anything here, all
    that is filed under it is the user's; else only what is named as a video, a result or a job of the user and of
    nobody else is.

    Args:
        database: Where figures lie; only names are read.
        owner: The user.
        names: Of all videos of which the user has anything here.
        traces_of: Likewise for another address; None for one that has nothing here.
    """
    folders = [f"{folder}/{email_key(owner)}" for folder in FOLDERS_OF_RECORDS]
    found = [(folder, name) for folder in folders for name in database.names(folder)]
    own = {database_name(name) for name in names}
    twins, others = twins_of(owner), set[str]()
    if found and twins is not None:
        traces = [traces for twin in twins if (traces := traces_of(twin)) is not None]
        others = {database_name(name) for each in traces for name in each}
        if not traces:
            own = {name for _, name in found}
    return Figures(
        tuple(f"{folder}/{name}" for folder, name in found if name in own - others),
        tuple(f"{folder}/{name}" for folder, name in found if name in own & others),
    )
