"""Takes the next customer for an agent, and takes customers back who were not called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from callcenter.agents.types import DeskDuty, Seat
from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentCard
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard, CallbackKind
from callcenter.calls.types import CallKind
from callcenter.dialer.rules.settlement import (
    PUT_OFF,
    SettlementKind,
    block,
    put_back,
    refused_callback,
    set_aside,
)
from callcenter.dialer.settling import SettlingService
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject, Verdict
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.lines.service import LineService

_MOST_SET_ASIDE_PER_OFFER = 10
"""Leads set aside in one go while looking for one that may be called; the next tick goes on."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A customer claimed for an agent, and the permission to call, which holds within the same transaction."""

    subject: Subject
    verdict: Verdict


class CustomerQueue:
    """Claims an agent's customers, callbacks that are due before the day's leads, and takes them back."""

    def __init__(
        self,
        *,
        eligibility: EligibilityService,
        allocation: AllocationService,
        callbacks: CallbackService,
        settling: SettlingService,
        lines: LineService,
    ) -> None:
        self._eligibility = eligibility
        self._allocation = allocation
        self._callbacks = callbacks
        self._settling = settling
        self._lines = lines

    async def claim_next(self, work: Work, agent_id: int, duty: DeskDuty = DeskDuty.MARKETING) -> Claimed | None:
        """Claims the next customer this agent may call now, with the permission; None when there is none."""
        return (await self.claim_for(work, {agent_id: duty})).get(agent_id)

    async def claim_for(self, work: Work, agents: Mapping[int, DeskDuty]) -> dict[int, Claimed]:
        """Does the same for many agents at once, in their order; those are left out for whom there is none.

        Promises and obligations that are due come before new leads. Leads that may not be called are set aside; the
        complaint staff call no leads.
        """
        waiting = await self._callbacks.waiting(work, agents) if len(agents) > 1 else set(agents)
        claimed = {
            agent_id: callback
            for agent_id, duty in agents.items()
            if agent_id in waiting and (callback := await self._next_callback(work, agent_id, duty)) is not None
        }
        others = [a for a, duty in agents.items() if a not in claimed and duty is not DeskDuty.COMPLAINTS]
        return claimed | (await self._next_leads(work, others) if others else {})

    async def begin_probe(self, work: Work, subject: Subject, verdict: Verdict) -> bool:
        """Lets a call through that would try a paused trunk; False when another one tries it already."""
        trunk = verdict.probe_trunk
        return trunk is None or await self._lines.begin_probe(work, trunk, subject.lead_id)

    async def subject_of(self, work: Work, seat: Seat) -> Subject | None:
        """Returns the customer on a seat's screen."""
        if seat.callback_id is not None:
            return subject_of(seat.agent_id, None, await self._callbacks.card(work, seat.callback_id), seat.call_id)
        if seat.assignment_id is not None:
            return subject_of(seat.agent_id, await self._allocation.card(work, seat.assignment_id), None, seat.call_id)
        return None

    async def put_back(self, work: Work, seat: Seat, *, note: str = "") -> None:
        """Puts the customer of a seat back uncalled, to be offered again a little later."""
        if seat.callback_id is not None:
            await self._callbacks.release(work, seat.callback_id, due_at=work.now + PUT_OFF)
        if seat.assignment_id is not None:
            sealed = ""
            if note:
                lead_id = (await self._allocation.card(work, seat.assignment_id)).lead_id
                sealed = self._settling.sealed(lead_id, note)
            await self._settling.carry_out(work, seat.assignment_id, put_back(work.now), note_sealed=sealed)

    async def let_go(self, work: Work, *, assignment_id: int | None, callback_id: int | None) -> None:
        """Puts back what an agent who is gone had on the screen, due as before."""
        if callback_id is not None:
            await self._callbacks.release(work, callback_id)
        if assignment_id is not None:
            await self._allocation.let_go(work, assignment_id)

    async def block(self, work: Work, subject: Subject, rule: RuleId) -> None:
        """Takes a customer who may not be called any more from the agent: no lead is held, no promise is left."""
        if subject.callback_id is not None:
            await self._callbacks.lapse(work, subject.callback_id, rule.value)
        if subject.assignment_id is not None:
            await self._settling.carry_out(work, subject.assignment_id, block(rule))

    async def _next_callback(self, work: Work, agent_id: int, duty: DeskDuty) -> Claimed | None:
        card = await self._callbacks.claim_next(work, agent_id, duty)
        if card is None:
            return None
        subject = _of_callback(card, agent_id)
        [verdict] = await self._verdicts(work, [subject])
        if verdict.allowed:
            return Claimed(subject, verdict)
        refusal = refused_callback(verdict, owed=card.kind is CallbackKind.COMPLAINT)
        if refusal.lapses:
            await self._callbacks.lapse(work, card.id, refusal.reason)
        else:
            await self._callbacks.release(work, card.id, due_at=refusal.due_at, keeps_grace=refusal.keeps_grace)
        return None

    async def _next_leads(self, work: Work, agents: Sequence[int]) -> dict[int, Claimed]:
        closed: dict[int, set[int]] = {}
        cards = await self._allocation.claim_for(work, agents, business_date(work.now))
        claimed = await self._judged(work, cards, closed)
        for agent_id in {card.agent_id for card in cards} - set(claimed):
            claimed |= await self._following_lead(work, agent_id, closed)
        return claimed

    async def _following_lead(self, work: Work, agent_id: int, closed: dict[int, set[int]]) -> dict[int, Claimed]:
        """Claims an agent's next lead after one that was set aside."""
        for _ in range(_MOST_SET_ASIDE_PER_OFFER - 1):
            without = closed.get(agent_id, ())
            card = await self._allocation.claim_next(work, agent_id, business_date(work.now), without=without)
            if card is None:
                break
            if claimed := await self._judged(work, [card], closed):
                return claimed
        return {}

    async def _judged(
        self, work: Work, cards: Sequence[AssignmentCard], closed: dict[int, set[int]]
    ) -> dict[int, Claimed]:
        """Returns those claimed leads that may be called, by agent, and sets the others aside.

        Adds to ``closed``, by agent, the campaigns of which each lead would meet the same refusal.
        """
        subjects = [_of_assignment(card, card.agent_id) for card in cards]
        claimed: dict[int, Claimed] = {}
        for card, subject, verdict in zip(cards, subjects, await self._verdicts(work, subjects), strict=True):
            if verdict.allowed:
                claimed[card.agent_id] = Claimed(subject, verdict)
                continue
            settlement = set_aside(verdict)
            await self._settling.carry_out(work, card.id, settlement)
            if settlement.kind is SettlementKind.RELEASE:
                closed.setdefault(card.agent_id, set()).add(card.campaign_id)
        return claimed

    async def _verdicts(self, work: Work, subjects: Sequence[Subject]) -> list[Verdict]:
        """Judges offers; on a paused trunk the first that is allowed becomes the probe, and no other is offered."""
        refused = Verdict(allowed=False, rule=RuleId.LINE, reason="another call tries the trunk", at=work.now)
        verdicts = await self._eligibility.verdicts(work, subjects) if subjects else []
        return [
            verdict if await self.begin_probe(work, subject, verdict) else refused
            for subject, verdict in zip(subjects, verdicts, strict=True)
        ]


def subject_of(
    agent_id: int, assignment: AssignmentCard | None, callback: CallbackCard | None, call_id: UUID | None = None
) -> Subject | None:
    """Returns whom an agent would call, or calls: of a callback, or of an assignment; None without either."""
    if callback is not None:
        return _of_callback(callback, agent_id, call_id)
    return _of_assignment(assignment, agent_id, call_id) if assignment is not None else None


def _of_callback(card: CallbackCard, agent_id: int, call_id: UUID | None = None) -> Subject:
    return Subject(
        kind=CallKind.COMPLAINT if card.kind is CallbackKind.COMPLAINT else CallKind.CALLBACK,
        agent_id=agent_id,
        lead_id=card.lead_id,
        campaign_id=card.campaign_id,
        callback_id=card.id,
        call_id=call_id,
    )


def _of_assignment(card: AssignmentCard, agent_id: int, call_id: UUID | None = None) -> Subject:
    return Subject(
        kind=CallKind.LEAD,
        agent_id=agent_id,
        lead_id=card.lead_id,
        campaign_id=card.campaign_id,
        assignment_id=card.id,
        call_id=call_id,
    )
