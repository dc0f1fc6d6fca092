"""Errands: long work a person has ordered, such as an import of a million rows.

An errand is a row. A runner gives each to a process of its own, so that neither its memory nor its crash touches the
engine; the process holds the errand's advisory lock as long as it lives. It shows progress, may be cancelled between
two steps, and is begun again when its process dies: whatever performs an errand writes nothing that anybody can see
before it commits, or bears to be begun again.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Column, Index, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from callcenter.kit.actor import Actor
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, values_check
from callcenter.kit.errors import Conflict, NotFound, Refusal
from callcenter.kit.log import get_logger
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works

log = get_logger(__name__)

TOPIC = "errands"
"""Wakes the runners."""

MOST_ATTEMPTS = 3
_REPORT_EVERY = 0.5
_LOOK_EVERY = 5.0


class ErrandState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Refused, or its process died too often: ``problem`` says which."""
    CANCELLED = "cancelled"


OPEN = (ErrandState.QUEUED, ErrandState.RUNNING)


class ErrandNotFound(NotFound):
    code = "errand_not_found"


class ErrandOrdered(Conflict):
    """The same errand waits or runs already."""

    code = "errand_ordered_already"


class ErrandOver(Conflict):
    code = "errand_over"


class ErrandCancelledError(Exception):
    """Raised inside a performer when cancelling was asked for: everything it has not committed is undone."""


