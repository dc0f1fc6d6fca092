"""Reads calling windows: of one campaign, of service calls, or the campaign's that is open or opens first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import service_window_at, window_at
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.campaigns.types import CampaignRules, CampaignState, WindowVerdict
from callcenter.eligibility.rules import in_service_hours
from callcenter.eligibility.types import Opening, RulesInForce
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work


@dataclass(frozen=True, slots=True)
class Window:
    """A calling window, now and from now on."""

    now: WindowVerdict
    """Whether calls may be placed now, why, and until or from when."""
    opening: Opening
    by: RulesInForce


class WindowService:
    """Answers when calls of a campaign may be placed (requirement C1)."""

    def __init__(self, campaigns: CampaignService, service_hours: ServiceHoursService) -> None:
        self._campaigns = campaigns
        self._service_hours = service_hours

    async def of(self, work: Work, kind: CallKind, rules: CampaignRules) -> Window:
        """Returns the window of calls of this kind: the service hours, or the campaign's own window."""
        calendar = await self._campaigns.calendar(work)
        if not in_service_hours(kind):
            return _window(work.now, lambda at: window_at(calendar, rules, at), _by(rules, calendar, None))
        hours = await self._service_hours.hours(work)
        return _window(work.now, lambda at: service_window_at(calendar, hours, at), _by(rules, calendar, hours.version))

    async def service_window(self, work: Work) -> WindowVerdict:
        """Returns the window of complaint and service callbacks."""
        calendar = await self._campaigns.calendar(work)
        return service_window_at(calendar, await self._service_hours.hours(work), work.now)

    async def first_window(self, work: Work) -> WindowVerdict | None:
        """Returns the window of the running campaign that is open, or opens first; None without a campaign."""
        calendar = await self._campaigns.calendar(work)
        running = await self._campaigns.list(work, CampaignState.RUNNING)
        windows = [window_at(calendar, rules, work.now) for rules in running]
        far = at_business_time(business_date(work.now) + timedelta(days=3650), 0)
        return min(windows, key=lambda window: (not window.open, window.opens_at or far), default=None)


def _window(now: datetime, judge: Callable[[datetime], WindowVerdict], by: RulesInForce) -> Window:
    def opening(at: datetime) -> datetime | None:
        verdict = judge(at)
        return at if verdict.open else verdict.opens_at

    return Window(judge(now), opening, by)


def _by(rules: CampaignRules, calendar: WorkingCalendar, service_hours: int | None) -> RulesInForce:
    return RulesInForce(campaign_version=rules.version, calendar=calendar.state, service_hours=service_hours)
