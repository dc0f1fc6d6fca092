"""Reads the history of one customer."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from callcenter.callbacks.types import SIGN_OFF_REASON
from callcenter.classes.types import CLASS_REASON
from callcenter.consent.types import BASIS_REASON
from callcenter.customers.rules import masked_change, without_figures
from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY, FileField
from callcenter.dnc.types import LIFT_DECIDED_WHY, LIFT_WHY, LIFTED_WORDS
from callcenter.field.types import HAND_OVER_WORDS
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import place_of
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.reporting.history.types import Event, Happening, Person, Position
from callcenter.reporting.queries import history as queries

_OF_THE_SEAL = frozenset({"why_sealed", "entry", "row"})
"""Facts that open a sealed reason and are not shown."""


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
        facts = self._opened(kind, row)
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

    def _opened(self, kind: Happening, row: RowMapping) -> Mapping[str, Any]:
        """Returns the facts that are there, a sealed reason in clear."""
        facts = {name: value for name, value in row["facts"].items() if value is not None}
        shown = {name: value for name, value in facts.items() if name not in _OF_THE_SEAL}
        if "why_sealed" not in facts:
            return shown
        return shown | {"why": self._vault.open(facts["why_sealed"], _place_of_why(kind, row))}

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


def _place_of_why(kind: Happening, row: RowMapping) -> str:
    """Returns the place of an event's sealed reason."""
    facts = row["facts"]
    match kind:
        case Happening.BASIS_ADDED | Happening.BASIS_WITHDRAWN:
            return BASIS_REASON.place(row["lead_id"], facts["act"], row["at"])
        case Happening.CLASS_SET:
            return CLASS_REASON.place(row["lead_id"], facts["row"])
        case Happening.CALLBACK_DONE:
            return SIGN_OFF_REASON.place(facts["row"])
        case Happening.HAND_OVER:
            return HAND_OVER_WORDS.place(facts["row"])
        case Happening.DNC_LIFTED:
            return LIFTED_WORDS.place(facts["entry_id"])
        case Happening.DNC_LIFT_PROPOSED:
            return LIFT_WHY.place(facts["entry_id"], row["at"])
        case Happening.DNC_LIFT_DECLINED:
            return LIFT_DECIDED_WHY.place(facts["row"])
        case _:  # an entry of the trail
            return place_of(facts["entry"], "why")


def _person(staff_id: int | None, name: str | None) -> Person | None:
    return None if staff_id is None else Person(staff_id, name or "")
