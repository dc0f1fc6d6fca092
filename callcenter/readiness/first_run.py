"""Says what a new installation has and lacks before its first customer can be called (requirement S6)."""

from collections.abc import Sequence

from callcenter.allocation.members import MemberService
from callcenter.allocation.runs import RunService
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.field.service import FieldServices
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.lines.service import LineService
from callcenter.people.service import PeopleService
from callcenter.readiness.rules import steps
from callcenter.readiness.types import InstallationFacts, StepCard
from callcenter.recordings.service import RecordingServices


class AllocationFacts:
    """Reads from leads and allocation what the first run asks of them."""

    def __init__(self, lists: LeadLists, members: MemberService, runs: RunService) -> None:
        self._lists = lists
        self._members = members
        self._runs = runs

    async def lists(self, work: Work) -> int:
        """Counts the lists, as far as a page of them goes."""
        return len(await self._lists.page(work))

    async def members(self, work: Work, campaigns: Sequence[CampaignRules]) -> int:
        """Counts the agents who serve any of the campaigns today."""
        today = business_date(work.now)
        return len(
            {one.staff_id for rules in campaigns for one in await self._members.list(work, rules.campaign_id, today)}
        )

    async def allocated(self, work: Work) -> bool:
        """Returns whether leads have been allocated for any day."""
        return bool(await self._runs.list(work, limit=1))


class FirstRunService:
    """Reads the steps of a new installation from the rooms in which they are done."""

    def __init__(
        self,
        people: PeopleService,
        field: FieldServices,
        lines: LineService,
        campaigns: CampaignService,
        allocation: AllocationFacts,
        recordings: RecordingServices,
    ) -> None:
        self._people = people
        self._field = field
        self._lines = lines
        self._campaigns = campaigns
        self._allocation = allocation
        self._recordings = recordings

    async def steps(self, work: Work) -> Sequence[StepCard]:
        """Returns every step in its order, with what is done and what is missing."""
        campaigns = await self._campaigns.list(work)
        open_ones = [rules for rules in campaigns if rules.state is not CampaignState.CLOSED]
        regions = await self._field.regions.regions(work)
        return steps(
            InstallationFacts(
                staff=await self._people.count_by_role(work),
                regions=len(regions),
                unready_regions=tuple(one.name for one in regions if not one.districts or one.leader_id is None),
                caller_ids=len(self._campaigns.approved_caller_ids),
                trunks_out_of_use=tuple(trunk.name for trunk in await self._lines.out_of_use(work)),
                campaigns=len(campaigns),
                scripts=sum(rules.script_id is not None for rules in campaigns),
                script_waits=await self._campaigns.script_waits(work),
                lists=await self._allocation.lists(work),
                members=await self._allocation.members(work, open_ones),
                running=sum(rules.state is CampaignState.RUNNING for rules in campaigns),
                allocated=await self._allocation.allocated(work),
                recorded=await self._recordings.listening.any_stored(work),
            )
        )
