"""Plans the evening run by reading, and commits it whole or not at all (requirements D1, D4, D5, D6)."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.allocation import repository, run_repository
from callcenter.allocation.assigning import Batch, StockMovedError, assign_leads, lock_allocation
from callcenter.allocation.cards import card_of, excluded_share, planned_share, report_of, share_of
from callcenter.allocation.errors import AlreadyAllocated, PlanOutdated, RunNotFound
from callcenter.allocation.gathering import Gatherer, Inputs, sum_by_branch
from callcenter.allocation.models import AllocationRun
from callcenter.allocation.roster import Roster
from callcenter.allocation.rules.planning import Plan, digest_of, forecast_days, plan
from callcenter.allocation.rules.reasons import facts_of, sentence
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import (
    AgentShare,
    AllocationReport,
    AssignmentCard,
    AssignmentReason,
    Ineligible,
    LeadsAllocated,
    PlannedLead,
    PlannedRun,
    ShownPlan,
    StockRunsLow,
)
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.rules import missing
from callcenter.people.types import Role

log = get_logger(__name__)

OFF_ROSTER = "off_roster"
"""Why an agent who could telephone is allocated nothing."""

_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Planned:
    """What one look at roster and stock leads to."""

    inputs: Inputs
    plan: Plan
    digest: str

    @property
    def carried(self) -> int:
        return sum(agent.carried for agent in self.inputs.agents)

    @property
    def returned(self) -> int:
        return sum(len(ids) for ids in self.inputs.returning.values())

    @property
    def stock_left(self) -> int:
        return sum(self.inputs.stock_by_class.values()) - len(self.plan.assignments)

    @property
    def forecast_days(self) -> float | None:
        return forecast_days(self.stock_left, self.inputs.need_by_branch, self.stock_left_by_branch)

    @property
    def stock_left_by_branch(self) -> Mapping[str, int]:
        assigned = Counter(planned.lead.list_id for planned in self.plan.assignments)
        left = Counter(self.inputs.stock_by_branch)
        left.subtract(sum_by_branch(assigned, self.inputs.branch_of))
        return left

    @property
    def short_branches(self) -> Mapping[str, int]:
        """Returns branch → what its agents lack; empty where any agent may have any lead."""
        if not self.inputs.branch_of:
            return {}
        short: Counter[str] = Counter()
        for share in self.plan.shares:
            short[share.agent.branch] += share.agent.need - share.new
        return +short

    @property
    def reason(self) -> AssignmentReason:
        return AssignmentReason.ALLOCATED_SHORT if self.plan.shortage else AssignmentReason.ALLOCATED


class RunService:
    """Gives every eligible agent the leads of a day: one run per campaign and day."""

    def __init__(self, leads: LeadService, roster: Roster, gatherer: Gatherer, settings: AllocationSettings) -> None:
        self._leads = leads
        self._roster = roster
        self._gatherer = gatherer
        self._settings = settings

    async def plan(self, work: Work, campaign_id: int, on: date, seed: int | None = None) -> PlannedRun:
        """Returns what a run would do now; nothing is written.

        Raises AlreadyAllocated (rule D6) when the day has its run, DayPast, DayNotWorked (rule D1).
        """
        if run := await run_repository.find_run_of_day(work.session, campaign_id, on):
            raise AlreadyAllocated(f"run {run.id} has allocated {on} already", run_id=run.id)
        planned = await self._plan(work, campaign_id, on, seed)
        inputs = planned.inputs
        shares = [planned_share(share, inputs.names[share.agent.agent_id]) for share in planned.plan.shares]
        return PlannedRun(
            digest=planned.digest,
            campaign_id=campaign_id,
            on=on,
            provisional=inputs.provisional,
            seed=inputs.seed,
            agents=(*shares, *await self._excluded(work, inputs)),
            assigned=len(planned.plan.assignments),
            carried=planned.carried,
            returned=planned.returned,
            shortage=planned.plan.shortage,
            stock_left=planned.stock_left,
            forecast_days=planned.forecast_days,
            stock_by_class=inputs.stock_by_class,
        )

    async def list_planned(self, work: Work, shown: ShownPlan, agent_id: int) -> Sequence[PlannedLead]:
        """Returns one agent's part of a plan that was shown, with a reason for each lead.

        Raises PlanOutdated (rule D4) once something the plan was made from has changed.
        """
        planned = await self._plan(work, shown.campaign_id, shown.on, shown.seed)
        if planned.digest != shown.digest:
            raise _outdated()
        share = next((share for share in planned.plan.shares if share.agent.agent_id == agent_id), None)
        if share is None:
            return []
        served, reason = planned.plan.served, planned.reason
        leads = []
        for assignment in planned.plan.assignments:
            if assignment.agent_id == agent_id:
                facts = facts_of(planned.plan, share, assignment, served)
                leads.append(
                    PlannedLead(assignment.lead.id, assignment.position, reason, facts, sentence(reason, facts))
                )
        return leads

    async def allocate(
        self, work: Work, campaign_id: int, on: date, seed: int | None = None, digest: str | None = None
    ) -> AllocationReport:
        """Gives every eligible agent the leads for ``on``, filled up to the agent's quota of that day.

        What an agent still holds stays in front of the day and counts inside the quota, as does what was done on that
        day already. Open assignments of agents who do not work on that day, or beyond a quota that was lowered, return
        to the stock first. Safe to run twice: the second run finds the first and returns its report. ``seed`` defaults
        to the date as a number. With ``digest`` exactly the plan is committed that ``plan`` has shown, or none.
        Raises PlanOutdated (rule D4), DayPast, DayNotWorked (rule D1).
        """
        await lock_allocation(work)
        if known := await run_repository.find_run_of_day(work.session, campaign_id, on):
            return await self._report(work, known, already_run=True)
        for _ in range(_MOST_TRIES):
            planned = await self._plan(work, campaign_id, on, seed)
            if digest not in (None, planned.digest):
                break
            try:
                async with work.session.begin_nested():
                    run = await self._commit(work, planned)
            except StockMovedError:  # another transaction blocked or took a lead in between: look again
                continue
            await self._announce(work, run, planned.short_branches)
            return await self._report(work, run, already_run=False)
        raise _outdated()

    async def list(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[AllocationReport]:
        """Returns the newest runs first, without the agents' shares; ``before`` is the last run of the page before."""
        runs = await run_repository.list_runs(work.session, before, limit)
        return [report_of(run, (), already_run=True) for run in runs]

    async def report(self, work: Work, run_id: int) -> AllocationReport:
        """Returns what a run did, with the agents' shares. Raises RunNotFound."""
        return await self._report(work, await self._find(work, run_id), already_run=True)

    async def list_assignments(
        self, work: Work, run_id: int, *, agent_id: int | None = None, after: int = 0, limit: int = 100
    ) -> Sequence[AssignmentCard]:
        """Returns what a run assigned, in the order of the agents' days; ``after`` is the last one of the page before.

        Raises RunNotFound.
        """
        await self._find(work, run_id)
        rows = await repository.list_of_run(work.session, run_id, agent_id, after=after, limit=limit)
        return [card_of(row) for row in rows]

    async def is_missing(self, work: Work, campaign_id: int, on: date) -> bool:
        """Returns whether a day has agents and no run."""
        if await run_repository.find_run_of_day(work.session, campaign_id, on) is not None:
            return False
        return bool(await self._roster.rostered(work, on))

    # --- inside ----------------------------------------------------------------------------------------------------

    async def _find(self, work: Work, run_id: int) -> AllocationRun:
        run = await run_repository.find_run(work.session, run_id)
        if run is None:
            raise RunNotFound(f"there is no allocation run {run_id}")
        return run

    async def _plan(self, work: Work, campaign_id: int, on: date, seed: int | None) -> _Planned:
        inputs = await self._gatherer.inputs(work, campaign_id, on, on.toordinal() if seed is None else seed)
        return await asyncio.to_thread(_plan_over, inputs)  # takes seconds with ten thousand agents

    async def _commit(self, work: Work, planned: _Planned) -> AllocationRun:
        for why, ids in planned.inputs.returning.items():
            taken = await repository.take_back(work.session, repository.of_ids(ids), why, work.now)
            if len(taken) != len(ids):
                raise StockMovedError
            await self._leads.put_back(work, [assignment.lead_id for assignment in taken])
        await repository.renumber_places(work.session, planned.inputs.on)
        run = await self._record(work, planned)
        batch = Batch(
            plan=planned.plan,
            campaign_id=run.campaign_id,
            on=run.work_on,
            reason=planned.reason,
            run_of=lambda _: run.id,
        )
        await assign_leads(work, self._leads, batch)
        return run

    async def _record(self, work: Work, planned: _Planned) -> AllocationRun:
        inputs, shares = planned.inputs, planned.plan.shares
        run = AllocationRun(
            campaign_id=inputs.rules.campaign_id,
            work_on=inputs.on,
            made_at=work.now,
            seed=inputs.seed,
            quota=inputs.rules.quota,
            agents=len(inputs.agents),
            assigned=len(planned.plan.assignments),
            carried=planned.carried,
            returned=planned.returned,
            shortage=planned.plan.shortage,
            stock_left=planned.stock_left,
            forecast_days=planned.forecast_days,
            digest=planned.digest,
            by_class=dict(sum((Counter(share.by_class) for share in shares), Counter())),
            stock_by_class=dict(inputs.stock_by_class),
        )
        rows = [
            {
                "agent_id": share.agent.agent_id,
                "quota": share.agent.quota,
                "day_quota": share.agent.day_quota or share.agent.quota,
                "part": share.agent.part,
                "carried": share.agent.carried,
                "new": share.new,
                "by_class": dict(share.by_class),
                "by_district": dict(share.by_district),
                "returned": 0,
                "reassigned": 0,
            }
            for share in shares
        ]
        await run_repository.add_run(work.session, run, rows)
        return run

    async def _announce(self, work: Work, run: AllocationRun, short_branches: Mapping[str, int]) -> None:
        figures = {
            "campaign": run.campaign_id,
            "on": run.work_on.isoformat(),
            "agents": run.agents,
            "assigned": run.assigned,
            "carried": run.carried,
            "returned": run.returned,
            "shortage": run.shortage,
            "stock_left": run.stock_left,
            "seed": run.seed,
            "digest": run.digest,
        }
        await work.announce(Noted("allocation.allocated", f"allocation_run:{run.id}", figures))
        await work.announce(
            LeadsAllocated(run.id, run.campaign_id, run.work_on, run.assigned, run.shortage, short_branches)
        )
        if run.forecast_days is not None and run.forecast_days < self._settings.forecast_days:
            log.warning("stock runs low", forecast_days=run.forecast_days, **figures)
            await work.announce(StockRunsLow(run.campaign_id, run.forecast_days, run.stock_left))

    async def _report(self, work: Work, run: AllocationRun, *, already_run: bool) -> AllocationReport:
        rows = await run_repository.list_shares(work.session, run.id)
        names = await self._roster.cards(work, [row.agent_id for row in rows])
        shares = [share_of(row, names[row.agent_id]) for row in rows]
        return report_of(run, shares, already_run=already_run)

    async def _excluded(self, work: Work, inputs: Inputs) -> Sequence[AgentShare]:
        """Returns the phone agents who are allocated nothing, and why: what they lack to telephone, or the roster."""
        served = {agent.agent_id for agent in inputs.agents}
        rostered = {duty.card.id for duty in await self._roster.rostered(work, inputs.on)}
        excluded = []
        for card in await self._roster.by_role(work, Role.AGENT):
            if card.id not in served:
                lacking = missing(await self._roster.fitness(work, card.id), inputs.on)
                why = lacking[0].value if lacking else OFF_ROSTER if card.id not in rostered else Ineligible.NOT_MEMBER
                excluded.append(excluded_share(card, why))
        return excluded


def _outdated() -> PlanOutdated:
    return PlanOutdated("something this plan was made from has changed since: look at the new plan")


def _plan_over(inputs: Inputs) -> _Planned:
    """Distributes the leads and takes the fingerprint of everything the plan was made from."""
    distributed = plan(inputs.candidates, inputs.agents, inputs.seed, inputs.branch_of)
    facts = {
        "campaign": inputs.rules.campaign_id,
        "on": inputs.on,
        "seed": inputs.seed,
        "branches": sorted(inputs.branch_of.items()),
        **{why.code: sorted(ids) for why, ids in inputs.returning.items()},
    }
    return _Planned(
        inputs, distributed, digest_of(facts, [planned.lead for planned in distributed.assignments], inputs.agents)
    )
