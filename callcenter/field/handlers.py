"""Reactions of the field room: to reviews, to field agents who leave or are on leave, to blocked customers."""

from callcenter.field.hand_overs import HandOverService
from callcenter.field.questions import QuestionService
from callcenter.field.regions import RegionService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked
from callcenter.people.types import StaffAway, StaffLeft, StaffMoved
from callcenter.quality.types import ReviewDecided, ReviewVerdict


def subscribe(bus: Bus, hand_overs: HandOverService, regions: RegionService, questions: QuestionService) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def review_decided(work: Work, event: ReviewDecided) -> None:
        if event.verdict is ReviewVerdict.PASS:
            await hand_overs.take_over(work, event)

    async def staff_left(work: Work, event: StaffLeft | StaffMoved) -> None:
        await hand_overs.take_back(work, event.staff_id)
        await regions.leader_left(work, event.staff_id)

    async def staff_away(work: Work, _event: StaffAway) -> None:
        await hand_overs.reroute_absent(work)

    bus.subscribe(ReviewDecided, review_decided)
    bus.subscribe(StaffAway, staff_away)
    bus.subscribe(StaffLeft, staff_left)
    bus.subscribe(StaffMoved, staff_left)
    bus.subscribe(LeadsBlocked, questions.blocked)
