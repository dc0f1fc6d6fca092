"""What the allocation does when another room says something."""

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import LeadsAllocated
from callcenter.allocation.watch import AllocationWatch
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked, ListImported
from callcenter.people.types import StaffLeft

LEFT = "left"
"""Why the leads of somebody who leaves return."""


def subscribe(bus: Bus, allocation: AllocationService) -> None:
    """Called once, by bootstrap."""

    async def on_staff_left(work: Work, event: StaffLeft) -> None:
        await allocation.return_leads(work, event.staff_id, LEFT, reassign=True)

    async def on_leads_blocked(work: Work, event: LeadsBlocked) -> None:
        await allocation.drop(work, event.lead_ids, event.why)

    bus.subscribe(StaffLeft, on_staff_left)
    bus.subscribe(LeadsBlocked, on_leads_blocked)


def subscribe_watch(bus: Bus, watch: AllocationWatch) -> None:
    """After ``subscribe``: it looks at what is left."""

    async def on_list_imported(work: Work, event: ListImported) -> None:
        await watch.look_at_stock(work, {event.campaign_id})

    async def on_leads_blocked(work: Work, event: LeadsBlocked) -> None:
        if len(event.lead_ids) >= watch.many:  # a single refusal is seen by the next look, a minute later at most
            await watch.look_at_stock(work)

    bus.subscribe(LeadsAllocated, watch.allocated)
    bus.subscribe(ListImported, on_list_imported)
    bus.subscribe(LeadsBlocked, on_leads_blocked)
