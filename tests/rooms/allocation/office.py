"""A system of three agents and one campaign with a quota of four, on a real database."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.handlers import subscribe, subscribe_watch
from callcenter.allocation.leftovers import LeftoverService
from callcenter.allocation.members import MemberService
from callcenter.allocation.quotas import QuotaService
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.runs import RunService
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import AllocationReport, StockRunsLow
from callcenter.allocation.watch import AllocationWatch
from callcenter.campaigns.service import CampaignService
from callcenter.consent.service import ConsentService
from callcenter.dnc.service import DncService
from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.scope import ALL
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.service import LeadService
from callcenter.leads.types import LeadState
from callcenter.people.types import Fitness, Right, Role, Rostered, StaffCard
from tests.support.allocation import allocation_services, let_all_serve
from tests.support.bus import bus_of
from tests.support.events import listen
from tests.support.leads import campaign_service, consent_service, dnc_service, lead_service
from tests.support.rows import VAULT, Assignment, Lead, make_campaign, make_staff
from tests.support.stock import put_in_stock

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


class Board:
    """The people room as the allocation asks it: every agent works, apart from ``off`` days."""

    def __init__(self, agents: Sequence[int]) -> None:
        self.agents = list(agents)
        self.off: set[tuple[int, date]] = set()
        self.parts: dict[tuple[int, date], int] = {}
        self.branches: dict[int, str] = {}

    async def rostered(self, work: Work, on: date) -> list[Rostered]:
        return [
            Rostered(self._card(agent), self.parts.get((agent, on), 100))
            for agent in self.agents
            if (agent, on) not in self.off
        ]

    async def rostered_between(self, work: Work, first: date, last: date) -> dict[date, list[Rostered]]:
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        return {on: await self.rostered(work, on) for on in days}

    async def cards(self, work: Work, ids: Collection[int]) -> dict[int, StaffCard]:
        return {agent: self._card(agent) for agent in self.agents if agent in ids}

    async def card(self, work: Work, staff_id: int) -> StaffCard:
        return self._card(staff_id)

    async def by_role(self, work: Work, role: Role) -> list[StaffCard]:
        return [self._card(agent) for agent in self.agents]

    async def fitness(self, work: Work, staff_id: int) -> Fitness:
        return Fitness(
            active=True,
            licence_valid_until=date(2030, 1, 1),
            trained=True,
            examined=True,
            agreement_signed=True,
            leaving=False,
        )

    def _card(self, agent: int) -> StaffCard:
        branch = self.branches.get(agent, "b")
        return StaffCard(agent, f"agent {agent}", Role.AGENT, branch, None, None, None, None)


@dataclass
class System:
    works: Works
    vault: Vault
    leads: LeadService
    lists: LeadLists
    dnc: DncService
    consent: ConsentService
    campaigns: CampaignService
    allocation: AllocationService
    runs: RunService
    returns: ReturnService
    quotas: QuotaService
    members: MemberService
    leftovers: LeftoverService
    forecasts: ForecastService
    watch: AllocationWatch
    alerts: AlertService
    board: Board
    campaign_id: int
    officer: Actor
    announced: list[StockRunsLow]

    @property
    def agents(self) -> list[int]:
        return self.board.agents

    async def stock(self, count: int, first: int = 0, *, ranked: bool = False) -> list[int]:
        async with self.works.begin() as work:
            return await put_in_stock(work, self.campaign_id, count, first=first, ranked=ranked)

    async def allocate(self, on: date = TUESDAY, seed: int | None = None) -> AllocationReport:
        async with self.works.begin() as work:
            return await self.runs.allocate(work, self.campaign_id, on, seed)

    async def open_campaign(self, *, quota: int, stock: int, first: int, branch: str = "") -> int:
        """Opens one more campaign that all agents serve, with a stock of its own; returns its id."""
        async with self.works.begin() as work:
            campaign_id = (await make_campaign(work, quota=quota)).id
            await put_in_stock(work, campaign_id, stock, first=first, branch=branch)
            await let_all_serve(work)
        return campaign_id

    async def held(self) -> dict[int, int]:
        async with self.works.begin() as work:
            query = select(Assignment).where(col(Assignment.state).in_(["open", "active"]))
            return Counter(assignment.agent_id for assignment in await work.session.scalars(query))

    async def assignments(self) -> list[Assignment]:
        async with self.works.begin() as work:
            return list((await work.session.scalars(select(Assignment).order_by(col(Assignment.id)))).all())

    async def lead_states(self) -> dict[LeadState, int]:
        async with self.works.begin() as work:
            return Counter(lead.state for lead in await work.session.scalars(select(Lead)))

    async def open_alerts(self) -> dict[AlertKind, AlertCard]:
        async with self.works.begin(self.officer) as work:
            return {alert.kind: alert for alert in await self.alerts.list_open(work)}


async def open_system(works: Works, vault: Vault) -> System:
    async with works.begin() as work:
        campaign_id = (await make_campaign(work, quota=4)).id
        board = Board([(await make_staff(work)).id for _ in range(3)])
        officer = await make_staff(work, Role.DATA_OFFICER)
        await let_all_serve(work)
    leads, campaigns = lead_service(vault), campaign_service()
    services = allocation_services(vault, leads=leads, campaigns=campaigns, roster=board)
    runs, returns, forecasts = services.get(RunService), services.get(ReturnService), services.get(ForecastService)
    alerts = AlertService(VAULT)
    watch = AllocationWatch(runs, forecasts, campaigns, alerts, AllocationSettings())
    subscribe(bus_of(works), returns)
    subscribe_watch(bus_of(works), watch)
    return System(
        works=works,
        vault=vault,
        leads=leads,
        lists=services.get(LeadLists),
        dnc=dnc_service(vault),
        consent=consent_service(vault),
        campaigns=campaigns,
        allocation=services.get(AllocationService),
        runs=runs,
        returns=returns,
        quotas=services.get(QuotaService),
        members=services.get(MemberService),
        leftovers=services.get(LeftoverService),
        forecasts=forecasts,
        watch=watch,
        alerts=alerts,
        board=board,
        campaign_id=campaign_id,
        officer=Actor(officer.id, "officer", Role.DATA_OFFICER.value, frozenset({Right.ALLOCATE.value}), ALL),
        announced=listen(works, StockRunsLow),
    )
