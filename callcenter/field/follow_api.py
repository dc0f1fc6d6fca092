"""The endpoint of the insurer's liaison."""

from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.campaigns.service import CampaignService
from callcenter.field.follow_schemas import FollowedOut, FollowedPage, FollowParameters
from callcenter.field.service import FieldServices
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/field", tags=["field"])
_PAGES = by_number("followed")

Field_ = Annotated[FieldServices, provided(FieldServices)]
People = Annotated[PeopleService, provided(PeopleService)]
Campaigns = Annotated[CampaignService, provided(CampaignService)]


@router.get("/followed", dependencies=[require(Right.FOLLOW_HAND_OVERS)])
async def list_followed(
    work: Working,
    field: Field_,
    people: People,
    campaigns: Campaigns,
    parameters: Annotated[FollowParameters, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> FollowedPage:
    """Lists the successes handed over, with their visits and results, the newest first; nothing of a customer."""
    query = parameters.query
    cards = await field.following.followed(work, query, before=_PAGES.position(cursor), limit=limit)
    staff = await people.cards(work, {card.field_agent_id for card in cards if card.field_agent_id is not None})
    regions = {region.id: region.name for region in await field.regions.regions(work)}
    names = {rules.campaign_id: rules.name for rules in await campaigns.list(work)}
    return FollowedPage(
        items=[FollowedOut.of(card, campaigns=names, regions=regions, staff=staff) for card in cards],
        next=_PAGES.next(cards, limit),
        totals=dict(await field.following.totals(work, query)),
    )
