"""Holds the SQL of the latest runs; claims are in ``runner``, whose statements they are a part of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from callcenter.schedule.models import TaskRun


async def keep_run(
    session: AsyncSession, name: str, due_at: datetime, started_at: datetime, ended_at: datetime, error: str | None
) -> None:
    """Writes how a task ran; the latest failure is kept through later successes."""
    ran: dict[str, object] = {"due_at": due_at, "started_at": started_at, "ended_at": ended_at}
    ran |= {"done_due_at": due_at} if error is None else {"failed_at": ended_at, "error": error}
    added = insert(TaskRun).values(name=name, **ran, failures=0 if error is None else 1)
    failures = 0 if error is None else TaskRun.failures + 1
    await session.execute(added.on_conflict_do_update(index_elements=["name"], set_={**ran, "failures": failures}))


async def latest_runs(session: AsyncSession) -> Mapping[str, TaskRun]:
    """Returns the latest run of each task that has ever run."""
    return {run.name: run for run in await session.scalars(select(TaskRun))}
