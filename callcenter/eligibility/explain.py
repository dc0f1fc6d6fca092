"""Explains one customer: by which way the next call would come, and every gate before it."""

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentCard, AssignmentState
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard, CallbackKind
from callcenter.calls.types import CallKind
from callcenter.eligibility.gates import Explanation, explain
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.standing import StandingReader
from callcenter.eligibility.types import Subject
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService

_HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The explanation, and for which call it holds."""

    lead_id: int
    kind: CallKind
    """A callback the customer waits for comes before the lead itself."""
    agent_id: int | None
    """The agent the gates were asked for: the one named, else the one who has the customer; None: there is neither."""
    assignment: AssignmentCard | None
    """The assignment that holds the lead, or held it last."""
    callback: CallbackCard | None
    explanation: Explanation
    names: Mapping[int, str]
    """Names of the agents concerned, by staff id."""


class ExplainService:
    """Collects what ``gates.explain`` asks for."""

    def __init__(
        self,
        *,
        eligibility: EligibilityService,
        people: PeopleService,
        leads: LeadService,
        allocation: AllocationService,
        callbacks: CallbackService,
        standings: StandingReader,
    ) -> None:
        self._eligibility = eligibility
        self._people = people
        self._leads = leads
        self._allocation = allocation
        self._callbacks = callbacks
        self._standings = standings

    async def explain(self, work: Work, lead_id: int, agent_id: int | None = None) -> Explained:
        """Returns every gate before the next call to this customer, for the agent named or the one who has the lead.

        Raises LeadNotFound.
        """
        lead = await self._leads.facts(work, lead_id)
        assignment = await self._allocation.last_of(work, lead_id)
        held = assignment if assignment is not None and assignment.state in _HELD else None
        callback = await self._callbacks.open_of(work, lead_id)
        if agent_id is None:
            agent_id = _agent_in_charge(held, callback)
        subject = Subject(
            kind=_kind_of_next_call(callback),
            agent_id=agent_id,
            lead_id=lead_id,
            campaign_id=lead.campaign_id if callback is None else callback.campaign_id,
            assignment_id=held.id if held is not None and callback is None else None,
        )
        situation = await self._eligibility.situation(work, subject)
        standing = await self._standings.of(work, lead, subject, held, callback)
        return Explained(
            lead_id=lead_id,
            kind=subject.kind,
            agent_id=agent_id,
            assignment=assignment,
            callback=callback,
            explanation=explain(situation.facts, standing, situation.horizon, work.now),
            names=await self._names(work, agent_id, assignment, callback),
        )

    async def _names(
        self, work: Work, agent_id: int | None, assignment: AssignmentCard | None, callback: CallbackCard | None
    ) -> Mapping[int, str]:
        ids = {agent_id, assignment.agent_id if assignment else None}
        if callback is not None:
            ids |= {callback.agent_id, callback.claimed_by}
        cards = await self._people.cards(work, [staff_id for staff_id in ids if staff_id is not None])
        return {card.id: card.name for card in cards.values()}


def _kind_of_next_call(callback: CallbackCard | None) -> CallKind:
    if callback is None:
        return CallKind.LEAD
    return CallKind.COMPLAINT if callback.kind is CallbackKind.COMPLAINT else CallKind.CALLBACK


def _agent_in_charge(held: AssignmentCard | None, callback: CallbackCard | None) -> int | None:
    """Returns who would make the next call: a callback's agent before the lead's."""
    if callback is not None:
        return callback.claimed_by or callback.agent_id
    return None if held is None else held.agent_id
