"""The working calendar: read by everybody, overridden by the administrator (requirement D1)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from callcenter.calendar import repository
from callcenter.calendar.errors import CalendarDayPast
from callcenter.calendar.models import CalendarEdition, CalendarOverride
from callcenter.calendar.port import DayUses
from callcenter.calendar.rules import EDITION, WorkingCalendar, exceptions_of, kind_of
from callcenter.calendar.settings import CalendarSettings
from callcenter.calendar.types import CalendarDay, DayChanged, DayDecision, DayUse, Override, OverrideCard
from callcenter.kit.cache import Cached
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

_CALENDAR: Cached[None, WorkingCalendar] = Cached(CalendarOverride)


class CalendarService:
    """Keeps the overrides. ``uses`` is given by a room above."""

    def __init__(self, settings: CalendarSettings, uses: DayUses) -> None:
        self._settings = settings
        self._uses = uses

    async def calendar(self, work: Work) -> WorkingCalendar:
        """Returns the national calendar under the administrator's overrides."""

        async def read() -> WorkingCalendar:
            newest = await repository.list_overrides(work.session)
            overrides = {row.day_on: Override(row.working, row.reason) for row in newest if row.working is not None}
            return WorkingCalendar(overrides, change=max((row.id for row in newest), default=0))

        return await work.cached(_CALENDAR, None, read)

    async def days(self, work: Work, first: date, last: date) -> Sequence[CalendarDay]:
        """Returns the dates between two, both included, with what was decided about them and by whom."""
        overrides = {override.day_on: override for override in await repository.list_overrides(work.session)}
        span = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        return [_calendar_day(on, overrides.get(on)) for on in span]

    async def decisions(self, work: Work, first: date, last: date) -> Sequence[DayDecision]:
        """Returns every decision about the dates between two, both included; the newest first."""
        rows = await repository.list_decisions(work.session, first, last)
        before: dict[date, bool | None] = {}
        decisions: list[DayDecision] = []
        for row in reversed(rows):
            decisions.append(
                DayDecision(
                    on=row.day_on,
                    working=row.working,
                    before=before.get(row.day_on),
                    reason=row.reason,
                    set_at=row.set_at,
                    set_by=row.set_by,
                )
            )
            before[row.day_on] = row.working
        return decisions[::-1]

    async def note_edition(self, work: Work) -> None:
        """Keeps what the national calendar of this release says, so that later releases do not change the past."""
        today = business_date(work.now)
        days = exceptions_of(date(today.year - 1, 1, 1), date(today.year + 2, 12, 31))
        await repository.add_edition(
            work.session,
            CalendarEdition(
                name=EDITION, first_used_at=work.now, days={on.isoformat(): working for on, working in days.items()}
            ),
        )

    async def override_day(self, work: Work, on: date, *, working: bool, reason: str) -> Sequence[DayUse]:
        """Decides whether a date is worked; returns what rests on what it was. Raises CalendarDayPast."""
        _require_to_come(work, on)
        await self._decide(work, on, working, reason)
        await work.announce(Noted("campaigns.day_overridden", f"day:{on}", {"working": working, "reason": reason}))
        await work.announce(DayChanged(on, working))
        return await self._uses.resting_on(work, on)

    async def restore_day(self, work: Work, on: date, reason: str = "") -> Sequence[DayUse]:
        """Puts a date back under the national calendar; returns what rests on what it was. Raises CalendarDayPast."""
        _require_to_come(work, on)
        await self._decide(work, on, None, reason)
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

    async def _decide(self, work: Work, on: date, working: bool | None, reason: str) -> None:
        row = CalendarOverride(day_on=on, working=working, reason=reason, set_at=work.now, set_by=work.actor.staff_id)
        work.session.add(row)
        await work.session.flush()


def _require_to_come(work: Work, on: date) -> None:
    if on < business_date(work.now):
        raise CalendarDayPast(f"{on} is past: what it was stays")


def _calendar_day(on: date, override: CalendarOverride | None) -> CalendarDay:
    national = WorkingCalendar().day(on)
    kind, holiday = kind_of(national)
    card = None
    if override is not None and override.working is not None:
        card = OverrideCard(override.working, override.reason, override.set_at, override.set_by)
    return CalendarDay(
        on=on,
        working=national.working if card is None else card.working,
        kind=kind,
        holiday=holiday,
        provisional=national.provisional and card is None,
        override=card,
    )
