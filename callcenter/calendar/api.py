"""Endpoints of the calendar all campaigns keep."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.calendar.errors import CalendarSpan
from callcenter.calendar.schemas import (
    CalendarDayOut,
    CalendarHistoryOut,
    CalendarOut,
    DayAnswer,
    DayRequest,
)
from callcenter.calendar.service import CalendarService
from callcenter.calendar.types import CalendarDay
from callcenter.kit.http import Working, provided, require
from callcenter.kit.reasons import Reason
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/calendar", tags=["campaigns"])

Calendar = Annotated[CalendarService, provided(CalendarService)]
People = Annotated[PeopleService, provided(PeopleService)]
First = Annotated[date, Query(alias="from")]
Last = Annotated[date, Query(alias="to")]

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
async def show_calendar(
    work: Working,
    calendar: Calendar,
    people: People,
    first: First,
    last: Last,
) -> CalendarOut:
    """Shows the days between two dates, both included."""
    _require_span(first, last)
    days = await calendar.days(work, first, last)
    staff_ids = {day.override.set_by for day in days if day.override is not None and day.override.set_by is not None}
    names = {staff_id: card.name for staff_id, card in (await people.cards(work, staff_ids)).items()}
    return CalendarOut(days=[CalendarDayOut.of(day, names.get(_set_by(day))) for day in days])


@router.get("/history", dependencies=[_MAY_VIEW])
async def show_decisions(
    work: Working, calendar: Calendar, people: People, first: First, last: Last
) -> CalendarHistoryOut:
    """Shows every decision about the days between two dates: when, by whom, what, the reason."""
    _require_span(first, last)
    decisions = await calendar.decisions(work, first, last)
    staff_ids = {decision.set_by for decision in decisions if decision.set_by is not None}
    names = {staff_id: card.name for staff_id, card in (await people.cards(work, staff_ids)).items()}
    return CalendarHistoryOut.of(decisions, names)


@router.put("/{on}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def change_day(on: date, body: DayRequest, work: Working, calendar: Calendar) -> DayAnswer:
    """Decides whether a date is worked; shows which allocation runs rest on it."""
    uses = await calendar.override_day(work, on, working=body.working, reason=body.reason)
    (day,) = await calendar.days(work, on, on)
    return DayAnswer.of(day, work.actor.name, uses)


@router.delete("/{on}", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def restore_day(on: date, work: Working, calendar: Calendar, reason: Annotated[Reason, Query()]) -> DayAnswer:
    """Takes the decision back: the national calendar holds again for this date."""
    uses = await calendar.restore_day(work, on, reason)
    (day,) = await calendar.days(work, on, on)
    return DayAnswer.of(day, None, uses)


def _require_span(first: date, last: date) -> None:
    if not timedelta() <= last - first <= _LONGEST:
        raise CalendarSpan(f"the calendar is shown for 1 to {_LONGEST.days + 1} days")


def _set_by(day: CalendarDay) -> int:
    return (day.override and day.override.set_by) or 0
