"""Reads the history of one customer."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from callcenter.customers.rules import masked_change, without_figures
from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY, FileField
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import place_of
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.reporting.history.types import Event, Happening, Person, Position
from callcenter.reporting.queries import history as queries


class HistoryService:
    """Lists what happened to a customer."""

    def __init__(self, vault: Vault, leads: LeadService) -> None:
        self._vault = vault
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
        return [self._event(row) for row in await queries.list_happenings(work.session, lead_id, chosen, after, limit)]

    def _event(self, row: RowMapping) -> Event:
        kind = Happening(row["kind"])
        facts = self._opened({name: value for name, value in row["facts"].items() if value is not None})
        return Event(
            key=row["key"],
            at=row["at"],
            kind=kind,
            lead_id=row["lead_id"],
            campaign_id=row["campaign_id"],
            by=_person(row["by_id"], row["by_name"]),
            agent=_person(row["agent_id"], row["agent_name"]),
            call_id=row["call_id"],
            facts=self._masked(row["lead_id"], row["at"], facts) if kind is Happening.CORRECTED else facts,
        )

    def _opened(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the facts of an entry of the trail with its reason in clear."""
        if "why_sealed" not in facts:
            return {name: value for name, value in facts.items() if name != "entry"}
        why = self._vault.open(facts["why_sealed"], place_of(facts["entry"], "why"))
        return {**{name: value for name, value in facts.items() if name not in ("why_sealed", "entry")}, "why": why}

    def _masked(self, lead_id: int, at: datetime, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns a correction with its values masked as the customer file masks them."""
        field = FileField(facts["field"])
        key = lead_id, field, at
        return {
            **facts,
            "old": masked_change(field, self._vault.open(facts["old"], CHANGE_OLD.place(*key))),
            "new": masked_change(field, self._vault.open(facts["new"], CHANGE_NEW.place(*key))),
            "why": without_figures(self._vault.open(facts["why"], CHANGE_WHY.place(*key))),
        }


def _person(staff_id: int | None, name: str | None) -> Person | None:
    return None if staff_id is None else Person(staff_id, name or "")
