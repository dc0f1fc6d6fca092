"""Carries out the commands to the switch that the outbox holds for this engine."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from callcenter.agents.legs import LegService
from callcenter.agents.service import AgentService
from callcenter.calls.service import CallService
from callcenter.calls.types import DIAL, HANG_UP, DialOrder
from callcenter.dialer.following import lock_seat_of
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import CONNECT_LEG, DISCONNECT_LEG, STALE_AFTER
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject, Verdict
from callcenter.kit.errors import Refusal
from callcenter.kit.log import get_logger
from callcenter.kit.outbox import Executor
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.recordings.arming import ArmingService
from callcenter.telephony.port import DialRequest, SwitchUnavailable

log = get_logger(__name__)


class DialCommand:
    """Dials: judges once more, writes it down, arms the recorder, commits; only then the command goes out."""

    def __init__(
        self,
        *,
        switch: Switch,
        calls: CallService,
        agents: AgentService,
        eligibility: EligibilityService,
        leads: LeadService,
        arming: ArmingService,
    ) -> None:
        self._switch = switch
        self._calls = calls
        self._agents = agents
        self._eligibility = eligibility
        self._leads = leads
        self._arming = arming

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Dials the planned call ``call_id``, or refuses it; one that is not planned any more is left alone."""
        call_id = UUID(payload["call_id"])
        self._switch.dialling.add(call_id)
        try:
            await self._judge_and_dial(call_id)
        finally:
            self._switch.dialling.discard(call_id)

    async def _judge_and_dial(self, call_id: UUID) -> None:
        async with self._switch.works.begin() as work:
            await lock_seat_of(work, self._calls, self._agents, call_id)
            order = await self._calls.dial_order(work, call_id)
            if order is None:
                return
            verdict = await self._verdict(work, order)
            if not verdict.allowed:
                await self._calls.refuse(work, call_id, verdict.stored())
                log.info("call not placed", call=str(call_id), rule=verdict.rule.value)
                return
            request = DialRequest(
                call_id=call_id,
                leg_id=order.leg_id,
                number=await self._leads.dial_number(work, order.lead_id),
                trunk=order.trunk,
                caller_id=order.caller_id,
                ring_seconds=order.ring_seconds,
            )
            if not await self._calls.begin_dialling(work, call_id, verdict.stored()):
                return
            await self._arming.arm(work, call_id)
        await self._send(request, verdict)

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
            ),
        )

    async def _send(self, request: DialRequest, verdict: Verdict) -> None:
        try:
            await self._switch.gateway.dial(request)
        except Refusal as error:
            sent = isinstance(error, SwitchUnavailable) and error.sent
            log.warning("dial command failed", call=str(request.call_id), code=error.code, sent=sent)
            if not sent:  # otherwise the switch may be dialling: the sweep asks it
                async with self._switch.works.begin() as work:
                    await lock_seat_of(work, self._calls, self._agents, request.call_id)
                    await self._calls.refuse(work, request.call_id, verdict.stored())


class Commands:
    """Joins every command to the switch to its kind of effect."""

    def __init__(self, *, switch: Switch, legs: LegService, dial: DialCommand) -> None:
        self._switch = switch
        self._legs = legs
        self._dial = dial

    @property
    def executors(self) -> Mapping[str, Executor]:
        """Returns who carries out which kind of effect."""
        return {
            DIAL: self._dial,
            HANG_UP: self._hang_up,
            CONNECT_LEG: self._connect_leg,
            DISCONNECT_LEG: self._disconnect_leg,
        }

    async def _hang_up(self, payload: dict[str, Any]) -> None:
        await self._switch.gateway.hang_up(UUID(payload["call_id"]))

    async def _connect_leg(self, payload: dict[str, Any]) -> None:
        gateway = self._switch.gateway
        try:
            if number := payload.get("robot_number"):
                await gateway.connect_robot(payload["leg_id"], number, self._switch.trunk)
            else:
                await gateway.connect_agent(payload["leg_id"], payload["extension"])
        except SwitchUnavailable:
            async with self._switch.works.begin() as work:
                await self._legs.failed(work, payload["leg_id"])

    async def _disconnect_leg(self, payload: dict[str, Any]) -> None:
        await self._switch.gateway.disconnect_agent(payload["leg_id"])
