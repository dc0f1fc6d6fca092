"""Runs jobs: long work that a person has requested, such as an import of a million rows.

A job is a row. A runner starts a process for each, so that neither its memory nor its crash affects the engine; the
process holds the job's advisory lock as long as it lives. A job reports progress, can be cancelled between two steps,
and is started again when its process dies: so a job handler either commits everything at once or can safely be run
again.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Column, Index, func, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from callcenter.kit.actor import Actor
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, values_check
from callcenter.kit.errors import Conflict, NotFound, Refusal
from callcenter.kit.job_transitions import JOB, JobFact
from callcenter.kit.job_transitions import OPEN as OPEN
from callcenter.kit.job_transitions import JobState as JobState
from callcenter.kit.log import get_logger
from callcenter.kit.scope import ALL
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works

log = get_logger(__name__)

TOPIC = "jobs"
"""Topic that wakes the runners."""

MOST_ATTEMPTS = 3
_REPORT_EVERY = 0.5
_LOOK_EVERY = 5.0


class JobNotFound(NotFound):
    code = "job_not_found"


class JobAlreadyOpen(Conflict):
    """Refuses a job that waits or runs already."""

    code = "job_already_open"


class JobEnded(Conflict):
    """Refuses to cancel a job that has ended."""

    code = "job_ended"


class JobCancelledError(Exception):
    """Ends a job handler when cancelling was requested: everything it has not committed is undone."""


class Job(SQLModel, table=True):
    """Keeps one piece of long work."""

    __tablename__ = "job"
    __table_args__ = (
        values_check("state", JobState),
        Index("uq_job_open", "key", unique=True, postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_job_open", "id", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_job_kind", "kind", "id"),
    )

    id: int = id_field()
    kind: str
    """``room.verb``: names its handler."""
    params: dict[str, Any] = json_field()
    """What it is about; no personal data."""
    key: str | None = None
    """At most one job with the same key is open."""
    state: JobState = enum_field(JobState, JobState.QUEUED)
    done: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Steps done (rows, as a rule)."""
    total: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Steps in all, where that is known."""
    figures: dict[str, Any] = json_field()
    """Further figures while it runs: ``{"good": 17, "rejected": 2}``."""
    result: dict[str, Any] | None = json_field(lambda: None, nullable=True)
    problem: dict[str, Any] | None = json_field(lambda: None, nullable=True)
    """The body of the refusal it ended with: ``code``, ``detail``, ``params``."""
    requested_by: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Staff id; None for the system. No foreign key: staff are a room above."""
    requested_at: datetime = instant_field()
    started_at: datetime | None = instant_field(nullable=True)
    ended_at: datetime | None = instant_field(nullable=True)
    cancel_requested_at: datetime | None = instant_field(nullable=True)
    attempts: int = 0
    """How many processes have begun it."""


@dataclass(frozen=True, slots=True)
class JobCard:
    id: int
    kind: str
    params: Mapping[str, Any]
    state: JobState
    done: int
    total: int | None
    figures: Mapping[str, Any]
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None
    requested_by: int | None
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelling: bool
    attempts: int
    ahead: int = 0
    """Open jobs that are performed before this one, while it waits."""

    @property
    def actor(self) -> Actor:
        """Returns the actor in whose name the job runs; the rights were checked when it was requested."""
        return Actor(staff_id=self.requested_by, name="job", role="job", scope=ALL)


@dataclass
class Report:
    """Reports a job handler's progress. Calling it often is cheap: it writes at most twice a second."""

    works: Works
    job_id: int
    _written_at: float = field(default=float("-inf"))

    async def __call__(self, done: int, total: int | None = None, **figures: int) -> None:
        """Writes progress in a transaction of its own; raises JobCancelledError when cancelling was requested."""
        if (now := time.monotonic()) - self._written_at < _REPORT_EVERY:
            return
        self._written_at = now
        values: dict[str, Any] = {"done": done, **({"total": total} if total is not None else {})}
        if figures:
            values["figures"] = figures
        async with self.works.begin() as work:
            requested = await work.session.scalar(
                update(Job).where(col(Job.id) == self.job_id).values(**values).returning(col(Job.cancel_requested_at))
            )
        if requested is not None:
            raise JobCancelledError


JobHandler = Callable[[JobCard, Report], Awaitable[Mapping[str, Any]]]
"""Runs one kind of job in transactions of its own and returns the result. A refusal ends the job as failed."""


