"""Judges portions of a file: small files in a thread of this process, large ones in processes of their own."""

import asyncio
import contextlib
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from callcenter.imports.judging import Judged, Judging, Portion, RowJudge
from callcenter.imports.port import Districts
from callcenter.imports.rules.rows import Known, RowRules
from callcenter.imports.settings import ImportSettings
from callcenter.imports.worker import LENGTH, Request, Start, frame
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work

_READ_AHEAD = 1 << 24
"""Bytes of an answer that the event loop may keep before the pipe is left to fill."""


class WorkerDiedError(Exception):
    """Says that a process that judged rows has ended by itself: the import is undone."""


class Judges(Protocol):
    """Judges portions, several at a time."""

    width: int
    """How many portions it can work on at once."""

    async def judge(self, portion: Portion) -> Judged: ...

    async def reject(self, portion: Portion, known: Mapping[int, Known]) -> bytes: ...


class _Thread:
    """Judges in this process."""

    width = 1

    def __init__(self, judging: Judging, vault: Vault) -> None:
        self._judge = RowJudge(judging, vault)
        self._one_at_a_time = asyncio.Lock()

    async def judge(self, portion: Portion) -> Judged:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._judge.judge, portion)

    async def reject(self, portion: Portion, known: Mapping[int, Known]) -> bytes:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._judge.reject, portion, known)


class _Processes:
    """Judges in processes, each with one portion at a time."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self.width = len(processes)
        self._free: asyncio.Queue[Process] = asyncio.Queue()
        for process in processes:
            self._free.put_nowait(process)

    async def judge(self, portion: Portion) -> Judged:
        judged: Judged = await self._ask(Request(portion))
        return judged

    async def reject(self, portion: Portion, known: Mapping[int, Known]) -> bytes:
        rejects: bytes = await self._ask(Request(portion, known))
        return rejects

    async def _ask(self, request: Request) -> Any:
        process = await self._free.get()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(frame(request))
            await process.stdin.drain()
            (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            answer = await process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDiedError("a process that judged rows has ended") from error
        self._free.put_nowait(process)  # not one that was cancelled between question and answer
        return pickle.loads(answer)  # noqa: S301 - from a process this one has started


class RowJudging:
    """Says by which rules rows are judged now, and who judges them."""

    def __init__(self, vault: Vault, settings: ImportSettings, districts: Districts) -> None:
        self._vault = vault
        self._settings = settings
        self._districts = districts

    async def rules(self, work: Work) -> RowRules:
        """Returns what decides about rows beside their file."""
        districts = await self._districts.served(work)
        return RowRules(business_date(work.now), self._settings.allow_landlines, districts)

    @contextlib.asynccontextmanager
    async def judges(self, judging: Judging, size: int) -> AsyncIterator[Judges]:
        """Yields what judges the rows of a file of so many bytes.

        Processes are ended with the block, whatever they are at.
        """
        processes = self._settings.processes if size >= self._settings.processes_from_bytes else 0
        if processes == 0:
            yield _Thread(judging, self._vault)
            return
        started: list[Process] = []
        try:
            for _ in range(processes):
                started.append(await _start(judging, self._vault))
            yield _Processes(started)
        finally:
            for process in started:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await asyncio.gather(*(process.wait() for process in started))


async def _start(judging: Judging, vault: Vault) -> Process:
    command = (sys.executable, "-m", "callcenter.imports.worker")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=_READ_AHEAD)
    assert process.stdin is not None
    process.stdin.write(frame(Start(judging, dict(vault.keys), vault.active, vault.index_key)))
    return process
