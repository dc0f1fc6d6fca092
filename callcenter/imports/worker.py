"""A process that judges portions of a file for an import: ``python -m callcenter.imports.worker``.

It speaks with its parent alone, by frames on standard input and output: a length of four bytes, then a pickle. The
first frame says what is judged by, the keys of the database among it: they stand in no argument and in no variable of
its environment. The process ends when its input does, so none is left behind by a parent that was killed.
"""

import gc
import pickle
import signal
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from callcenter.imports.judging import Judging, Portion, RowJudge
from callcenter.imports.rules.rows import Known
from callcenter.kit.crypto import Vault

LENGTH = struct.Struct("!I")


@dataclass(frozen=True)
class Start:
    """The first frame."""

    judging: Judging
    keys: Mapping[str, bytes]
    active: str
    index_key: bytes


@dataclass(frozen=True)
class Request:
    """Every further frame: judge a portion; or with ``known`` return those of its rows as rejects."""

    portion: Portion
    known: Mapping[int, Known] | None = None


def frame(value: object) -> bytes:
    """Returns a value as it goes through a pipe."""
    body = pickle.dumps(value, protocol=5)
    return LENGTH.pack(len(body)) + body


def _read(file: BinaryIO) -> Any:
    head = file.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = file.read(length)
    return pickle.loads(body) if len(body) == length else None  # noqa: S301 - from the parent, through its own pipe


def main() -> None:
    """Serves one import."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process by its input
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    start = _read(source)
    if start is None:
        return
    judge = RowJudge(start.judging, Vault(start.keys, start.active, start.index_key))
    gc.freeze()
    gc.disable()  # rows are tuples without cycles
    while (request := _read(source)) is not None:
        if request.known is None:
            answer: object = judge.judge(request.portion)
        else:
            answer = judge.reject(request.portion, request.known)
        sink.write(frame(answer))
        sink.flush()


if __name__ == "__main__":
    main()
