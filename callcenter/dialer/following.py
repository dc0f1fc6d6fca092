"""Lets the calls of one switch follow what is known of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm.exc import StaleDataError

from callcenter.agents.service import AgentService
from callcenter.calls.open_calls import OpenCall
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals, may_end
from callcenter.dialer.switch import Switch
from callcenter.kit.log import get_logger
from callcenter.kit.passing import may_pass
from callcenter.kit.work import Work
from callcenter.telephony import events as tel

log = get_logger(__name__)


async def lock_seat_of(work: Work, calls: CallService, agents: AgentService, call_id: UUID) -> None:
    """Locks the agent session of a call that is going to be changed.

    Every change of a call locks its agent session first, so that two transactions never wait for each other.
    """
    await agents.hold(work, await calls.agents_of(work, {call_id}))


class CallFollower:
    """Writes signals and ends of calls."""

    def __init__(self, *, switch: Switch, calls: CallService, signals: CallSignals, agents: AgentService) -> None:
        self._switch = switch
        self._calls = calls
        self._signals = signals
        self._agents = agents

    async def take(self, signal: tel.CallSignal) -> None:
        """Writes one signal and lets its call follow it."""
        await self.take_all([signal])

    async def take_all(self, signals: Sequence[tel.CallSignal]) -> None:
        """Writes signals that came together, in their order, in one transaction: all of them or none.

        Calls that this engine remembers are not read. Where another process has changed one since, all are read.
        """
        call_ids = {signal.call_id for signal in signals}
        known = self._signals.known(call_ids)
        if known is None or not await self._took_known(known, signals):
            await self._take_read(call_ids, signals)

    async def _took_known(self, known: Sequence[OpenCall], signals: Sequence[tel.CallSignal]) -> bool:
        """Takes signals of calls as this engine remembers them; False where another process has changed one since.

        Only sessions of calls that may end are locked: another transaction that waits for one of the calls holds its
        session, and this one asks for no session after it has changed a call.
        """
        ending = {signal.call_id for signal in signals if may_end(signal)}
        try:
            async with self._switch.works.begin() as work:
                if agents := {call.row.agent_id for call in known if call.row.id in ending}:
                    await self._agents.hold(work, agents)
                await self._signals.take_known(work, known, signals)
        except StaleDataError:
            return False
        return True

    async def _take_read(self, call_ids: Collection[UUID], signals: Sequence[tel.CallSignal]) -> None:
        """Locks sessions before calls, and each in the order of their keys, as every other transaction does."""
        async with self._switch.works.begin() as work:
            await self._agents.hold(work, await self._calls.agents_of(work, call_ids))
            await self._calls.hold(work, call_ids)
            await self._signals.take(work, signals)

    async def end_unseen(self, call_ids: Iterable[UUID], alive_at: datetime | None) -> None:
        """Ends calls the switch does not hold any more, one by one, so that an error with one stops no other.

        ``alive_at``: until then their end would have been reported; None where that is not known.
        """
        for call_id in call_ids:
            try:
                async with self._switch.works.begin() as work:
                    await lock_seat_of(work, self._calls, self._agents, call_id)
                    await self._signals.end_lost(work, call_id, alive_at)
            except Exception as error:
                if may_pass(error):
                    raise
                log.exception("call could not be ended", call=str(call_id))
            else:
                self._switch.talking.discard(call_id)
                log.warning("call ended unseen", call=str(call_id))
