"""Endpoints of the campaigns room."""

from fastapi import APIRouter

from callcenter.campaigns.schemas import CampaignOut, CampaignPage
from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/campaigns", tags=["campaigns"])

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
async def list_campaigns(work: Working, campaigns: CampaignService = provided(CampaignService)) -> CampaignPage:
    return CampaignPage(items=[CampaignOut.of(rules) for rules in await campaigns.list(work)])