class Errand(SQLModel, table=True):
    """One piece of long work."""

    __tablename__ = "errand"
    __table_args__ = (
        values_check("state", ErrandState),
        Index("uq_errand_open", "key", unique=True, postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_errand_open", "id", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_errand_kind", "kind", "id"),
    )

    id: int = id_field()
    kind: str
    """``room.verb``: names its performer."""
    params: dict[str, Any] = json_field()
    """What it is about; no personal data."""
    key: str | None = None
    """Of errands with the same key one at most is open."""
    state: ErrandState = enum_field(ErrandState, ErrandState.QUEUED)
    done: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Steps done (rows, as a rule)."""
    total: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Steps in all, where that can be told."""
    figures: dict[str, Any] = json_field()
    """Further figures while it runs: ``{"good": 17, "rejected": 2}``."""
    result: dict[str, Any] | None = json_field(lambda: None, nullable=True)
    problem: dict[str, Any] | None = json_field(lambda: None, nullable=True)
    """The body of the refusal it ended with: ``code``, ``detail``, ``params``."""
    ordered_by: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Staff id; None for the system. No foreign key: staff are a room above."""
    ordered_at: datetime = instant_field()
    started_at: datetime | None = instant_field(nullable=True)
    ended_at: datetime | None = instant_field(nullable=True)
    cancel_wished_at: datetime | None = instant_field(nullable=True)
    attempts: int = 0
    """Processes that took it up."""


@dataclass(frozen=True, slots=True)
class ErrandCard:
    id: int
    kind: str
    params: Mapping[str, Any]
    state: ErrandState
    done: int
    total: int | None
    figures: Mapping[str, Any]
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None
    ordered_by: int | None
    ordered_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelling: bool
    attempts: int

    @property
    def actor(self) -> Actor:
        """In whose name it is performed; rights were asked when it was ordered."""
        return Actor(staff_id=self.ordered_by, name="errand", role="errand", scope="all")


@dataclass
class Report:
    """How a performer tells how far it is. Calling it often is cheap: it writes twice a second at most."""

    works: Works
    errand_id: int
    _written_at: float = field(default=float("-inf"))

    async def __call__(self, done: int, total: int | None = None, **figures: int) -> None:
        """Writes progress in a transaction of its own; raises ErrandCancelledError when cancelling is wished."""
        if (now := time.monotonic()) - self._written_at < _REPORT_EVERY:
            return
        self._written_at = now
        values: dict[str, Any] = {"done": done, **({"total": total} if total is not None else {})}
        if figures:
            values["figures"] = figures
        async with self.works.begin() as work:
            wished = await work.session.scalar(
                update(Errand)
                .where(col(Errand.id) == self.errand_id)
                .values(**values)
                .returning(col(Errand.cancel_wished_at))
            )
        if wished is not None:
            raise ErrandCancelledError


Performer = Callable[[ErrandCard, Report], Awaitable[Mapping[str, Any]]]
"""Does one kind of errand; begins its own transactions, gives the result. Refusals end the errand as failed."""


class Errands:
    """Ordering, watching, cancelling."""

    async def order(self, work: Work, kind: str, params: Mapping[str, Any], key: str | None = None) -> ErrandCard:
        """Queues an errand for the time after this commit. Refused while one with the same ``key`` is open."""
        errand = Errand(kind=kind, params=dict(params), key=key, ordered_by=work.actor.staff_id, ordered_at=work.now)
        try:
            async with work.session.begin_nested():
                work.session.add(errand)
        except IntegrityError as error:
            raise ErrandOrdered("the same work waits or runs already: see its progress", kind=kind) from error
        await work.notify(TOPIC)
        return _card(errand)

    async def card(self, work: Work, errand_id: int) -> ErrandCard:
        return _card(await _find(work, errand_id))

    async def list(
        self, work: Work, kinds: Collection[str], *, before: int | None = None, limit: int = 50
    ) -> Sequence[ErrandCard]:
        """The newest first."""
        query = select(Errand).where(col(Errand.kind).in_(kinds)).order_by(col(Errand.id).desc()).limit(limit)
        if before is not None:
            query = query.where(col(Errand.id) < before)
        return [_card(errand) for errand in await work.session.scalars(query)]

    async def cancel(self, work: Work, errand_id: int) -> ErrandCard:
        """One that waits is cancelled at once; one that runs stops before its next step and undoes what it did."""
        errand = await _find(work, errand_id, lock=True)
        if errand.state not in OPEN:
            raise ErrandOver(f"this work is {errand.state.value}: there is nothing to cancel", state=errand.state.value)
        errand.cancel_wished_at = errand.cancel_wished_at or work.now
        if errand.state is ErrandState.QUEUED:
            errand.state, errand.ended_at = ErrandState.CANCELLED, work.now
        await work.session.flush()
        return _card(errand)


async def perform(works: Works, database_url: str, performers: Mapping[str, Performer], errand_id: int) -> bool:
    """Performs one errand to its end in this process. False when somebody else has it, or it is over."""
    async with _held(database_url, errand_id) as mine:
        errand = await _take_up(works, errand_id) if mine else None
        if errand is None:
            return False
        try:
            result = await performers[errand.kind](errand, Report(works, errand_id))
        except ErrandCancelledError:
            await _end(works, errand_id, ErrandState.CANCELLED)
        except Refusal as refusal:
            await _end(works, errand_id, ErrandState.FAILED, problem=refusal.problem())
        except Exception as error:
            log.exception("errand failed", errand=errand_id, kind=errand.kind)
            await _end(works, errand_id, ErrandState.FAILED, problem=_failure("errand_failed", type(error).__name__))
        else:
            await _end(works, errand_id, ErrandState.DONE, result=dict(result))
        return True


async def _take_up(works: Works, errand_id: int) -> ErrandCard | None:
    async with works.begin() as work:
        errand = await _find(work, errand_id, lock=True)
        if errand.state not in OPEN:
            return None
        if errand.cancel_wished_at is not None:
            errand.state, errand.ended_at = ErrandState.CANCELLED, work.now
            return None
        if errand.attempts >= MOST_ATTEMPTS:
            errand.state, errand.ended_at = ErrandState.FAILED, work.now
            errand.problem = _failure("errand_crashed", f"its process died {errand.attempts} times")
            return None
        errand.state, errand.started_at = ErrandState.RUNNING, work.now
        errand.attempts += 1
        errand.done, errand.figures = 0, {}
        return _card(errand)


async def _end(
    works: Works,
    errand_id: int,
    state: ErrandState,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
) -> None:
    async with works.begin() as work:
        errand = await _find(work, errand_id, lock=True)
        errand.state, errand.ended_at, errand.result, errand.problem = state, work.now, result, problem
        if state is ErrandState.DONE and errand.total is not None:
            errand.done = errand.total


def _failure(code: str, detail: str) -> dict[str, Any]:
    return {"code": code, "detail": detail, "status": 500}


async def _find(work: Work, errand_id: int, *, lock: bool = False) -> Errand:
    errand = await work.session.get(Errand, errand_id, populate_existing=True, with_for_update=True if lock else None)
    if errand is None:
        raise ErrandNotFound(f"there is no errand {errand_id}")
    return errand


def _lock_name(errand_id: int) -> str:
    return f"errand:{errand_id}"


@contextlib.asynccontextmanager
async def _held(database_url: str, errand_id: int) -> AsyncIterator[bool]:
    """Holds the errand's lock on a connection of its own, which dies with the process."""
    connection = await asyncpg.connect(database_url)
    try:
        yield bool(
            await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", _lock_name(errand_id))
        )
    finally:
        with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            await connection.close(timeout=2)


