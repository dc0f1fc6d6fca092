"""Gives calls to the switch. The row says *dialling*, and is committed, before the command goes out (laws 1 and 8).

So a command goes out at most once: whatever happens after the commit, the row is not *planned* any more. A process that
ends between commit and command leaves a call that the switch does not know, and the next engine's comparison ends it.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID

from callcenter.agents.service import AgentService
from callcenter.calls.service import CallService
from callcenter.calls.types import DIAL, DialOrder, engine_queue, plans_topic
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import STALE_AFTER
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject, Verdict
from callcenter.kit.effects import EffectFailed
from callcenter.kit.errors import Refusal
from callcenter.kit.log import get_logger, mask_digits
from callcenter.kit.passing import may_pass
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.lines.choosing import TrunkChooser
from callcenter.recordings.arming import ArmingService
from callcenter.telephony.port import DialRequest, SwitchUnavailable

log = get_logger(__name__)

_AT_ONCE = 16
"""Calls that are judged or commanded at the same moment: each takes a connection to the database."""


class DialPreparation:
    """Brings a call to the command that dials it, inside the transaction after which the command goes out."""

    def __init__(
        self,
        *,
        calls: CallService,
        agents: AgentService,
        eligibility: EligibilityService,
        leads: LeadService,
        arming: ArmingService,
        trunks: TrunkChooser,
    ) -> None:
        self._trunks = trunks
        self._calls = calls
        self._agents = agents
        self._eligibility = eligibility
        self._leads = leads
        self._arming = arming

    async def of_planned(self, work: Work, call_id: UUID, agent_id: int) -> DialRequest | None:
        """Judges a planned call once more, and writes it down as dialled or as refused.

        Returns None where it is refused, or not planned any more.
        """
        await self._agents.hold(work, {agent_id})
        order = await self._calls.dial_order(work, call_id)
        if order is None:
            return None
        verdict = await self._verdict(work, order)
        if not verdict.allowed:
            await self._calls.refuse(work, call_id, verdict.stored())
            log.info("call not placed", call=str(call_id), rule=verdict.rule.value)
            return None
        await self._calls.begin_dialling(work, call_id, verdict.stored())
        [request] = await self.of_placed(work, [order])
        return request

    async def of_placed(self, work: Work, orders: Sequence[DialOrder]) -> list[DialRequest]:
        """Arms the recorder for calls that are dialled with the commit of this transaction."""
        await self._arming.arm(work, [order.call_id for order in orders])
        numbers = await self._leads.dial_numbers(work, [order.lead_id for order in orders])
        return [
            DialRequest(
                call_id=order.call_id,
                leg_id=order.leg_id,
                number=await self._trunks.number_on(work, order.trunk, numbers[order.lead_id]),
                trunk=order.trunk,
                caller_id=order.caller_id,
                ring_seconds=order.ring_seconds,
            )
            for order in orders
        ]

    async def not_sent(self, work: Work, call_id: UUID, agent_id: int) -> None:
        """Ends a call whose command did not reach the switch."""
        await self._agents.hold(work, {agent_id})
        await self._calls.refuse(work, call_id)

    async def _verdict(self, work: Work, order: DialOrder) -> Verdict:
        if work.now - order.planned_at > STALE_AFTER:
            return Verdict(allowed=False, rule=RuleId.NONE, reason="planned too long ago", at=work.now)
        return await self._eligibility.verdict(
            work,
            Subject(
                kind=order.kind,
                agent_id=order.agent_id,
                lead_id=order.lead_id,
                campaign_id=order.campaign_id,
                assignment_id=order.assignment_id,
                callback_id=order.callback_id,
                call_id=order.call_id,
                trunk=order.trunk,
            ),
        )


class Dialler:
    """Dials the calls of one switch: those the engine places itself, and those an agent has planned."""

    def __init__(self, *, switch: Switch, waker: Waker, calls: CallService, preparation: DialPreparation) -> None:
        self._switch = switch
        self._waker = waker
        self._calls = calls
        self._preparation = preparation
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Dials planned calls as soon as they are announced, until cancelled; a started command is not waited for."""
        with self._waker.listen(plans_topic(self._switch.node)) as wake:
            try:
                while True:
                    for call_id, agent_id in await self._planned():
                        if call_id not in self._switch.dialling:
                            self._switch.dialling.add(call_id)
                            self._begin(call_id, self._dial(call_id, agent_id))
                    await wake.wait(timeout=self._switch.settings.tick_seconds)
            finally:
                for task in self._running:
                    task.cancel()
                await asyncio.gather(*self._running, return_exceptions=True)

    async def arm(self, work: Work, orders: Sequence[DialOrder]) -> list[DialRequest]:
        """Returns the commands of calls that are dialled with the commit of this transaction, each for ``send``."""
        return await self._preparation.of_placed(work, orders)

    def send(self, request: DialRequest, agent_id: int) -> None:
        """Sends the command of a call whose transaction is committed, without waiting for the switch's answer."""
        self._switch.dialling.add(request.call_id)
        self._begin(request.call_id, self._send(request, agent_id))

    def _begin(self, call_id: UUID, act: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._watched(call_id, act))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _watched(self, call_id: UUID, act: Coroutine[Any, Any, None]) -> None:
        """Waits for one call's turn and its end.

        What passes by itself leaves the call planned, to be looked at again, or dialled: then the sweep ends it. Any
        other failure is announced.
        """
        try:
            async with self._room:
                await act
        except Exception as failure:
            if may_pass(failure):
                log.warning("call not dialled yet", call=str(call_id), error=type(failure).__name__)
                return
            error = mask_digits(f"{type(failure).__name__}: {failure}")
            log.warning("call not dialled", call=str(call_id), error=error)
            async with self._switch.works.begin() as work:
                facts = {"call_id": str(call_id)}
                await work.announce(EffectFailed(engine_queue(self._switch.node), DIAL, facts, error))
        finally:
            act.close()
            self._switch.dialling.discard(call_id)

    async def _planned(self) -> Sequence[tuple[UUID, int]]:
        """Returns the planned calls; none while the database fails: the end of ``run`` would cancel commands."""
        try:
            async with self._switch.works.begin() as work:
                return await self._calls.planned(work, self._switch.node)
        except Exception as failure:
            log.warning("planned calls not read yet", node=self._switch.node, error=type(failure).__name__)
            return ()

    async def _dial(self, call_id: UUID, agent_id: int) -> None:
        async with self._switch.works.begin() as work:
            request = await self._preparation.of_planned(work, call_id, agent_id)
        if request is not None:
            await self._send(request, agent_id)

    async def _send(self, request: DialRequest, agent_id: int) -> None:
        try:
            await self._switch.gateway.dial(request)
        except Refusal as error:
            sent = isinstance(error, SwitchUnavailable) and error.sent
            log.warning("dial command failed", call=str(request.call_id), code=error.code, sent=sent)
            if not sent:  # otherwise the switch may be dialling: the sweep asks it
                async with self._switch.works.begin() as work:
                    await self._preparation.not_sent(work, request.call_id, agent_id)
