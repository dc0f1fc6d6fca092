"""Lets the calls of one switch follow what is known of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from callcenter.agents.service import AgentService
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
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

        Sessions are locked before calls, and each in the order of their keys, as every other transaction does.
        """
        async with self._switch.works.begin() as work:
            call_ids = {signal.call_id for signal in signals}
            await self._agents.hold(work, await self._calls.agents_of(work, call_ids))
            await self._calls.hold(work, call_ids)
            for signal in signals:
                await self._signals.take(work, signal)

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
                log.warning("call ended unseen", call=str(call_id))
