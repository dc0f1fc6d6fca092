"""Supervised servers for tests: started for one test, killed on purpose, observed from outside."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

from callcenter.embedded.asterisk import AsteriskBox, fetch
from callcenter.embedded.process import cache_dir
from callcenter.supervision.supervisor import Supervisor
from tests.support.waiting import eventually


def asterisk_box() -> AsteriskBox:
    """Returns the machine's Asterisk or the fetched one."""
    return fetch(cache_dir(), print)


async def kill_and_wait(supervisor: Supervisor, name: str, deadline: float = 60) -> None:
    """Kills a part's process as a crash would, and returns when the supervisor has it up again."""
    before = supervisor.restarts[name]
    pid = supervisor.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: supervisor.restarts[name] == before + 1, deadline)


def processes_of(folder: Path) -> list[str]:
    """Returns the command lines of processes that work in a folder or name it."""
    commands = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        inside = str(process.info["cwd"] or "").startswith(str(folder))
        named = any(str(folder) in word for word in process.info["cmdline"] or ())
        if (inside or named) and process.info["pid"] != os.getpid():
            commands.append(" ".join(process.info["cmdline"]))
    return commands


def addresses_listened_on(pid: int) -> set[str]:
    """Returns the addresses of the TCP ports that a process listens on."""
    connections: Iterable[object] = psutil.Process(pid).net_connections("tcp")
    return {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}  # type: ignore[attr-defined]
