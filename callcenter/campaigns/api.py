"""Endpoints of the campaigns room."""

from fastapi import APIRouter

from callcenter.campaigns.schemas import CampaignOut, CampaignPage, ClassSchemeIn
from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.leads.classes.service import ClassService
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


@router.put("/{campaign_id}/class-scheme", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def set_class_scheme(
    campaign_id: int,
    wish: ClassSchemeIn,
    work: Working,
    campaigns: CampaignService = provided(CampaignService),
    classes: ClassService = provided(ClassService),
) -> CampaignOut:
    """Which scheme of customer classes steers the order; the leads follow as an errand."""
    if wish.scheme_id is not None:
        await classes.scheme(work, wish.scheme_id)
    rules = await campaigns.set_class_scheme(work, campaign_id, wish.scheme_id)
    await classes.steer(work, campaign_id, wish.scheme_id)
    return CampaignOut.of(rules)
