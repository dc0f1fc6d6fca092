"""Says what a campaign lacks before it may start, and refuses its start until nothing is missing (requirement H4)."""

from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.members import MemberService
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignStarting
from callcenter.field.service import FieldServices
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from callcenter.readiness.errors import CampaignNotReady
from callcenter.readiness.rules import start_readiness
from callcenter.readiness.types import Readiness, StartFacts


class StartService:
    """Reads what a start needs from the rooms that have it."""

    def __init__(
        self,
        campaigns: CampaignService,
        people: PeopleService,
        members: MemberService,
        forecasts: ForecastService,
        field: FieldServices,
    ) -> None:
        self._campaigns = campaigns
        self._people = people
        self._members = members
        self._forecasts = forecasts
        self._field = field

    async def readiness(self, work: Work, campaign_id: int) -> Readiness:
        """Returns what the campaign has and lacks. Raises CampaignNotFound."""
        rules = await self._campaigns.rules(work, campaign_id)
        on = max(business_date(work.now), rules.first_on or business_date(work.now))
        calendar = await self._campaigns.calendar(work)
        on = on if calendar.is_working(on) else calendar.next_working_day(on)
        fit = {duty.card.id for duty in await self._people.rostered(work, on)}
        agents = [member for member in await self._members.list(work, campaign_id, on) if member.staff_id in fit]
        led = await self._people.by_role(work, Role.AGENT_LEADER)
        reviewers = [person for role in (Role.QA, Role.QA_LEAD) for person in await self._people.by_role(work, role)]
        regions = await self._field.regions.regions(work)
        forecast = await self._forecasts.forecast(work, campaign_id)
        facts = StartFacts(
            first_on=on,
            script=rules.script_id is not None,
            caller_id=rules.caller_id,
            caller_id_approved=rules.caller_id in self._campaigns.approved_caller_ids,
            agents=len(agents),
            branches=frozenset(member.branch for member in agents),
            led_branches=frozenset(person.branch for person in led),
            reviewed_branches=frozenset(person.branch for person in reviewers),
            regions=len(regions),
            unready_regions=tuple(one.name for one in regions if not one.districts or one.leader_id is None),
            dispatchers=len(await self._people.by_role(work, Role.DISPATCHER)),
            stock=forecast.stock,
            stock_days=forecast.days,
            stock_low=forecast.low,
        )
        return start_readiness(facts, rules.first_on)

    async def require_ready(self, work: Work, event: CampaignStarting) -> None:
        """Refuses the start of a campaign that lacks something. Raises CampaignNotReady."""
        missing = (await self.readiness(work, event.campaign_id)).missing
        if missing:
            listed = [need.value for need in missing]
            raise CampaignNotReady(f"this campaign may not start yet: {', '.join(listed)} missing", missing=listed)
