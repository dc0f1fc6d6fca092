"""Makes time an argument (law 9): code that needs the present instant asks the clock that it was given."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
"""Business dates, shifts and deadlines are in this zone; instants are aware UTC."""


class Clock(Protocol):
    """Returns the present instant."""

    def now(self) -> datetime:
        """Returns the present instant, aware UTC."""
        ...


class SystemClock:
    """Returns the machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """Returns the machine's time plus a constant, so that a rehearsal at night can play a working day."""

    def __init__(self, offset: timedelta) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class FrozenClock:
    """Returns the same instant until a test advances it."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Moves on and returns the new instant."""
        self._at += by
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


def business_date(at: datetime) -> date:
    """Returns the calendar date in Shanghai at an instant."""
    return at.astimezone(BUSINESS_ZONE).date()


def at_business_time(on: date, hour: int, minute: int = 0) -> datetime:
    """Returns the instant (UTC) of a wall-clock time in Shanghai."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=BUSINESS_ZONE).astimezone(UTC)
