"""Reactions of the quality room: a call was disposed, a checker has logged out, left the bank or is on leave."""

from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.types import LoggedOut, StaffAway, StaffLeft, StaffMoved
from callcenter.quality.service import QualityService


def subscribe(bus: Bus, quality: QualityService) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        if DISPOSITIONS[event.disposition].is_success:
            await quality.queue(work, event)

    async def staff_left(work: Work, event: StaffLeft | StaffMoved) -> None:
        await quality.release_all(work, event.staff_id)

    async def logged_out(work: Work, event: LoggedOut) -> None:
        await quality.release_all(work, event.staff_id)

    async def staff_away(work: Work, event: StaffAway) -> None:
        if event.first_on <= business_date(work.now) <= event.last_on:
            await quality.release_all(work, event.staff_id)

    bus.subscribe(CallDisposed, call_disposed)
    bus.subscribe(StaffLeft, staff_left)
    bus.subscribe(StaffMoved, staff_left)
    bus.subscribe(LoggedOut, logged_out)
    bus.subscribe(StaffAway, staff_away)
