"""The professional's video of an exercise, whichever of the exercise's names its file bears."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from storage.base import ObjectStore
from storage.errors import ObjectNotFound
from storage.keys import PROFESSIONALS, VideoKey, professional_key
from storage.types import ExerciseName


def find_professional(
    video: VideoKey, exercise: str, exercises: Sequence[ExerciseName], objects: ObjectStore
) -> str | None:
    """Path of the professional's video of `exercise`; None where there is none.

    It is named as the app names the method. But the app says `Push Up` where the old server keeps `Pushup.mp4`, an
    upload through our own door says `squat`, and the request may tell another exercise than the video's name.

    Args:
        video: The user's. A file named exactly as its method goes before others of the same exercise.
        exercise: Name or alias of what is to be judged.
        exercises: All that can be judged, with their aliases.
        objects: Where the videos lie.
    """
    told = next((each for each in exercises if each.means(exercise)), ExerciseName(exercise))
    if told.means(video.method):
        key = professional_key(video.method)
        try:
            return objects.stat(key).key
        except ObjectNotFound:
            pass
    for found in objects.list(PROFESSIONALS):
        path = PurePosixPath(found.key.removeprefix(PROFESSIONALS))
        if path.suffix == ".mp4" and told.means(str(path.with_suffix(""))):
            return found.key
    return None
