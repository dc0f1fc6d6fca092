"""A process whose children read uploaded files; ``readers`` starts it with ``main``.

It holds no key and no setting: a file from outside is parsed here and nowhere else. For each message on its socket (a
module's name, and the descriptors of a channel and of a file) it imports the module, once, and forks. The child takes
one request from its channel, sets its limits, reads, answers, ends. The process ends when its socket is closed, so none
is left behind by a parent that was killed.
"""

import errno
import gc
import importlib
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from callcenter.kit.errors import Refusal

LENGTH = struct.Struct("!I")
PID = struct.Struct("!q")
LONGEST_NAME = 200
"""Bytes of a module's name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may use."""

    cpu_seconds: int
    memory_bytes: int
    disk_bytes: int
    """Of temporary files."""


@dataclass(frozen=True, slots=True)
class Request:
    """One reading: the function gets the open file before its arguments."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: a value, a refusal, or the name of an error of our own."""

    value: Any = None
    refusal: Refusal | None = None
    over: bool = False
    """There was not enough memory."""
    error: str | None = None


def frame(value: object) -> bytes:
    """Returns a value as it goes through a channel."""
    body = pickle.dumps(value, protocol=5)
    return LENGTH.pack(len(body)) + body


def read_frame(channel: BinaryIO) -> Any:
    """Returns the next value from a channel. Raises EOFError where it ends before."""
    head = channel.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    body = channel.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - between a process and the one it has started


def _serve(channel: BinaryIO, file: BinaryIO) -> None:
    channel.write(PID.pack(os.getpid()))
    channel.flush()
    request: Request = read_frame(channel)
    limits = request.limits
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.disk_bytes, limits.disk_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold customers
    try:
        file.seek(0)
        answer = Answer(request.function(file, *request.arguments))
    except Refusal as refusal:
        answer = Answer(refusal=refusal)
    except MemoryError:
        answer = Answer(over=True, error="memory")
    except Exception as error:
        over = isinstance(error, OSError) and error.errno == errno.EFBIG
        answer = Answer(over=over, error=type(error).__name__)  # no text of it: it may hold a cell
    channel.write(frame(answer))
    channel.flush()


def main() -> None:
    """Forks one child per reading until its socket is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel removes children that have ended
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        name, descriptors, _, _ = socket.recv_fds(control, LONGEST_NAME, 2)
        if not name:
            return
        importlib.import_module(name.decode())
        gc.freeze()
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel = socket.socket(fileno=descriptors[0]).makefile("rwb")
            try:
                _serve(channel, open(descriptors[1], "rb", closefd=False))  # type: ignore[arg-type] # noqa: SIM115
            finally:
                os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
