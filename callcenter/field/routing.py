"""Routing: chooses the field agent of a customer and plans the visit (requirements F2, F3)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from callcenter.campaigns.service import CampaignService
from callcenter.field import repository
from callcenter.field.models import HandOver, Visit
from callcenter.field.rules import AgentLoad, Routing, hand_over_due, route
from callcenter.field.settings import FieldSettings
from callcenter.field.transitions import HAND_OVER, VISIT, VisitFact
from callcenter.field.types import HandOverAssigned, RegionCard
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.people.availability import AvailabilityService
from callcenter.people.service import PeopleService
from callcenter.people.types import Duty

_LOCK = "field:routing"


class RoutingService:
    """Chooses field agents and plans their visits."""

    def __init__(
        self,
        people: PeopleService,
        availability: AvailabilityService,
        campaigns: CampaignService,
        settings: FieldSettings,
    ) -> None:
        self._people = people
        self._availability = availability
        self._campaigns = campaigns
        self._settings = settings

    async def lock(self, work: Work) -> None:
        """Lets one transaction route at a time, until it ends.

        Routing counts visits and then adds one, so two transactions at once could both take an agent's last free place
        of a day. Taken before any hand-over is locked, so that two routings cannot deadlock.
        """
        await work.lock(_LOCK)

    async def due_at(self, work: Work) -> datetime:
        """Returns the deadline for assigning a hand-over that is created or opened now (requirement F2)."""
        return hand_over_due(work.now, await self._campaigns.calendar(work), self._settings.assigned_by)

    async def route(
        self, work: Work, region: RegionCard | None, visit_at: datetime, *, without: int | None = None
    ) -> Routing:
        """Chooses the region's least loaded field agent who is there on the day; ``without``: not this one."""
        team = [agent.id for agent in await self._people.field_agents(work, region.id)] if region else []
        away = await self._availability.unavailable(work, team, business_date(visit_at), Duty.VISITS)
        agents = [agent for agent in team if agent not in away]
        since, until = day_bounds(business_date(visit_at))
        loads = await repository.count_loads(work.session, agents, since, until)
        candidates = [AgentLoad(agent, loads.get(agent, 0)) for agent in agents if agent != without]
        return route(region, candidates, self._settings.visits_a_day)

    async def absent(self, work: Work, planned: Collection[Visit]) -> Sequence[Visit]:
        """Returns those of these visits whose field agent is not there on the day of the visit."""
        of_day: dict[date, list[Visit]] = defaultdict(list)
        for visit in planned:
            of_day[business_date(visit.visit_at)].append(visit)
        absent: list[Visit] = []
        for on, visits in sorted(of_day.items()):
            agents = {visit.field_agent_id for visit in visits}
            away = await self._availability.unavailable(work, agents, on, Duty.VISITS)
            absent.extend(visit for visit in visits if visit.field_agent_id in away)
        return absent

    async def reroute(self, work: Work, hand_over: HandOver, routing: Routing, *, by: int | None = None) -> None:
        """Moves a locked hand-over, with its planned visit, to the region and agent of the new routing."""
        HAND_OVER.move(hand_over, routing.fact)
        hand_over.region_id, hand_over.field_agent_id = routing.region_id, routing.field_agent_id
        await self.place(work, hand_over, routing, by=by)

    async def place(self, work: Work, hand_over: HandOver, routing: Routing, *, by: int | None = None) -> None:
        """Assigns the planned visit to the agent of the routing, or cancels it without one; ``by`` None: by rule."""
        planned = await repository.find_planned_visit(work.session, hand_over.id)
        if routing.region_id is None or routing.field_agent_id is None:
            if planned is not None:
                VISIT.move(planned, VisitFact.CANCELLED)
                await work.session.flush()
            return
        hand_over.assigned_at, hand_over.assigned_by = work.now, by
        if planned is None:
            number = await repository.last_number(work.session, hand_over.id) + 1
            planned = Visit(
                hand_over_id=hand_over.id,
                number=number,
                field_agent_id=routing.field_agent_id,
                visit_at=hand_over.requested_visit_at,
            )
            work.session.add(planned)
        planned.field_agent_id, planned.visit_at = routing.field_agent_id, hand_over.requested_visit_at
        await work.session.flush()
        await work.announce(
            HandOverAssigned(
                hand_over_id=hand_over.id,
                lead_id=hand_over.lead_id,
                region_id=routing.region_id,
                field_agent_id=routing.field_agent_id,
                at=work.now,
            )
        )


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """Returns the first instant of a business date, and of the next."""
    return at_business_time(on, 0), at_business_time(on + timedelta(days=1), 0)
