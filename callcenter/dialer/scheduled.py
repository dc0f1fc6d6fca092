"""The dialer's scheduled task: customers forgotten on a screen."""

from callcenter.agents.service import AgentService
from callcenter.allocation.service import AllocationService
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService


async def sweep_screens(
    works: Works, allocation: AllocationService, agents: AgentService, people: PeopleService
) -> int:
    """Takes customers off the screens of agents who have no session any more; returns how many.

    Logging off does that at once; this finds what a crash left behind, and logs off agents who left the bank
    during a call.
    """
    async with works.begin() as work:
        seats = [seat.agent_id for seat in await agents.seats(work)]
        for agent_id in await people.inactive_among(work, seats):
            await agents.leave(work, agent_id)
    async with works.begin() as work:
        forgotten = await allocation.forgotten(work)
        seated = {seat.agent_id for seat in await agents.seats(work)} if forgotten else set()
        swept = [assignment_id for assignment_id, agent_id in forgotten if agent_id not in seated]
        for assignment_id in swept:
            await allocation.release(work, assignment_id)
            await work.announce(Noted("allocation.swept", f"assignment:{assignment_id}"))
        return len(swept)
