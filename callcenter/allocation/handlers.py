"""Reacts to what other rooms announce."""

from callcenter.allocation.returns import ReturnService
from callcenter.allocation.types import AssignmentEnd, End, LeadsAllocated
from callcenter.allocation.watch import AllocationWatch
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked, ListImported
from callcenter.people.types import StaffAway, StaffLeft, StaffMoved


def subscribe(bus: Bus, returns: ReturnService) -> None:
    """Takes leads back when agents leave or are on leave, or customers are blocked. Called once, by bootstrap."""

    async def on_staff_left(work: Work, event: StaffLeft | StaffMoved) -> None:
        await returns.agent_left(work, event.staff_id)

    async def on_staff_away(work: Work, event: StaffAway) -> None:
        await returns.agent_away(work, event.staff_id, event.first_on, event.last_on)

    async def on_leads_blocked(work: Work, event: LeadsBlocked) -> None:
        await returns.drop(work, event.lead_ids, End(AssignmentEnd(event.why)))

    bus.subscribe(StaffLeft, on_staff_left)
    bus.subscribe(StaffMoved, on_staff_left)
    bus.subscribe(StaffAway, on_staff_away)
    bus.subscribe(LeadsBlocked, on_leads_blocked)


def subscribe_watch(bus: Bus, watch: AllocationWatch) -> None:
    """Looks at the stock when it changes. Called after ``subscribe``: it looks at what is left."""

    async def on_list_imported(work: Work, event: ListImported) -> None:
        await watch.look_at_stock(work, {event.campaign_id})

    async def on_leads_blocked(work: Work, event: LeadsBlocked) -> None:
        if len(event.lead_ids) >= watch.many:  # a single refusal is seen by the next look, a minute later at most
            await watch.look_at_stock(work)

    bus.subscribe(LeadsAllocated, watch.on_allocated)
    bus.subscribe(ListImported, on_list_imported)
    bus.subscribe(LeadsBlocked, on_leads_blocked)
