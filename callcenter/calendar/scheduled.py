"""Scheduled tasks of the calendar room (requirement D1)."""

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.calendar.service import CalendarService
from callcenter.kit.work import Work


async def watch_calendar(work: Work, calendar: CalendarService, alerts: AlertService) -> None:
    """Raises an alert for each year of which days soon to come are forecast, and clears it when none are."""
    for year, days in (await calendar.forecasts(work)).items():
        subject = f"year:{year}"
        if not days:
            await alerts.clear(work, AlertKind.CALENDAR_PROVISIONAL, subject)
            continue
        facts = {"year": year, "from": days[0].isoformat(), "days": len(days)}
        await alerts.raise_(work, AlertKind.CALENDAR_PROVISIONAL, subject, facts)
