"""Serves agent sessions: connects their legs, and offers ready agents their next customer."""

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

log = get_logger(__name__)


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
        for agent_id in waiting.for_customer:
            if not self._switch.lag.offers:  # asked for each: offering many takes time, in which the lag may grow
                break
            await self._offer_customer(agent_id)

    async def _connect_legs(self) -> None:
        async with self._switch.works.begin() as work:
            for seat in await self._legs.begin(work, self._switch.node):
                order = {"leg_id": seat.leg_id, "extension": seat.extension, "robot_number": seat.robot_number}
                await work.enqueue(Effect(engine_queue(self._switch.node), CONNECT_LEG, order))

    async def _offer_customer(self, agent_id: int) -> None:
        """Offers a ready agent a customer, in a transaction of its own: a refusal at one agent touches no other.

        A call that is placed at once is dialled as soon as that transaction is committed.
        """
        request = None
        try:
            async with self._switch.works.begin() as work:
                seat = await self._agents.ready_seat(work, agent_id)
                offered = await self._placing.offer(work, seat) if seat is not None else None
                if offered is not None and offered.order is not None:
                    request = await self._dialler.arm(work, offered.order)
        except AlreadyOnCall:  # of the same number, by another agent or engine at the same moment: offered anew
            log.info("another call to the number began", agent=agent_id)
        except Exception:
            log.exception("no customer could be offered", agent=agent_id)
        else:
            if request is not None:
                self._dialler.send(request, agent_id)
