"""Requests and responses of the ledger's endpoints."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.jobs import JobCard, JobState
from callcenter.kit.paging import Cursor, Page
from callcenter.reporting.types import (
    Choice,
    ExportCard,
    LedgerBy,
    LedgerFilter,
    LedgerLine,
    LedgerResult,
    LedgerTotal,
)


class Filters(BaseModel):
    """A selection of leads; fields left out or null do not filter."""

    model_config = ConfigDict(extra="forbid")

    list_id: int | None = None
    branch: str | None = Field(default=None, max_length=80, description="empty text: lists of the whole bank")
    campaign_id: int | None = None
    customer_class: str | None = Field(default=None, max_length=80)
    result: LedgerResult | None = None
    agent_id: int | None = Field(default=None, description="an agent who held the lead at any time")
    district: str | None = Field(default=None, max_length=80)
    imported_from: date | None = None
    imported_to: date | None = Field(default=None, description="last day, included")

    def wanted(self) -> LedgerFilter:
        return LedgerFilter(**self.model_dump())


class RowsRequest(BaseModel):
    filters: Filters = Filters()
    cursor: Cursor = None
    limit: int = Field(default=100, ge=1, le=500)


class TotalsRequest(BaseModel):
    filters: Filters = Filters()
    by: LedgerBy = LedgerBy.BRANCH


class ExportRequest(BaseModel):
    filters: Filters = Filters()


class LineOut(BaseModel):
    """One lead; name and number masked."""

    model_config = ConfigDict(from_attributes=True)

    lead_id: int
    campaign_id: int
    campaign: str
    list_id: int
    list_name: str
    source: str
    branch: str = Field(description="empty: the whole bank")
    target_group: str | None
    line: int
    imported_at: AwareDatetime
    name_masked: str
    phone_masked: str
    customer_class: str
    district: str
    result: LedgerResult
    left: bool = Field(description="in stock, held, or promised a call")
    times_allocated: int
    agents: list[str] = Field(description="the agents who held it, in order")
    allocated_at: AwareDatetime | None
    returned_why: str | None
    calls: int
    answered: int
    last_called_at: AwareDatetime | None
    last_outcome: str | None
    last_disposition: str | None
    verdict: str | None = Field(description="of the quality check, or the state of the review")
    hand_over: str | None
    visits: int
    visit_result: str | None
    complaint: str | None
    do_not_call: bool
    do_not_call_until: AwareDatetime | None = Field(description="null with ``do_not_call``: for ever")
    basis_withdrawn_at: AwareDatetime | None


class LinePage(Page[LineOut]):
    @classmethod
    def of(cls, lines: Sequence[LedgerLine], next_: str | None) -> "LinePage":
        return cls(
            items=[LineOut.model_validate(line) for line in lines],
            next=next_,
        )


class TotalOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    key: str | None = Field(description="id or name; null for leads without it (never held) and for the total")
    name: str
    leads: int
    left: int
    allocated: int
    called: int
    reached: int
    calls: int
    passed: int = Field(description="leads whose success quality has passed")
    undecided: int = Field(description="leads whose success waits for quality")
    failed: int = Field(description="leads whose success quality has refused: it counts as none")
    signed: int
    issued: int = Field(description="leads whose policy the insurer has issued")
    reach_rate: float | None = Field(description="reached ÷ called, 0..1")
    success_rate: float | None = Field(description="successes that quality has not refused ÷ called, 0..1")
    results: dict[LedgerResult, int]


class TotalsOut(BaseModel):
    by: LedgerBy
    whole: TotalOut
    groups: list[TotalOut]

    @classmethod
    def of(cls, by: LedgerBy, whole: LedgerTotal, groups: Sequence[LedgerTotal]) -> "TotalsOut":
        return cls(
            by=by, whole=TotalOut.model_validate(whole), groups=[TotalOut.model_validate(group) for group in groups]
        )


class LedgerChoiceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    value: str
    name: str


class ChoicesOut(BaseModel):
    branches: list[LedgerChoiceOut]
    lists: list[LedgerChoiceOut]
    campaigns: list[LedgerChoiceOut]
    classes: list[LedgerChoiceOut]
    agents: list[LedgerChoiceOut]

    @classmethod
    def of(cls, choices: Mapping[str, Sequence[Choice]]) -> "ChoicesOut":
        return cls(
            **{
                kind: [LedgerChoiceOut.model_validate(choice) for choice in of_kind]
                for kind, of_kind in choices.items()
            }
        )


class OrderedOut(BaseModel):
    """An export that waits or runs; ``/jobs/{id}`` shows its progress."""

    id: int = Field(description="of the job")
    state: JobState
    requested_at: AwareDatetime

    @classmethod
    def of(cls, card: JobCard) -> "OrderedOut":
        return cls(id=card.id, state=card.state, requested_at=card.requested_at)


class ExportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    job_id: int
    requested_by: int | None
    ordered_by_name: str
    filters: dict[str, Any]
    filters_sha256: str
    scope: str
    as_of: AwareDatetime = Field(description="the moment whose rows it holds")
    made_at: AwareDatetime
    rows: int
    size_bytes: int
    sha256: str
    keep_until: AwareDatetime


class ExportPage(Page[ExportOut]):
    running: list[OrderedOut] = Field(description="my exports that wait or run")

    @classmethod
    def of(cls, exports: Sequence[ExportCard], next_: str | None, running: Sequence[JobCard]) -> "ExportPage":
        return cls(
            items=[ExportOut.model_validate(export) for export in exports],
            next=next_,
            running=[OrderedOut.of(job) for job in running],
        )
