"""Sets the clocks of a new case, inside the hours in which its customer can be called back (requirements X1–X3)."""

from datetime import datetime

from callcenter.calendar.service import CalendarService
from callcenter.campaigns.rules import served_for
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.complaints.rules import Deadlines, deadlines
from callcenter.complaints.settings import ComplaintSettings
from callcenter.kit.work import Work


class ComplaintClock:
    """Knows by when a case that is opened now is answered and decided."""

    def __init__(
        self, settings: ComplaintSettings, service_hours: ServiceHoursService, calendar: CalendarService
    ) -> None:
        self._settings = settings
        self._service_hours = service_hours
        self._calendar = calendar

    async def deadlines(self, work: Work) -> Deadlines:
        """Returns the deadlines by the service hours in force; a later change of them moves no deadline."""
        calendar, hours = await self._calendar.calendar(work), await self._service_hours.hours(work)
        settings = self._settings

        def served_by(since: datetime) -> datetime | None:
            return served_for(calendar, hours, since, settings.answer_least_open)

        return deadlines(
            work.now,
            answer=settings.answer_within,
            decide_days=settings.decide_days,
            first_call=settings.first_call_after,
            served_by=served_by,
        )
