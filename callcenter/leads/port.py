"""Port to the do-not-call entries.

The entries belong to the room ``dnc``, which uses leads and is therefore above this one. The stock is selected by one
statement over leads and entries, because a lead that may not be called must never be counted, allocated or locked. So
``dnc`` implements this port with its one predicate *in force*, and bootstrap joins the two.
"""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from callcenter.kit.work import Work
from callcenter.leads.types import DncBlock


class DoNotCall(Protocol):
    """Finds the do-not-call entries in force."""

    def blocks(self, phone_index: Any, now: datetime) -> ColumnElement[bool]:
        """Returns the condition that the number in this column, by its blind index, may not be called at ``now``."""
        ...

    async def find(self, work: Work, phone_index: str) -> DncBlock | None:
        """Returns the entry in force that lasts longest; None when the number may be called."""
        ...
