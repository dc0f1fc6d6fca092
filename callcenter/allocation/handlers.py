"""What the allocation does when another room says something."""

from callcenter.allocation.service import AllocationService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked
from callcenter.people.types import StaffLeft


def subscribe(bus: Bus, allocation: AllocationService) -> None:
    """Called once, by bootstrap."""

    async def on_staff_left(work: Work, event: StaffLeft) -> None:
        await allocation.give_back(work, event.staff_id)

    async def on_leads_blocked(work: Work, event: LeadsBlocked) -> None:
        await allocation.drop(work, event.lead_ids, event.why)

    bus.subscribe(StaffLeft, on_staff_left)
    bus.subscribe(LeadsBlocked, on_leads_blocked)
