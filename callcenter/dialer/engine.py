"""The engine of one switch: takes its signals, gives it its commands, offers ready agents their next customer.

Exactly one engine per switch (an advisory lock; a standby waits). Everything it needs to go on after a crash is in the
database: planned calls, seats, the outbox. What the switch says is written down before anything else happens, and is
tried again until the database takes it.
"""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from callcenter.agents.service import AgentService, seats_topic
from callcenter.calls.service import DIAL, HANG_UP, CallService, engine_queue
from callcenter.calls.types import CallKind
from callcenter.dialer.clearing import ClearingService
from callcenter.dialer.judge import Judge, Subject
from callcenter.dialer.link import LinkState
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.settings import DialerSettings
from callcenter.dialer.types import CLEAR_SCREEN, CONNECT_LEG, DISCONNECT_LEG, STALE_AFTER, RuleId, Verdict
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.errors import Refusal
from callcenter.kit.leader import lead
from callcenter.kit.log import get_logger
from callcenter.kit.outbox import OutboxRunner
from callcenter.kit.tasks import every, keep_running
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.leads.service import LeadService
from callcenter.recordings.arming import ArmingService
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.telephony import events as tel
from callcenter.telephony.port import DialRequest, SwitchGateway, SwitchUnavailable

log = get_logger(__name__)

_PASSING = ("40P01", "40001", "55P03", "57", "08")
"""SQLSTATEs (or classes) that a second try may overcome: deadlock, serialization, lock, shutdown, connection."""


