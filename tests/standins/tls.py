"""TLS before a server that speaks none, as managed Redis has it: a certificate authority, a terminator on loopback."""

import asyncio
import contextlib
import datetime
import functools
import ipaddress
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.services import free_port
from tests.standins.processes import running

_LOOPBACK = "127.0.0.1"
_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Authority:
    """A certificate authority, and a server's certificate for 127.0.0.1 that it has signed.

    Attributes:
        certificate: PEM file that a client is to trust.
        server: PEM file with the server's key and certificate.
    """

    certificate: Path
    server: Path


def make_authority(folder: Path) -> Authority:
    """Both files, in the folder."""
    own_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    own_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "goodrep tests")])
    now = datetime.datetime.now(datetime.UTC)

    def unsigned(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(own_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
        )

    authority = (
        unsigned(own_name, own_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own_key.public_key()), critical=False)
        .sign(own_key, hashes.SHA256())
    )
    server = (
        unsigned(x509.Name([]), server_key)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_LOOPBACK))]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own_key.public_key()), critical=False)
        .sign(own_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    made = Authority(folder / "authority.pem", folder / "server.pem")
    made.certificate.write_bytes(authority.public_bytes(pem))
    key = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made.server.write_bytes(key + server.public_bytes(pem))
    return made


@contextlib.contextmanager
def terminating_tls(authority: Authority, upstream_port: int, log: Path) -> Iterator[int]:
    """The port on which TLS is spoken for a server on loopback, in a process of its own."""
    port = free_port()
    told = [str(authority.server), str(port), str(upstream_port)]
    with running([sys.executable, "-m", "tests.standins.tls", *told], port, log):
        yield port


async def _terminate(server_certificate: str, port: int, upstream_port: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_certificate)
    server = await asyncio.start_server(
        functools.partial(_serve, upstream_port=upstream_port), _LOOPBACK, port, ssl=context
    )
    await server.serve_forever()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream_port: int) -> None:
    behind_reader, behind_writer = await asyncio.open_connection(_LOOPBACK, upstream_port)
    await asyncio.gather(_pass_on(reader, behind_writer), _pass_on(behind_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while content := await reader.read(_CHUNK_BYTES):
            writer.write(content)
            await writer.drain()
    with contextlib.suppress(ConnectionError, ssl.SSLError, RuntimeError):
        writer.close()


if __name__ == "__main__":
    asyncio.run(_terminate(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
