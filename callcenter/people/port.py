"""What the roster asks of ``calendar``, a room above this one because its pages name staff."""

from datetime import date
from typing import Protocol

from callcenter.kit.work import Work


class CalendarDay(Protocol):
    @property
    def on(self) -> date: ...

    @property
    def working(self) -> bool: ...

    @property
    def provisional(self) -> bool:
        """Returns whether that is only a forecast."""
        ...


class WorkedDays(Protocol):
    def day(self, on: date) -> CalendarDay:
        """Returns what the calendar says of a date."""
        ...

    def is_working(self, on: date) -> bool:
        """Returns whether a date is worked."""
        ...


class Calendar(Protocol):
    async def calendar(self, work: Work) -> WorkedDays:
        """Returns the calendar under the administrator's overrides."""
        ...
