"""Endpoints of the campaigns room: campaigns, and the calendar all of them keep."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.campaigns.errors import CalendarSpan
from callcenter.campaigns.schemas import (
    CalendarDayOut,
    CalendarOut,
    CampaignChange,
    CampaignOut,
    CampaignPage,
    ClassSchemeIn,
    DayAnswer,
    DayRequest,
    Reason,
)
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CalendarDay
from callcenter.classes.service import ClassService
from callcenter.kit.http import Working, provided, require
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
calendar = APIRouter(prefix="/calendar", tags=["campaigns"])

Campaigns = Annotated[CampaignService, provided(CampaignService)]
People = Annotated[PeopleService, provided(PeopleService)]

_LONGEST = timedelta(days=400)

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


@router.get("/{campaign_id}", dependencies=[_MAY_VIEW])
async def show_campaign(campaign_id: int, work: Working, campaigns: Campaigns) -> CampaignOut:
    return CampaignOut.of(await campaigns.rules(work, campaign_id))


@router.patch("/{campaign_id}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_campaign(campaign_id: int, body: CampaignChange, work: Working, campaigns: Campaigns) -> CampaignOut:
    """Changes what is named, at once and for every call from now on."""
    return CampaignOut.of(await campaigns.change(work, campaign_id, body.changes, body.reason))


@router.put("/{campaign_id}/class-scheme", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def set_class_scheme(
    campaign_id: int,
    body: ClassSchemeIn,
    work: Working,
    campaigns: CampaignService = provided(CampaignService),
    classes: ClassService = provided(ClassService),
) -> CampaignOut:
    """Which scheme of customer classes steers the order; the leads follow as a job."""
    if body.scheme_id is not None:
        await classes.scheme(work, body.scheme_id)
    rules = await campaigns.set_class_scheme(work, campaign_id, body.scheme_id)
    await classes.effects(work, campaign_id, body.scheme_id)
    return CampaignOut.of(rules)


@calendar.get("", dependencies=[_MAY_VIEW])
async def show_calendar(
    work: Working,
    campaigns: Campaigns,
    people: People,
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
) -> CalendarOut:
    """Both ends included."""
    if not timedelta() <= last - first <= _LONGEST:
        raise CalendarSpan(f"the calendar is shown for 1 to {_LONGEST.days + 1} days")
    days = await campaigns.days(work, first, last)
    named = {day.override.set_by for day in days if day.override is not None and day.override.set_by is not None}
    names = {staff_id: card.name for staff_id, card in (await people.cards(work, named)).items()}
    return CalendarOut(days=[CalendarDayOut.of(day, names.get(_set_by(day))) for day in days])


@calendar.put("/{on}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_day(on: date, body: DayRequest, work: Working, campaigns: Campaigns) -> DayAnswer:
    """Decides whether a date is worked. Says which allocation runs rest on it."""
    uses = await campaigns.override_day(work, on, working=body.working, reason=body.reason)
    (day,) = await campaigns.days(work, on, on)
    return DayAnswer.of(day, work.actor.name, uses)


@calendar.delete("/{on}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def restore_day(on: date, work: Working, campaigns: Campaigns, reason: Annotated[Reason, Query()]) -> DayAnswer:
    """The national calendar holds again for this date."""
    uses = await campaigns.restore_day(work, on, reason)
    (day,) = await campaigns.days(work, on, on)
    return DayAnswer.of(day, None, uses)


def _set_by(day: CalendarDay) -> int:
    return (day.override and day.override.set_by) or 0
