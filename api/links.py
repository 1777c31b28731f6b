"""Links to result files that need no login header: a browser's <img> and <video> cannot send one.

Where the store signs links itself (Google Cloud Storage does), its own are given out. Else the API serves the file at
an address that carries a time stamp and an HMAC over job and file name; it opens that one file, for a while.
"""

from collections.abc import Iterable
from hashlib import sha256

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from api.errors import ApiError
from storage.access import RedisAccess


class Links:
    """Signs addresses of result files and checks them."""

    def __init__(self, access: RedisAccess, lifetime_s: int) -> None:
        """Asks nobody yet."""
        self._access = access
        self._lifetime_s = lifetime_s

    def sign(self, job_id: str, names: Iterable[str]) -> dict[str, str]:
        """For each of the job's files the value of `link` in its address. Raises `StorageUnavailable`."""
        signer = self._signer()
        files = {name: _file(job_id, name) for name in names}
        return {name: signer.sign(file).decode().removeprefix(f"{file}.") for name, file in files.items()}

    def check(self, job_id: str, name: str, link: str) -> None:
        """Return when `link` opens that file.

        Raises:
            ApiError: `link_expired`, `link_invalid`.
            StorageUnavailable: The secret cannot be had.
        """
        try:
            self._signer().unsign(f"{_file(job_id, name)}.{link}", max_age=self._lifetime_s)
        except SignatureExpired as error:
            raise ApiError("link_expired", "This link has expired. Ask for the job again to get a new one.") from error
        except (BadSignature, UnicodeEncodeError) as error:
            raise ApiError("link_invalid", "This link does not open this file.") from error

    def _signer(self) -> TimestampSigner:
        return TimestampSigner(self._access.link_secret(), salt="goodrep.result-file", digest_method=sha256)


def _file(job_id: str, name: str) -> str:
    return sha256(f"{job_id}/{name}".encode()).hexdigest()
