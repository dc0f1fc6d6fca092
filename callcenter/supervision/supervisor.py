"""Keeps child processes running: started in order or together, watched, restarted when they die, stopped at the end.

A part is *ready* when its own check succeeds. Then it is checked again and again; when its process ends, or its check
fails several times in a row, it is stopped and started again, after a pause that grows while it does not stay up. The
output of a part goes to its log file, which is only appended to, and every error about the part names that file.

A part's process leads a process group, so that its own children end with it. If this process is killed, the kernel
sends each part its stop signal (see ``launch``).
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from callcenter.kit.log import get_logger
from callcenter.supervision.beat import Beats
from callcenter.supervision.command import Command, StartError

log = get_logger(__name__)

_LOOK_EVERY = 0.05
_LONGEST_CHECK = 15.0
_LONGEST_PAUSE = 10.0
_TRY_AGAIN_FOR = 10.0
_SAME_PROCESS = 10.0
"""Seconds that may lie between a process's start and the note of its id, on a busy machine."""
_SETTLED = 30.0
"""Seconds of running after which a part counts as stable and the pause before a restart is short again."""


class PartEvent(StrEnum):
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    """Its process ended by itself."""
    DEAF = "deaf"
    """Its process runs, but its check fails: it will be ended."""
    RESTARTED = "restarted"
    """Ready again."""
    STOPPED = "stopped"
    KILLED = "killed"
    """It did not stop in time, and was killed."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One supervised process."""

    name: str
    command: Command
    ready: Callable[[], Awaitable[bool]]
    """Checks the part; a late answer or an error counts as a failure."""
    log_path: Path
    after_ready: Callable[[], Awaitable[None]] | None = None
    """Awaited once, before the next part is started."""
    start_seconds: float = 60
    stop_seconds: float = 15
    check_seconds: float = 5
    """Between two checks of a part that is up."""
    failures_allowed: int = 6
    """Failed checks in a row after which a running process is taken for dead."""
    beats: Beats | None = None
    """The pipe into which its process beats, if it is one of our own; ``ready`` asks it."""
    refusal_code: int | None = None
    """Exit code of a process that cannot begin until the operator acts; the reason is the last line of its log."""


class PartFailedError(StartError):
    """A part did not become ready; the message is its own reason, or ends with the last lines of its log."""


_WORTH_A_LOOK = frozenset({PartEvent.DIED, PartEvent.DEAF, PartEvent.RESTARTED, PartEvent.KILLED})

Hook = Callable[[str, PartEvent, str], None]
"""Called with a part's name, what happened, and the particulars."""


@dataclass
class _Running:
    part: Part
    process: asyncio.subprocess.Process | None = None
    log_start: int = 0
    """Where in the log file the present process begins."""
    restarts: int = 0
    keeper: asyncio.Task[None] | None = field(default=None, repr=False)


