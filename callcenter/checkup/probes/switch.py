"""Looks at the switch: its control link, its files, the address of the phones."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from callcenter.checkup.faults import found
from callcenter.doctor.types import Fault
from callcenter.embedded.process import EmbeddedError
from callcenter.setup.service import switch_files
from callcenter.telephony.settings import SwitchSettings

SECONDS = 3.0
_BANNER = b"Asterisk Call Manager"
_LONGEST = 65_536


def look_at_control_link(settings: SwitchSettings) -> Iterator[Fault]:
    """Yields why the engine could not log in to the switch."""
    address = f"{settings.ami_host}:{settings.ami_port}"
    try:
        with socket.create_connection((settings.ami_host, settings.ami_port), timeout=SECONDS) as link:
            if not _until(link, b"\n").startswith(_BANNER):
                yield found("ami_other", address=address)
                return
            secret = settings.ami_secret.get_secret_value()
            login = f"Action: Login\r\nUsername: {settings.ami_user}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n"
            link.sendall(login.encode())
            if b"Response: Success" not in _until(link, b"\r\n\r\n"):
                yield found("ami_refused", user=settings.ami_user)
    except OSError as error:
        yield found("ami_unreachable", address=address, why=type(error).__name__)


def _until(link: socket.socket, end: bytes) -> bytes:
    """Reads up to a mark, or as much as the other side sends. Raises OSError when it says nothing."""
    said = b""
    while end not in said and len(said) < _LONGEST:
        chunk = link.recv(4096)
        if not chunk:
            break
        said += chunk
    return said


def look_at_files(node: str) -> Iterator[Fault]:
    """Yields that the files of the switch are not there, or are not as the settings ask for them."""
    try:
        files = switch_files(node)
    except EmbeddedError:  # the switch runs on another machine
        return
    if not (files.directory / "etc/asterisk.conf").exists():
        yield found("switch_unwritten", node=node)
    elif drift := files.drift():
        yield found("switch_drift", node=node, count=len(drift))


def look_at_phones(settings: SwitchSettings) -> Iterator[Fault]:
    """Yields why browsers could not connect where phones register."""
    parts = urlsplit(settings.websocket_url)
    secure = parts.scheme == "wss"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        with socket.create_connection((host, port), timeout=SECONDS) as link:
            if secure:
                ssl.create_default_context().wrap_socket(link, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        yield found("websocket_certificate", url=settings.websocket_url, why=error.verify_message)
    except OSError as error:
        yield found("websocket_unreachable", url=settings.websocket_url, why=type(error).__name__)
