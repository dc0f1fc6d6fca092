"""Which numbers have an entry in force: the one predicate, for every room that asks.

``DncInForce`` has no collaborators and implements what the leads room, below, has to know (``leads.port.DoNotCall``).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, literal_column

from callcenter.dnc import repository
from callcenter.dnc.rules import in_force
from callcenter.dnc.types import EntryFacts
from callcenter.kit.work import Work
from callcenter.leads.types import DncBlock


def in_force_sql(alias: str) -> str:
    """Returns the predicate as text over the table ``dnc_entry`` under an alias, with the parameter ``:now``.

    For statements that read across rooms by their office. It is compiled from the one expression, never written again.
    """
    now: ColumnElement[datetime] = literal_column(":now", DateTime(timezone=True))
    return str(repository.in_force(now)).replace("dnc_entry.", f"{alias}.")


class DncInForce:
    """Asks the do-not-call entries about numbers."""

    def blocks(self, phone_index: Any, now: datetime) -> ColumnElement[bool]:
        """Returns the condition that the number in a column, by its blind index, has an entry in force at ``now``."""
        return repository.blocks(phone_index, now)

    async def find(self, work: Work, phone_index: str) -> DncBlock | None:
        """Returns the entry in force that lasts longest on a number; None when there is none."""
        entry = await repository.find_in_force(work.session, phone_index, work.now)
        return None if entry is None else DncBlock(entry.id, entry.until)

    async def among(self, work: Work, phone_indexes: Collection[str]) -> set[str]:
        """Returns those of these numbers that have an entry in force."""
        return await repository.list_in_force(work.session, phone_indexes, work.now) if phone_indexes else set()

    async def entries_of(self, work: Work, phone_index: str) -> Sequence[EntryFacts]:
        """Returns every entry a number ever had, the newest first."""
        return [
            EntryFacts(
                id=entry.id,
                reason=entry.reason,
                source=entry.source,
                entered_at=entry.entered_at,
                entered_by=entry.entered_by,
                until=entry.until,
                lifted_at=entry.lifted_at,
                lifted_by=entry.lifted_by,
                lifted_why=entry.lifted_why,
                lifted_words_sealed=entry.lifted_words_sealed,
                in_force=in_force(entry.lifted_at, entry.until, work.now),
            )
            for entry in await repository.list_entries_of(work.session, phone_index)
        ]
