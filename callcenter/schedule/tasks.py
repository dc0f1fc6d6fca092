"""Describes scheduled tasks. Due times are Shanghai time; each task is a few lines in its room's ``scheduled.py``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.kit.clock import at_business_time, business_date

Act = Callable[[datetime], Awaitable[object]]
"""Runs for the due time that it is given: a run may come late (requirement D6)."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Makes a task due once a day at a wall-clock time in Shanghai."""

    hour: int
    minute: int = 0

    def last_due(self, now: datetime) -> datetime:
        """Returns the latest due time that is not later than ``now``."""
        due = at_business_time(business_date(now), self.hour, self.minute)
        return due if due <= now else at_business_time(business_date(now) - timedelta(days=1), self.hour, self.minute)

    def next_due(self, now: datetime) -> datetime:
        """Returns the first due time that is later than ``now``."""
        return at_business_time(business_date(self.last_due(now)) + timedelta(days=1), self.hour, self.minute)


@dataclass(frozen=True, slots=True)
class Every:
    """Makes a task due at every multiple of a period."""

    period: timedelta

    def last_due(self, now: datetime) -> datetime:
        """Returns the latest multiple of the period, counted from 1970, that is not later than ``now``."""
        seconds = int(self.period.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)

    def next_due(self, now: datetime) -> datetime:
        """Returns the first multiple of the period that is later than ``now``."""
        return self.last_due(now) + self.period


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """A scheduled task: its name, when it is due, and its function."""

    name: str
    due: Daily | Every
    act: Act
    remembered: bool = True
    """False for frequent sweeps that may run twice: their due times are not written to ``scheduled_run``."""
