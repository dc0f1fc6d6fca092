"""Endpoints of a campaign's retry rules."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.campaigns.retry_schemas import RetriesIn, RetriesOut
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignChanges
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(
    prefix="/campaigns/{campaign_id}/retries", tags=["campaigns"], dependencies=[require(Right.MANAGE_CAMPAIGNS)]
)

Campaigns = Annotated[CampaignService, provided(CampaignService)]


@router.get("")
async def show_retries(campaign_id: int, work: Working, campaigns: Campaigns) -> RetriesOut:
    """Shows when a lead of this campaign is tried again."""
    return RetriesOut.of((await campaigns.rules(work, campaign_id)).retries)


@router.put("")
async def set_retries(campaign_id: int, body: RetriesIn, work: Working, campaigns: Campaigns) -> RetriesOut:
    """Puts all retry rules in force, for every call from now on; what is due already stays due."""
    rules = await campaigns.change(work, campaign_id, CampaignChanges(retries=body.policy), body.reason)
    return RetriesOut.of(rules.retries)
