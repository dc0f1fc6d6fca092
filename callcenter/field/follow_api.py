"""The endpoint of the insurer's liaison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.campaigns.service import CampaignService
from callcenter.field.follow_schemas import (
    ApplicationEndIn,
    ApplicationReasonIn,
    FollowedOut,
    FollowedPage,
    FollowParameters,
    PolicyIn,
)
from callcenter.field.service import FieldServices
from callcenter.field.types import FollowedCard
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/field", tags=["field"])
_PAGES = by_number("followed")
_ENTERS = require(Right.ENTER_UNDERWRITING)

Field_ = Annotated[FieldServices, provided(FieldServices)]
People = Annotated[PeopleService, provided(PeopleService)]
Campaigns = Annotated[CampaignService, provided(CampaignService)]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows hand-overs with the names of their campaign, region and field agent."""

    field: Field_
    people: People
    campaigns: Campaigns

    async def show(self, work: Work, cards: Sequence[FollowedCard]) -> list[FollowedOut]:
        staff = await self.people.cards(
            work, {card.field_agent_id for card in cards if card.field_agent_id is not None}
        )
        regions = {region.id: region.name for region in await self.field.regions.regions(work)}
        names = {rules.campaign_id: rules.name for rules in await self.campaigns.list(work)}
        return [FollowedOut.of(card, campaigns=names, regions=regions, staff=staff) for card in cards]


@router.get("/followed", dependencies=[require(Right.FOLLOW_HAND_OVERS)])
async def list_followed(
    work: Working,
    presenter: Annotated[Presenter, Depends()],
    parameters: Annotated[FollowParameters, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> FollowedPage:
    """Lists the successes handed over, with their visits and results, the newest first; nothing of a customer."""
    following, query = presenter.field.following, parameters.query
    cards = await following.followed(work, query, before=_PAGES.position(cursor), limit=limit)
    return FollowedPage(
        items=await presenter.show(work, cards),
        next=_PAGES.next(cards, limit),
        totals=dict(await following.totals(work, query)),
    )


@router.post("/followed/{hand_over_id}/issue", status_code=204, dependencies=[_ENTERS])
async def issue_policy(work: Working, hand_over_id: int, body: PolicyIn, field: Field_) -> None:
    """Enters the policy that the insurer has issued; the recording of the sale is kept for it from now on."""
    await field.underwriting.issue(work, hand_over_id, body.policy)


@router.post("/followed/{hand_over_id}/refuse", status_code=204, dependencies=[_ENTERS])
async def refuse_application(work: Working, hand_over_id: int, body: ApplicationEndIn, field: Field_) -> None:
    """Enters that the insurer refused the application."""
    await field.underwriting.refuse(work, hand_over_id, body.on, body.reason)


@router.post("/followed/{hand_over_id}/cancel", status_code=204, dependencies=[_ENTERS])
async def cancel_application(work: Working, hand_over_id: int, body: ApplicationEndIn, field: Field_) -> None:
    """Enters that the customer cancelled the application, or the policy that was issued."""
    await field.underwriting.cancel(work, hand_over_id, body.on, body.reason)


@router.post("/followed/{hand_over_id}/reopen", status_code=204, dependencies=[_ENTERS])
async def reopen_application(work: Working, hand_over_id: int, body: ApplicationReasonIn, field: Field_) -> None:
    """Takes back what was entered by mistake: the insurer has not decided then."""
    await field.underwriting.reopen(work, hand_over_id, body.reason)
