"""Reads what a verdict has to know of the customer: protections, calls so far, and who holds the lead."""

from dataclasses import dataclass
from datetime import date, datetime

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentState
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind
from callcenter.classes.effects import ClassEffectsService
from callcenter.classes.types import ClassEffects
from callcenter.eligibility.rules import cap_begins_on
from callcenter.eligibility.types import Subject
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """What protects a customer, and how often the customer was called."""

    do_not_call: bool
    dnc_until: datetime | None
    basis_valid: bool
    basis_until: date | None
    called_at: tuple[datetime, ...]
    """Unasked calls to the number that count against the longer cap, over all campaigns; the oldest first."""
    last_called_at: datetime | None
    """Of whatever kind."""
    call_going_on: bool
    """A call to the number, another than the subject's, has not ended."""
    owed_until: datetime | None
    """Until when the disposition of a call to the number is waited for; None: each has its own."""
    effects: ClassEffects
    attempts: int
    """Calls of the subject's assignment so far."""
    holds_lead: bool
    """The subject's agent holds the lead within the quota."""


class CustomerReader:
    """Collects a customer's facts from the rooms that own them."""

    def __init__(
        self, leads: LeadService, calls: CallService, class_effects: ClassEffectsService, allocation: AllocationService
    ) -> None:
        self._leads = leads
        self._calls = calls
        self._class_effects = class_effects
        self._allocation = allocation

    async def facts(self, work: Work, subject: Subject) -> CustomerFacts:
        """Returns the facts as they are in this transaction."""
        lead = await self._leads.facts(work, subject.lead_id)
        since = at_business_time(cap_begins_on(business_date(work.now)), 0)
        calls = await self._calls.calls_to(work, lead.phone_index, since, besides=subject.call_id)
        attempts, holds_lead = await self._holding(work, subject)
        return CustomerFacts(
            do_not_call=lead.dnc,
            dnc_until=lead.dnc_until,
            basis_valid=lead.basis_valid,
            basis_until=lead.basis_until,
            called_at=calls.unasked_at,
            last_called_at=calls.last_at,
            call_going_on=calls.is_open,
            owed_until=calls.owed_until,
            effects=await self._class_effects.of(work, subject.lead_id),
            attempts=attempts,
            holds_lead=holds_lead,
        )

    async def _holding(self, work: Work, subject: Subject) -> tuple[int, bool]:
        """Returns how often the assignment was called, and whether the agent holds it within the quota."""
        if subject.assignment_id is None:
            return 0, subject.kind is not CallKind.LEAD
        card = await self._allocation.card(work, subject.assignment_id)
        if subject.agent_id is None:
            return card.attempts, False
        work_on = max(card.work_on, business_date(work.now))
        progress = await self._allocation.progress(work, subject.agent_id, work_on)
        holds_lead = (
            card.agent_id == subject.agent_id
            and card.lead_id == subject.lead_id
            and card.state in (AssignmentState.OPEN, AssignmentState.ACTIVE)
            and progress.assigned <= progress.quota
        )
        return card.attempts, holds_lead
