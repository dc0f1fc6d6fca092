"""From a passed success to the result of its visits."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from callcenter.calls.service import CallService
from callcenter.campaigns.service import CampaignService
from callcenter.field import repository
from callcenter.field.errors import (
    AssignNeedsTarget,
    CrossRegion,
    DistrictTaken,
    HandOverDone,
    HandOverNotFound,
    NotAFieldAgent,
    NotYourVisits,
    RegionNotFound,
    ReportedAlready,
    ReportInvalid,
    VisitNotFound,
)
from callcenter.field.models import HandOver, Region, Visit
from callcenter.field.rules import (
    AgentLoad,
    Routing,
    after_visit,
    find_region,
    hand_over_due,
    move_problem,
    route,
    same_district,
)
from callcenter.field.settings import FieldSettings
from callcenter.field.types import (
    Customer,
    HandOverAssigned,
    HandOverCard,
    HandOverState,
    RegionCard,
    VisitCard,
    VisitReported,
    VisitResult,
    VisitState,
)
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from callcenter.quality.types import ReviewDecided

_ROUTING = "field:routing"
"""Held while loads are counted and a visit is given away, so that nobody gets more than a day holds."""


class FieldService:
    def __init__(
        self,
        settings: FieldSettings,
        vault: Vault,
        people: PeopleService,
        leads: LeadService,
        campaigns: CampaignService,
        calls: CallService,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._people = people
        self._leads = leads
        self._campaigns = campaigns
        self._calls = calls

    # -- regions

    async def create_region(
        self, work: Work, name: str, districts: Collection[str], leader_id: int | None = None
    ) -> RegionCard:
        """A new region. A district belongs to one region only."""
        await work.lock("field:regions")
        for region in await repository.list_regions(work.session):
            taken = {same_district(one) for one in region.districts} & {same_district(one) for one in districts}
            if taken:
                raise DistrictTaken(f"{', '.join(sorted(taken))} belongs to {region.name}")
        row = Region(name=name, districts=list(districts), leader_id=leader_id, created_at=work.now)
        work.session.add(row)
        await work.session.flush()
        return _region(row)

    async def regions(self, work: Work) -> list[RegionCard]:
        return [_region(row) for row in await repository.list_regions(work.session)]

    async def set_leader(self, work: Work, region_id: int, leader_id: int) -> RegionCard:
        """Names the region's one leader (requirement F1)."""
        row = await self._region_row(work, region_id)
        row.leader_id = leader_id
        await work.session.flush()
        return _region(row)

    # -- hand-over

    async def take_over(self, work: Work, event: ReviewDecided) -> HandOverCard:
        """A success passed: it is routed at once (requirements F2, F3). One call is handed over once."""
        if existing := await repository.hand_over_of_call(work.session, event.call_id):
            return (await self._cards(work, [existing]))[0]
        call = await self._calls.card(work, event.call_id)
        lead = await self._leads.card(work, event.lead_id)
        due_at = hand_over_due(work.now, await self._campaigns.calendar(work), self._settings.assigned_by)
        request = call.details.get("visit_at")
        requested_visit_at = datetime.fromisoformat(request) if request else due_at
        await work.lock(_ROUTING)
        region = find_region(lead.district, await self.regions(work))
        routing = await self._route(work, region, requested_visit_at)
        hand_over = HandOver(
            call_id=event.call_id,
            lead_id=event.lead_id,
            campaign_id=event.campaign_id,
            district=lead.district,
            region_id=routing.region_id,
            field_agent_id=routing.field_agent_id,
            state=routing.state,
            due_at=due_at,
            requested_visit_at=requested_visit_at,
            handed_at=work.now,
            reason=routing.reason,
        )
        work.session.add(hand_over)
        await work.session.flush()
        await self._place(work, hand_over, routing, by=None)
        return (await self._cards(work, [hand_over]))[0]

    async def hand_overs(
        self,
        work: Work,
        states: Collection[HandOverState] = tuple(HandOverState),
        *,
        region_id: int | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[HandOverCard]:
        """The longest waiting first; ``after`` is the last id of the page before."""
        rows = await repository.list_hand_overs(
            work.session, states=states, due_before=None, region_id=region_id, after=after, limit=limit
        )
        return await self._cards(work, rows)

    async def overdue(
        self, work: Work, *, region_id: int | None = None, after: int = 0, limit: int = 100
    ) -> list[HandOverCard]:
        """Not assigned although the time has passed (requirement F2)."""
        rows = await repository.list_hand_overs(
            work.session,
            states=repository.WAITING,
            due_before=work.now,
            region_id=region_id,
            after=after,
            limit=limit,
        )
        return await self._cards(work, rows)

    async def assign(
        self,
        work: Work,
        hand_over_id: int,
        *,
        field_agent_id: int | None = None,
        region_id: int | None = None,
        reason: str = "",
    ) -> HandOverCard:
        """The actor gives a hand-over to a field agent, or to a region whose least loaded agent then gets it.

        A leader moves inside the own region; between regions only a dispatcher does, with a reason (requirement F3).
        """
        if (field_agent_id is None) == (region_id is None):
            raise AssignNeedsTarget("name the field agent or the region, one of them")
        await work.lock(_ROUTING)
        hand_over = await self._hand_over(work, hand_over_id)
        if hand_over.state is HandOverState.DONE:
            raise HandOverDone("this customer's visits are over")
        target = await self._region_of(work, field_agent_id) if field_agent_id is not None else region_id
        assert target is not None
        region = await self._region(work, target)
        problem = move_problem(
            own_region=work.actor.scope.region_id,
            everywhere=work.actor.role == Role.DISPATCHER,
            from_region=hand_over.region_id,
            to_region=region.id,
            reason=reason,
        )
        if problem:
            raise CrossRegion(problem)
        if field_agent_id is None:
            routing = await self._route(work, region, hand_over.requested_visit_at)
        else:
            routing = Routing(region.id, field_agent_id, reason.strip() or "assigned manually")
        hand_over.region_id, hand_over.field_agent_id = routing.region_id, routing.field_agent_id
        hand_over.state, hand_over.reason = routing.state, reason.strip() or routing.reason
        await self._place(work, hand_over, routing, by=work.actor.id)
        facts = {"region": routing.region_id, "field_agent": routing.field_agent_id, "reason": hand_over.reason}
        await work.announce(Noted("field.assigned", f"hand_over:{hand_over.id}", facts))
        return (await self._cards(work, [hand_over]))[0]

    async def take_back(self, work: Work, field_agent_id: int) -> int:
        """A field agent has left: the planned visits go to others of the region. Returns how many."""
        await work.lock(_ROUTING)
        visits = await repository.planned_of_agent(work.session, field_agent_id)
        for visit in visits:
            hand_over = await self._hand_over(work, visit.hand_over_id)
            if hand_over.field_agent_id != field_agent_id or hand_over.region_id is None:
                continue
            region = await self._region(work, hand_over.region_id)
            routing = await self._route(work, region, visit.visit_at, but=field_agent_id)
            hand_over.field_agent_id, hand_over.state = routing.field_agent_id, routing.state
            hand_over.reason = f"field agent left; {routing.reason}"
            await self._place(work, hand_over, routing, by=None)
        return len(visits)

    # -- visits

    async def visits(self, work: Work, field_agent_id: int, on: date) -> list[VisitCard]:
        """A field agent's own day, in visiting order, with the customers in clear; each reveal is audited.

        Today's list begins with earlier visits that were not reported.
        """
        if work.actor.staff_id != field_agent_id:
            raise NotYourVisits("a day's list is for the field agent who makes the visits")
        since, until = _day(on)
        rows = await repository.day_of_agent(
            work.session, field_agent_id, since, until, with_overdue=on == business_date(work.now)
        )
        return [
            await self._visit_card(work, visit, hand_over, position)
            for position, (visit, hand_over) in enumerate(rows, 1)
        ]

    async def report(
        self, work: Work, visit_id: int, result: VisitResult, note: str = "", next_at: datetime | None = None
    ) -> HandOverCard:
        """The actor's report of a visit. The same report sent twice, over a poor connection, is taken once."""
        visit = await repository.find_visit(work.session, visit_id)
        if visit is None or visit.field_agent_id != work.actor.id:
            raise VisitNotFound("there is no such visit among yours")
        hand_over = await self._hand_over(work, visit.hand_over_id)
        await work.session.refresh(visit)
        if visit.state is not VisitState.PLANNED:
            if (visit.result, visit.next_at) == (result, next_at):
                return (await self._cards(work, [hand_over]))[0]
            raise ReportedAlready("this visit has its report, or was taken back", state=visit.state.value)
        after = after_visit(result, next_at, work.now)
        if isinstance(after, str):
            raise ReportInvalid(after)
        reported = await repository.report(
            work.session,
            visit_id,
            work.actor.id,
            result=result,
            note_sealed=self._vault.seal(note.strip()) if note.strip() else None,
            next_at=next_at,
            reported_at=work.now,
        )
        if reported is None:
            raise ReportedAlready("this visit was given to somebody else meanwhile")
        hand_over.state, hand_over.reason = after.state, after.reason
        if after.state is HandOverState.OPEN:
            hand_over.field_agent_id = None
            hand_over.due_at = hand_over_due(work.now, await self._campaigns.calendar(work), self._settings.assigned_by)
        if after.next_at is not None:
            hand_over.requested_visit_at = after.next_at
            work.session.add(
                Visit(
                    hand_over_id=hand_over.id,
                    number=visit.number + 1,
                    field_agent_id=visit.field_agent_id,
                    visit_at=after.next_at,
                )
            )
        await work.session.flush()
        await work.announce(
            VisitReported(
                visit_id=visit_id,
                hand_over_id=hand_over.id,
                lead_id=hand_over.lead_id,
                campaign_id=hand_over.campaign_id,
                field_agent_id=visit.field_agent_id,
                result=result,
                at=work.now,
            )
        )
        return (await self._cards(work, [hand_over]))[0]

    # -- inside

    async def _route(self, work: Work, region: RegionCard | None, at: datetime, *, but: int | None = None) -> Routing:
        agents = [one.id for one in await self._people.field_agents(work, region.id)] if region else []
        since, until = _day(business_date(at))
        loads = await repository.loads(work.session, agents, since, until)
        free = [AgentLoad(one, loads.get(one, 0)) for one in agents if one != but]
        return route(region, free, self._settings.visits_a_day)

    async def _place(self, work: Work, hand_over: HandOver, routing: Routing, *, by: int | None) -> None:
        """Gives the planned visit to the one it was routed to, or takes it away."""
        planned = await repository.planned_visit(work.session, hand_over.id)
        if routing.region_id is None or routing.field_agent_id is None:
            if planned is not None:
                planned.state = VisitState.CANCELLED
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
        planned.field_agent_id = routing.field_agent_id
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

    async def _region_of(self, work: Work, field_agent_id: int) -> int:
        card = await self._people.card(work, field_agent_id)
        if card.region_id is not None:
            team = await self._people.field_agents(work, card.region_id)
            if field_agent_id in {one.id for one in team}:
                return card.region_id
        raise NotAFieldAgent("this is no active field agent with a region")

    async def _region(self, work: Work, region_id: int) -> RegionCard:
        return _region(await self._region_row(work, region_id))

    async def _region_row(self, work: Work, region_id: int) -> Region:
        row = await repository.find_region(work.session, region_id)
        if row is None:
            raise RegionNotFound(f"there is no region {region_id}")
        return row

    async def _hand_over(self, work: Work, hand_over_id: int) -> HandOver:
        row = await repository.find_hand_over(work.session, hand_over_id)
        if row is None:
            raise HandOverNotFound(f"there is no hand-over {hand_over_id}")
        return row

    async def _visit_card(self, work: Work, visit: Visit, hand_over: HandOver, position: int) -> VisitCard:
        clear = await self._leads.particulars(work, hand_over.lead_id, f"visit {visit.id}")
        call = await self._calls.card(work, hand_over.call_id)
        return VisitCard(
            id=visit.id,
            hand_over_id=hand_over.id,
            position=position,
            number=visit.number,
            customer=Customer(
                name=clear.name,
                phone=clear.phone,
                address=self._calls.visit_address(call) or clear.address,
                district=clear.district,
                age=clear.age,
            ),
            visit_at=visit.visit_at,
            state=visit.state,
            result=visit.result,
            note=self._vault.open(visit.note_sealed) if visit.note_sealed else "",
            next_at=visit.next_at,
            call_note=self._calls.note(call),
        )

    async def _cards(self, work: Work, rows: Sequence[HandOver]) -> list[HandOverCard]:
        visits = await repository.count_visits(work.session, [row.id for row in rows])
        return [
            HandOverCard(
                id=row.id,
                call_id=row.call_id,
                lead_id=row.lead_id,
                campaign_id=row.campaign_id,
                district=row.district,
                region_id=row.region_id,
                field_agent_id=row.field_agent_id,
                state=row.state,
                due_at=row.due_at,
                requested_visit_at=row.requested_visit_at,
                assigned_at=row.assigned_at,
                assigned_by=row.assigned_by,
                reason=row.reason,
                visits=visits.get(row.id, 0),
            )
            for row in rows
        ]


def _region(row: Region) -> RegionCard:
    return RegionCard(row.id, row.name, tuple(row.districts), row.leader_id)


def _day(on: date) -> tuple[datetime, datetime]:
    """First instant of a business date, and of the next."""
    return at_business_time(on, 0), at_business_time(on + timedelta(days=1), 0)
