"""What the field API takes and gives."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, Field

from callcenter.field.types import HandOverCard, HandOverState, RegionCard, VisitCard, VisitResult, VisitState
from callcenter.kit.output import Output
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import LeadCard
from callcenter.people.types import StaffCard


class CustomerOut(BaseModel):
    name: str
    phone: str
    address: str
    district: str
    age: int | None


class VisitOut(BaseModel):
    id: int
    hand_over_id: int
    position: int = Field(description="place in the day's order, from 1")
    number: int = Field(description="which visit to this customer it is, from 1")
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


class VisitPage(Output):
    items: list[VisitOut]
    next: str | None = None


class ReportIn(BaseModel):
    result: VisitResult
    note: str = Field(default="", max_length=4000)
    next_at: AwareDatetime | None = None


class VisitReportOut(BaseModel):
    visit_id: int
    hand_over_state: HandOverState
    next_at: datetime | None


class HandOverFilter(StrEnum):
    UNKNOWN_REGION = "unknown_region"
    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    OVERDUE = "overdue"
    """Not assigned although the time has passed."""


class Named(BaseModel):
    id: int
    name: str


class HandOverOut(BaseModel):
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
        )


class HandOverPage(BaseModel):
    items: list[HandOverOut]
    next: str | None = Field(description="give it back as ``cursor`` to read on; null at the end")


class AssignIn(BaseModel):
    """Exactly one of ``field_agent_id`` and ``region_id``."""

    field_agent_id: int | None = None
    region_id: int | None = None
    reason: str = Field(default="", max_length=1000)


class RegionOut(BaseModel):
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
            agents=[Named(id=one.id, name=one.name) for one in agents],
        )


class RegionPage(Output):
    items: list[RegionOut]
    next: str | None = None
