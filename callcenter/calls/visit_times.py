"""Refuses visit times that cannot be, or that the customer has to confirm (requirement F3)."""

from datetime import datetime

from callcenter.calendar.service import CalendarService
from callcenter.calls.errors import VisitInThePast, VisitTimeUnconfirmed
from callcenter.calls.settings import VisitSettings
from callcenter.calls.visit_rules import visit_concerns
from callcenter.kit.work import Work


class VisitTimes:
    """Judges the visit times that phone agents and field agents agree with customers."""

    def __init__(self, calendar: CalendarService, settings: VisitSettings) -> None:
        self._calendar = calendar
        self._hours = settings.hours()

    async def require(self, work: Work, visit_at: datetime, *, confirmed: bool) -> None:
        """Refuses a time that has passed, and an unusual one that is not confirmed.

        Raises VisitInThePast, VisitTimeUnconfirmed with the reasons.
        """
        if visit_at <= work.now:
            raise VisitInThePast("the visit time has passed: choose a later one", visit_at=visit_at.isoformat())
        concerns = visit_concerns(visit_at, await self._calendar.calendar(work), self._hours)
        if concerns and not confirmed:
            raise VisitTimeUnconfirmed(
                "the visit time is unusual: choose another, or confirm that the customer wants this one",
                concerns=[concern.value for concern in concerns],
                visit_at=visit_at.isoformat(),
            )
