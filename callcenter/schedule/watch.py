"""Raises an alert for each scheduled task that does not succeed in time, and clears it once the task has succeeded."""

from collections.abc import Sequence

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.work import Work
from callcenter.schedule import repository
from callcenter.schedule.rules import overdue_since
from callcenter.schedule.tasks import ScheduledTask


class ScheduleWatch:
    """Compares the table of tasks with their latest runs."""

    def __init__(self, tasks: Sequence[ScheduledTask], alerts: AlertService) -> None:
        self._tasks = tasks
        self._alerts = alerts

    async def look(self, work: Work) -> None:
        """Raises the alert of each overdue task; clears those of all others. Safe to repeat."""
        runs = await repository.latest_runs(work.session)
        overdue = set()
        for task in self._tasks:
            run = runs.get(task.name)
            due_at = overdue_since(task, run.done_due_at if run else None, work.now)
            if due_at is None:
                continue
            failures = run.failures if run else 0
            # Only the error's class: its message may quote a text about a customer (law 10).
            error = (run.error or "").partition(":")[0] if run and failures else ""
            overdue.add(subject := f"task:{task.name}"[:80])
            facts = {"task": task.name, "at": due_at.isoformat(), "failures": failures, "error": error}
            await self._alerts.raise_(work, AlertKind.TASK_OVERDUE, subject, facts)
        for alert in await self._alerts.list_of_kinds(work, (AlertKind.TASK_OVERDUE,)):
            if alert.subject not in overdue:
                await self._alerts.clear(work, alert.kind, alert.subject)
