"""Takes customers who may not be called any more off the agents' screens (requirements L6, L9).

The block and the screen are two transactions. The block holds customers and assignments; a screen is changed with its
seat locked first, as everybody does. In one transaction the two orders would meet and wait for each other. So the
block plans an effect per agent concerned, in its own transaction, and the engine performs it the moment that commits.
In between the judge refuses: what is on the screen cannot be dialled.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from callcenter.agents.service import AgentService, desk_topic
from callcenter.agents.types import AgentState, Seat
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService, engine_queue
from callcenter.calls.types import CallKind, CallState
from callcenter.dialer import repository
from callcenter.dialer.judge import Judge, Subject
from callcenter.dialer.models import DeskNotice
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.rules import blocking_rule
from callcenter.dialer.types import CLEAR_SCREEN, NoticeCode, RuleId
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.log import get_logger
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import LeadsBlocked

log = get_logger(__name__)

_TOLD_FOR = timedelta(hours=4)
"""A notice older than this explains nothing any more."""


class ClearingService:
    """From "this customer is blocked" to a screen without that customer, and an agent who knows why."""

    def __init__(
        self,
        *,
        placing: PlacingService,
        judge: Judge,
        agents: AgentService,
        allocation: AllocationService,
        callbacks: CallbackService,
        leads: LeadService,
        calls: CallService,
    ) -> None:
        self._placing = placing
        self._judge = judge
        self._agents = agents
        self._allocation = allocation
        self._callbacks = callbacks
        self._leads = leads
        self._calls = calls

    async def blocked(self, work: Work, event: LeadsBlocked) -> None:
        """Ends the promises to these customers and orders their screens cleared."""
        agents = set(await self._allocation.on_screens(work, event.lead_ids))
        agents |= await self._callbacks.void_promises(work, event.lead_ids, event.why)
        for agent_id in sorted(agents):
            if seat := await self._agents.seat(work, agent_id):
                order = {"agent_id": agent_id, "lead_ids": list(event.lead_ids)}
                await work.enqueue(Effect(engine_queue(seat.node), CLEAR_SCREEN, order, Delivery.AT_LEAST_ONCE))

    async def clear(self, work: Work, order: Mapping[str, Any]) -> None:
        """Performs one order; what has changed since is left as it is.

        Not in a call: the customer leaves the screen. A call that is not dialled yet is refused, one that is not
        answered is ended. A conversation goes on; the agent is told. An owed callback stays (requirement X3).
        """
        seat = await self._agents.seat(work, order["agent_id"], lock=True)
        subject = await self._placing.subject_of(work, seat) if seat else None
        if seat is None or subject is None or subject.kind is CallKind.COMPLAINT:
            return
        if subject.lead_id not in order["lead_ids"] or not (rule := await self._rule(work, subject.lead_id)):
            return
        if seat.state is AgentState.PREVIEW:
            await self._agents.withdraw(work, seat.agent_id)
            await self._placing.let_go(work, subject, rule)
            await self._tell(work, subject, NoticeCode.TAKEN_OFF, rule)
        elif seat.state is AgentState.ON_CALL:
            await self._in_call(work, seat, subject, rule)

    async def _in_call(self, work: Work, seat: Seat, subject: Subject, rule: RuleId) -> None:
        assert seat.call_id is not None, "on_call has its call"
        if await repository.is_told(work.session, seat.call_id):
            return  # the order has come a second time, after a crash or with another block
        call = await self._calls.card(work, seat.call_id)
        if call.state is CallState.ANSWERED:
            await self._tell(work, subject, NoticeCode.IN_CONVERSATION, rule, seat)
        elif call.state is CallState.PLANNED:
            await self._tell(work, subject, NoticeCode.HUNG_UP, rule, seat)
            await self._calls.refuse(work, call.id, (await self._judge.verdict(work, subject)).stored())
        elif call.state is not CallState.ENDED:
            await self._tell(work, subject, NoticeCode.HUNG_UP, rule, seat)
            await self._calls.hang_up(work, call.id)

    async def _rule(self, work: Work, lead_id: int) -> RuleId | None:
        facts = await self._leads.facts(work, lead_id)
        return blocking_rule(do_not_call=facts.dnc, basis_valid=facts.basis_valid)

    async def _tell(
        self, work: Work, subject: Subject, code: NoticeCode, rule: RuleId, seat: Seat | None = None
    ) -> None:
        work.session.add(
            DeskNotice(
                agent_id=subject.agent_id,
                lead_id=subject.lead_id,
                call_id=seat.call_id if seat else None,
                code=code,
                rule=rule,
                at=work.now,
            )
        )
        await work.notify(desk_topic(subject.agent_id))
        log.info("screen cleared", agent=subject.agent_id, lead=subject.lead_id, code=code.value, rule=rule.value)

    # -- what the agent is told

    async def notice(self, work: Work, seat: Seat) -> DeskNotice | None:
        """The newest unread notice; one about a conversation only as long as that is on the screen."""
        found = await repository.find_unread(work.session, seat.agent_id, work.now - _TOLD_FOR)
        if found and found.code is NoticeCode.IN_CONVERSATION and found.call_id != seat.call_id:
            return None
        return found

    async def read(self, work: Work, agent_id: int, notice_id: int) -> None:
        await repository.mark_read(work.session, agent_id, notice_id, work.now)
        await work.notify(desk_topic(agent_id))
