"""Shows how the scheduled tasks do."""

from collections.abc import Sequence

from callcenter.kit.work import Work
from callcenter.schedule import repository
from callcenter.schedule.models import TaskRun
from callcenter.schedule.rules import health_of
from callcenter.schedule.tasks import Daily, Every, ScheduledTask
from callcenter.schedule.types import LatestRun, TaskCard


class ScheduleService:
    """Joins the table of tasks, which is code, with their latest runs."""

    def __init__(self, tasks: Sequence[ScheduledTask]) -> None:
        self._tasks = tasks

    async def list_tasks(self, work: Work) -> Sequence[TaskCard]:
        """Returns every task of the table in its order, also those that have never run."""
        runs = await repository.latest_runs(work.session)
        return [_card(task, runs.get(task.name), work) for task in self._tasks]


def _card(task: ScheduledTask, run: TaskRun | None, work: Work) -> TaskCard:
    latest = None
    if run is not None:
        latest = LatestRun(run.due_at, run.started_at, run.ended_at, run.failures, run.failed_at, run.error)
    return TaskCard(
        name=task.name,
        daily_at=f"{task.due.hour:02}:{task.due.minute:02}" if isinstance(task.due, Daily) else None,
        period=task.due.period if isinstance(task.due, Every) else None,
        next_due_at=task.due.next_due(work.now),
        health=health_of(task, latest, work.now),
        latest=latest,
    )
