"""The dialer's scheduled task: customers forgotten on a screen."""

from callcenter.agents.service import AgentService
from callcenter.allocation.service import AllocationService
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works


async def sweep_screens(works: Works, allocation: AllocationService, agents: AgentService) -> int:
    """Takes customers off the screens of agents who have no session any more; returns how many.

    Logging off does that at once; this finds what a crash left behind.
    """
    async with works.begin() as work:
        forgotten = await allocation.forgotten(work)
        seated = {seat.agent_id for seat in await agents.seats(work)} if forgotten else set()
        swept = [assignment_id for assignment_id, agent_id in forgotten if agent_id not in seated]
        for assignment_id in swept:
            await allocation.release(work, assignment_id)
            await work.announce(Noted("allocation.swept", f"assignment:{assignment_id}"))
        return len(swept)