Launch = Callable[[int], Awaitable[int]]
"""Performs an errand somewhere and gives the exit code."""


async def in_a_process(errand_id: int) -> int:
    """The command ``callcenter errand``, with this process's environment; ended when this task is cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", "errand", str(errand_id), env=os.environ.copy()
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


class ErrandRunner:
    """Gives open errands to processes, the oldest first, ``width`` at a time. Several runners may share the table."""

    def __init__(self, works: Works, waker: Waker, launch: Launch = in_a_process, *, width: int = 1) -> None:
        self._works = works
        self._waker = waker
        self._launch = launch
        self._width = width
        self._running: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled; then its processes are ended, and what they had begun is begun again by the next runner."""
        with self._waker.listen(TOPIC) as wake:
            try:
                while True:
                    for errand_id in await self._waiting(self._width - len(self._running)):
                        task = asyncio.create_task(self._perform(errand_id, wake.ring))
                        self._running[errand_id] = task
                    await wake.wait(timeout=_LOOK_EVERY)
            finally:
                for task in self._running.values():
                    task.cancel()
                await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _waiting(self, room: int) -> list[int]:
        """Open errands nobody performs."""
        async with self._works.begin() as work:
            query = select(col(Errand.id)).where(col(Errand.state).in_(OPEN)).order_by(col(Errand.id)).limit(200)
            found: list[int] = []
            for errand_id in await work.session.scalars(query):
                if len(found) >= room:
                    break
                if errand_id in self._running:
                    continue
                free = await work.session.scalar(
                    text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"),
                    {"name": _lock_name(errand_id)},
                )
                if free:
                    found.append(errand_id)
            return found

    async def _perform(self, errand_id: int, ring: Callable[[], None]) -> None:
        try:
            code = await self._launch(errand_id)
            if code != 0:
                log.warning("the process of an errand died", errand=errand_id, exit_code=code)
                await self._count_death(errand_id)
        except Exception:
            log.exception("an errand could not be launched", errand=errand_id)
            await self._count_death(errand_id)
        finally:
            del self._running[errand_id]
            ring()

    async def _count_death(self, errand_id: int) -> None:
        """A process that died before it could take the errand up counts too: else it would be launched for ever."""
        async with self._works.begin() as work:
            errand = await _find(work, errand_id, lock=True)
            if errand.state is ErrandState.QUEUED:
                errand.attempts += 1
            if errand.state in OPEN and errand.attempts >= MOST_ATTEMPTS:
                errand.state, errand.ended_at = ErrandState.FAILED, work.now
                errand.problem = _failure("errand_crashed", f"its process died {errand.attempts} times")


def _card(errand: Errand) -> ErrandCard:
    return ErrandCard(
        id=errand.id,
        kind=errand.kind,
        params=errand.params,
        state=errand.state,
        done=errand.done,
        total=errand.total,
        figures=errand.figures,
        result=errand.result,
        problem=errand.problem,
        ordered_by=errand.ordered_by,
        ordered_at=errand.ordered_at,
        started_at=errand.started_at,
        ended_at=errand.ended_at,
        cancelling=errand.cancel_wished_at is not None and errand.state in OPEN,
        attempts=errand.attempts,
    )
