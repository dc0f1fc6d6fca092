"""Reads what a verdict has to know of the customer: protections, calls so far, and who holds the lead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentCard, AssignmentState
from callcenter.calls.rules import number_calls
from callcenter.calls.types import CallKind, NumberCalls
from callcenter.classes.effects import ClassEffectsService
from callcenter.classes.types import ClassEffects
from callcenter.eligibility.reading import CustomerRows, read_customers
from callcenter.eligibility.rules import cap_begins_on
from callcenter.eligibility.types import Subject
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.types import LeadFacts
from callcenter.lines.choosing import TrunkChooser
from callcenter.lines.rules import use_of
from callcenter.lines.types import ChoiceReason, TrunkCard, TrunkChoice


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
    trunk: TrunkChoice
    """Which trunk a call to this lead would take now, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAfterCall:
    """What decides what becomes of a customer after a call."""

    lead: LeadFacts
    assignment: AssignmentCard | None
    """The subject's."""
    effects: ClassEffects
    calls: NumberCalls
    """To the number, over all campaigns, the one that has ended among them."""


class CustomerReader:
    """Collects a customer's facts from the rooms that own them."""

    def __init__(self, class_effects: ClassEffectsService, allocation: AllocationService, trunks: TrunkChooser) -> None:
        self._class_effects = class_effects
        self._allocation = allocation
        self._trunks = trunks

    async def facts(self, work: Work, subjects: Sequence[tuple[Subject, str]]) -> list[CustomerFacts]:
        """Returns the facts of subjects, each with the trunk of its campaign or of its planned call, as they are in
        this transaction.

        Raises LeadNotFound.
        """
        since = at_business_time(cap_begins_on(business_date(work.now)), 0)
        read = await read_customers(work, subjects, since)
        return [await self._facts(work, *each, rows) for each, rows in zip(subjects, read, strict=True)]

    async def after_call(self, work: Work, subject: Subject, since: datetime) -> CustomerAfterCall:
        """Returns what decides what becomes of a customer who was called; ``since``: from when calls count.

        Raises LeadNotFound.
        """
        [rows] = await read_customers(work, [(replace(subject, agent_id=None, call_id=None), None)], since)
        read = _require(rows, subject)
        return CustomerAfterCall(
            lead=read.lead,
            assignment=read.assignment,
            effects=await self._class_effects.of_class(work, read.class_id),
            calls=number_calls(read.calls, work.now),
        )

    async def _facts(self, work: Work, subject: Subject, trunk: str, rows: CustomerRows | None) -> CustomerFacts:
        read = _require(rows, subject)
        calls = number_calls(read.calls, work.now)
        return CustomerFacts(
            do_not_call=read.lead.dnc,
            dnc_until=read.lead.dnc_until,
            basis_valid=read.lead.basis_valid,
            basis_until=read.lead.basis_until,
            called_at=calls.unasked_at,
            last_called_at=calls.last_at,
            call_going_on=calls.is_open,
            owed_until=calls.owed_until,
            effects=await self._class_effects.of_class(work, read.class_id),
            attempts=0 if read.assignment is None else read.assignment.attempts,
            holds_lead=await self._holds(work, subject, read),
            trunk=await self._trunk(work, subject, trunk, read.trunk),
        )

    async def _trunk(self, work: Work, subject: Subject, name: str, card: TrunkCard | None) -> TrunkChoice:
        """Chooses a trunk of the campaign's group; a call that is planned keeps its own."""
        if subject.trunk is None:
            return await self._trunks.choose(work, name, subject.lead_id, card)
        return TrunkChoice(name, use_of(card, subject.lead_id, work.now), ChoiceReason.ONLY_ONE)

    async def _holds(self, work: Work, subject: Subject, read: CustomerRows) -> bool:
        """Returns whether the agent holds the assignment within the quota; a callback needs none."""
        card = read.assignment
        if card is None:
            return subject.kind is not CallKind.LEAD
        if subject.agent_id is None:
            return False
        progress = read.progress
        if progress is None or card.work_on > business_date(work.now):
            work_on = max(card.work_on, business_date(work.now))
            progress = await self._allocation.progress(work, subject.agent_id, work_on)
        return (
            card.agent_id == subject.agent_id
            and card.lead_id == subject.lead_id
            and card.state in (AssignmentState.OPEN, AssignmentState.ACTIVE)
            and progress.assigned <= progress.quota
        )


def _require(rows: CustomerRows | None, subject: Subject) -> CustomerRows:
    if rows is None:
        raise LeadNotFound(f"there is no lead {subject.lead_id}")
    return rows
