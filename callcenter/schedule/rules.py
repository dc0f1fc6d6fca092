"""Decides when a scheduled task is tried again, and how it does. Pure."""

from datetime import datetime, timedelta

from callcenter.schedule.tasks import ScheduledTask
from callcenter.schedule.types import Health, LatestRun

GRACE = timedelta(minutes=5)
"""A run may begin, and end, this long after its due time: tasks of one moment run one after another."""
OVERDUE_AFTER = timedelta(hours=1)
"""A task that has not succeeded this long after its due time is overdue: an alert."""
_LONGEST_PAUSE = timedelta(minutes=5)


def retry_pause(attempts: int) -> timedelta:
    """Returns how long a task rests after it has failed so many times for one due time: five seconds after the first
    failure, doubling, at most five minutes. It is never given up: the next due time takes its place."""
    return min(_LONGEST_PAUSE, timedelta(seconds=5 * 2 ** min(attempts - 1, 10)))


def overdue_since(task: ScheduledTask, done_due_at: datetime | None, now: datetime) -> datetime | None:
    """Returns the due time for which a task ought to have succeeded by now and has not; None if it has."""
    due_at = task.due.last_due(now - OVERDUE_AFTER)
    return due_at if done_due_at is None or done_due_at < due_at else None


def health_of(task: ScheduledTask, latest: LatestRun | None, now: datetime) -> Health:
    """Returns whether the latest run failed, or a due time older than the grace has no run that has ended."""
    if latest is None or latest.due_at < task.due.last_due(now - GRACE):
        return Health.LATE
    return Health.FAILING if latest.failures else Health.FINE
