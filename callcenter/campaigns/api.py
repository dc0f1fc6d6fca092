"""Endpoints of campaigns."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.campaigns.schemas import CampaignChange, CampaignOut, CampaignPage, ClassSchemeIn
from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/campaigns", tags=["campaigns"])

Campaigns = Annotated[CampaignService, provided(CampaignService)]

_MAY_VIEW = require(
    Right.VIEW_LEADS,
    Right.IMPORT_LEADS,
    Right.MANAGE_CAMPAIGNS,
    Right.ALLOCATE,
    Right.WATCH_FLOOR,
    Right.PROPOSE_TARGETS,
    Right.SUPPLY_LEADS,
)


@router.get("", dependencies=[_MAY_VIEW])
async def list_campaigns(work: Working, campaigns: Campaigns) -> CampaignPage:
    """Lists all campaigns, the oldest first."""
    return CampaignPage(items=[CampaignOut.of(rules) for rules in await campaigns.list(work)])


@router.get("/{campaign_id}", dependencies=[_MAY_VIEW])
async def show_campaign(campaign_id: int, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Shows one campaign's rules."""
    return CampaignOut.of(await campaigns.rules(work, campaign_id))


@router.patch("/{campaign_id}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_campaign(campaign_id: int, body: CampaignChange, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Changes what is named, at once and for every call from now on."""
    return CampaignOut.of(await campaigns.change(work, campaign_id, body.changes, body.reason))


@router.put("/{campaign_id}/class-scheme", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def set_class_scheme(campaign_id: int, body: ClassSchemeIn, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Chooses the scheme of customer classes that decides the order; the leads follow as a job."""
    return CampaignOut.of(await campaigns.set_class_scheme(work, campaign_id, body.scheme_id))
