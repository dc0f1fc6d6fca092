"""Timed work of the allocation: the 20:00 run (requirements D1, D6)."""

from collections.abc import Sequence
from datetime import date

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AllocationReport
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.work import Works


async def allocate_next_working_day(
    works: Works, campaigns: CampaignService, allocation: AllocationService, evening: date | None = None
) -> Sequence[AllocationReport]:
    """Allots the leads of the working day after ``evening`` (today) for every running campaign: Friday serves Monday.

    Late and repeated runs are harmless, so it may run on every evening; one so late that its day is past does nothing.
    """
    async with works.begin() as work:
        today = business_date(work.now)
        on = (await campaigns.calendar(work)).next_working_day(evening or today)
    if on < today:
        return []
    return await _allocate(works, campaigns, allocation, on)


async def _allocate(
    works: Works, campaigns: CampaignService, allocation: AllocationService, on: date
) -> Sequence[AllocationReport]:
    """One transaction per campaign."""
    async with works.begin() as work:
        running = [rules.campaign_id for rules in await campaigns.list(work, CampaignState.RUNNING)]
    reports = []
    for campaign_id in running:
        async with works.begin() as work:
            reports.append(await allocation.allocate(work, campaign_id, on))
    return reports
