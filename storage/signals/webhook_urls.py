"""Which addresses a webhook may have, and which machines it may reach.

Whoever may register a webhook could otherwise make this server knock at machines that only it can reach (server-side
request forgery). So a URL is judged when it is registered, and what its name resolves to at every attempt to send.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

MAX_URL_LENGTH = 2000


class BadWebhookUrl(Exception):
    """The URL may not be a webhook's; the sentence says why."""


def check_url(url: str, *, private: bool, production: bool) -> str:
    """`url` itself, when a webhook may have it. Nothing is looked up.

    Args:
        url: As it was given.
        private: Whether machines of private networks, and plain http, are allowed.
        production: Whether https is wanted (unless `private`).

    Raises:
        BadWebhookUrl: It may not.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadWebhookUrl("The webhook's URL cannot be read.") from error
    if len(url) > MAX_URL_LENGTH or any(character.isspace() or not character.isprintable() for character in url):
        raise BadWebhookUrl(f"The webhook's URL has spaces in it, or more than {MAX_URL_LENGTH} characters.")
    if not url.isascii():
        raise BadWebhookUrl("The webhook's URL must be written in ASCII: names as punycode, the rest percent-encoded.")
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise BadWebhookUrl("The webhook's URL must look like https://example.com/path.")
    if parts.scheme == "http" and production and not private:
        raise BadWebhookUrl("The webhook's URL must begin with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadWebhookUrl("The webhook's URL must hold no user, no password and no '#'.")
    if not private and (host == "localhost" or host.endswith(".localhost") or _literal_is_private(host)):
        raise BadWebhookUrl("The webhook's URL leads into a private network.")
    return url


def addresses_of(host: str, port: int, *, private: bool) -> list[str]:
    """The addresses of a host, in the order in which to try them.

    Raises:
        BadWebhookUrl: One of them lies in a private network, and `private` is not set.
        OSError: The name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private and any(not is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise BadWebhookUrl("The webhook's host lies in a private network.")
    return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is one of the open Internet; one that wraps an IPv4 address is judged by that."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address) or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32 else None


def _literal_is_private(host: str) -> bool:
    """Also of `127.1` and `0x7f000001`, which resolvers take for addresses."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        pass
    try:
        return not is_public(IPv4Address(socket.inet_aton(host)))
    except OSError:
        return False
