"""Reactions of the field room: a review was decided, a field agent has left."""

from callcenter.field.hand_overs import HandOverService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.people.types import StaffLeft
from callcenter.quality.types import ReviewDecided, ReviewVerdict


def subscribe(bus: Bus, hand_overs: HandOverService) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def review_decided(work: Work, event: ReviewDecided) -> None:
        if event.verdict is ReviewVerdict.PASS:
            await hand_overs.take_over(work, event)

    async def staff_left(work: Work, event: StaffLeft) -> None:
        await hand_overs.take_back(work, event.staff_id)

    bus.subscribe(ReviewDecided, review_decided)
    bus.subscribe(StaffLeft, staff_left)
