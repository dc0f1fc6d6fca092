"""What it takes to start one server as a direct child of this process."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_LAUNCHER = str(Path(__file__).with_name("launch.py"))
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "SSL_CERT_FILE")


class EmbeddedError(Exception):
    """A server cannot be obtained, configured or started. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user a server runs as, where that is not the present one."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """None for an ordinary user; for root the account ``nobody``, because some servers refuse to run as root."""
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
    """A server's command line and surroundings."""

    argv: tuple[str, ...]
    folder: Path
    """Its working folder; it is entered before rights are dropped."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables that every child gets."""
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    """Ends the server in good order; the kernel also sends it when the parent dies."""

    def wrapped(self) -> list[str]:
        """The command line that really runs: the launcher, then the server in the same process."""
        uid, gid = (self.account.uid, self.account.gid) if self.account else (-1, -1)
        numbers = (os.getpid(), int(self.stop_signal), uid, gid)
        return [sys.executable, "-I", "-S", _LAUNCHER, *map(str, numbers), *self.argv]

    def whole_environment(self) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {**passed_on, **self.environment}

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts it in a session of its own, so that Ctrl-C in the terminal reaches only this process.

        Call it from a thread that lives as long as the server: the kernel takes that thread for the parent.
        """
        return subprocess.Popen(
            self.wrapped(),
            cwd=self.folder,
            env=self.whole_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that are free for TCP and UDP now, all different."""
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            tcp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                ports.append(port)
        return ports


def cache_dir() -> Path:
    """Where fetched software is kept between runs: ``CALLCENTER_CACHE_DIR``, else the user's cache folder."""
    if named := os.environ.get("CALLCENTER_CACHE_DIR"):
        return Path(named).absolute()
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base).absolute() / "callcenter"
    return Path(os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "callcenter"


def reachable_by_all(path: Path) -> bool:
    """Whether every user may enter every folder on the way to ``path`` and read what is there."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.resolve().parents))


def copy_atomically(source: Path, target: Path) -> None:
    """Copies a folder so that whoever finds ``target`` finds it whole; another process may do the same at once."""
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source, part, symlinks=True)
    try:
        part.rename(target)
    except OSError:  # the other one was first
        shutil.rmtree(part)
        if not target.is_dir():
            raise
