"""Starts one program as a direct child of this process: its account, command, folder and environment."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from callcenter.kit.errors import CannotBeginError
from callcenter.supervision.beat import VARIABLE

_LAUNCHER = str(Path(__file__).with_name("launch.py"))
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "SSL_CERT_FILE")


class StartError(CannotBeginError):
    """A process, or what it needs, cannot be started. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user a program runs as, when it is not the present one."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program's command line, working folder and environment."""

    argv: tuple[str, ...]
    folder: Path
    """Its working folder; it is entered before rights are dropped."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables that every child gets."""
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    """Makes the program shut down cleanly; the kernel also sends it when the parent dies."""
    files: tuple[int, ...] = ()
    """Open files of this process, by their numbers, that the child inherits under the same numbers."""

    def wrapped(self) -> list[str]:
        """Returns the command line that really runs: the launcher, which then becomes the program."""
        uid, gid = (self.account.uid, self.account.gid) if self.account else (-1, -1)
        numbers = (os.getpid(), int(self.stop_signal), uid, gid)
        return [sys.executable, "-I", "-S", _LAUNCHER, *map(str, numbers), *self.argv]

    def whole_environment(self) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {**passed_on, **self.environment}

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts it in a session of its own, so that Ctrl-C in the terminal reaches only this process.

        Call it from a thread that lives as long as the child: the kernel sends the stop signal when that thread ends.
        """
        return subprocess.Popen(self.wrapped(), stdout=log, **self._surroundings(None))

    async def start_async(self, log: IO[bytes], *, beat: int | None = None) -> asyncio.subprocess.Process:
        """Starts it from an event loop, which must run in such a thread; ``beat`` is the pipe for the child's beats."""
        return await asyncio.create_subprocess_exec(*self.wrapped(), stdout=log, **self._surroundings(beat))

    def _surroundings(self, beat: int | None) -> dict[str, Any]:
        environment, files = self.whole_environment(), self.files
        if beat is not None:
            environment, files = {**environment, VARIABLE: str(beat)}, (*files, beat)
        return {
            "cwd": self.folder,
            "env": environment,
            "umask": 0o077,  # recordings, logs and keys are for their owner
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "start_new_session": True,
            "pass_fds": files,
        }
