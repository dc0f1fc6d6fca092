"""What rests on a day, as rooms above know it.

The person who changes a day is answered with the allocation runs that rest on it. An event cannot bring an answer
back, so the room above implements this, and bootstrap joins the two.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from callcenter.calendar.types import DayUse
from callcenter.kit.work import Work


class DayUses(Protocol):
    async def resting_on(self, work: Work, on: date) -> Sequence[DayUse]:
        """Returns the work that was planned because this date is, or is not, worked."""
        ...
