"""What this room does when something happened below it."""

from callcenter.field.service import FieldService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.people.types import StaffLeft
from callcenter.quality.types import ReviewDecided, ReviewVerdict


def subscribe(bus: Bus, field: FieldService) -> None:
    async def decided(work: Work, event: ReviewDecided) -> None:
        if event.verdict is ReviewVerdict.PASS:
            await field.take_over(work, event)

    async def left(work: Work, event: StaffLeft) -> None:
        await field.take_back(work, event.staff_id)

    bus.subscribe(ReviewDecided, decided)
    bus.subscribe(StaffLeft, left)
