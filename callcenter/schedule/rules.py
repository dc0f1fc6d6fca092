"""Decides how a scheduled task does. Pure."""

from datetime import datetime, timedelta

from callcenter.schedule.tasks import ScheduledTask
from callcenter.schedule.types import Health, LatestRun

GRACE = timedelta(minutes=5)
"""A run may begin, and end, this long after its due time: tasks of one moment run one after another."""


def health_of(task: ScheduledTask, latest: LatestRun | None, now: datetime) -> Health:
    """Returns whether the latest run failed, or a due time older than the grace has no run that has ended."""
    if latest is None or latest.due_at < task.due.last_due(now - GRACE):
        return Health.LATE
    return Health.FAILING if latest.failures else Health.FINE
