"""What is said of several jobs, each by itself: one that is not there does not keep the others from being told."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from storage.errors import StorageError, StorageUnavailable
from worker.admin.printing import complain, say, say_json

Known = TypeVar("Known")


def tell_of_each(
    ids: Iterable[str],
    read: Callable[[str], Known],
    document: Callable[[Known], Mapping[str, Any]],
    show: Callable[[Known], None],
    *,
    as_json: bool,
) -> int:
    """Tell of each id once; the exit status.

    Args:
        ids: As typed, perhaps shortened.
        read: What is known of one; raises `StorageError` where it cannot be told.
        document: As JSON.
        show: For people.
        as_json: One document of all, instead.

    Raises:
        StorageUnavailable: Then nothing can be told of any.
    """
    documents: list[Mapping[str, Any]] = []
    refused = 0
    for index, typed in enumerate(dict.fromkeys(ids)):
        try:
            known = read(typed)
        except StorageUnavailable:
            raise
        except StorageError as error:
            refused += 1
            documents.append({"id": typed, "error": {"code": error.code, "message": str(error)}})
            if not as_json:
                complain(str(error))
            continue
        documents.append(document(known))
        if not as_json:
            if index:
                say("")
            show(known)
    if as_json:
        say_json({"jobs": documents})
    return int(refused > 0)
