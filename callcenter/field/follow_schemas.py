"""What the endpoint of the insurer's liaison takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.field.schemas import Named
from callcenter.field.types import (
    ApplicationCard,
    ApplicationState,
    FollowedCard,
    FollowQuery,
    FollowView,
    Policy,
    VisitResult,
)
from callcenter.kit.clock import at_business_time
from callcenter.kit.paging import Page
from callcenter.kit.reasons import Reason
from callcenter.people.types import StaffCard


@dataclass(frozen=True, slots=True)
class FollowParameters:
    """Query parameters by which hand-overs are filtered; parameters left out do not filter."""

    view: FollowView | None = None
    first_on: Annotated[date | None, Query(description="first day of the hand-over, Beijing time")] = None
    last_on: Annotated[date | None, Query(description="last day, included")] = None

    @property
    def query(self) -> FollowQuery:
        return FollowQuery(
            view=self.view,
            since=at_business_time(self.first_on, 0) if self.first_on else None,
            until=at_business_time(self.last_on + timedelta(days=1), 0) if self.last_on else None,
        )


class PolicyOut(BaseModel):
    """A policy that was issued."""

    number: str
    issued_on: date
    starts_on: date = Field(description="first day of cover")
    ends_on: date | None = Field(description="last day of cover; null: for life, or not reported yet")


class ApplicationOut(BaseModel):
    """What the insurer's underwriting has come to."""

    state: ApplicationState
    signed_at: AwareDatetime
    policy: PolicyOut | None = Field(description="null as long as none has been issued")
    ended_on: date | None = Field(description="the day on which it was refused or cancelled")

    @classmethod
    def of(cls, card: ApplicationCard) -> "ApplicationOut":
        policy = None if card.policy is None else PolicyOut.model_validate(card.policy, from_attributes=True)
        return cls(state=card.state, signed_at=card.signed_at, policy=policy, ended_on=card.ended_on)


class PolicyIn(BaseModel):
    """A policy that was issued, as the insurer reports it."""

    number: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z/-]{4,40}$")]
    issued_on: date
    starts_on: date = Field(description="first day of cover")
    ends_on: date | None = Field(default=None, description="last day of cover; null: for life, or not known yet")

    @property
    def policy(self) -> Policy:
        return Policy(number=self.number, issued_on=self.issued_on, starts_on=self.starts_on, ends_on=self.ends_on)


class ApplicationEndIn(BaseModel):
    on: date = Field(description="the day on which it was refused or cancelled")
    reason: Reason


class ApplicationReasonIn(BaseModel):
    reason: Reason


class FollowedOut(BaseModel):
    """What has become of one success; nothing of the customer."""

    id: int
    campaign: str
    region: str | None = Field(description="null: no single region serves the customer's district")
    field_agent: Named | None
    view: FollowView
    handed_at: AwareDatetime
    requested_visit_at: AwareDatetime = Field(description="the visit time that the customer asked for")
    next_visit_at: AwareDatetime | None = Field(description="of the planned visit")
    visits: int = Field(description="visits made")
    last_visit_at: AwareDatetime | None
    last_result: VisitResult | None
    application: ApplicationOut | None = Field(description="null as long as the customer has not signed")

    @classmethod
    def of(
        cls,
        card: FollowedCard,
        *,
        campaigns: Mapping[int, str],
        regions: Mapping[int, str],
        staff: Mapping[int, StaffCard],
    ) -> "FollowedOut":
        agent = staff.get(card.field_agent_id) if card.field_agent_id is not None else None
        return cls(
            id=card.id,
            campaign=campaigns[card.campaign_id],
            region=None if card.region_id is None else regions[card.region_id],
            field_agent=Named(id=agent.id, name=agent.name) if agent else None,
            view=card.view,
            handed_at=card.handed_at,
            requested_visit_at=card.requested_visit_at,
            next_visit_at=card.next_visit_at,
            visits=card.visits,
            last_visit_at=card.last_visit_at,
            last_result=card.last_result,
            application=None if card.application is None else ApplicationOut.of(card.application),
        )


class FollowedPage(Page[FollowedOut]):
    """Hand-overs, the newest first."""

    totals: dict[FollowView, int] = Field(description="of the same days, whatever the view")
