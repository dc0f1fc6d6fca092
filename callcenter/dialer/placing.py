"""Offers a ready agent one customer, and plans the call to the customer on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.agents.types import Seat
from callcenter.calls.service import CallService
from callcenter.calls.types import CallPlan, DialOrder
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import DialMode
from callcenter.dialer.errors import MayNotCall
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.rules.mode import dial_mode
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject, Verdict
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


@dataclass(frozen=True, slots=True)
class Offered:
    """The customer who was put on a screen."""

    subject: Subject
    order: DialOrder | None = None
    """Where the call is placed at once: its engine dials it after the commit."""


class PlacingService:
    """Brings a ready agent to a planned call."""

    def __init__(
        self,
        *,
        queue: CustomerQueue,
        eligibility: EligibilityService,
        agents: AgentService,
        campaigns: CampaignService,
        leads: LeadService,
        calls: CallService,
    ) -> None:
        self._queue = queue
        self._eligibility = eligibility
        self._agents = agents
        self._campaigns = campaigns
        self._leads = leads
        self._calls = calls

    async def offer(self, work: Work, seat: Seat) -> Offered | None:
        """Puts the next customer on a ready agent's screen; in a progressive campaign the call is placed at once.

        Returns None when there is no customer to call now.
        """
        return next(iter(await self.offer_to(work, [seat])), None)

    async def offer_to(self, work: Work, seats: Sequence[Seat]) -> list[Offered]:
        """Does the same for many ready agents, in their order: with as many statements as for one.

        Raises AlreadyOnCall where another call to one of the numbers began meanwhile: nothing of it may stay.
        """
        claimed = await self._queue.claim_for(work, {seat.agent_id: seat.duty for seat in seats})
        indexes = await self._leads.phone_indexes(work, [each.subject.lead_id for each in claimed.values()])
        offered: list[Offered] = []
        plans: list[CallPlan] = []
        for seat in seats:
            if (customer := claimed.get(seat.agent_id)) is None:
                continue
            subject = customer.subject
            shown = await self._agents.offer(
                work, seat.agent_id, assignment_id=subject.assignment_id, callback_id=subject.callback_id
            )
            rules = await self._campaigns.rules(work, subject.campaign_id)
            if dial_mode(subject.kind, rules.mode) is DialMode.PROGRESSIVE:
                plans.append(await self._plan(work, shown, subject, customer.verdict, indexes[subject.lead_id]))
            else:
                offered.append(Offered(subject))
        orders = await self._calls.place(work, plans) if plans else []
        return offered + [Offered(claimed[order.agent_id].subject, order) for order in orders]

    async def call(self, work: Work, seat: Seat) -> None:
        """Plans the call to the customer on the screen. Raises MayNotCall with the rule that forbids it."""
        subject = await self._queue.subject_of(work, seat)
        if subject is None:
            raise NotNow("there is no customer on the screen to call", allowed=[])
        verdict = await self._eligibility.verdict(work, subject)
        [index] = (await self._leads.phone_indexes(work, [subject.lead_id])).values()
        await self._calls.plan(work, await self._plan(work, seat, subject, verdict, index))

    async def _plan(self, work: Work, seat: Seat, subject: Subject, verdict: Verdict, phone_index: str) -> CallPlan:
        """Puts the seat into a call, and returns what is settled of it. Raises MayNotCall, NotNow."""
        if not verdict.allowed:
            raise MayNotCall(verdict.reason, rule=verdict.rule.value)
        if seat.leg_id is None:
            raise NotNow("the phone of this desk is not connected", allowed=[])
        rules = await self._campaigns.rules(work, subject.campaign_id)
        call_id = uuid4()
        await self._agents.call_begins(work, seat.agent_id, call_id)
        # After the agent session: the end of a call locks its session, and then the trunk.
        if not await self._queue.begin_probe(work, subject, verdict):
            raise MayNotCall("another call tries the trunk: wait for its end", rule=RuleId.LINE.value)
        return CallPlan(
            id=call_id,
            kind=subject.kind,
            agent_id=seat.agent_id,
            lead_id=subject.lead_id,
            campaign_id=subject.campaign_id,
            assignment_id=subject.assignment_id,
            callback_id=subject.callback_id,
            node=seat.node,
            leg_id=seat.leg_id,
            phone_index=phone_index,
            caller_id=rules.caller_id,
            trunk=verdict.trunk,
            ring_seconds=rules.ring_seconds,
            verdict=verdict.stored(),
            is_probe=verdict.probe_trunk is not None,
        )
