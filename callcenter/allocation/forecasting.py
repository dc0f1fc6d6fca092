"""Answers how long the stock lasts (requirement D5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from callcenter.allocation.gathering import Gatherer, sum_by_branch
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.roster import Roster
from callcenter.allocation.rules.planning import forecast_days
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import Forecast
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class ForecastService:
    """Compares the stock of a campaign with what the agents of the next working day need."""

    def __init__(
        self,
        leads: LeadService,
        campaigns: CampaignService,
        roster: Roster,
        gatherer: Gatherer,
        quota_books: QuotaBooks,
        settings: AllocationSettings,
    ) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._gatherer = gatherer
        self._quota_books = quota_books
        self._settings = settings

    async def forecast(self, work: Work, campaign_id: int) -> Forecast:
        """Returns how many working days the stock lasts when every agent of the next one is served in full (D5)."""
        rules = await self._campaigns.rules(work, campaign_id)
        on = await self._next_working_day(work)
        need = await self._daily_need(work, campaign_id, on)
        by_class = await self._leads.stock_by_class(work, campaign_id)
        branch_of = await self._gatherer.branch_of(work, rules)
        by_list = await self._leads.stock_by_list(work, campaign_id) if branch_of else {}
        by_branch = sum_by_branch(by_list, branch_of)
        stock = sum(by_class.values())
        days = forecast_days(stock, need, by_branch)
        return Forecast(
            campaign_id=campaign_id,
            name=rules.name,
            stock=stock,
            by_class=by_class,
            by_branch=by_branch,
            on=on,
            daily_need=sum(need.values()),
            days=days,
            warn_below=self._settings.forecast_days,
            low=days is not None and days < self._settings.forecast_days,
        )

    async def list(self, work: Work) -> Sequence[Forecast]:
        """Returns the forecast of every running campaign."""
        running = await self._campaigns.list(work, CampaignState.RUNNING)
        return [await self.forecast(work, rules.campaign_id) for rules in running]

    async def lasts(self, work: Work, campaign_id: int) -> bool:
        """Returns whether the stock is enough for the days it must last; counts no further than it has to."""
        if await self._gatherer.branch_of(work, await self._campaigns.rules(work, campaign_id)):
            return not (await self.forecast(work, campaign_id)).low
        on = await self._next_working_day(work)
        enough = sum((await self._daily_need(work, campaign_id, on)).values()) * self._settings.forecast_days
        return await self._leads.stock_up_to(work, campaign_id, enough) >= enough

    async def _next_working_day(self, work: Work) -> date:
        return (await self._campaigns.calendar(work)).next_working_day(business_date(work.now))

    async def _daily_need(self, work: Work, campaign_id: int, on: date) -> Mapping[str, int]:
        """Returns branch → leads that its agents need in the campaign on a day."""
        quotas = await self._quota_books.day(work, on, campaign_id=campaign_id)
        need: Counter[str] = Counter()
        for duty in await self._roster.rostered(work, on):
            need[duty.card.branch] += quotas.of(duty.card.id, duty.part).of_campaign.get(campaign_id, 0)
        return +need
