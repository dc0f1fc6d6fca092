"""Serves agent sessions: connects their legs, and offers ready agents their next customer."""

from collections.abc import Sequence

from callcenter.agents.legs import LegService
from callcenter.agents.service import AgentService
from callcenter.agents.types import seats_topic
from callcenter.calls.errors import AlreadyOnCall
from callcenter.calls.types import engine_queue
from callcenter.dialer.dialling import Dialler
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import CONNECT_LEG
from callcenter.kit.effects import Effect
from callcenter.kit.log import get_logger
from callcenter.kit.wake import Waker
from callcenter.telephony.port import DialRequest

log = get_logger(__name__)

_TOGETHER = 16
"""Agents who are offered a customer in one transaction: it locks their sessions, and the last waits for all."""


class SeatServer:
    """Looks at the agent sessions of one switch whenever something about them changed, and at each tick."""

    def __init__(
        self,
        *,
        switch: Switch,
        waker: Waker,
        agents: AgentService,
        legs: LegService,
        placing: PlacingService,
        dialler: Dialler,
    ) -> None:
        self._switch = switch
        self._waker = waker
        self._agents = agents
        self._legs = legs
        self._placing = placing
        self._dialler = dialler

    async def run(self) -> None:
        """Serves the sessions until cancelled; while the link is down or not reconciled, none is served."""
        with self._waker.listen(seats_topic(self._switch.node)) as wake:
            while True:
                if self._switch.link.ready:
                    await self._serve()
                await wake.wait(timeout=self._switch.settings.tick_seconds)

    async def _serve(self) -> None:
        async with self._switch.works.begin() as work:
            waiting = await self._agents.waiting(work, self._switch.node)
        if waiting.for_leg:
            await self._connect_legs()
        ready = waiting.for_customer
        for place in range(0, len(ready), _TOGETHER):
            if not self._switch.lag.offers:  # asked for each: offering many takes time, in which the lag may grow
                break
            await self._offer_customers(ready[place : place + _TOGETHER])

    async def _connect_legs(self) -> None:
        async with self._switch.works.begin() as work:
            for seat in await self._legs.begin(work, self._switch.node):
                order = {"leg_id": seat.leg_id, "extension": seat.extension, "robot_number": seat.robot_number}
                await work.enqueue(Effect(engine_queue(self._switch.node), CONNECT_LEG, order))

    async def _offer_customers(self, agent_ids: Sequence[int]) -> None:
        """Offers ready agents a customer each, in one transaction; where that fails, one by one, so that a refusal at
        one agent touches no other."""
        try:
            requests = await self._offer(agent_ids)
        except Exception as error:
            if len(agent_ids) > 1:
                log.warning("customers are offered one by one", count=len(agent_ids), error=type(error).__name__)
                for agent_id in agent_ids:
                    await self._offer_customers([agent_id])
            elif isinstance(error, AlreadyOnCall):  # of the same number, by another agent or engine: offered anew
                log.info("another call to the number began", agent=agent_ids[0])
            else:
                log.exception("no customer could be offered", agent=agent_ids[0])
            return
        for request, agent_id in requests:
            self._dialler.send(request, agent_id)

    async def _offer(self, agent_ids: Sequence[int]) -> list[tuple[DialRequest, int]]:
        """Returns the commands of the calls that are placed at once, for after the commit, each with its agent."""
        async with self._switch.works.begin() as work:
            seats = {seat.agent_id: seat for seat in await self._agents.ready_seats(work, agent_ids)}
            in_order = [seats[agent_id] for agent_id in agent_ids if agent_id in seats]
            offered = await self._placing.offer_to(work, in_order) if in_order else []
            orders = [each.order for each in offered if each.order is not None]
            requests = await self._dialler.arm(work, orders) if orders else []
        return [(request, order.agent_id) for request, order in zip(requests, orders, strict=True)]