class Supervisor:
    """Runs the parts between ``start`` and ``stop``, or as an asynchronous context manager.

    They are started one after another and stopped in the reverse order, or all at once if none needs another.
    """

    def __init__(self, parts: Sequence[Part], on_event: Hook | None = None, *, at_once: bool = False) -> None:
        self._running = {part.name: _Running(part) for part in parts}
        self._hook = on_event
        self._at_once = at_once

    async def __aenter__(self) -> "Supervisor":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def restarts(self) -> dict[str, int]:
        """Returns how often each part was started again."""
        return {name: running.restarts for name, running in self._running.items()}

    def pid(self, name: str) -> int | None:
        """Returns the id of the part's process; None while it is down."""
        process = self._running[name].process
        return process.pid if process and process.returncode is None else None

    async def start(self) -> None:
        """Starts every part. If one does not become ready, all are stopped and PartFailedError is raised."""
        try:
            await self._each(self._start_part, list(self._running.values()))
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops every running part. A part that does not stop in time is killed."""
        await self._each(self._stop_part, list(reversed(self._running.values())))

    async def _each(self, act: Callable[[_Running], Coroutine[Any, Any, None]], parts: Sequence[_Running]) -> None:
        """Acts on the parts in this order, or on all at once; after a failure on no other."""
        if not self._at_once:
            for running in parts:
                await act(running)
            return
        tasks = [asyncio.create_task(act(running)) for running in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _start_part(self, running: _Running) -> None:
        self._report(running, PartEvent.STARTING)
        await _end_predecessor(running.part)
        await self._bring_up(running, running.part.start_seconds)
        if running.part.after_ready:
            await running.part.after_ready()
        self._report(running, PartEvent.READY)
        running.keeper = asyncio.create_task(self._keep(running), name=f"keep {running.part.name}")

    async def _stop_part(self, running: _Running) -> None:
        if running.keeper:
            running.keeper.cancel()
            await asyncio.wait([running.keeper])
            running.keeper = None
        if running.process:
            in_time = await self._end(running)
            self._report(running, PartEvent.STOPPED if in_time else PartEvent.KILLED)
        if running.part.beats:
            running.part.beats.close()

    async def _bring_up(self, running: _Running, seconds: float) -> None:
        """Starts the process and waits until it is ready. Raises PartFailedError.

        A process that ends before it is ready is started again for a while: remains of a killed run may still hold its
        files.
        """
        began = time.monotonic()
        deadline = began + seconds
        while True:
            await self._spawn(running)
            assert running.process is not None
            while running.process.returncode is None:
                if await _is_ready(running.part) and running.process.returncode is None:
                    return
                if time.monotonic() > deadline:
                    await self._end(running)
                    raise PartFailedError(self._complaint(running, f"was not ready within {seconds:.0f} s"))
                await asyncio.sleep(_LOOK_EVERY)
            code = running.process.returncode
            self._sweep(running)
            if code == running.part.refusal_code and (lines := _last_lines(running)):
                raise PartFailedError(f"{running.part.name} cannot begin: {lines[-1].removeprefix('callcenter: ')}")
            if time.monotonic() > began + min(seconds / 2, _TRY_AGAIN_FOR):
                raise PartFailedError(self._complaint(running, f"ended at its start ({_describe_exit(code)})"))
            await asyncio.sleep(0.5)

    async def _keep(self, running: _Running) -> None:
        pause = 0.2
        while True:
            up_since = time.monotonic()
            await self._watch(running)
            self._sweep(running)
            if time.monotonic() - up_since > _SETTLED:
                pause = 0.2
            while True:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                try:
                    await self._bring_up(running, running.part.start_seconds)
                    break
                except (PartFailedError, OSError) as error:
                    reason = str(error).partition("\n")[0]
                    log.error("part does not come up", part=running.part.name, detail=reason, again_in=pause)
            running.restarts += 1
            self._report(running, PartEvent.RESTARTED, f"restart number {running.restarts}")

    async def _watch(self, running: _Running) -> None:
        """Waits until the process has ended, and ends it when its check fails too often."""
        assert running.process is not None
        failures = 0
        while True:
            try:
                async with asyncio.timeout(running.part.check_seconds):
                    code = await running.process.wait()
            except TimeoutError:
                failures = 0 if await _is_ready(running.part) else failures + 1
                if failures >= running.part.failures_allowed:
                    self._report(running, PartEvent.DEAF, self._complaint(running, f"failed {failures} checks"))
                    await self._end(running)
                    return
            else:
                self._report(running, PartEvent.DIED, self._complaint(running, _describe_exit(code)))
                return

    async def _spawn(self, running: _Running) -> None:
        part = running.part
        part.log_path.parent.mkdir(parents=True, exist_ok=True)
        beat = part.beats.renew() if part.beats else None
        try:
            with part.log_path.open("ab") as file:
                running.log_start = file.tell()
                running.process = await part.command.start_async(file, beat=beat)
        finally:
            if beat is not None:
                os.close(beat)  # the child has its own: when the child is gone, so is the last one
        _keep_note(part, running.process.pid)

    async def _end(self, running: _Running) -> bool:
        """Ends the process by its stop signal, then by a kill; True when it stopped in time."""
        process = running.process
        running.process = None
        if process is None:
            return True
        family = _family(process.pid) if process.returncode is None else []
        in_time = True
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(running.part.command.stop_signal)
        try:
            async with asyncio.timeout(running.part.stop_seconds):
                await process.wait()
        except TimeoutError:
            in_time = False
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        _kill_group(process.pid)
        await process.wait()
        return in_time

    def _sweep(self, running: _Running) -> None:
        """Kills the processes that are left of an ended process's group."""
        if running.process:
            _kill_group(running.process.pid)
            running.process = None

    def _report(self, running: _Running, what: PartEvent, detail: str = "") -> None:
        write = log.warning if what in _WORTH_A_LOOK else log.info
        write(f"part {what.value}", part=running.part.name, detail=detail.partition("\n")[0])
        if self._hook:
            self._hook(running.part.name, what, detail)

    def _complaint(self, running: _Running, what: str) -> str:
        """Returns one line that names the part's log, and below it the last lines of that log."""
        lines = _last_lines(running)
        return "\n".join([f"{running.part.name} {what}; its log: {running.part.log_path}", *lines])


def _last_lines(running: _Running) -> list[str]:
    """Returns the last lines that the present process has written into its log."""
    with contextlib.suppress(OSError), running.part.log_path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        begin = running.log_start if running.log_start <= size else 0  # a rotation has emptied the file
        file.seek(max(begin, size - 4000))
        return [line for line in file.read().decode(errors="replace").splitlines() if line.strip()][-5:]
    return []


async def _is_ready(part: Part) -> bool:
    try:
        async with asyncio.timeout(_LONGEST_CHECK):
            return await part.ready()
    except Exception as error:
        log.warning("a part's check failed", part=part.name, error=repr(error))
        return False


def _keep_note(part: Part, pid: int) -> None:
    """Notes the process id; a reader meanwhile finds the one before, never an empty file."""
    note = _note_of(part)
    new = note.with_suffix(".pid.new")
    new.write_text(str(pid))
    new.replace(note)


def _note_of(part: Part) -> Path:
    """Returns the file that keeps a part's process id, for the next run after this one was killed."""
    return part.log_path.with_suffix(".pid")


async def _end_predecessor(part: Part) -> None:
    """Waits for the process that a killed run left: it has got the stop signal but may still write to its files."""
    try:
        noted_at = _note_of(part).stat().st_mtime
        old = psutil.Process(int(_note_of(part).read_text()))
        if abs(old.create_time() - noted_at) > _SAME_PROCESS:
            return  # the process id was reused: this is another program
    except (OSError, ValueError, psutil.NoSuchProcess):
        return
    deadline = time.monotonic() + part.stop_seconds
    while old.is_running() and old.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            old.kill()
        await asyncio.sleep(_LOOK_EVERY)


def _describe_exit(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _family(pid: int) -> list[psutil.Process]:
    """Returns a process's children and theirs; servers' workers may lead sessions of their own."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
