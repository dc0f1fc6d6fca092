"""Collects the facts of the running system, and has the rules judge them. Writes nothing."""

from collections import Counter
from dataclasses import replace

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, LegState, Seat
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard
from callcenter.allocation.members import MemberService
from callcenter.allocation.runs import RunService
from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AgentDay
from callcenter.calls.types import CallKind
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.doctor.alerts import EXPLAINED, judge_alerts
from callcenter.doctor.rules.agents import judge_agents
from callcenter.doctor.rules.campaigns import judge_campaigns, way_of
from callcenter.doctor.rules.faults import ordered
from callcenter.doctor.rules.system import judge_system
from callcenter.doctor.types import CampaignFacts, Diagnosis, SeatFacts, StaffFacts, SystemFacts
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject
from callcenter.health.service import HealthService
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.lines.service import LineService
from callcenter.people.rules import missing
from callcenter.people.service import PeopleService
from callcenter.people.types import Role

_MOST_JUDGED = 20
"""Idle agents whose next lead is judged: what refuses theirs refuses the others' too."""
_BUSY = (AgentState.PREVIEW, AgentState.ON_CALL, AgentState.WRAP_UP)


class SystemReader:
    """Reads parts, nodes, trunks and alerts."""

    def __init__(
        self, health: HealthService, lines: LineService, alerts: AlertService, campaigns: CampaignService
    ) -> None:
        self._health = health
        self._lines = lines
        self._alerts = alerts
        self._campaigns = campaigns

    async def read(self, work: Work) -> SystemFacts:
        """Returns what the processes report, and the open alerts with the names of their campaigns."""
        reading = await self._health.current(work)
        names = {rules.campaign_id: rules.name for rules in await self._campaigns.list(work)}
        alerts = [_named(alert, names) for alert in await self._alerts.list_of_kinds(work, EXPLAINED)]
        return SystemFacts(
            parts=await self._health.parts(work),
            nodes=reading.nodes,
            trunks=await self._lines.out_of_use(work),
            alerts=alerts,
            caller_ids=len(self._campaigns.approved_caller_ids),
        )


def _named(alert: AlertCard, names: dict[int, str]) -> AlertCard:
    campaign = names.get(alert.facts.get("campaign_id", 0))
    return replace(alert, facts={**alert.facts, "campaign": campaign}) if campaign else alert


class CampaignReader:
    """Reads a campaign's way from its lists to today's leads."""

    def __init__(
        self,
        campaigns: CampaignService,
        leads: LeadService,
        members: MemberService,
        runs: RunService,
        allocation: AllocationService,
        people: PeopleService,
    ) -> None:
        self._campaigns = campaigns
        self._leads = leads
        self._members = members
        self._runs = runs
        self._allocation = allocation
        self._people = people

    async def read(self, work: Work) -> tuple[list[CampaignFacts], int]:
        """Returns the facts of the running campaigns, and how many campaigns there are in any state."""
        known = await self._campaigns.list(work)
        running = [rules for rules in known if rules.state is CampaignState.RUNNING]
        return [await self._of(work, rules) for rules in running], len(known)

    async def _of(self, work: Work, rules: CampaignRules) -> CampaignFacts:
        today, campaign_id = business_date(work.now), rules.campaign_id
        members = await self._members.list(work, campaign_id, today)
        there = {card.id for card in await self._people.eligible_agents(work, today)}
        use = await self._allocation.use(work, today, campaign_id)
        return CampaignFacts(
            rules=rules,
            window=await self._campaigns.window(work, campaign_id),
            caller_id_approved=rules.caller_id in self._campaigns.approved_caller_ids,
            has_script=await self._campaigns.script(work, campaign_id) is not None,
            leads=await self._leads.stock_counts(work, campaign_id),
            members=len(members),
            members_there=sum(member.staff_id in there for member in members),
            allocated=not await self._runs.is_missing(work, campaign_id, today),
            assigned=sum(one.held + one.done for one in use),
            open=sum(one.held for one in use),
            due=sum(one.next_due_at is not None and one.next_due_at <= work.now for one in use),
        )


class AgentReader:
    """Reads the phone agents: fit, rostered, logged on, and what refuses the next lead of those who wait."""

    def __init__(
        self,
        agents: AgentService,
        people: PeopleService,
        allocation: AllocationService,
        eligibility: EligibilityService,
    ) -> None:
        self._agents = agents
        self._people = people
        self._allocation = allocation
        self._eligibility = eligibility

    async def read(self, work: Work) -> StaffFacts:
        """Returns the facts of all phone agents."""
        today = business_date(work.now)
        agents = await self._people.by_role(work, Role.AGENT)
        lacking = [missing(await self._people.fitness(work, agent.id), today) for agent in agents]
        days = await self._allocation.days(work, today)
        seats = [_facts(seat, days.get(seat.agent_id, AgentDay())) for seat in await self._agents.seats(work)]
        return StaffFacts(
            agents=len(agents),
            fit=sum(not requirements for requirements in lacking),
            lacking=Counter(requirement for requirements in lacking for requirement in requirements),
            rostered=len(await self._people.eligible_agents(work, today)),
            seats=await self._judged(work, seats),
            now=work.now,
        )

    async def _judged(self, work: Work, seats: list[SeatFacts]) -> list[SeatFacts]:
        """Adds what refuses the next lead of the first idle agents, by the judgement that the engine asks, too."""
        idle = [seat for seat in seats if seat.ready and seat.open][:_MOST_JUDGED]
        refused = {seat.agent_id: await self._refused_by(work, seat.agent_id) for seat in idle}
        return [replace(seat, refused_by=refused.get(seat.agent_id)) for seat in seats]

    async def _refused_by(self, work: Work, agent_id: int) -> RuleId | None:
        card = await self._allocation.due_now(work, agent_id, business_date(work.now))
        if card is None:
            return None
        subject = Subject(
            kind=CallKind.LEAD,
            agent_id=agent_id,
            lead_id=card.lead_id,
            campaign_id=card.campaign_id,
            assignment_id=card.id,
        )
        verdict = await self._eligibility.verdict(work, subject)
        return None if verdict.allowed else verdict.rule


def _facts(seat: Seat, day: AgentDay) -> SeatFacts:
    return SeatFacts(
        agent_id=seat.agent_id,
        paused=seat.state is AgentState.PAUSED,
        ready=seat.state is AgentState.READY,
        busy=seat.state in _BUSY,
        phone_registered=seat.phone_registered,
        leg_up=seat.leg_state is LegState.UP,
        robot=seat.robot_number is not None,
        duty=seat.duty,
        open=day.assigned - day.done,
        next_due_at=day.next_due_at,
    )


class DoctorService:
    """Answers what is wrong, and why agents wait while there are leads."""

    def __init__(self, system: SystemReader, campaigns: CampaignReader, agents: AgentReader) -> None:
        self._system = system
        self._campaigns = campaigns
        self._agents = agents

    async def diagnose(self, work: Work) -> Diagnosis:
        """Returns what is wrong in the running system, the gravest first, and each campaign's way to a call."""
        system = await self._system.read(work)
        campaigns, known = await self._campaigns.read(work)
        staff = await self._agents.read(work)
        expected = any(facts.window.open and facts.open for facts in campaigns)
        faults = [
            *judge_system(system),
            *judge_alerts(system.alerts),
            *judge_campaigns(campaigns, known),
            *judge_agents(staff, expected=expected),
        ]
        ready = sum(seat.ready for seat in staff.seats)
        return Diagnosis(work.now, ordered(faults), [way_of(facts, ready) for facts in campaigns])