def _passes(error: Exception) -> bool:
    """Whether trying again can help."""
    if isinstance(error, OperationalError | InterfaceError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return error.connection_invalidated or state.startswith(_PASSING)


class Engine:
    """Commands one switch on behalf of the system."""

    def __init__(
        self,
        *,
        node: str,
        trunk: str,
        database_url: str,
        works: Works,
        waker: Waker,
        gateway: SwitchGateway,
        calls: CallService,
        agents: AgentService,
        leads: LeadService,
        arming: ArmingService,
        pipeline: RecordingPipeline,
        placing: PlacingService,
        clearing: ClearingService,
        judge: Judge,
        settings: DialerSettings,
    ) -> None:
        self._node = node
        self._trunk = trunk
        self._database_url = database_url
        self._works = works
        self._waker = waker
        self._gateway = gateway
        self._calls = calls
        self._agents = agents
        self._leads = leads
        self._arming = arming
        self._pipeline = pipeline
        self._placing = placing
        self._clearing = clearing
        self._judge = judge
        self._settings = settings
        self._link = LinkState()
        self._order = asyncio.Lock()
        """Held while signals are taken, or the switch's state is: the state must not overwrite a newer signal.

        While it is held the database lags behind what the switch has said.
        """
        self._dialling: set[UUID] = set()
        """Calls between their judgement and the switch's answer to the command: the switch need not know them yet."""
        self._missing: set[UUID] = set()
        """Open calls the last sweep did not find in the switch."""
        self._outbox = OutboxRunner(
            works,
            waker,
            engine_queue(node),
            {
                DIAL: self._dial,
                HANG_UP: self._hang_up,
                CONNECT_LEG: self._connect_leg,
                DISCONNECT_LEG: self._disconnect_leg,
                CLEAR_SCREEN: self._clear_screen,
            },
        )

    async def run(self) -> None:
        """Waits to be the only engine of its switch, then works until cancelled."""
        await lead(self._database_url, f"engine:{self._node}", self._work)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("signals", self._take_signals))
            group.create_task(keep_running("outbox", self._outbox.run))
            group.create_task(keep_running("seats", self._serve_seats))
            group.create_task(keep_running("recordings", self._pipeline.run))
            group.create_task(every(self._settings.sweep_seconds, self._sweep, "sweep"))

    # -- what the switch says

    async def _take_signals(self) -> None:
        try:
            # closed at once, not when it is collected: a later run of the gateway would lose its link to this one's end
            async with aclosing(self._gateway.run()) as batches:
                async for batch in batches:
                    async with self._order:
                        for signal in batch:
                            await self._take_for_certain(signal)
        finally:
            self._link = self._link.link_down(None)

    async def _take_for_certain(self, signal: tel.Signal) -> None:
        """A fact is not lost because the database is away for a moment; a fact that breaks our code is logged."""
        while True:
            try:
                await self._take(signal)
            except Exception as error:
                if not _passes(error):
                    log.exception("signal could not be taken", signal=signal.key)
                    return
                log.warning("signal waits for the database", signal=signal.key, error=type(error).__name__)
                await asyncio.sleep(0.5)
            else:
                return

    async def _take(self, signal: tel.Signal) -> None:
        match signal:
            case tel.CallSignal():
                async with self._works.begin() as work:
                    await self._hold_seat(work, signal.call_id)
                    await self._calls.take_signal(work, signal)
            case tel.LinkUp():
                self._link = self._link.link_up(signal.at)
                log.info("switch connected", node=self._node, restarted=signal.restarted)
                await self._reconcile()
            case tel.LinkDown():
                self._link = self._link.link_down(signal.at)
                log.warning("switch lost", node=self._node, reason=signal.reason)
            case _:
                async with self._works.begin() as work:
                    await self._agents.take_signal(work, self._node, signal)

    async def _reconcile(self) -> None:
        """Takes over what the switch holds, whatever we believed (requirement C10), while signals wait.

        After each log-in. What fails is logged and stays owed; the sweep tries it again as long as the link is up.
        """
        link = self._link
        if link.up_since is None:
            return
        # before the switch is asked: a call that is taken up after this was dialled after the log-in, and is left alone
        dialling = frozenset(self._dialling)
        try:
            state = await self._gateway.read_state()
        except SwitchUnavailable as error:
            log.warning("state of the switch not read", node=self._node, error=error.detail)
            return
        async with self._works.begin() as work:
            orphans = await self._agents.reconcile(work, self._node, state.legs, state.phones)
            for leg_id in orphans:
                order = {"leg_id": leg_id}
                await work.enqueue(Effect(engine_queue(self._node), DISCONNECT_LEG, order, Delivery.AT_LEAST_ONCE))
            calls = await self._calls.compare(
                work, self._node, state.calls | dialling, state.answered, before=link.up_since
            )
        for call_id in calls.answered:
            await self._take_for_certain(tel.CustomerAnswered(at=link.up_since, call_id=call_id))
        await self._end_unseen(calls.gone, link.heard_until)
        if self._link is link:  # else the stream of signals has broken off meanwhile, and owes the next one
            self._link = link.reconciled()

    async def _sweep(self) -> None:
        """Finds calls whose end nobody told: twice in a row unknown to the switch means over."""
        if self._link.due:
            async with self._order:
                if self._link.due:
                    await self._reconcile()
        if not self._link.ready:
            return
        async with self._works.begin() as work:
            now = work.now
            candidates = {
                call.call_id
                for call in await self._calls.open_calls(work, self._node)
                if call.dialled_at and (now - call.dialled_at).total_seconds() > self._settings.sweep_grace_seconds
            }
            overdue = await self._calls.stale_plans(work, self._node, now - STALE_AFTER)
        for call_id in overdue:
            await self._dial({"call_id": str(call_id)})
        if not candidates:
            self._missing.clear()
            return
        dialling = frozenset(self._dialling)
        state = await self._gateway.read_state()
        missing = candidates - state.calls - dialling
        certain = missing & self._missing if not self._order.locked() else frozenset()
        self._missing = missing
        await self._end_unseen(certain, None)

    async def _end_unseen(self, call_ids: Iterable[UUID], alive_at: datetime | None) -> None:
        """Ends calls the switch does not hold any more, one by one: one that breaks our code stops no other."""
        for call_id in call_ids:
            try:
                async with self._works.begin() as work:
                    await self._hold_seat(work, call_id)
                    await self._calls.end_lost(work, [call_id], alive_at)
            except Exception as error:
                if _passes(error):
                    raise
                log.exception("call could not be ended", call=str(call_id))
            else:
                log.warning("call ended unseen", call=str(call_id))

    async def _hold_seat(self, work: Work, call_id: UUID) -> None:
        """The seat is locked before the call, by everybody: so two transactions never wait for each other."""
        agent_id = await self._calls.agent_of(work, call_id)
        if agent_id is not None:
            await self._agents.seat(work, agent_id, lock=True)

    # -- what the switch is told

    async def _dial(self, payload: dict[str, Any]) -> None:
        call_id = UUID(payload["call_id"])
        self._dialling.add(call_id)
        try:
            await self._judge_and_dial(call_id)
        finally:
            self._dialling.discard(call_id)

    async def _judge_and_dial(self, call_id: UUID) -> None:
        """The moment of dialling: judged again, written down, recorder armed, committed; then the command goes out."""
        async with self._works.begin() as work:
            await self._hold_seat(work, call_id)
            call = await self._calls.dial_order(work, call_id)
            if call is None:
                return
            verdict = await self._judge.verdict(
                work,
                Subject(
                    kind=CallKind(call.kind),
                    agent_id=call.agent_id,
                    lead_id=call.lead_id,
                    campaign_id=call.campaign_id,
                    assignment_id=call.assignment_id,
                    callback_id=call.callback_id,
                ),
            )
            if work.now - call.planned_at > STALE_AFTER:
                verdict = Verdict(allowed=False, rule=RuleId.NONE, reason="planned too long ago", at=work.now)
            if not verdict.allowed:
                await self._calls.refuse(work, call_id, verdict.stored())
                log.info("call not placed", call=str(call_id), rule=verdict.rule.value)
                return
            request = DialRequest(
                call_id=call_id,
                leg_id=call.leg_id,
                number=await self._leads.dial_number(work, call.lead_id),
                trunk=call.trunk,
                caller_id=call.caller_id,
                ring_seconds=call.ring_seconds,
            )
            if not await self._calls.begin_dialling(work, call_id, verdict.stored()):
                return
            await self._arming.arm(work, call_id)
        try:
            await self._gateway.dial(request)
        except Refusal as error:
            sent = isinstance(error, SwitchUnavailable) and error.sent
            log.warning("dial command failed", call=str(call_id), code=error.code, sent=sent)
            if not sent:  # otherwise nobody knows: the sweep asks the switch
                async with self._works.begin() as work:
                    await self._hold_seat(work, call_id)
                    await self._calls.refuse(work, call_id, verdict.stored())

    async def _hang_up(self, payload: dict[str, Any]) -> None:
        await self._gateway.hang_up(UUID(payload["call_id"]))

    async def _connect_leg(self, payload: dict[str, Any]) -> None:
        try:
            if number := payload.get("robot_number"):
                await self._gateway.connect_robot(payload["leg_id"], number, self._trunk)
            else:
                await self._gateway.connect_agent(payload["leg_id"], payload["extension"])
        except SwitchUnavailable:
            async with self._works.begin() as work:
                await self._agents.leg_failed(work, payload["leg_id"])

    async def _disconnect_leg(self, payload: dict[str, Any]) -> None:
        await self._gateway.disconnect_agent(payload["leg_id"])

    async def _clear_screen(self, payload: dict[str, Any]) -> None:
        async with self._works.begin() as work:
            await self._clearing.clear(work, payload)

    # -- what ready agents are given

    async def _serve_seats(self) -> None:
        with self._waker.listen(seats_topic(self._node)) as wake:
            while True:
                if self._link.ready:
                    await self._connect_legs()
                    await self._offer_customers()
                await wake.wait(timeout=self._settings.tick_seconds)

    async def _connect_legs(self) -> None:
        async with self._works.begin() as work:
            for seat in await self._agents.begin_leg(work, self._node):
                await work.enqueue(
                    Effect(
                        engine_queue(self._node),
                        CONNECT_LEG,
                        {"leg_id": seat.leg_id, "extension": seat.extension, "robot_number": seat.robot_number},
                    )
                )

    async def _offer_customers(self) -> None:
        """One transaction per seat: a refusal at one seat does not touch another."""
        async with self._works.begin() as work:
            waiting = [seat.agent_id for seat in await self._agents.ready_seats(work, self._node)]
        for agent_id in waiting:
            try:
                async with self._works.begin() as work:
                    seats = [s for s in await self._agents.ready_seats(work, self._node) if s.agent_id == agent_id]
                    if seats:
                        await self._placing.offer(work, seats[0])
            except Exception:
                log.exception("no customer could be offered", agent=agent_id)
