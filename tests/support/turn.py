"""A real coturn, and as much TURN as it takes to ask it for an allocation."""

import contextlib
import hashlib
import hmac
import secrets
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from callcenter.embedded.debian import Programs, fetch
from callcenter.embedded.process import cache_dir, free_port_range, free_ports
from callcenter.supervision.command import Command
from callcenter.telephony.relays import IceServer

_COTURN = Programs(
    title="coturn", package="coturn", folder="coturn", otherwise="the tests of relays need it", megabytes=12
)
REALM = "bank.test"
_COOKIE = 0x2112A442
_ALLOCATE, _ALLOCATED = 0x0003, 0x0103
_USERNAME, _INTEGRITY, _ERROR, _REALM, _NONCE, _TRANSPORT = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0019
_UDP = struct.pack("!B3x", 17)


@contextlib.contextmanager
def coturn(folder: Path, secret: str, template: str) -> Iterator[int]:
    """Runs a relay with the configuration of an installation on 127.0.0.1; yields its port."""
    (port,) = free_ports(1)
    first = free_port_range(20)
    own = {"listening-ip": "127.0.0.1", "relay-ip": "127.0.0.1", "listening-port": port, "realm": REALM}
    own |= {"min-port": first, "max-port": first + 19, "static-auth-secret": secret}
    own |= {"log-file": "stdout", "pidfile": folder / "pid", "userdb": folder / "db"}
    kept = [line for line in template.splitlines() if line.partition("=")[0] not in own and not line.startswith("#")]
    # What an installation denies is this machine itself, where the test is.
    elsewhere = ("denied-peer-ip", "allowed-peer-ip", "cert", "pkey", "tls-", "syslog")
    kept = [line for line in kept if not line.startswith(elsewhere)]
    config = folder / "turnserver.conf"
    config.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in own.items()), "no-tls", "no-dtls"]))
    argv = (*fetch(cache_dir(), _COTURN, print).argv("usr/bin/turnserver"), "-c", str(config))
    with (folder / "output").open("ab") as output:
        process = Command(argv=argv, folder=folder).start(output)
    try:
        yield port
    finally:
        process.kill()
        process.wait(10)


def answers(port: int) -> bool:
    """Returns whether the relay is up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(1)
        link.connect(("127.0.0.1", port))
        try:
            return bool(_ask(link, _message([(_TRANSPORT, _UDP)])))
        except OSError:
            return False


def allocation_refused(port: int, server: IceServer) -> int | None:
    """Asks for an allocation as a browser does; returns the relay's error, None where it gave one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(3)
        link.connect(("127.0.0.1", port))
        asked = _ask(link, _message([(_TRANSPORT, _UDP)]))
        realm, nonce = asked[_REALM], asked[_NONCE]
        fields = [(_TRANSPORT, _UDP), (_USERNAME, server.username.encode()), (_REALM, realm), (_NONCE, nonce)]
        account = f"{server.username}:{realm.decode()}:{server.credential}"
        key = hashlib.md5(account.encode(), usedforsecurity=False).digest()
        answer = _ask(link, _message(fields, key))
    error = answer.get(_ERROR)
    return error[2] * 100 + error[3] if error else None


def _message(fields: list[tuple[int, bytes]], key: bytes | None = None) -> bytes:
    body = b"".join(struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4) for kind, value in fields)
    length = len(body) + (24 if key else 0)
    message = struct.pack("!HHI12s", _ALLOCATE, length, _COOKIE, secrets.token_bytes(12)) + body
    if key is None:
        return message
    return message + struct.pack("!HH", _INTEGRITY, 20) + hmac.digest(key, message, hashlib.sha1)


def _ask(link: socket.socket, message: bytes) -> dict[int, bytes]:
    """Returns the fields of the answer."""
    link.send(message)
    answer = link.recv(2048)
    fields, at = {}, 20
    while at < len(answer):
        kind, length = struct.unpack_from("!HH", answer, at)
        fields[kind] = answer[at + 4 : at + 4 + length]
        at += 4 + length + (-length % 4)
    return fields
