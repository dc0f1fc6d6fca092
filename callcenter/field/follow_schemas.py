"""What the endpoint of the insurer's liaison takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from callcenter.field.schemas import Named
from callcenter.field.types import FollowedCard, FollowQuery, FollowView, VisitResult
from callcenter.kit.clock import at_business_time
from callcenter.kit.paging import Page
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
        )


class FollowedPage(Page[FollowedOut]):
    """Hand-overs, the newest first."""

    totals: dict[FollowView, int] = Field(description="of the same days, whatever the view")
