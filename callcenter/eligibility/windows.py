"""Reads calling windows: of one campaign, or the one that is open or opens first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import window_at
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState, WindowVerdict
from callcenter.eligibility.rules import window_rules
from callcenter.eligibility.types import Opening
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work


@dataclass(frozen=True, slots=True)
class Window:
    """A calling window, now and from now on."""

    now: WindowVerdict
    """Whether calls may be placed now, why, and until or from when."""
    opening: Opening


class WindowService:
    """Answers when calls of a campaign may be placed (requirement C1)."""

    def __init__(self, campaigns: CampaignService) -> None:
        self._campaigns = campaigns

    async def of(self, work: Work, kind: CallKind, rules: CampaignRules) -> Window:
        """Returns the window of calls of this kind under a campaign's rules."""
        calendar = await self._campaigns.calendar(work)
        rules = window_rules(kind, rules)

        def opening(at: datetime) -> datetime | None:
            verdict = window_at(calendar, rules, at)
            return at if verdict.open else verdict.opens_at

        return Window(window_at(calendar, rules, work.now), opening)

    async def first_window(self, work: Work) -> WindowVerdict | None:
        """Returns the window of the running campaign that is open, or opens first; None without a campaign."""
        calendar = await self._campaigns.calendar(work)
        running = await self._campaigns.list(work, CampaignState.RUNNING)
        windows = [window_at(calendar, rules, work.now) for rules in running]
        far = at_business_time(business_date(work.now) + timedelta(days=3650), 0)
        return min(windows, key=lambda window: (not window.open, window.opens_at or far), default=None)