class Jobs:
    """Queues, shows and cancels jobs."""

    async def enqueue(self, work: Work, kind: str, params: Mapping[str, Any], key: str | None = None) -> JobCard:
        """Queues a job; it starts after this commit. Raises JobAlreadyOpen while one of the same ``key`` is open."""
        job = Job(kind=kind, params=dict(params), key=key, requested_by=work.actor.staff_id, requested_at=work.now)
        try:
            async with work.session.begin_nested():
                work.session.add(job)
        except IntegrityError as error:
            raise JobAlreadyOpen("the same job waits or runs already: see its progress", kind=kind) from error
        await work.notify(TOPIC)
        return _card(job)

    async def card(self, work: Work, job_id: int) -> JobCard:
        """Returns a job as it is now. Raises JobNotFound."""
        job = await _find(work, job_id)
        return replace(_card(job), ahead=await _count_ahead(work, job) if job.state is JobState.QUEUED else 0)

    async def list(
        self,
        work: Work,
        kinds: Collection[str] | None = None,
        *,
        states: Collection[JobState] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[JobCard]:
        """Returns jobs, the newest first; without ``kinds`` those of all kinds, without ``states`` in any state."""
        query = select(Job).order_by(col(Job.id).desc()).limit(limit)
        if kinds is not None:
            query = query.where(col(Job.kind).in_(kinds))
        if states is not None:
            query = query.where(col(Job.state).in_(states))
        if before is not None:
            query = query.where(col(Job.id) < before)
        return [_card(job) for job in await work.session.scalars(query)]

    async def cancel(self, work: Work, job_id: int) -> JobCard:
        """Cancels a waiting job at once; a running one stops before its next step and is rolled back."""
        job = await _find(work, job_id, lock=True)
        if job.state not in OPEN:
            raise JobEnded(f"job {job_id} is {job.state.value}: there is nothing to cancel", state=job.state.value)
        job.cancel_requested_at = job.cancel_requested_at or work.now
        if job.state is JobState.QUEUED:
            JOB.move(job, JobFact.CANCELLED)
            job.ended_at = work.now
        await work.session.flush()
        return _card(job)


async def perform(works: Works, database_url: str, job_handlers: Mapping[str, JobHandler], job_id: int) -> bool:
    """Runs one job to its end in this process. Returns False when another process runs it, or it has ended."""
    async with _held(database_url, job_id) as mine:
        job = await _take_up(works, job_id) if mine else None
        if job is None:
            return False
        try:
            result = await job_handlers[job.kind](job, Report(works, job_id))
        except JobCancelledError:
            await _end(works, job_id, JobFact.CANCELLED)
        except Refusal as refusal:
            await _end(works, job_id, JobFact.FAILED, problem=refusal.problem())
        except MemoryError:
            log.warning("a job needed more memory than it may have", job=job_id, kind=job.kind)
            await _end(works, job_id, JobFact.FAILED, problem=_over_limit())
        except Exception as error:
            log.exception("job failed", job=job_id, kind=job.kind)
            await _end(works, job_id, JobFact.FAILED, problem=_failure("job_failed", type(error).__name__))
        else:
            await _end(works, job_id, JobFact.SUCCEEDED, result=dict(result))
        return True


async def _take_up(works: Works, job_id: int) -> JobCard | None:
    async with works.begin() as work:
        job = await _find(work, job_id, lock=True)
        if job.state not in OPEN:
            return None
        if job.cancel_requested_at is not None:
            JOB.move(job, JobFact.CANCELLED)
            job.ended_at = work.now
            return None
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(work, job)
            return None
        JOB.move(job, JobFact.TAKEN_UP)
        job.started_at = work.now
        job.attempts += 1
        job.done, job.figures = 0, {}
        return _card(job)


async def _end(
    works: Works,
    job_id: int,
    fact: JobFact,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
) -> None:
    async with works.begin() as work:
        job = await _find(work, job_id, lock=True)
        JOB.move(job, fact)
        job.ended_at, job.result, job.problem = work.now, result, problem
        if fact is JobFact.SUCCEEDED and job.total is not None:
            job.done = job.total


def _give_up(work: Work, job: Job) -> None:
    JOB.move(job, JobFact.FAILED)
    job.ended_at = work.now
    job.problem = _failure("job_crashed", f"its process died {job.attempts} times")


def _over_limit() -> dict[str, Any]:
    return _failure("job_over_limit", "it needed more computing time or memory than a job may have")


def _failure(code: str, detail: str) -> dict[str, Any]:
    return {"code": code, "detail": detail, "status": 500}


async def _find(work: Work, job_id: int, *, lock: bool = False) -> Job:
    job = await work.session.get(Job, job_id, populate_existing=True, with_for_update=True if lock else None)
    if job is None:
        raise JobNotFound(f"there is no job {job_id}")
    return job


async def _count_ahead(work: Work, job: Job) -> int:
    query = select(func.count()).select_from(Job).where(col(Job.state).in_(OPEN), col(Job.id) < job.id)
    return (await work.session.scalars(query)).one()


def _lock_name(job_id: int) -> str:
    return f"job:{job_id}"


@contextlib.asynccontextmanager
async def _held(database_url: str, job_id: int) -> AsyncIterator[bool]:
    """Holds the job's lock on a connection of its own: when the process dies, the database releases the lock."""
    connection = await asyncpg.connect(database_url)
    try:
        yield bool(
            await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", _lock_name(job_id))
        )
    finally:
        with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            await connection.close(timeout=2)


Launch = Callable[[int], Awaitable[int]]
"""Runs a job in a process and returns the exit code."""


async def in_a_process(job_id: int) -> int:
    """Runs the command ``callcenter job`` with this process's environment; ends it when this task is cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", "job", str(job_id), env=os.environ.copy()
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


class JobRunner:
    """Starts a process for each open job, the oldest first, ``width`` at a time. Several runners may share a table."""

    def __init__(self, works: Works, waker: Waker, launch: Launch = in_a_process, *, width: int = 1) -> None:
        self._works = works
        self._waker = waker
        self._launch = launch
        self._width = width
        self._running: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Runs until cancelled; then its processes are ended, and the next runner begins their jobs again."""
        with self._waker.listen(TOPIC) as wake:
            try:
                while True:
                    for job_id in await self._waiting(self._width - len(self._running)):
                        task = asyncio.create_task(self._perform(job_id, wake.ring))
                        self._running[job_id] = task
                    await wake.wait(timeout=_LOOK_EVERY)
            finally:
                for task in self._running.values():
                    task.cancel()
                await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _waiting(self, room: int) -> list[int]:
        """Returns open jobs that no process runs.

        A process holds the advisory lock of its job while it lives. Taking that lock for this transaction shows that no
        process does; it is free again at the commit, before a process is started that must take it.
        """
        async with self._works.begin() as work:
            query = select(col(Job.id)).where(col(Job.state).in_(OPEN)).order_by(col(Job.id)).limit(200)
            waiting: list[int] = []
            for job_id in await work.session.scalars(query):
                if len(waiting) >= room:
                    break
                if job_id in self._running:
                    continue
                free = await work.session.scalar(
                    text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"),
                    {"name": _lock_name(job_id)},
                )
                if free:
                    waiting.append(job_id)
            return waiting

    async def _perform(self, job_id: int, ring: Callable[[], None]) -> None:
        try:
            code = await self._launch(job_id)
            if code != 0:
                log.warning("the process of a job died", job=job_id, exit_code=code)
                await self._count_death(job_id, over_limit=code == -signal.SIGXCPU)
        except Exception:
            log.exception("a job could not be launched", job=job_id)
            await self._count_death(job_id)
        finally:
            del self._running[job_id]
            ring()

    async def _count_death(self, job_id: int, *, over_limit: bool = False) -> None:
        """Counts a process that died, even before it began the job: otherwise the job would be launched for ever.

        One that used up its computing time would use it up again: its job has failed.
        """
        async with self._works.begin() as work:
            job = await _find(work, job_id, lock=True)
            if over_limit and job.state is JobState.RUNNING:
                JOB.move(job, JobFact.FAILED)
                job.ended_at, job.problem = work.now, _over_limit()
                return
            if job.state is JobState.QUEUED:
                job.attempts += 1
            if job.state in OPEN and job.attempts >= MOST_ATTEMPTS:
                _give_up(work, job)


def _card(job: Job) -> JobCard:
    return JobCard(
        id=job.id,
        kind=job.kind,
        params=job.params,
        state=job.state,
        done=job.done,
        total=job.total,
        figures=job.figures,
        result=job.result,
        problem=job.problem,
        requested_by=job.requested_by,
        requested_at=job.requested_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        cancelling=job.cancel_requested_at is not None and job.state in OPEN,
        attempts=job.attempts,
    )
