"""Tests what an installation needs of its machine: the folder, the disk, ports, addresses, certificate, clock."""

import contextlib
import os
import shutil
import socket
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.types import Certificate, Question
from callcenter.telephony.asterisk.provision import SOCKET_PATH_BYTES

SETTINGS_FILE = "callcenter.env"
ANSWERS_FILE = "answers.toml"
LEAST_FREE_GIB = 4
"""Two for calls to be allowed at all (``CALLCENTER_RECORDINGS_MIN_FREE_BYTES``), and room for a first day."""
MOST_SECONDS_OFF = 5.0
_LONGEST_BELOW = "/switch/n1/run/asterisk.ctl"
_PLAIN = frozenset("/._+@-")
_HELD = ("postgres", "store", "spool")
"""Folders whose content only the secrets of the settings open."""


def require_folder(folder: Path) -> None:
    """Makes the folder of an installation unless it is there. Raises AnswerRefused when it cannot be one."""
    path = str(folder)
    if len(f"{path}{_LONGEST_BELOW}".encode()) > SOCKET_PATH_BYTES or not all(
        character in _PLAIN or (character.isascii() and character.isalnum()) for character in path
    ):
        raise AnswerRefused("folder_path", path=folder)
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        facts = folder.stat()
        if facts.st_uid != os.geteuid() or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise AnswerRefused("folder_of_others", path=folder)
        names = {entry.name for entry in folder.iterdir()}
        with contextlib.suppress(FileNotFoundError), (folder / ".trial").open("x"):
            pass
        (folder / ".trial").unlink()
    except OSError as error:
        raise AnswerRefused("folder_unwritable", path=folder, why=error.strerror) from None
    if SETTINGS_FILE not in names:
        if names & set(_HELD):
            raise AnswerRefused("settings_lost", path=folder)
        if names - {"log", ANSWERS_FILE, "programs"}:
            raise AnswerRefused("folder_used", path=folder)
    folder.chmod(0o700)


def require_disk(folder: Path) -> None:
    """Raises AnswerRefused when there is too little room for recordings."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_GIB << 30:
        raise AnswerRefused("disk", path=folder, free=f"{free / (1 << 30):.1f}", least=LEAST_FREE_GIB)


def require_address(address: str) -> None:
    """Raises AnswerRefused unless the address belongs to this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((address, 0))
        except OSError:
            raise AnswerRefused("address_not_here", Question.NETWORK, address=address) from None


def require_free(address: str, ports: Iterable[int], *, question: Question | None = None) -> None:
    """Raises AnswerRefused for the first port that another program has, or that this user may not use."""
    for port in ports:
        if fault := port_fault(address, port):
            raise AnswerRefused(fault, question, address=address, port=port)


def port_fault(address: str, port: int) -> str | None:
    """Returns why a port cannot be used, for TCP and UDP; None when it can."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an earlier server linger
            try:
                trial.bind((address, port))
            except PermissionError:
                return "port_forbidden"
            except OSError:
                return "port_taken"
    return None


def require_certificate(certificate: Certificate, now: datetime) -> None:
    """Raises AnswerRefused unless certificate and key can be read, belong together, and are in force."""
    try:
        issued = x509.load_pem_x509_certificate(_bytes_of(certificate.chain))
    except ValueError:
        raise AnswerRefused("certificate_unreadable", Question.CERTIFICATE, path=certificate.chain, why="PEM") from None
    try:
        key = load_pem_private_key(_bytes_of(certificate.key), password=None)
    except (ValueError, TypeError):
        raise AnswerRefused("certificate_unreadable", Question.CERTIFICATE, path=certificate.key, why="PEM") from None
    if key.public_key() != issued.public_key():
        raise AnswerRefused("certificate_key", Question.CERTIFICATE)
    if not issued.not_valid_before_utc <= now <= issued.not_valid_after_utc:
        on = issued.not_valid_after_utc.date()
        raise AnswerRefused("certificate_expired", Question.CERTIFICATE, on=on)


def require_clock(there: datetime, before: datetime, after: datetime, *, of: str) -> None:
    """Raises AnswerRefused when another machine's clock is not between two looks at our own, or close to them."""
    off = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    if off > MOST_SECONDS_OFF:
        raise AnswerRefused("clock", of=of, seconds=f"{off:.0f}")


def now() -> datetime:
    return datetime.now(UTC)


def _bytes_of(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise AnswerRefused("certificate_unreadable", Question.CERTIFICATE, path=path, why=error.strerror) from None
