"""Hand-overs: from a passed success to the field agent who visits (requirements F2–F4)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from callcenter.calls.service import CallService
from callcenter.calls.visit_times import VisitTimes
from callcenter.field import repository
from callcenter.field.cards import hand_over_card, hand_over_cards
from callcenter.field.errors import AssignNeedsTarget, CrossRegion, HandOverDone, HandOverNotFound, VisitTimePassed
from callcenter.field.models import HandOver, Visit
from callcenter.field.regions import RegionService
from callcenter.field.repository import HandOverQuery
from callcenter.field.routing import RoutingService, day_bounds
from callcenter.field.rules import Routing, find_region, move_problem, without_agent
from callcenter.field.transitions import HAND_OVER
from callcenter.field.types import HAND_OVER_WORDS, Appointment, HandOverCard, HandOverState, RoutingReason
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import BlockReason
from callcenter.people.types import Role
from callcenter.quality.types import ReviewDecided


class HandOverService:
    """Creates hand-overs from passed successes, lists and assigns them."""

    def __init__(
        self,
        regions: RegionService,
        routing: RoutingService,
        leads: LeadService,
        calls: CallService,
        visit_times: VisitTimes,
        vault: Vault,
    ) -> None:
        self._regions = regions
        self._routing = routing
        self._leads = leads
        self._calls = calls
        self._visit_times = visit_times
        self._vault = vault

    async def take_over(self, work: Work, event: ReviewDecided) -> HandOverCard:
        """Creates and routes the hand-over of a passed success. Repeating it for the same call changes nothing."""
        if existing := await repository.find_by_call(work.session, event.call_id):
            return await hand_over_card(work, existing, self._vault)
        call = await self._calls.card(work, event.call_id)
        lead = await self._leads.card(work, event.lead_id)
        due_at = await self._routing.due_at(work)
        visit_at = call.details.get("visit_at")
        requested_visit_at = datetime.fromisoformat(visit_at) if visit_at else due_at
        await self._routing.lock(work)
        region = find_region(lead.district, await self._regions.regions(work))
        routing = await self._routing.route(work, region, requested_visit_at)
        routing = without_agent(routing, requested_visit_at, work.now)
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
        await self._routing.place(work, hand_over, routing)
        if why := await self._blocked(work, event.lead_id):  # since the success
            hand_over.question, hand_over.questioned_at = why, work.now
            await work.session.flush()
        return await hand_over_card(work, hand_over, self._vault)

    async def _blocked(self, work: Work, lead_id: int) -> BlockReason | None:
        """Returns why a customer may not be called any more; the visit is then for a person to decide (L9)."""
        facts = await self._leads.facts(work, lead_id)
        if facts.dnc:
            return BlockReason.DO_NOT_CALL
        return None if facts.basis_valid else BlockReason.BASIS_WITHDRAWN

    async def questioned(self, work: Work, *, after: int = 0, limit: int = 100) -> list[HandOverCard]:
        """Returns those of the actor's scope that wait for a decision: their customer may not be called any more."""
        query = HandOverQuery(states=tuple(HandOverState), questioned=True)
        rows = await repository.list_hand_overs(work, query, after=after, limit=limit)
        return await hand_over_cards(work, rows, self._vault)

    async def hand_overs(
        self,
        work: Work,
        states: Collection[HandOverState] = tuple(HandOverState),
        *,
        after: int = 0,
        limit: int = 100,
    ) -> list[HandOverCard]:
        """Returns hand-overs of the actor's scope, the longest waiting first; ``after``: last id of the page before."""
        query = HandOverQuery(states=tuple(states))
        rows = await repository.list_hand_overs(work, query, after=after, limit=limit)
        return await hand_over_cards(work, rows, self._vault)

    async def overdue(self, work: Work, *, after: int = 0, limit: int = 100) -> list[HandOverCard]:
        """Returns hand-overs of the actor's scope that are past ``due_at`` and still not assigned (requirement F2)."""
        query = HandOverQuery(states=repository.WAITING, due_before=work.now)
        rows = await repository.list_hand_overs(work, query, after=after, limit=limit)
        return await hand_over_cards(work, rows, self._vault)

    async def has_customer(self, work: Work, lead_id: int) -> bool:
        """Returns whether this customer is visited by the actor, or in the actor's region (requirement S1)."""
        return await repository.has_customer(work, lead_id)

    async def assign(
        self,
        work: Work,
        hand_over_id: int,
        *,
        field_agent_id: int | None = None,
        region_id: int | None = None,
        reason: str = "",
        appointment: Appointment | None = None,
    ) -> HandOverCard:
        """Assigns a hand-over to a field agent, or to a region whose least loaded agent then gets it.

        A leader assigns within their own region; only a dispatcher, with a reason, moves one to another region (F3).
        An appointment replaces the visit time; it is demanded when that has passed.
        Raises AssignNeedsTarget, HandOverNotFound, HandOverDone, RegionNotFound, NotAFieldAgent, CrossRegion,
        VisitTimePassed, VisitInThePast, VisitTimeUnconfirmed.
        """
        if (field_agent_id is None) == (region_id is None):
            raise AssignNeedsTarget("name the field agent or the region, exactly one of them")
        if not await repository.is_within(work, hand_over_id):
            raise HandOverNotFound(f"there is no hand-over {hand_over_id} in your region")
        await self._routing.lock(work)
        hand_over = await self._locked_row(work, hand_over_id)
        if not HAND_OVER.permitted(hand_over.state):
            raise HandOverDone(f"hand-over {hand_over_id} is done: no further visit can be assigned")
        target = region_id if field_agent_id is None else await self._regions.of_agent(work, field_agent_id)
        assert target is not None
        region = await self._regions.find(work, target)
        problem = move_problem(
            own_region=work.actor.scope.region_id,
            everywhere=work.actor.role == Role.DISPATCHER,
            from_region=hand_over.region_id,
            to_region=region.id,
            reason=reason,
        )
        if problem:
            raise CrossRegion(problem)
        await self._agree_time(work, hand_over, appointment)
        if field_agent_id is None:
            routing = await self._routing.route(work, region, hand_over.requested_visit_at)
        else:
            routing = Routing(region.id, field_agent_id, RoutingReason.MANUAL)
        hand_over.reason = routing.reason
        hand_over.words_sealed = self._vault.seal_words(reason.strip(), HAND_OVER_WORDS.at(hand_over)) or None
        await self._routing.reroute(work, hand_over, routing, by=work.actor.id)
        facts: dict[str, object] = {
            "region": routing.region_id,
            "field_agent": routing.field_agent_id,
            "explained": bool(reason.strip()),
        }
        if appointment is not None:
            facts["visit_at"] = appointment.visit_at.isoformat()
        await work.announce(Noted("field.assigned", f"hand_over:{hand_over.id}", facts))
        return await hand_over_card(work, hand_over, self._vault)

    async def _agree_time(self, work: Work, hand_over: HandOver, appointment: Appointment | None) -> None:
        """Sets the new visit time; refuses to keep one that has passed."""
        if appointment is not None:
            await self._visit_times.require(work, appointment.visit_at, confirmed=appointment.confirmed)
            hand_over.requested_visit_at = appointment.visit_at
        elif hand_over.requested_visit_at <= work.now:
            raise VisitTimePassed(
                "the visit time has passed: agree a new one with the customer and enter it",
                visit_at=hand_over.requested_visit_at.isoformat(),
            )

    async def take_back(self, work: Work, field_agent_id: int) -> int:
        """Reassigns the planned visits of a field agent who has left within the region. Returns how many (law 12)."""
        await self._routing.lock(work)
        visits = await repository.list_planned_of_agent(work.session, field_agent_id)
        return await self._reroute(work, visits, RoutingReason.AGENT_LEFT)

    async def reroute_absent(self, work: Work) -> int:
        """Routes planned visits, from today on, whose field agent is not there on their day. Returns how many.

        Law 12: a field agent who is on leave, off the roster, without a valid licence or gone makes no visit.
        """
        since, _ = day_bounds(business_date(work.now))
        planned = await repository.list_planned_since(work.session, since)
        if not await self._routing.absent(work, planned):
            return 0
        await self._routing.lock(work)  # looked at again behind the lock: another transaction may have moved them
        planned = await repository.list_planned_since(work.session, since)
        return await self._reroute(work, await self._routing.absent(work, planned), RoutingReason.AGENT_AWAY)

    async def _reroute(self, work: Work, visits: Sequence[Visit], why: RoutingReason) -> int:
        rerouted = 0
        for visit in visits:
            field_agent_id = visit.field_agent_id
            hand_over = await self._locked_row(work, visit.hand_over_id)
            if hand_over.field_agent_id != field_agent_id or hand_over.region_id is None:
                continue  # moved since the list was read
            region = await self._regions.find(work, hand_over.region_id)
            routing = await self._routing.route(work, region, visit.visit_at, without=field_agent_id)
            routing = without_agent(routing, visit.visit_at, work.now)
            passed = routing.reason is RoutingReason.TIME_PASSED
            hand_over.reason = (RoutingReason.TIME_PASSED if passed else why).value
            hand_over.words_sealed = None
            await self._routing.reroute(work, hand_over, routing)
            rerouted += 1
        return rerouted

    async def _locked_row(self, work: Work, hand_over_id: int) -> HandOver:
        row = await repository.lock_hand_over(work.session, hand_over_id)
        if row is None:
            raise HandOverNotFound(f"there is no hand-over {hand_over_id}")
        return row
