"""Takes customers who may not be called any more off the agents' screens (requirements L6, L9).

Blocking a customer and clearing the screen are two transactions, because they lock in opposite orders: the block locks
customers and assignments, while every change of a screen locks the agent session first. In one transaction they could
deadlock. So the block plans one effect per agent concerned, in its own transaction (``BlockedScreens``), and the engine
runs it as soon as that has committed (``ClearingService``). In between the verdict refuses, so the customer on the
screen cannot be dialled.
"""

from collections.abc import Mapping
from typing import Any

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, Seat
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind, CallState, engine_queue
from callcenter.desk.notices import NoticeService
from callcenter.desk.types import CLEAR_SCREEN, NoticeCode
from callcenter.dialer.queue import CustomerQueue
from callcenter.eligibility.rules import blocking_rule
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import LeadsBlocked


class BlockedScreens:
    """Finds the screens that show a blocked customer and plans an effect that clears them."""

    def __init__(self, *, agents: AgentService, allocation: AllocationService, callbacks: CallbackService) -> None:
        self._agents = agents
        self._allocation = allocation
        self._callbacks = callbacks

    async def blocked(self, work: Work, event: LeadsBlocked) -> None:
        """Ends the promises to these customers and plans the clearing of the screens that show them."""
        agents = set(await self._allocation.on_screens(work, event.lead_ids))
        agents |= await self._callbacks.void_promises(work, event.lead_ids, event.why)
        for agent_id in sorted(agents):
            if seat := await self._agents.seat(work, agent_id):
                order = {"agent_id": agent_id, "lead_ids": list(event.lead_ids)}
                await work.enqueue(Effect(engine_queue(seat.node), CLEAR_SCREEN, order, Delivery.AT_LEAST_ONCE))


class ClearingService:
    """Clears the screen of a blocked customer and leaves a notice that says why."""

    def __init__(
        self,
        *,
        queue: CustomerQueue,
        eligibility: EligibilityService,
        agents: AgentService,
        leads: LeadService,
        calls: CallService,
        notices: NoticeService,
    ) -> None:
        self._queue = queue
        self._eligibility = eligibility
        self._agents = agents
        self._leads = leads
        self._calls = calls
        self._notices = notices

    async def clear(self, work: Work, order: Mapping[str, Any]) -> None:
        """Clears one agent's screen (``agent_id``, ``lead_ids``) unless it shows another customer by now.

        Not in a call: the customer leaves the screen. A call that is not dialled yet is refused, one that is not
        answered is ended. A conversation goes on, and the agent sees a notice. An owed callback stays (requirement X3).
        """
        seat = await self._agents.seat(work, order["agent_id"], lock=True)
        subject = await self._queue.subject_of(work, seat) if seat else None
        if seat is None or subject is None or subject.kind is CallKind.COMPLAINT:
            return
        if subject.lead_id not in order["lead_ids"] or not (rule := await self._blocking_rule(work, subject.lead_id)):
            return
        if seat.state is AgentState.PREVIEW:
            await self._agents.withdraw(work, seat.agent_id)
            await self._queue.block(work, subject, rule)
            await self._notices.add(work, seat, subject.lead_id, NoticeCode.TAKEN_OFF, rule)
        elif seat.state is AgentState.ON_CALL:
            await self._clear_call(work, seat, subject, rule)

    async def _clear_call(self, work: Work, seat: Seat, subject: Subject, rule: RuleId) -> None:
        assert seat.call_id is not None, "on_call has its call"
        if await self._notices.has_any(work, seat.call_id):
            return  # the effect runs a second time, after a crash or because of another block
        call = await self._calls.card(work, seat.call_id)
        if call.state is CallState.ENDED:
            return
        code = NoticeCode.IN_CONVERSATION if call.state is CallState.ANSWERED else NoticeCode.HUNG_UP
        await self._notices.add(work, seat, subject.lead_id, code, rule, call_id=call.id)
        if call.state is CallState.PLANNED:
            verdict = await self._eligibility.verdict(work, subject)
            await self._calls.refuse(work, call.id, verdict.stored())
        elif call.state is not CallState.ANSWERED:
            await self._calls.hang_up(work, call.id)

    async def _blocking_rule(self, work: Work, lead_id: int) -> RuleId | None:
        lead = await self._leads.facts(work, lead_id)
        return blocking_rule(do_not_call=lead.dnc, basis_valid=lead.basis_valid)
