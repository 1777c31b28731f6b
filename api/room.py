"""Room on the disk that uploads are written to, asked for before the first byte is."""

import shutil
from collections import Counter
from pathlib import Path

from api.settings import Settings
from storage.errors import StorageFull

_EMBEDDED = "local://"


def require_room(upload_bytes: int, settings: Settings) -> None:
    """Return when so large an upload leaves the reserve free.

    While it arrives it lies in the folder of uploads; then it is copied into the store, where that is a folder.

    Raises:
        StorageFull: It would not.
    """
    folders = [settings.upload_folder]
    if settings.storage.startswith(_EMBEDDED):
        folders.append(Path(settings.storage.removeprefix(_EMBEDDED)))
    wanted_bytes, on_device = Counter[int](), dict[int, Path]()
    for folder in map(_nearest, folders):
        device = folder.stat().st_dev
        wanted_bytes[device] += upload_bytes
        on_device[device] = folder
    for device, folder in on_device.items():
        if shutil.disk_usage(folder).free - wanted_bytes[device] < settings.min_free_disk_bytes:
            raise StorageFull("There is no room for this video on the server's disk now. Please try again later.")


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
