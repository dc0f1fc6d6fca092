"""Gives up what a lost node has left: nothing may wait for a switch or an engine that is gone (law 12).

A node is lost when two looks have found its engine silent, or without its switch, for longer than a while. A call that
goes on there, out of sight, ends in the database as unknown: what became of it cannot be learned. When the node is
back, its engine compares switch and database, and what the switch still reports is written down as facts.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from callcenter.agents.legs import LegService
from callcenter.agents.service import AgentService
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.dialer.following import lock_seat_of
from callcenter.health.service import HealthService
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works

log = get_logger(__name__)


class LostNodeSweep:
    """Ends the open calls of lost nodes, and the legs of their agents, who then can log on again elsewhere."""

    def __init__(
        self,
        *,
        health: HealthService,
        calls: CallService,
        signals: CallSignals,
        agents: AgentService,
        legs: LegService,
    ) -> None:
        self._health = health
        self._calls = calls
        self._signals = signals
        self._agents = agents
        self._legs = legs
        self._first_at: Mapping[str, datetime] = {}
        """Of the look before. In memory alone: another process that takes over looks twice itself."""

    async def run(self, works: Works) -> None:
        """Gives up what every lost node has left, each call in a transaction of its own."""
        async with works.begin() as work:
            look = await self._health.look_for_lost(work, self._first_at)
            lost = look.confirmed
            left = [(node, call.call_id) for node in lost for call in await self._calls.open_calls(work, node)]
        self._first_at = look.first_at
        for node, call_id in left:
            await self._end(works, node, call_id)
        for node in lost:
            async with works.begin() as work:
                await self._legs.reconcile(work, node, legs=frozenset(), phones=frozenset())

    async def _end(self, works: Works, node: str, call_id: UUID) -> None:
        async with works.begin() as work:
            await lock_seat_of(work, self._calls, self._agents, call_id)
            if not await self._calls.give_up_plan(work, call_id):
                await self._signals.end_lost(work, call_id)
            await work.announce(Noted("dialer.call_given_up", f"call:{call_id}", {"node": node}))
        log.warning("call of a lost node given up", node=node, call=str(call_id))
