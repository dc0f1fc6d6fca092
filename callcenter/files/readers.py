"""Reads uploaded files in processes of their own, a few at a time, each with limits of time, memory and disk.

What a file costs to read is decided by the person who made it. So nothing of an upload is parsed in the process that
serves: ``Readers.read`` passes the open file to a child of ``reader``, which is killed when it goes past its limits;
then the file is refused. The threads that wait for children are a pool of their own: log-in and recordings use another.
Source: requirement L1.
"""

import asyncio
import atexit
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, BinaryIO, Concatenate, ParamSpec, TypeVar, cast

from callcenter.files.errors import FileTooCostly, ReadingBusy
from callcenter.files.reader import PID, Answer, Limits, Request, frame, read_frame
from callcenter.files.settings import FileSettings
from callcenter.kit.log import get_logger

log = get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_MIB = 1 << 20
_COMMAND = "from callcenter.files.reader import main; main()"
"""Not ``-m``: what is pickled would belong to ``__main__``."""
_SECRETS = "CALLCENTER_"
"""Variables of the environment that a process which parses strangers' files has no use for."""


class ReadingFailedError(Exception):
    """Says that our own code failed while it read a file; names the kind of error, never its text."""


class Readers:
    """Lets functions read an upload, within the limits of the settings."""

    def __init__(self, settings: FileSettings) -> None:
        self._settings = settings
        self._limits = Limits(
            settings.reading_cpu_seconds, settings.reading_memory_mib * _MIB, settings.reading_disk_mib * _MIB
        )
        self._threads = ThreadPoolExecutor(settings.readers, thread_name_prefix="reading")
        self._under_way = 0

    @property
    def upload_limit_bytes(self) -> int:
        """Returns the size of the largest file that is taken."""
        return self._settings.upload_limit_bytes

    async def read(
        self, function: Callable[Concatenate[BinaryIO, P], T], file: BinaryIO, *args: P.args, **options: P.kwargs
    ) -> T:
        """Returns what ``function`` makes of the file; both it and its arguments can be pickled.

        Raises what it refuses, FileTooCostly when it goes past a limit, ReadingBusy while many files are read.
        """
        if self._under_way >= self._settings.readers + self._settings.readings_waiting:
            raise ReadingBusy("many files are being read: try again in a moment")
        self._under_way += 1
        try:
            call = partial(self._read, partial(function, **options) if options else function, args, file)
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, call)
        finally:
            self._under_way -= 1
        file.seek(0)  # the child has moved it: the two share one position
        if answer.refusal is not None:
            raise answer.refusal
        if answer.over:
            raise self._too_costly(answer.error or "killed")
        if answer.error is not None:
            raise ReadingFailedError(answer.error)
        return cast(T, answer.value)

    def _read(self, function: Callable[..., Any], arguments: tuple[Any, ...], file: BinaryIO) -> Answer:
        request = Request(function, arguments, self._limits)
        until = time.monotonic() + self._settings.reading_seconds
        source = function.func if isinstance(function, partial) else function
        with _descriptor(file) as descriptor, _NURSERY.child(source.__module__, descriptor) as channel:
            child = 0
            try:
                channel.settimeout(max(0.1, until - time.monotonic()))
                (child,) = PID.unpack(_exactly(channel, PID.size))
                channel.sendall(frame(request))
                return cast(Answer, read_frame(cast(BinaryIO, _Until(channel, until))))
            except (EOFError, ConnectionError):
                return Answer(over=True)
            except TimeoutError:
                if child:
                    os.kill(child, signal.SIGKILL)
                return Answer(over=True, error="time")

    def _too_costly(self, why: str) -> FileTooCostly:
        log.warning("an upload was too costly to read", why=why)
        return FileTooCostly(
            "reading this file took more time or memory than a list may: save the one sheet or table alone, as CSV"
        )


class _Nursery:
    """Holds the process that forks readers; starts it when it is needed, and again when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def child(self, module: str, file: int) -> socket.socket:
        """Returns the channel of a new child that has this file."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._running(), [module.encode()], [theirs.fileno(), file])
            except OSError:
                self.close()
                socket.send_fds(self._running(), [module.encode()], [theirs.fileno(), file])
        return ours

    def _running(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # a message keeps its descriptors
            environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _COMMAND, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=environment,
                )
            self._control = ours
        return self._control

    def close(self) -> None:
        """Ends the process by closing its socket."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.wait(timeout=10)
            self._process = None


_NURSERY = _Nursery()
atexit.register(_NURSERY.close)


class _Until:
    """Reads from a channel until an instant."""

    def __init__(self, channel: socket.socket, until: float) -> None:
        self._channel = channel
        self._until = until

    def read(self, size: int) -> bytes:
        """Returns so many bytes, fewer at the end. Raises TimeoutError."""
        received = bytearray()
        while len(received) < size:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            piece = self._channel.recv(min(size - len(received), 1 << 16))
            if not piece:
                break
            received += piece
        return bytes(received)


def _exactly(channel: socket.socket, size: int) -> bytes:
    received = channel.recv(size, socket.MSG_WAITALL)
    if len(received) < size:
        raise EOFError
    return received


@contextmanager
def _descriptor(file: BinaryIO) -> Iterator[int]:
    """Yields the descriptor of a file; what lies in memory is copied into one without a name."""
    with ExitStack() as opened:
        try:
            file.fileno()
        except (OSError, io.UnsupportedOperation):
            file.seek(0)
            copy = opened.enter_context(tempfile.TemporaryFile(prefix="callcenter-upload-"))
            shutil.copyfileobj(file, copy)
            file = cast(BinaryIO, copy)
        file.flush()
        yield file.fileno()
