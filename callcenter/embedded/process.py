"""What every embedded server needs: an account, ports, folders."""

import fcntl
import os
import pwd
import random
import shutil
import socket
import stat
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from callcenter.supervision.command import Account, StartError


class EmbeddedError(StartError):
    """A server cannot be obtained or configured. The message is one sentence that says what to do."""


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


_reserved: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Returns ports of 127.0.0.1, free for TCP and UDP, kept for this process until it ends. Raises EmbeddedError.

    They lie below the range from which the kernel serves outgoing connections, so a server that was killed finds its
    port free again; the lock keeps two runs that start together from choosing the same one.
    """
    chance = random.SystemRandom()
    first, last, _ = _listening_range()  # below the rows
    ports: list[int] = []
    for _ in range(1000):
        if len(ports) == count:
            return ports
        port = chance.randrange(first, last)
        if _reserve(port):
            ports.append(port)
    raise EmbeddedError(f"no {count} free ports between {first} and {last} on 127.0.0.1")


def free_port_range(count: int) -> int:
    """Returns the first of ``count`` ports in a row, kept as by ``free_ports``; an even number, as RTP requires.

    The search begins at random and walks on past each port that is taken, so a row that is free is found.
    """
    _, first, last = _listening_range()
    begin = random.SystemRandom().randrange(first, last - count + 1)
    for port, end in ((begin, last), (first, min(begin + count, last))):
        while (port := port + port % 2) + count <= end:
            taken = list(takewhile(_reserve, range(port, port + count)))
            if len(taken) == count:
                return port
            for member in taken:
                _release(member)
            port += len(taken) + 1
    raise EmbeddedError(f"no {count} free ports in a row between {first} and {last} on 127.0.0.1")


def _listening_range() -> tuple[int, int, int]:
    """Returns the first single port, the first port of rows, and the end of both.

    Single ports lie apart: scattered over everything, a few hundred of them would leave no row of 400.
    """
    try:
        outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        outgoing = 32768
    first, end = (10000, outgoing) if outgoing > 14000 else (10000, 60000)
    return first, first + (end - first) // 4, end


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
