"""One HTTP request to an address that somebody else chose.

The name is resolved here, every address it has is judged, and the connection goes to the very address that was judged:
a name that resolves differently a moment later gains nothing. No redirect is followed, no proxy of the environment
used, little of the answer read, and after `timeout_s` the connection is cut, however slowly the other side talks.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.signals.webhook_urls import addresses_of

_MOST_READ_BYTES = 16_384
_MOST_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and `Retry-After` (or "") of a reply; nothing else of it matters."""

    status: int
    retry_after: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, private: bool) -> Answer:
    """Send `body` to `url`.

    Raises:
        BadWebhookUrl: The host lies in a private network, and `private` is not set.
        OSError: No answer: not resolved, not reached, not trusted, too slow.
        http.client.HTTPException: No HTTP came back.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = addresses_of(parts.hostname or "", port, private=private)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    connection = _Pinned(parts.hostname or "", port, addresses[:_MOST_ADDRESSES], tls, timeout_s)
    too_late = threading.Timer(timeout_s, connection.cut)
    too_late.daemon = True
    too_late.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        if connection.was_cut:  # which looks like the end of the headers
            raise TimeoutError("no answer in time")
        answer = Answer(response.status, response.headers.get("Retry-After", ""))
        with suppress(OSError, http.client.HTTPException):  # its status is what counts
            response.read(_MOST_READ_BYTES)  # a server that is cut off while it answers would complain
    except (OSError, http.client.HTTPException) as error:
        if connection.was_cut:
            raise TimeoutError("no answer in time") from error
        raise
    else:
        return answer
    finally:
        too_late.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the given addresses, whatever the host's name resolves to meanwhile."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], tls: ssl.SSLContext | None, timeout_s: float
    ) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self.default_port = 443 if tls else 80  # which the Host header leaves out
        self.was_cut = False
        self._addresses = addresses
        self._tls = tls

    def connect(self) -> None:
        """To the first address that answers. Raises `OSError`."""
        self.sock = self._reach(self._addresses)
        if self.was_cut:  # meanwhile, when there was nothing to cut yet
            raise TimeoutError("no answer in time")
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread."""
        self.was_cut = True
        sock = getattr(self, "sock", None)
        if sock is not None:
            with suppress(OSError):  # it has ended by itself
                sock.shutdown(socket.SHUT_RDWR)

    def _reach(self, addresses: Sequence[str]) -> socket.socket:
        try:
            return socket.create_connection((addresses[0], self.port), self.timeout)
        except OSError:
            if len(addresses) == 1 or self.was_cut:
                raise
            return self._reach(addresses[1:])
