"""Raises alerts when a run is missing or the stock does not last, and clears them again (requirements D5, D6)."""

from collections.abc import Collection
from datetime import date, timedelta

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.runs import RunService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import LeadsAllocated
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work


class AllocationWatch:
    """Compares what is allocated with what must be."""

    def __init__(
        self,
        runs: RunService,
        forecasts: ForecastService,
        campaigns: CampaignService,
        alerts: AlertService,
        settings: AllocationSettings,
    ) -> None:
        self._runs = runs
        self._forecasts = forecasts
        self._campaigns = campaigns
        self._alerts = alerts
        self._settings = settings

    async def look(self, work: Work) -> None:
        """Looks at runs and stock; harmless to repeat."""
        await self.look_for_runs(work)
        await self.look_at_stock(work)

    async def look_for_runs(self, work: Work) -> None:
        """Raises an alert for every running campaign whose day is not allocated though it is due, else clears it."""
        on = await self.due_day(work)
        for rules in await self._campaigns.list(work):
            running = rules.state is CampaignState.RUNNING and rules.has_begun(on)
            if running and await self._runs.is_missing(work, rules.campaign_id, on):
                await self._alerts.raise_(
                    work,
                    AlertKind.ALLOCATION_MISSING,
                    subject_of(rules.campaign_id),
                    {"campaign_id": rules.campaign_id, "on": on.isoformat()},
                )
            else:
                await self._alerts.clear(work, AlertKind.ALLOCATION_MISSING, subject_of(rules.campaign_id))

    async def due_day(self, work: Work) -> date:
        """Returns the latest working day that must be allocated by now; before the grace is over, yesterday's."""
        today = business_date(work.now)
        due = at_business_time(today, self._settings.due_hour) + timedelta(minutes=self._settings.grace_minutes)
        evening = today if work.now >= due else today - timedelta(days=1)
        return (await self._campaigns.calendar(work)).next_working_day(evening)

    async def look_at_stock(self, work: Work, campaign_ids: Collection[int] | None = None) -> None:
        """Raises an alert for every running campaign whose stock lasts too few working days, else clears it."""
        for rules in await self._campaigns.list(work):
            if campaign_ids is not None and rules.campaign_id not in campaign_ids:
                continue
            subject = subject_of(rules.campaign_id)
            running = rules.state is CampaignState.RUNNING
            if not running:
                await self._alerts.clear(work, AlertKind.SHORTAGE, subject)
            if not running or await self._forecasts.lasts(work, rules.campaign_id):
                await self._alerts.clear(work, AlertKind.STOCK_LOW, subject)
                continue
            forecast = await self._forecasts.forecast(work, rules.campaign_id)
            await self._alerts.raise_(
                work,
                AlertKind.STOCK_LOW,
                subject,
                {
                    "campaign_id": rules.campaign_id,
                    "stock": forecast.stock,
                    "days": forecast.days,
                    "least": forecast.warn_below,
                    "daily_need": forecast.daily_need,
                },
            )

    async def on_allocated(self, work: Work, event: LeadsAllocated) -> None:
        """Clears what a run has put right; raises the alert of a shortage, or clears it when the run has none."""
        subject = subject_of(event.campaign_id)
        if event.on >= await self.due_day(work):
            await self._alerts.clear(work, AlertKind.ALLOCATION_MISSING, subject)
        if event.shortage:
            facts = {"campaign_id": event.campaign_id, "on": event.on.isoformat(), "shortage": event.shortage}
            if event.short_branches:
                facts["branches"] = dict(event.short_branches)
            await self._alerts.raise_(work, AlertKind.SHORTAGE, subject, facts)
        else:
            await self._alerts.clear(work, AlertKind.SHORTAGE, subject)
        await self.look_at_stock(work, {event.campaign_id})

    @property
    def many(self) -> int:
        """Returns how many leads must be blocked at once for the stock to be looked at without waiting."""
        return self._settings.look_after_blocked


def subject_of(campaign_id: int) -> str:
    """Returns how an alert names a campaign."""
    return f"campaign:{campaign_id}"
