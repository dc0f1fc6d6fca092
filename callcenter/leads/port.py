"""What this room has to know of numbers that may not be called.

Do-not-call entries belong to the room ``dnc``, which knows leads and therefore stands above this one. The stock is
selected by one statement over leads and entries: a lead that may not be called must never be counted, allocated or
locked. So the room above gives its one predicate, and bootstrap joins the two.
"""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from callcenter.kit.work import Work
from callcenter.leads.types import DncBlock


class DoNotCall(Protocol):
    """Answers which numbers have a do-not-call entry in force."""

    def blocks(self, phone_index: Any, now: datetime) -> ColumnElement[bool]:
        """Returns the condition that the number in this column, by its blind index, may not be called at ``now``."""
        ...

    async def find(self, work: Work, phone_index: str) -> DncBlock | None:
        """Returns the entry in force that lasts longest; None when the number may be called."""
        ...
