"""Describes what the allocation's endpoints take and return."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from callcenter.allocation.types import (
    AllocationReport,
    AssignmentCard,
    AssignmentState,
    MemberDraft,
    PlannedLead,
    PlannedRun,
    QuotaDraft,
    ShownPlan,
)
from callcenter.kit.paging import Cursor, Page
from callcenter.kit.reasons import IN_TRAIL
from callcenter.leads.types import LeadCard

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class RunRequest(BaseModel):
    campaign_id: int = Field(ge=1)
    on: date = Field(description="the working day the assignments are for")
    seed: int | None = Field(default=None, ge=0, le=2**53, description="settles what is arbitrary; default: the date")


class CommitRequest(RunRequest):
    digest: str | None = Field(default=None, description="of a plan: commits exactly that one, or refuses")


class ShareOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    agent_id: int
    name: str
    branch: str
    quota: int = Field(description="leads of the day in this campaign")
    day_quota: int = Field(description="leads of the day over all campaigns the agent serves")
    part: int = Field(description="percent of the day that is worked")
    carried: int
    new: int
    by_class: Mapping[str, int]
    by_district: Mapping[str, int]
    returned: int
    reassigned: int
    excluded: str | None = Field(description="why a phone agent is given nothing")


class StockOut(BaseModel):
    by_class: Mapping[str, int]


class PlanOut(BaseModel):
    digest: str
    campaign_id: int
    on: date
    provisional: bool
    seed: int
    agents: Sequence[ShareOut]
    assigned: int
    carried: int
    returned: int
    shortage: int
    stock_left: int
    forecast_days: float | None = Field(description="working days the stock lasts after this run")
    stock: StockOut

    @classmethod
    def of(cls, planned: PlannedRun) -> "PlanOut":
        return cls(
            digest=planned.digest,
            campaign_id=planned.campaign_id,
            on=planned.on,
            provisional=planned.provisional,
            seed=planned.seed,
            agents=[ShareOut.model_validate(share) for share in planned.agents],
            assigned=planned.assigned,
            carried=planned.carried,
            returned=planned.returned,
            shortage=planned.shortage,
            stock_left=planned.stock_left,
            forecast_days=planned.forecast_days,
            stock=StockOut(by_class=planned.stock_by_class),
        )


class RunOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    run_id: int
    campaign_id: int
    on: date
    made_at: AwareDatetime
    seed: int
    digest: str
    quota: int
    agents: int
    assigned: int
    carried: int
    returned: int
    shortage: int
    stock_left: int
    forecast_days: float | None = Field(description="working days the stock lasts")
    by_class: Mapping[str, int]
    stock_by_class: Mapping[str, int]
    already_run: bool

    @classmethod
    def of(cls, report: AllocationReport) -> "RunOut":
        return cls.model_validate(report)


class AllocationReportOut(RunOut):
    shares: Sequence[ShareOut]

    @classmethod
    def of(cls, report: AllocationReport) -> "AllocationReportOut":
        return cls.model_validate(report)


class RunPage(Page[RunOut]):
    pass


class AssignedLead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name_masked: str
    phone_masked: str
    district: str
    customer_class: str


class RunAssignmentOut(BaseModel):
    id: int
    agent_id: int
    position: int
    state: AssignmentState
    due_at: AwareDatetime
    attempts: int
    reason: str = Field(description="as a sentence, in English")
    reason_code: str
    reason_facts: Mapping[str, Any]
    result: str | None = Field(description="how it ended: a disposition, an outcome, a rule, why it returned")
    lead: AssignedLead

    @classmethod
    def of(cls, card: AssignmentCard, lead: LeadCard) -> "RunAssignmentOut":
        return cls(
            id=card.id,
            agent_id=card.agent_id,
            position=card.position,
            state=card.state,
            due_at=card.due_at,
            attempts=card.attempts,
            reason=card.reason,
            reason_code=card.reason_code,
            reason_facts=card.reason_facts,
            result=card.result,
            lead=AssignedLead.model_validate(lead),
        )


class PlannedRequest(RunRequest):
    digest: str = Field(max_length=64, description="of the plan that was shown")
    agent_id: int = Field(ge=1)

    def shown(self) -> ShownPlan:
        return ShownPlan(campaign_id=self.campaign_id, on=self.on, seed=self.seed, digest=self.digest)


class PlannedOut(BaseModel):
    position: int
    reason: str = Field(description="as a sentence, in English")
    reason_code: str
    reason_facts: Mapping[str, Any]
    lead: AssignedLead

    @classmethod
    def of(cls, planned: PlannedLead, lead: LeadCard) -> "PlannedOut":
        return cls(
            position=planned.position,
            reason=planned.reason,
            reason_code=planned.reason_code,
            reason_facts=planned.reason_facts,
            lead=AssignedLead.model_validate(lead),
        )


class AssignmentPage(Page[RunAssignmentOut]):
    pass


class AssignmentQuery(BaseModel):
    agent_id: int | None = Field(default=None, ge=1)
    cursor: Cursor = None
    limit: int = Field(default=100, ge=1, le=200, description="the most rows of a page")


class ReturnRequest(BaseModel):
    agent_id: int = Field(ge=1)
    reason: Reason = Field(description="why; it is kept sealed, and each look at it is recorded")
    reassign: bool = Field(default=True, description="distribute them to others who have room in the day")


class ReturnedLeadsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    returned: int
    allocated: int
    left: int


class QuotaRequest(BaseModel):
    campaign_id: int = Field(ge=1)
    staff_id: int | None = Field(default=None, ge=1, description="none: everybody who has none of their own")
    quota: int = Field(ge=1, le=1000)
    from_on: date
    reason: Reason = Field(description=IN_TRAIL)

    def draft(self) -> QuotaDraft:
        return QuotaDraft(**self.model_dump())


class QuotaOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int | None = Field(description="none for the campaign's own")
    campaign_id: int
    staff_id: int | None
    quota: int
    from_on: date | None
    reason: str
    set_by: int | None


class MembersRequest(BaseModel):
    campaign_id: int = Field(ge=1)
    staff_ids: list[int] = Field(min_length=1, max_length=500)
    weight: int = Field(ge=0, le=100, description="in relation to each agent's other campaigns; 0 removes them")
    from_on: date
    reason: Reason = Field(description=IN_TRAIL)

    def draft(self) -> MemberDraft:
        return MemberDraft(**{**self.model_dump(), "staff_ids": tuple(self.staff_ids)})


class MembersSet(BaseModel):
    changed: int = Field(description="agents for whom it was different before")


class MemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    staff_id: int
    name: str
    branch: str
    weight: int
    quota: int = Field(description="leads of a whole day in this campaign")
    day_quota: int = Field(description="leads of a whole day over all campaigns")
    campaigns: Mapping[int, int] = Field(description="campaign → the agent's quota in it; they add up to day_quota")


class CapacityOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    on: date
    agents: int = Field(description="agents of one's scope who serve the campaign and work on the day")
    leads: int = Field(description="leads of the campaign that they can take: their parts of their quotas")


class MemberChangeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    staff_id: int
    name: str
    weight: int = Field(description="0: does not serve the campaign from then on")
    from_on: date
    reason: str
    set_by: int | None
    set_at: AwareDatetime


class UseOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    agent_id: int
    name: str
    quota: int
    held: int
    open: int
    active: int
    done: int
    attempts: int
    next_due_at: AwareDatetime | None


class UseTotals(BaseModel):
    agents: int
    quota: int
    held: int
    open: int
    active: int
    done: int
    attempts: int


class DayOut(BaseModel):
    on: date
    agents: Sequence[UseOut]
    totals: UseTotals


class ForecastOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    campaign_id: int
    name: str
    stock: int
    by_class: Mapping[str, int]
    on: date = Field(description="the next working day, whose roster the need is taken from")
    by_branch: Mapping[str, int] = Field(description="leads that one branch's agents alone may have")
    daily_need: int
    days: float | None
    warn_below: int
    low: bool
