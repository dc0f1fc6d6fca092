"""Endpoints of a campaign's script."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.campaigns.script_schemas import ScriptHistoryOut, ScriptIn
from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(
    prefix="/campaigns/{campaign_id}/scripts", tags=["campaigns"], dependencies=[require(Right.MANAGE_CAMPAIGNS)]
)

Campaigns = Annotated[CampaignService, provided(CampaignService)]
People = Annotated[PeopleService, provided(PeopleService)]


@router.get("")
async def show_scripts(campaign_id: int, work: Working, campaigns: Campaigns, people: People) -> ScriptHistoryOut:
    """Shows every version of the campaign's script: its statements, from when, by whom, the reason."""
    cards = await campaigns.scripts(work, campaign_id)
    authors = await people.cards(work, {card.set_by for card in cards if card.set_by is not None})
    return ScriptHistoryOut.of(cards, {staff_id: author.name for staff_id, author in authors.items()})


@router.post("")
async def publish_script(
    campaign_id: int, body: ScriptIn, work: Working, campaigns: Campaigns, people: People
) -> ScriptHistoryOut:
    """Publishes the next version, in force at once for every customer on a screen; returns all versions."""
    await campaigns.publish_script(work, campaign_id, body.draft, body.reason)
    return await show_scripts(campaign_id, work, campaigns, people)
