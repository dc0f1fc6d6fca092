"""Runs the scheduled tasks. APScheduler only ticks; a row in ``scheduled_run`` decides which process runs a task (S5).

A due time is claimed by inserting its row. A task that failed is tried again after growing pauses until it succeeds or
its next due time has come; a task whose process was killed is taken over after ``_ABANDONED``.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import CursorResult
from sqlmodel import col

from callcenter.health.duties import Duties
from callcenter.health.rules.parts import lock_of
from callcenter.health.types import Part
from callcenter.kit.leader import lead
from callcenter.kit.log import get_logger, mask_digits
from callcenter.kit.work import Works
from callcenter.schedule import repository
from callcenter.schedule.models import ScheduledRun
from callcenter.schedule.rules import retry_pause
from callcenter.schedule.tasks import ScheduledTask

log = get_logger(__name__)

_TICK_SECONDS = 5
_ABANDONED = timedelta(minutes=15)


class ScheduleRunner:
    """Runs every due task while this process leads; the runners of other processes wait."""

    def __init__(self, works: Works, database_url: str, tasks: Sequence[ScheduledTask], duties: Duties) -> None:
        self._works = works
        self._database_url = database_url
        self._tasks = tasks
        self._duties = duties
        self._last: dict[str, datetime] = {}

    async def run(self) -> None:
        """Leads, or waits to lead, until cancelled."""
        await lead(self._database_url, lock_of(Part.OFFICE), self._duties.while_leading(Part.OFFICE, self._lead))

    async def _lead(self) -> None:
        ticker = AsyncIOScheduler(timezone="UTC")
        ticker.add_job(self.tick, "interval", seconds=_TICK_SECONDS, max_instances=1, coalesce=True)
        ticker.start()
        try:
            await asyncio.Event().wait()
        finally:
            ticker.shutdown(wait=False)

    async def tick(self) -> None:
        """Runs the tasks that are due and not done."""
        for task in self._tasks:
            due_at = task.due.last_due(self._works.clock.now())
            try:
                attempts = await self._claim(task, due_at)
                if attempts is not None:
                    await self._perform(task, due_at, attempts)
            except Exception:
                log.exception("scheduled task could not be claimed", task=task.name)

    async def _claim(self, task: ScheduledTask, due_at: datetime) -> int | None:
        """Claims a due time; returns how often it has been begun with this run, None if it is not to be run now."""
        if not task.remembered:
            fresh = self._last.get(task.name) != due_at
            self._last[task.name] = due_at
            return 1 if fresh else None
        async with self._works.begin() as work:
            inserted = await work.session.execute(
                insert(ScheduledRun)
                .values(task=task.name, due_at=due_at, started_at=work.now, attempts=1)
                .on_conflict_do_nothing(index_elements=["task", "due_at"])
            )
            assert isinstance(inserted, CursorResult)
            if inserted.rowcount:
                return 1
            again = await work.session.execute(
                update(ScheduledRun)
                .where(
                    col(ScheduledRun.task) == task.name,
                    col(ScheduledRun.due_at) == due_at,
                    or_(
                        col(ScheduledRun.retry_at) <= work.now,
                        col(ScheduledRun.ended_at).is_(None) & (col(ScheduledRun.started_at) < work.now - _ABANDONED),
                    ),
                )
                .values(
                    started_at=work.now, ended_at=None, error=None, retry_at=None, attempts=ScheduledRun.attempts + 1
                )
                .returning(col(ScheduledRun.attempts))
            )
            return again.scalar_one_or_none()

    async def _perform(self, task: ScheduledTask, due_at: datetime, attempts: int) -> None:
        error: str | None = None
        started_at = self._works.clock.now()
        try:
            await task.act(due_at)
        except Exception as failure:
            error = mask_digits(f"{type(failure).__name__}: {failure}")
            log.exception("scheduled task failed", task=task.name)
        async with self._works.begin() as work:
            await repository.keep_run(work.session, task.name, due_at, started_at, work.now, error)
            if not task.remembered:
                return
            retry_at = None if error is None else work.now + retry_pause(attempts)
            await work.session.execute(
                update(ScheduledRun)
                .where(col(ScheduledRun.task) == task.name, col(ScheduledRun.due_at) == due_at)
                .values(ended_at=work.now, error=error, retry_at=retry_at)
            )
