"""Starts one server as a direct child of this process: its account, command, ports and folders."""

import asyncio
import fcntl
import os
import pwd
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

_LAUNCHER = str(Path(__file__).with_name("launch.py"))
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "SSL_CERT_FILE")


class EmbeddedError(Exception):
    """A server cannot be obtained, configured or started. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user a server runs as, when it is not the present one."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Returns None for an ordinary user; for root ``nobody``, because some servers refuse to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root and there is no account 'nobody': run as an ordinary user"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A server's command line, working folder and environment."""

    argv: tuple[str, ...]
    folder: Path
    """Its working folder; it is entered before rights are dropped."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables that every child gets."""
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    """Makes the server shut down cleanly; the kernel also sends it when the parent dies."""

    def wrapped(self) -> list[str]:
        """Returns the command line that really runs: the launcher, which then becomes the server."""
        uid, gid = (self.account.uid, self.account.gid) if self.account else (-1, -1)
        numbers = (os.getpid(), int(self.stop_signal), uid, gid)
        return [sys.executable, "-I", "-S", _LAUNCHER, *map(str, numbers), *self.argv]

    def whole_environment(self) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {**passed_on, **self.environment}

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts it in a session of its own, so that Ctrl-C in the terminal reaches only this process.

        Call it from a thread that lives as long as the server: the kernel sends the stop signal when that thread ends.
        """
        return subprocess.Popen(self.wrapped(), stdout=log, **self._surroundings())

    async def start_async(self, log: IO[bytes]) -> asyncio.subprocess.Process:
        """Starts it from an event loop, which must run in such a thread."""
        return await asyncio.create_subprocess_exec(*self.wrapped(), stdout=log, **self._surroundings())

    def _surroundings(self) -> dict[str, Any]:
        return {
            "cwd": self.folder,
            "env": self.whole_environment(),
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "start_new_session": True,
        }


_reserved: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Returns ports of 127.0.0.1, free for TCP and UDP, kept for this process until it ends. Raises EmbeddedError.

    They lie below the range from which the kernel serves outgoing connections, so a server that was killed finds its
    port free again; the lock keeps two runs that start together from choosing the same one.
    """
    chance = random.SystemRandom()
    first, last = _listening_range()
    ports: list[int] = []
    for _ in range(1000):
        if len(ports) == count:
            return ports
        port = chance.randrange(first, last)
        if _reserve(port):
            ports.append(port)
    raise EmbeddedError(f"no {count} free ports between {first} and {last} on 127.0.0.1")


def free_port_range(count: int) -> int:
    """Returns the first of ``count`` ports in a row, kept as by ``free_ports``; an even number, as RTP requires."""
    chance = random.SystemRandom()
    first, last = _listening_range()
    for _ in range(100):
        port = chance.randrange(first, last - count) & ~1
        taken = list(takewhile(_reserve, range(port, port + count)))
        if len(taken) == count:
            return port
        for member in taken:
            _release(member)
    raise EmbeddedError(f"no {count} free ports in a row between {first} and {last} on 127.0.0.1")


def _listening_range() -> tuple[int, int]:
    try:
        outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        outgoing = 32768
    return (10000, outgoing) if outgoing > 14000 else (10000, 60000)


@lru_cache(maxsize=1)
def _locks() -> int:
    """Returns the open file whose n-th byte is the lock of port n; this process keeps its locks until it ends."""
    folder = cache_dir()
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / "ports", os.O_RDWR | os.O_CREAT, 0o600)


def _reserve(port: int) -> bool:
    """Locks the port and tries it with both protocols; False when this process or another one uses it."""
    if port in _reserved:
        return False
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an earlier server linger
                trial.bind(("127.0.0.1", port))
    except OSError:
        _release(port)
        return False
    _reserved.add(port)
    return True


def _release(port: int) -> None:
    """Releases the lock on a port that is not used. If it were kept, other runs would find fewer ports in a row."""
    fcntl.lockf(_locks(), fcntl.LOCK_UN, 1, port)
    _reserved.discard(port)


def cache_dir() -> Path:
    """Returns where fetched software is kept: ``CALLCENTER_CACHE_DIR``, else the user's cache folder."""
    if named := os.environ.get("CALLCENTER_CACHE_DIR"):
        return Path(named).absolute()
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base).absolute() / "callcenter"
    return Path(os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "callcenter"


def reachable_by_all(path: Path) -> bool:
    """Returns whether every user may enter every folder on the way to ``path`` and read what is there."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.resolve().parents))


def copy_for_all(base: Path, folders: Sequence[Path], target: Path) -> None:
    """Copies folders, named relative to ``base``, so that every user can read them.

    ``target`` appears only when it is complete; nothing is done when it exists. Two processes may do this at once.
    """
    if target.is_dir():
        return
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    for folder in folders:
        shutil.copytree(base / folder, part / folder, symlinks=True)
    for path in (part, *part.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & stat.S_IXUSR else 0o644)
    try:
        part.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(part)
        if not target.is_dir():
            raise
