"""Two regions with their field agents, and what tests let them do."""

from dataclasses import dataclass
from datetime import date, datetime

from callcenter.calls.types import CallCard, Disposition, DispositionDetails
from callcenter.field.service import FieldServices
from callcenter.field.types import (
    HandOverCard,
    RegionCard,
    VisitCard,
    VisitReport,
    VisitResult,
)
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.quality.types import ReviewDecided, ReviewVerdict
from tests.support.cast import Cast

TUESDAY = date(2026, 11, 24)


@dataclass
class FieldForce:
    """Two regions: the east has two field agents and a leader, the west one agent."""

    works: Works
    clock: FrozenClock
    cast: Cast
    people: PeopleService
    field: FieldServices
    east: RegionCard
    west: RegionCard
    anna: Actor
    ben: Actor
    wei: Actor
    leader: Actor
    dispatcher: Actor

    async def passed(
        self,
        district: str = "Pudong",
        verdict: ReviewVerdict = ReviewVerdict.PASS,
        *,
        at: datetime | None = None,
        address: str = "",
    ) -> HandOverCard | None:
        """Plays a success whose customer asks for a visit on Tuesday at two, and its review; returns the hand-over."""
        return await self.review(await self.success(district, at=at, address=address), verdict)

    async def success(self, district: str = "Pudong", *, at: datetime | None = None, address: str = "") -> CallCard:
        async with self.works.begin() as work:
            agent, lead = await self.cast.staff(work), await self.cast.lead(work, district=district)
            call_id = await self.cast.call(work, agent, lead)
            details = DispositionDetails(
                note="ring twice", visit_at=at or at_business_time(TUESDAY, 14), visit_address=address
            )
            await self.cast.dispose(work, call_id, Disposition.SUCCESS, details)
            return await self.cast.calls.card(work, call_id)

    async def review(self, call: CallCard, verdict: ReviewVerdict = ReviewVerdict.PASS) -> HandOverCard | None:
        async with self.works.begin() as work:
            await work.announce(
                ReviewDecided(
                    review_id=1,
                    call_id=call.id,
                    lead_id=call.lead_id,
                    campaign_id=call.campaign_id,
                    agent_id=call.agent_id,
                    verdict=verdict,
                    at=work.now,
                )
            )
            cards = [card for card in await self.field.hand_overs.hand_overs(work) if card.call_id == call.id]
            return cards[0] if cards else None

    async def list_of(self, actor: Actor, on: date = TUESDAY) -> list[VisitCard]:
        async with self.works.begin(actor) as work:
            return await self.field.visits.visits(work, actor.id, on)

    async def report(
        self, actor: Actor, visit_id: int, result: VisitResult, next_at: datetime | None = None
    ) -> HandOverCard:
        async with self.works.begin(actor) as work:
            return await self.field.visits.report(
                work, visit_id, VisitReport(result=result, note="王小明 was not at home", next_at=next_at)
            )
