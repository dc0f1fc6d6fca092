"""Requests and responses of the target groups' endpoints."""

from collections.abc import Collection, Mapping
from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.paging import Page
from callcenter.people.types import StaffCard
from callcenter.target_groups.rules import offered
from callcenter.target_groups.types import Act, Step, TargetCard, TargetDraft, TargetState


class Proposal(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    campaign_id: int = Field(ge=1)
    name: str = Field(min_length=1, max_length=100)
    description: str = Field(default="", max_length=1000)
    criteria: str = Field(min_length=1, max_length=1000, description="customers to call, free text; no personal data")
    wanted: int = Field(ge=1, le=10_000_000, description="customers")
    due_on: date = Field(description="day by which the branch wants the customers")

    def draft(self) -> TargetDraft:
        return TargetDraft(**self.model_dump())


class Verdict(BaseModel):
    reason: str = Field(min_length=1, max_length=300)


class Approval(Verdict):
    segmentation: str = Field(
        default="", max_length=1000, description="segmentation model by which head office chooses the customers"
    )


class StepOut(BaseModel):
    act: Act
    at: AwareDatetime
    by_name: str | None = Field(description="null: the system")
    reason: str
    upload_id: int | None
    list_id: int | None

    @classmethod
    def of(cls, step: Step, people: Mapping[int, StaffCard]) -> "StepOut":
        return cls(
            act=step.act,
            at=step.at,
            by_name=people[step.by].name if step.by is not None and step.by in people else None,
            reason=step.reason,
            upload_id=step.upload_id,
            list_id=step.list_id,
        )


class TargetOut(BaseModel):
    id: int
    branch: str
    campaign_id: int
    name: str
    description: str
    criteria: str
    segmentation: str
    wanted: int
    due_on: date
    state: TargetState
    upload_id: int | None = Field(description="the file waiting for import")
    lists: int = Field(description="files imported for it")
    good: int = Field(description="customers imported for it")
    rejected: int
    allows: list[Act] = Field(description="the acts you may do now")
    steps: list[StepOut] = Field(description="the oldest first")

    @classmethod
    def of(cls, card: TargetCard, people: Mapping[int, StaffCard], rights: Collection[str]) -> "TargetOut":
        return cls(
            id=card.id,
            branch=card.branch,
            campaign_id=card.campaign_id,
            name=card.name,
            description=card.description,
            criteria=card.criteria,
            segmentation=card.segmentation,
            wanted=card.wanted,
            due_on=card.due_on,
            state=card.state,
            upload_id=card.upload_id,
            lists=card.totals.lists,
            good=card.totals.good,
            rejected=card.totals.rejected,
            allows=offered(card.state, rights, waiting=card.upload_id is not None),
            steps=[StepOut.of(step, people) for step in card.steps],
        )


class TargetPage(Page[TargetOut]):
    """Target groups, the newest first."""

    counts: dict[TargetState, int] = Field(description="how many are in each state, of those you may see")
