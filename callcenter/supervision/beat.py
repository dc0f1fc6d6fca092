"""Lets a supervisor see that a child works: the child's event loop writes a byte into a pipe every second.

A child without a port to ask (the engine, the recorder) is checked by this alone. The pipe works the other way round
as well: when its reading end is gone, the supervisor is, and the child ends.
"""

import asyncio
import os
import signal

from callcenter.kit.log import get_logger

log = get_logger(__name__)

VARIABLE = "CALLCENTER_BEAT_FD"
"""Environment variable that names the pipe to the child."""
_EVERY = 1.0


class Beats:
    """Hears the beats of one child: the supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._reading: int | None = None

    def renew(self) -> int:
        """Opens a pipe for a new process and returns the child's end; the caller closes it after the start."""
        self.close()
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(writing, False)  # a supervisor that hangs must not stop its children
        return writing

    async def heard(self) -> bool:
        """Returns whether the child has beaten since the last question."""
        try:
            return self._reading is not None and len(os.read(self._reading, 65536)) > 0
        except BlockingIOError:
            return False

    def close(self) -> None:
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None


async def beat() -> None:
    """Beats until cancelled, in a child of a supervisor; in any other process it does nothing.

    Sends this process SIGTERM when the supervisor is gone: where the kernel does not send it, this does.
    """
    if (number := os.environ.pop(VARIABLE, None)) is None:  # not for this process's own children
        return
    pipe = int(number)
    try:
        while True:
            try:
                os.write(pipe, b".")
            except BlockingIOError:
                pass  # the supervisor does not read at present
            except BrokenPipeError:
                log.warning("the supervisor is gone: this process ends")
                os.kill(os.getpid(), signal.SIGTERM)
                return
            await asyncio.sleep(_EVERY)
    finally:
        os.close(pipe)
