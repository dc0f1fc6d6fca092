"""Reads the history of one customer."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping

from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.reporting.history.types import Event, Happening, Person, Position
from callcenter.reporting.queries import history as queries


class HistoryService:
    """Lists what happened to a customer."""

    def __init__(self, leads: LeadService) -> None:
        self._leads = leads

    async def list(
        self,
        work: Work,
        lead_id: int,
        *,
        kinds: Collection[Happening] = (),
        after: Position | None = None,
        limit: int = 50,
    ) -> Sequence[Event]:
        """Returns events of all leads with the customer's number, the newest first. Without ``kinds``: all kinds."""
        await self._leads.facts(work, lead_id)
        chosen = [kind for kind in Happening if not kinds or kind in kinds]
        return [_event(row) for row in await queries.list_happenings(work.session, lead_id, chosen, after, limit)]


def _event(row: RowMapping) -> Event:
    return Event(
        key=row["key"],
        at=row["at"],
        kind=Happening(row["kind"]),
        lead_id=row["lead_id"],
        campaign_id=row["campaign_id"],
        by=_person(row["by_id"], row["by_name"]),
        agent=_person(row["agent_id"], row["agent_name"]),
        call_id=row["call_id"],
        facts={name: value for name, value in row["facts"].items() if value is not None},
    )


def _person(staff_id: int | None, name: str | None) -> Person | None:
    return None if staff_id is None else Person(staff_id, name or "")
