"""What the old app does, as its code says (../shared/contracts/dothis.md): upload, one request, then look, once.

It reaches storage and database by itself, without the server; here these are the embedded ones.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from storage import Storage
from storage.base import Json
from storage.errors import ObjectNotFound

PICTURES = (*(f"best{number}_{who}.jpg" for number in range(1, 6) for who in ("user", "pro")), "graph.png")
RESULT = b'"RESULT"'


@dataclass(frozen=True)
class Upload:
    """A video that the app has put into the store.

    Attributes:
        email: The user's.
        name: `exercise_<Method>_<yyMMddHHmm>`.
        data: What the app sends: the path without `.mp4`.
        pictures: The folder in which it looks for the pictures.
    """

    email: str
    name: str
    data: str
    pictures: str


@dataclass(frozen=True)
class OldApp:
    """The app in people's hands."""

    http: httpx.Client
    storage: Storage

    def upload(self, email: str, method: str, video: Path, timestamp: str = "2305092259") -> Upload:
        """As the app does today."""
        name = f"exercise_{method}_{timestamp}"
        upload = Upload(email, name, f"temp/video/user/{email}/{name}", f"temp/image/{email}/{name}")
        self.storage.objects.upload(video, f"{upload.data}.mp4", "video/mp4")
        return upload

    def upload_flat(self, email: str, method: str, video: Path, timestamp: str = "2305092259") -> Upload:
        """As the app before it did."""
        name = f"exercise_{method}_{timestamp}"
        upload = Upload(email, name, f"temp/exercise/{email}_{name}", f"{email}/{name}_result")
        self.storage.objects.upload(video, f"{upload.data}.mp4", "video/mp4")
        return upload

    def ask(self, upload: Upload) -> httpx.Response:
        """One POST without a body. Its HTTP library escapes what a query may not hold, `@` and `/` among it."""
        return self.ask_for(f"data={quote(upload.data, safe='')}")

    def ask_for(self, query: str) -> httpx.Response:
        """The same with the query as it stands, byte for byte."""
        url = self.http.base_url.copy_with(raw_path=f"/download_and_analyze?{query}".encode())
        return self.http.post(url, timeout=240)

    def figures(self, upload: Upload) -> Json:
        """What it reads from the database, once and under its own idea of the key."""
        key = f"{upload.email.split('.')[0]}_com"
        return self.storage.database.get(f"temp/result/{key}/{upload.name}")

    def picture(self, upload: Upload, name: str) -> bytes | None:
        """A picture of the result; None when it is not there."""
        try:
            with self.storage.objects.open(f"{upload.pictures}/{name}") as stream:
                return stream.read()
        except ObjectNotFound:
            return None
