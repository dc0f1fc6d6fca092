"""Requests and responses of the field room's endpoints."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.field.types import (
    Appointment,
    HandOverCard,
    HandOverState,
    RegionCard,
    VisitCard,
    VisitReport,
    VisitResult,
    VisitState,
)
from callcenter.kit.paging import Page
from callcenter.kit.reasons import Reason
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import BlockReason, LeadCard
from callcenter.people.types import StaffCard


class CustomerOut(BaseModel):
    """A customer in clear, for the field agent who visits."""

    name: str
    phone: str
    address: str
    district: str
    age: int | None


class VisitOut(BaseModel):
    """One line of a field agent's day."""

    id: int
    hand_over_id: int
    position: int = Field(description="place in the day's order, from 1")
    number: int = Field(description="which visit of this hand-over it is, from 1")
    customer: CustomerOut
    visit_at: datetime
    state: VisitState
    result: VisitResult | None
    note: str
    next_at: datetime | None
    call_note: str

    @classmethod
    def of(cls, visit: VisitCard) -> "VisitOut":
        return cls.model_validate(visit, from_attributes=True)


class VisitPage(BaseModel):
    """The visits of a day, in visiting order."""

    items: list[VisitOut]


class ReportIn(BaseModel):
    """The result of a visit."""

    result: VisitResult
    note: str = Field(default="", max_length=4000)
    next_at: AwareDatetime | None = None
    next_confirmed: bool = Field(
        default=False, description="the customer has confirmed ``next_at`` at night, on a day off or outside hours"
    )

    @property
    def report(self) -> VisitReport:
        return VisitReport(**self.model_dump())


class VisitReportOut(BaseModel):
    """The hand-over after the report of a visit."""

    visit_id: int
    hand_over_state: HandOverState
    next_at: datetime | None


class HandOverFilter(StrEnum):
    """The states of a hand-over, and overdue ones in any of them."""

    UNKNOWN_REGION = "unknown_region"
    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    QUESTIONED = "questioned"
    """The customer may not be called any more: a person decides whether the visit is still made."""
    OVERDUE = "overdue"
    """Past ``due_at`` and not assigned."""


class Named(BaseModel):
    """Id and name of a person or a region."""

    id: int
    name: str


class HandOverOut(BaseModel):
    """One passed success on its way to a visit."""

    id: int
    district: str
    region: Named | None
    due_at: datetime
    requested_visit_at: datetime
    overdue: bool
    assigned_to: Named | None
    assigned_at: datetime | None
    state: HandOverState
    reason: str
    visits: int = Field(description="visits made")
    lead: MaskedLead | None
    question: BlockReason | None = Field(description="why a person has to decide whether the visit is still made")

    @classmethod
    def of(
        cls,
        card: HandOverCard,
        *,
        now: datetime,
        regions: dict[int, str],
        staff: dict[int, StaffCard],
        lead: LeadCard | None,
    ) -> "HandOverOut":
        agent = staff.get(card.field_agent_id) if card.field_agent_id is not None else None
        waiting = card.state in {HandOverState.UNKNOWN_REGION, HandOverState.OPEN}
        return cls(
            id=card.id,
            district=card.district,
            region=Named(id=card.region_id, name=regions[card.region_id]) if card.region_id is not None else None,
            due_at=card.due_at,
            requested_visit_at=card.requested_visit_at,
            overdue=waiting and card.due_at <= now,
            assigned_to=Named(id=agent.id, name=agent.name) if agent else None,
            assigned_at=card.assigned_at,
            state=card.state,
            reason=card.reason,
            visits=card.visits,
            lead=MaskedLead.of(lead) if lead else None,
            question=card.question,
        )


class HandOverPage(Page[HandOverOut]):
    """Hand-overs, the longest waiting first."""


class AssignIn(BaseModel):
    """The new field agent or region: exactly one of ``field_agent_id`` and ``region_id``."""

    field_agent_id: int | None = None
    region_id: int | None = None
    reason: str = Field(default="", max_length=1000)
    visit_at: AwareDatetime | None = Field(
        default=None, description="a new visit time, agreed with the customer; required when the old one has passed"
    )
    visit_time_confirmed: bool = Field(
        default=False, description="the customer has confirmed ``visit_at`` at night, on a day off or outside hours"
    )

    @property
    def appointment(self) -> Appointment | None:
        if self.visit_at is None:
            return None
        return Appointment(visit_at=self.visit_at, confirmed=self.visit_time_confirmed)


class DecisionIn(BaseModel):
    """Whether a visit to a customer who may not be called any more is still made."""

    visit: bool = Field(description="false: it is called off for good")
    reason: Reason


District = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Created(BaseModel):
    id: int


class RegionRequest(BaseModel):
    name: str = Field(min_length=1, max_length=80, pattern=r"\S")
    districts: list[District] = Field(max_length=1000, description="as customer lists spell them; each in one region")
    leader_id: int | None = Field(default=None, ge=1)


class RegionChange(RegionRequest):
    """Describes the whole region as it is to be; without districts it serves no customer any more."""

    reason: Reason


class RegionOut(BaseModel):
    """A region with its team."""

    id: int
    name: str
    districts: list[str]
    leader: Named | None
    agents: list[Named]

    @classmethod
    def of(cls, region: RegionCard, leader: StaffCard | None, agents: list[StaffCard]) -> "RegionOut":
        return cls(
            id=region.id,
            name=region.name,
            districts=list(region.districts),
            leader=Named(id=leader.id, name=leader.name) if leader else None,
            agents=[Named(id=agent.id, name=agent.name) for agent in agents],
        )


class RegionPage(BaseModel):
    """Every region, by name."""

    items: list[RegionOut]
