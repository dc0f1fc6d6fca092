"""Decides which field agent visits a customer, by when, what follows a visit, and which policy may be entered. Pure.

Source: requirements F2–F4, F6, F9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from callcenter.calendar.rules import WorkingCalendar
from callcenter.field.transitions import HandOverFact
from callcenter.field.types import (
    ApplicationState,
    FollowView,
    HandOverState,
    Policy,
    RegionCard,
    RoutingReason,
    VisitResult,
)
from callcenter.kit.clock import at_business_time, business_date
from callcenter.leads.rules.person import district_key


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """One field agent's number of visits on the day in question."""

    field_agent_id: int
    visits: int
    """Planned or made on that day."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Region and agent of a hand-over. Without a region a dispatcher assigns it; without an agent, the leader does."""

    region_id: int | None
    field_agent_id: int | None
    reason: RoutingReason

    @property
    def state(self) -> HandOverState:
        """Returns the initial state of a hand-over with this first routing."""
        if self.region_id is None:
            return HandOverState.UNKNOWN_REGION
        return HandOverState.OPEN if self.field_agent_id is None else HandOverState.ASSIGNED

    @property
    def fact(self) -> HandOverFact:
        """Returns the fact that moves a hand-over when it is routed again, with a known region."""
        return HandOverFact.TO_REGION if self.field_agent_id is None else HandOverFact.TO_AGENT


def hand_over_due(handed_at: datetime, calendar: WorkingCalendar, by: time) -> datetime:
    """Returns the instant by which a hand-over must be assigned: ``by`` on the next working day."""
    return at_business_time(calendar.next_working_day(business_date(handed_at)), by.hour, by.minute)


def normalise_district(district: str) -> str:
    """Makes spellings of a district comparable: full-width letters, spaces, capitals; nothing else is changed."""
    return district_key(district)


def find_region(district: str, regions: Sequence[RegionCard]) -> RegionCard | None:
    """Returns the one region that serves this district; None when none does or more than one."""
    wanted = normalise_district(district)
    serving = [region for region in regions if wanted in {normalise_district(name) for name in region.districts}]
    return serving[0] if wanted and len(serving) == 1 else None


def choose_agent(loads: Sequence[AgentLoad], capacity: int) -> int | None:
    """Chooses the least loaded agent below ``capacity``; among equals the lowest id."""
    free = [load for load in loads if load.visits < capacity]
    return min(free, key=lambda load: (load.visits, load.field_agent_id)).field_agent_id if free else None


def route(region: RegionCard | None, loads: Sequence[AgentLoad], capacity: int) -> Routing:
    """Routes to the region's least loaded field agent; never to another region, and never to a default.

    ``region``: the result of ``find_region``; ``loads``: its field agents; ``capacity``: visits per agent and day.
    """
    if region is None:
        return Routing(None, None, RoutingReason.NO_REGION)
    agent = choose_agent(loads, capacity)
    if agent is None:
        return Routing(region.id, None, RoutingReason.ALL_FULL if loads else RoutingReason.NO_FIELD_AGENT)
    return Routing(region.id, agent, RoutingReason.LEAST_LOADED)


def without_agent(routing: Routing, requested_visit_at: datetime, now: datetime) -> Routing:
    """Returns the routing without its field agent when the visit time has passed before the routing.

    A visit in the past would be on a field agent's list; the region's leader agrees a new time instead.
    """
    if routing.field_agent_id is None or requested_visit_at > now:
        return routing
    return Routing(routing.region_id, None, RoutingReason.TIME_PASSED)


def move_problem(
    *, own_region: int | None, everywhere: bool, from_region: int | None, to_region: int, reason: str
) -> str:
    """Returns why this person may not move a hand-over this way; empty when they may.

    ``everywhere``: a dispatcher. A leader assigns within their own region only. A move to another region is an
    exception that needs a reason (requirement F3).
    """
    if not everywhere and (own_region is None or from_region != own_region or to_region != own_region):
        return "a leader assigns within their own region only: ask the dispatcher"
    if from_region is not None and from_region != to_region and not reason.strip():
        return "moving a customer to another region is an exception: give the reason"
    return ""


_FINAL = frozenset({VisitResult.SIGNED, VisitResult.REFUSED, VisitResult.WRONG})


@dataclass(frozen=True, slots=True)
class AfterVisit:
    """What happens to the hand-over. ``next_at``: the next visit of the same field agent."""

    fact: HandOverFact
    next_at: datetime | None
    reason: RoutingReason


def after_visit(result: VisitResult, next_at: datetime | None, now: datetime) -> AfterVisit | str:
    """Decides what follows a visit, or returns why the report is invalid (requirement F6)."""
    if result in _FINAL:
        if next_at is not None:
            return f"after {result.value} there is no next appointment"
        return AfterVisit(HandOverFact.CONCLUDED, None, RoutingReason.ENDED)
    if next_at is None:
        return AfterVisit(HandOverFact.LEFT_OPEN, None, RoutingReason.LEFT_OPEN)
    if next_at <= now:
        return "the next appointment must be in the future: enter a later time"
    return AfterVisit(HandOverFact.APPOINTMENT_MADE, next_at, RoutingReason.NEXT_APPOINTMENT)


_VIEWS = {
    ApplicationState.APPLIED: FollowView.SIGNED,
    ApplicationState.ISSUED: FollowView.ISSUED,
    ApplicationState.REFUSED: FollowView.DECLINED,
    ApplicationState.CANCELLED: FollowView.DECLINED,
}


def follow_view(
    state: HandOverState, last_result: VisitResult | None, application: ApplicationState | None
) -> FollowView:
    """Returns what has become of a hand-over, by its state, its last visit and the application that was signed."""
    if application is not None:
        return _VIEWS[application]
    if state is not HandOverState.DONE:
        return FollowView.WAITING if last_result is None else FollowView.VISITED
    return FollowView.ENDED


def policy_problem(policy: Policy, signed_on: date, today: date) -> str:
    """Returns why a policy cannot have been issued like this; empty when it can (requirement F9)."""
    if not signed_on <= policy.issued_on <= today:
        return f"a policy is issued after the customer has signed ({signed_on}) and not later than today ({today})"
    if policy.starts_on < signed_on:
        return f"the cover begins on the day of the signature ({signed_on}) or later"
    if policy.ends_on is not None and policy.ends_on < policy.starts_on:
        return f"the cover ends on its first day ({policy.starts_on}) or later"
    return ""


def end_problem(on: date, since: date, today: date) -> str:
    """Returns why an application cannot have ended on that day; empty when it can. ``since``: signed, or issued."""
    return "" if since <= on <= today else f"the day is {since} or later, and not later than today ({today})"
