"""Runs the allocation's timed work: the evening run, and the look whether all is well (requirements D1, D5, D6)."""

from collections.abc import Sequence
from datetime import date

from callcenter.allocation.leftovers import LeftoverService
from callcenter.allocation.quotas import QuotaService
from callcenter.allocation.runs import RunService
from callcenter.allocation.types import AllocationReport
from callcenter.allocation.watch import AllocationWatch
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.log import get_logger
from callcenter.kit.work import Works

log = get_logger(__name__)


async def allocate_next_working_day(
    works: Works, campaigns: CampaignService, runs: RunService, evening: date | None = None
) -> Sequence[AllocationReport]:
    """Allocates the leads of the working day after ``evening`` (today) for each running campaign (requirement D1).

    Late and repeated runs are harmless, so it may run on every evening; one so late that its day is past does nothing.
    """
    async with works.begin() as work:
        today = business_date(work.now)
        on = (await campaigns.calendar(work)).next_working_day(evening or today)
    if on < today:
        return []
    return await _allocate(works, campaigns, runs, on)


async def watch_allocation(
    works: Works, quotas: QuotaService, leftovers: LeftoverService, watch: AllocationWatch
) -> None:
    """Follows roster, leave and members, then looks for missing runs and low stock."""
    async with works.begin() as work:
        await leftovers.release(work)
    async with works.begin() as work:
        for on in {business_date(work.now), await watch.due_day(work)}:
            await quotas.follow_roster(work, on)
    async with works.begin() as work:
        await watch.look(work)


async def _allocate(works: Works, campaigns: CampaignService, runs: RunService, on: date) -> Sequence[AllocationReport]:
    """Allocates in one transaction per campaign: one that fails does not keep the others from their leads."""
    async with works.begin() as work:
        running = await campaigns.list(work, CampaignState.RUNNING)
    reports, failures = [], []
    for campaign_id in (rules.campaign_id for rules in running if rules.has_begun(on)):
        try:
            async with works.begin() as work:
                reports.append(await runs.allocate(work, campaign_id, on))
        except Exception as failure:
            log.exception("a campaign could not be allocated", campaign=campaign_id, on=on.isoformat())
            failures.append(failure)
    if failures:
        raise failures[0]
    return reports
