"""States, cards and events of regions, hand-overs and visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.events import Event
from callcenter.kit.places import Binding
from callcenter.leads.types import BlockReason

HAND_OVER_WORDS = Binding("hand_over.words", ("id",))
VISIT_NOTE = Binding("visit.note", ("hand_over_id", "number"))
POLICY_NUMBER = Binding("policy_application.number", ("hand_over_id",))


class HandOverState(StrEnum):
    UNKNOWN_REGION = "unknown_region"
    """No single region serves the customer's district: the dispatcher decides, never a default (requirement F4)."""
    OPEN = "open"
    """The region is known, but it has no free field agent, or a visit ended without a next appointment."""
    ASSIGNED = "assigned"
    """One field agent makes the next visit."""
    DONE = "done"
    """A visit ended it: signed, refused, or the wrong person; or it was called off."""


class VisitState(StrEnum):
    PLANNED = "planned"
    REPORTED = "reported"
    CANCELLED = "cancelled"
    """Its field agent left or is away, and the region had no other free field agent; or it was called off."""


class VisitResult(StrEnum):
    SIGNED = "signed"
    THINKING = "thinking"
    REFUSED = "refused"
    NOT_MET = "not_met"
    WRONG = "wrong"
    """Wrong person or wrong address."""


class FollowView(StrEnum):
    """What has become of a hand-over, as the insurer's liaison follows it."""

    WAITING = "waiting"
    """No visit has been reported yet."""
    VISITED = "visited"
    """The customer was visited and has not decided."""
    SIGNED = "signed"
    """The customer has signed; the insurer has not decided about the application."""
    ISSUED = "issued"
    DECLINED = "declined"
    """The insurer refused the application, or it was cancelled, before or after the policy was issued."""
    ENDED = "ended"
    """Refused by the customer, the wrong person, or called off."""


class ApplicationState(StrEnum):
    """What the insurer's underwriting has come to (requirement F9)."""

    APPLIED = "applied"
    """The customer has signed; the insurer decides."""
    ISSUED = "issued"
    REFUSED = "refused"
    """By the insurer."""
    CANCELLED = "cancelled"
    """By the customer: before the policy was issued, or afterwards."""


class RoutingReason(StrEnum):
    """Why the system has put a hand-over where it is; panels say it in the reader's language."""

    NO_REGION = "no_region"
    """No single region serves the district."""
    NO_FIELD_AGENT = "no_field_agent"
    """The region has none."""
    ALL_FULL = "all_full"
    """No field agent of the region is free on that day."""
    LEAST_LOADED = "least_loaded"
    TIME_PASSED = "time_passed"
    """The visit time had passed before the success was passed on."""
    MANUAL = "manual"
    """Assigned by a person who gave no reason."""
    AGENT_LEFT = "agent_left"
    AGENT_AWAY = "agent_away"
    ENDED = "ended"
    """A visit ended it."""
    LEFT_OPEN = "left_open"
    """A visit ended without a next appointment."""
    NEXT_APPOINTMENT = "next_appointment"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class RegionCard:
    """A set of districts with its own team."""

    id: int
    name: str
    districts: tuple[str, ...]
    leader_id: int | None


@dataclass(frozen=True, slots=True)
class RegionFields:
    """What an administrator changes of a region: all of it, as it is to be."""

    name: str
    districts: Sequence[str]
    """Without any the region serves no customer any more."""
    leader_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCard:
    """One passed success on its way to a visit."""

    id: int
    call_id: UUID
    lead_id: int
    campaign_id: int
    district: str
    region_id: int | None
    field_agent_id: int | None
    state: HandOverState
    due_at: datetime
    """Deadline for assigning it (requirement F2)."""
    requested_visit_at: datetime
    """The visit time that the customer asked for."""
    assigned_at: datetime | None
    assigned_by: int | None
    """None: routed by rule."""
    reason: str
    """Why it is in this state, with this field agent: a RoutingReason, or the words of the person who moved it."""
    visits: int
    """Visits made."""
    question: BlockReason | None
    """Why a person has to decide whether the visit is still made; None: nothing stands against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that was issued, as the insurer reports it."""

    number: str
    issued_on: date
    starts_on: date
    """The first day of cover."""
    ends_on: date | None
    """The last day of cover; None: for life, or not reported yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCard:
    """What has become of an application for a policy."""

    state: ApplicationState
    signed_at: datetime
    policy: Policy | None
    """None as long as none has been issued."""
    ended_on: date | None
    """The day on which the insurer refused it, or the customer cancelled it or the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedCard:
    """What has become of a hand-over. It holds nothing of the customer."""

    id: int
    campaign_id: int
    region_id: int | None
    field_agent_id: int | None
    view: FollowView
    handed_at: datetime
    requested_visit_at: datetime
    next_visit_at: datetime | None
    """Of the planned visit."""
    visits: int
    """Visits made."""
    last_visit_at: datetime | None
    last_result: VisitResult | None
    application: ApplicationCard | None
    """None as long as the customer has not signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowQuery:
    """Which hand-overs are followed; None means any."""

    view: FollowView | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Handed over before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer in clear, only for the field agent who visits; each look is audited (requirement L7)."""

    name: str
    phone: str
    address: str
    district: str
    age: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCard:
    """One line of a field agent's day."""

    id: int
    hand_over_id: int
    position: int
    """Place in the day's order, from 1."""
    number: int
    """Which visit of this hand-over it is, from 1."""
    customer: Customer
    visit_at: datetime
    state: VisitState
    result: VisitResult | None
    note: str
    next_at: datetime | None
    call_note: str
    """What the phone agent wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A new visit time that was agreed with the customer."""

    visit_at: datetime
    confirmed: bool = False
    """The customer has confirmed an unusual time (requirement F3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """What a field agent says of a visit."""

    result: VisitResult
    note: str = ""
    next_at: datetime | None = None
    next_confirmed: bool = False
    """The customer has confirmed an unusual time of the next visit (requirement F3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAssigned(Event):
    """A hand-over was assigned to a field agent, for the first time or again."""

    hand_over_id: int
    lead_id: int
    region_id: int
    field_agent_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReported(Event):
    """A field agent reported the result of a visit."""

    visit_id: int
    hand_over_id: int
    lead_id: int
    campaign_id: int
    field_agent_id: int
    result: VisitResult
    at: datetime
