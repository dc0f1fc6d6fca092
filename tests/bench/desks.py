"""The agents of the engine's bench, in a process of their own: log on, get ready, dispose of each call at once.

``python -m tests.bench.desks URL SEATS BEGIN``: BEGIN is the instant by which the bench's clock is shifted, in seconds.
"""

import asyncio
import sys
from datetime import timedelta

import asyncpg

from callcenter.agents.service import Phone
from callcenter.agents.types import FLOOR_TOPIC, AgentState
from callcenter.bootstrap import Part, build, running
from callcenter.calls.types import Disposition, DispositionDetails
from callcenter.kit.actor import Actor
from callcenter.kit.clock import ShiftedClock
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.support.settings import core_settings

_AT_ONCE = 8
_WHOSE_TURN = """
    SELECT agent_id, state FROM agent_session WHERE state = 'wrap_up' OR (state = 'paused' AND leg_state = 'up')
"""


class Desks:
    """Acts for every agent whose screen allows it."""

    def __init__(self, url: str, shift: float) -> None:
        clock = ShiftedClock(timedelta(seconds=shift))
        self.system = build(core_settings(url, node="n1"), store=MemoryStore(clock), clock=clock)
        self._busy: set[int] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def log_on(self, agents: list[int]) -> None:
        """Opens the sessions; each agent's telephone is a number of the simulated carrier."""
        for agent in agents:
            async with self.system.works.begin() as work:
                await self.system.agents.log_on(
                    work, agent, Phone(node="n1", extension=None, robot_number=f"0772{agent:07d}")
                )

    async def work(self, url: str) -> None:
        """Serves the screens until the process is ended.

        Whose turn it is the agents see by bare SQL: their eyes are no part of the service, and a look at all screens at
        each change would cost more than the service with many seats.
        """
        eyes = await asyncpg.connect(url)
        with self.system.waker.listen(FLOOR_TOPIC) as wake:
            while True:
                async with asyncio.TaskGroup() as group:
                    for row in await eyes.fetch(_WHOSE_TURN):
                        group.create_task(self._act(row["agent_id"], AgentState(row["state"])))
                await wake.wait(timeout=0.2)

    async def _act(self, agent: int, state: AgentState) -> None:
        async with self._room, self.system.works.begin(Actor(agent, "agent", "agent")) as work:
            if state is AgentState.WRAP_UP:
                await self.system.desk.dispose(work, agent, Disposition.THINKING, DispositionDetails())
            else:
                await self.system.agents.ready(work, agent)


async def main(url: str, seats: int, shift: float) -> None:
    desks = Desks(url, shift)
    async with running(desks.system, {Part.WEB}):
        async with desks.system.works.begin() as work:
            agents = [card.id for card in await desks.system.people.by_role(work, Role.AGENT)][:seats]
        await desks.log_on(agents)
        await desks.work(url)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
