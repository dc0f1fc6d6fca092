"""The working calendar: read by everybody, overridden by the administrator (requirement D1)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from callcenter.calendar import repository
from callcenter.calendar.errors import CalendarDayPast
from callcenter.calendar.models import CalendarOverride
from callcenter.calendar.port import DayUses
from callcenter.calendar.rules import WorkingCalendar, kind_of
from callcenter.calendar.settings import CalendarSettings
from callcenter.calendar.types import CalendarDay, DayChanged, DayUse, Override, OverrideCard
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class CalendarService:
    """Keeps the overrides. ``uses`` is given by a room above."""

    def __init__(self, settings: CalendarSettings, uses: DayUses) -> None:
        self._settings = settings
        self._uses = uses

    async def calendar(self, work: Work) -> WorkingCalendar:
        """Returns the national calendar under the administrator's overrides."""
        overrides = await repository.list_overrides(work.session)
        return WorkingCalendar({row.day_on: Override(row.working, row.reason) for row in overrides})

    async def days(self, work: Work, first: date, last: date) -> Sequence[CalendarDay]:
        """Returns the dates between two, both included, with what was decided about them and by whom."""
        overrides = {override.day_on: override for override in await repository.list_overrides(work.session)}
        span = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        return [_calendar_day(on, overrides.get(on)) for on in span]

    async def override_day(self, work: Work, on: date, *, working: bool, reason: str) -> Sequence[DayUse]:
        """Decides whether a date is worked; returns what rests on what it was. Raises CalendarDayPast."""
        _require_to_come(work, on)
        await repository.upsert_override(
            work.session,
            CalendarOverride(day_on=on, working=working, reason=reason, set_at=work.now, set_by=work.actor.staff_id),
        )
        await work.announce(Noted("campaigns.day_overridden", f"day:{on}", {"working": working, "reason": reason}))
        await work.announce(DayChanged(on, working))
        return await self._uses.resting_on(work, on)

    async def restore_day(self, work: Work, on: date, reason: str = "") -> Sequence[DayUse]:
        """Puts a date back under the national calendar; returns what rests on what it was. Raises CalendarDayPast."""
        _require_to_come(work, on)
        await repository.delete_override(work.session, on)
        await work.session.flush()
        await work.announce(Noted("campaigns.day_restored", f"day:{on}", {"reason": reason}))
        await work.announce(DayChanged(on, (await self.calendar(work)).is_working(on)))
        return await self._uses.resting_on(work, on)

    async def forecasts(self, work: Work) -> Mapping[int, Sequence[date]]:
        """Returns year → the days soon to come in it that are only a forecast; every year soon to come is named."""
        calendar, today = await self.calendar(work), business_date(work.now)
        soon = [today + timedelta(days=ahead) for ahead in range(self._settings.provisional_days + 1)]
        provisional: dict[int, list[date]] = {on.year: [] for on in soon}
        for on in soon:
            if calendar.day(on).provisional:
                provisional[on.year].append(on)
        return provisional


def _require_to_come(work: Work, on: date) -> None:
    if on < business_date(work.now):
        raise CalendarDayPast(f"{on} is past: what it was stays")


def _calendar_day(on: date, override: CalendarOverride | None) -> CalendarDay:
    national = WorkingCalendar().day(on)
    kind, holiday = kind_of(national)
    return CalendarDay(
        on=on,
        working=national.working if override is None else override.working,
        kind=kind,
        holiday=holiday,
        provisional=national.provisional and override is None,
        override=None
        if override is None
        else OverrideCard(override.working, override.reason, override.set_at, override.set_by),
    )
