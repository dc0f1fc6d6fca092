"""Looks whether the allocation is there and the stock lasts, and raises alerts when not (requirements D5, D6)."""

from collections.abc import Collection
from datetime import date, timedelta

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import LeadsAllocated
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.people.types import Right


class AllocationWatch:
    def __init__(
        self,
        allocation: AllocationService,
        campaigns: CampaignService,
        alerts: AlertService,
        settings: AllocationSettings,
    ) -> None:
        self._allocation = allocation
        self._campaigns = campaigns
        self._alerts = alerts
        self._settings = settings

    async def look(self, work: Work) -> None:
        """At everything; harmless to repeat."""
        await self.look_for_runs(work)
        await self.look_at_stock(work)

    async def look_for_runs(self, work: Work) -> None:
        """An alert for every running campaign whose day is not allocated though it is due; cleared when it is."""
        on = await self.due_day(work)
        for rules in await self._campaigns.list(work):
            missing = rules.state is CampaignState.RUNNING and await self._allocation.is_missing(
                work, rules.campaign_id, on
            )
            if missing:
                await self._alerts.raise_(
                    work,
                    AlertKind.ALLOCATION_MISSING,
                    subject_of(rules.campaign_id),
                    {"campaign_id": rules.campaign_id, "on": on.isoformat()},
                    Right.ALLOCATE,
                )
            else:
                await self._alerts.clear(work, AlertKind.ALLOCATION_MISSING, subject_of(rules.campaign_id))

    async def due_day(self, work: Work) -> date:
        """Returns the latest working day that must be allocated by now; before the grace is over, that of yesterday."""
        today = business_date(work.now)
        due = at_business_time(today, self._settings.due_hour) + timedelta(minutes=self._settings.grace_minutes)
        evening = today if work.now >= due else today - timedelta(days=1)
        return (await self._campaigns.calendar(work)).next_working_day(evening)

    async def look_at_stock(self, work: Work, campaign_ids: Collection[int] | None = None) -> None:
        """An alert for every running campaign whose stock lasts too few working days; cleared when it lasts again."""
        for rules in await self._campaigns.list(work):
            if campaign_ids is not None and rules.campaign_id not in campaign_ids:
                continue
            subject = subject_of(rules.campaign_id)
            running = rules.state is CampaignState.RUNNING
            if not running:
                await self._alerts.clear(work, AlertKind.SHORTAGE, subject)
            if not running or await self._allocation.lasts(work, rules.campaign_id):
                await self._alerts.clear(work, AlertKind.STOCK_LOW, subject)
                continue
            forecast = await self._allocation.forecast(work, rules.campaign_id)
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
                Right.ALLOCATE,
            )

    async def allocated(self, work: Work, event: LeadsAllocated) -> None:
        """A run came: nothing is missing any more for that day; a shortage stands until a run has none."""
        subject = subject_of(event.campaign_id)
        if event.on >= await self.due_day(work):
            await self._alerts.clear(work, AlertKind.ALLOCATION_MISSING, subject)
        if event.shortage:
            facts = {"campaign_id": event.campaign_id, "on": event.on.isoformat(), "shortage": event.shortage}
            await self._alerts.raise_(work, AlertKind.SHORTAGE, subject, facts, Right.ALLOCATE)
        else:
            await self._alerts.clear(work, AlertKind.SHORTAGE, subject)
        await self.look_at_stock(work, {event.campaign_id})

    @property
    def many(self) -> int:
        """Leads blocked at once after which the stock is looked at without waiting for the next look."""
        return self._settings.look_after_blocked


def subject_of(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"
