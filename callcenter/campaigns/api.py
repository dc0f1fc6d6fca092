"""Endpoints of campaigns."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter

from callcenter.campaigns.opening import CampaignOpening
from callcenter.campaigns.schemas import (
    CampaignChange,
    CampaignChoices,
    CampaignCopy,
    CampaignHistoryOut,
    CampaignIn,
    CampaignOut,
    CampaignPage,
    ClassSchemeIn,
    ServiceHoursHistoryOut,
    ServiceHoursIn,
    ServiceHoursOut,
)
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.http import Working, provided, require
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
service_hours = APIRouter(prefix="/service-hours", tags=["campaigns"])

Campaigns = Annotated[CampaignService, provided(CampaignService)]
Opening = Annotated[CampaignOpening, provided(CampaignOpening)]
Hours = Annotated[ServiceHoursService, provided(ServiceHoursService)]
People = Annotated[PeopleService, provided(PeopleService)]

_VIEWERS = (
    *(Right.VIEW_LEADS, Right.IMPORT_LEADS, Right.MANAGE_CAMPAIGNS, Right.ALLOCATE, Right.WATCH_FLOOR),
    *(Right.PROPOSE_TARGETS, Right.SUPPLY_LEADS, Right.APPROVE_SCRIPTS),
)
_MAY_VIEW = require(*_VIEWERS)
_MAY_VIEW_SERVICE = require(*_VIEWERS, Right.HANDLE_COMPLAINTS)


@router.get("", dependencies=[_MAY_VIEW])
async def list_campaigns(work: Working, campaigns: Campaigns) -> CampaignPage:
    """Lists all campaigns, the oldest first."""
    return CampaignPage(items=[_shown(campaigns, rules) for rules in await campaigns.list(work)])


@router.post("", status_code=201, dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def open_campaign(body: CampaignIn, work: Working, opening: Opening, campaigns: Campaigns) -> CampaignOut:
    """Makes a campaign that is being prepared; it is started by changing its state."""
    return _shown(campaigns, await opening.open(work, body.draft))


@router.get("/choices", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def list_choices(campaigns: Campaigns) -> CampaignChoices:
    """Lists what a campaign can be made from: approved numbers, legal calling hours."""
    return CampaignChoices.of(campaigns.approved_caller_ids)


@router.post("/{campaign_id}/copy", status_code=201, dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def copy_campaign(
    campaign_id: int, body: CampaignCopy, work: Working, opening: Opening, campaigns: Campaigns
) -> CampaignOut:
    """Makes a campaign with the rules of another; its script becomes my draft, which a second person approves."""
    return _shown(campaigns, await opening.copy(work, campaign_id, body.name))


@router.get("/{campaign_id}", dependencies=[_MAY_VIEW])
async def show_campaign(campaign_id: int, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Shows one campaign's rules."""
    return _shown(campaigns, await campaigns.rules(work, campaign_id))


@router.patch("/{campaign_id}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_campaign(campaign_id: int, body: CampaignChange, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Changes what is named, at once and for every call from now on."""
    return _shown(campaigns, await campaigns.change(work, campaign_id, body.changes, body.reason))


@router.put("/{campaign_id}/class-scheme", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def set_class_scheme(campaign_id: int, body: ClassSchemeIn, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Chooses the scheme of customer classes that decides the order; the leads follow as a job."""
    return _shown(campaigns, await campaigns.set_class_scheme(work, campaign_id, body.scheme_id, body.reason))


@router.get("/{campaign_id}/history", dependencies=[_MAY_VIEW])
async def show_history(campaign_id: int, work: Working, campaigns: Campaigns, people: People) -> CampaignHistoryOut:
    """Shows every version of the campaign's rules: from when, by whom, old and new values, the reason."""
    versions = await campaigns.history(work, campaign_id)
    return CampaignHistoryOut.of(versions, await _names(work, people, (version.set_by for version in versions)))


@service_hours.get("", dependencies=[_MAY_VIEW_SERVICE])
async def show_service_hours(work: Working, hours: Hours) -> ServiceHoursOut:
    """Shows when complaint and service callbacks may be placed."""
    return ServiceHoursOut.of(await hours.hours(work))


@service_hours.put("", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_service_hours(body: ServiceHoursIn, work: Working, hours: Hours) -> ServiceHoursOut:
    """Changes them, for every callback from now on."""
    return ServiceHoursOut.of(await hours.change(work, body.hours, body.reason))


@service_hours.get("/history", dependencies=[_MAY_VIEW_SERVICE])
async def show_history_of_service_hours(work: Working, hours: Hours, people: People) -> ServiceHoursHistoryOut:
    """Shows every change of them."""
    versions = await hours.history(work)
    return ServiceHoursHistoryOut.of(versions, await _names(work, people, (version.set_by for version in versions)))


def _shown(campaigns: CampaignService, rules: CampaignRules) -> CampaignOut:
    return CampaignOut.of(rules, campaigns.approved_caller_ids)


async def _names(work: Work, people: PeopleService, staff_ids: Iterable[int | None]) -> Mapping[int, str]:
    cards = await people.cards(work, {staff_id for staff_id in staff_ids if staff_id is not None})
    return {staff_id: card.name for staff_id, card in cards.items()}
