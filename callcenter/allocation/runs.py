"""The evening run: planned by reading, committed whole or not at all (requirements D1, D4, D5, D6)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date

from callcenter.allocation import quota_repository, repository
from callcenter.allocation.assigning import StockMovedError, assign_leads
from callcenter.allocation.errors import AlreadyAllocated, PlanOutdated, RunNotFound
from callcenter.allocation.gathering import Gatherer, Inputs
from callcenter.allocation.models import AllocationRun, AllocationShare
from callcenter.allocation.rules.planning import Plan, digest_of, forecast_days, plan
from callcenter.allocation.rules.reasons import facts_of, sentence
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import (
    AgentShare,
    AllocationReport,
    AssignmentReason,
    LeadsAllocated,
    PlannedLead,
    PlannedRun,
    Roster,
    StockRunsLow,
)
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.rules import missing
from callcenter.people.types import Role

log = get_logger(__name__)

ALLOCATING = "allocation"
"""One run at a time, over all campaigns: the quota counts what an agent holds in all of them."""

OFF_ROSTER = "off_roster"
"""Why an agent who could telephone is given nothing."""

_MOST_TRIES = 3


class Runs:
    def __init__(self, leads: LeadService, roster: Roster, gatherer: Gatherer, settings: AllocationSettings) -> None:
        self._leads = leads
        self._roster = roster
        self._gatherer = gatherer
        self._settings = settings

    async def plan(self, work: Work, campaign_id: int, on: date, seed: int | None) -> PlannedRun:
        if known := await repository.find_run(work.session, campaign_id, on):
            raise AlreadyAllocated(f"run {known.id} has allocated {on} already", run_id=known.id)
        inputs, made, digest = await self._planned(work, campaign_id, on, seed)
        carried = sum(agent.carried for agent in inputs.agents)
        left = sum(inputs.stock_by_class.values()) - len(made.assignments)
        return PlannedRun(
            digest=digest,
            campaign_id=campaign_id,
            on=on,
            provisional=inputs.provisional,
            seed=inputs.seed,
            agents=(*_shares_of(inputs, made), *await self._excluded(work, inputs)),
            assigned=len(made.assignments),
            carried=carried,
            returned=sum(len(ids) for ids in inputs.returning.values()),
            shortage=made.shortage,
            stock_left=left,
            forecast_days=forecast_days(left, inputs.daily_need),
            stock_by_class=inputs.stock_by_class,
        )

    async def planned_for(
        self, work: Work, campaign_id: int, on: date, seed: int | None, digest: str, agent_id: int
    ) -> Sequence[PlannedLead]:
        _, made, found = await self._planned(work, campaign_id, on, seed)
        if found != digest:
            raise _outdated()
        share = next((share for share in made.shares if share.agent.agent_id == agent_id), None)
        if share is None:
            return []
        served, reason = made.served, _reason(made)
        planned = []
        for each in made.assignments:
            if each.agent_id == agent_id:
                facts = facts_of(made, share, each, served)
                planned.append(PlannedLead(each.lead.id, each.position, reason, facts, sentence(reason, facts)))
        return planned

    async def allocate(
        self, work: Work, campaign_id: int, on: date, seed: int | None, digest: str | None
    ) -> AllocationReport:
        await work.lock(ALLOCATING)
        if known := await repository.find_run(work.session, campaign_id, on):
            return await self._report(work, known, already_run=True)
        for _ in range(_MOST_TRIES):
            inputs, made, found = await self._planned(work, campaign_id, on, seed)
            if digest not in (None, found):
                break
            try:
                async with work.session.begin_nested():
                    run = await self._commit(work, inputs, made, found)
            except StockMovedError:
                continue
            await self._tell(work, run)
            return await self._report(work, run, already_run=False)
        raise _outdated()

    async def list(self, work: Work, before: int | None, limit: int) -> Sequence[AllocationReport]:
        return [report_of(run, (), already_run=True) for run in await repository.list_runs(work.session, before, limit)]

    async def find(self, work: Work, run_id: int) -> AllocationReport:
        found = await repository.get_run(work.session, run_id)
        if found is None:
            raise RunNotFound(f"there is no allocation run {run_id}")
        return await self._report(work, found, already_run=True)

    # --- inside ----------------------------------------------------------------------------------------------------

    async def _planned(self, work: Work, campaign_id: int, on: date, seed: int | None) -> tuple[Inputs, Plan, str]:
        inputs = await self._gatherer.inputs(work, campaign_id, on, on.toordinal() if seed is None else seed)
        return (inputs, *await asyncio.to_thread(_think, inputs))

    async def _commit(self, work: Work, inputs: Inputs, made: Plan, digest: str) -> AllocationRun:
        for why, ids in inputs.returning.items():
            taken = await repository.take_back(work.session, repository.of_ids(ids), why, work.now) if ids else []
            if len(taken) != len(ids):
                raise StockMovedError
            if taken:
                await self._leads.put_back(work, [each.lead_id for each in taken])
        await repository.number_anew(work.session)
        run = await self._record(work, inputs, made, digest)
        await assign_leads(
            work,
            self._leads,
            made,
            campaign_id=run.campaign_id,
            on=run.work_on,
            reason=_reason(made),
            run_of=lambda _: run.id,
        )
        return run

    async def _record(self, work: Work, inputs: Inputs, made: Plan, digest: str) -> AllocationRun:
        stock_left = sum(inputs.stock_by_class.values()) - len(made.assignments)
        run = AllocationRun(
            campaign_id=inputs.rules.campaign_id,
            work_on=inputs.on,
            made_at=work.now,
            seed=inputs.seed,
            quota=inputs.rules.quota,
            agents=len(inputs.agents),
            assigned=len(made.assignments),
            carried=sum(agent.carried for agent in inputs.agents),
            returned=sum(len(ids) for ids in inputs.returning.values()),
            shortage=made.shortage,
            stock_left=stock_left,
            forecast_days=forecast_days(stock_left, inputs.daily_need),
            digest=digest,
            by_class=dict(sum((Counter(share.by_class) for share in made.shares), Counter())),
            stock_by_class=dict(inputs.stock_by_class),
        )
        work.session.add(run)
        await work.session.flush()
        await quota_repository.add_shares(
            work.session,
            [
                {
                    "run_id": run.id,
                    "campaign_id": run.campaign_id,
                    "agent_id": share.agent.agent_id,
                    "work_on": run.work_on,
                    "quota": share.agent.quota,
                    "part": share.agent.part,
                    "carried": share.agent.carried,
                    "new": share.new,
                    "by_class": dict(share.by_class),
                    "by_district": dict(share.by_district),
                    "returned": 0,
                    "reassigned": 0,
                }
                for share in made.shares
            ],
        )
        return run

    async def _tell(self, work: Work, run: AllocationRun) -> None:
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
        await work.announce(LeadsAllocated(run.id, run.campaign_id, run.work_on, run.assigned, run.shortage))
        if run.forecast_days is not None and run.forecast_days < self._settings.forecast_days:
            log.warning("stock runs low", forecast_days=run.forecast_days, **figures)
            await work.announce(StockRunsLow(run.campaign_id, run.forecast_days, run.stock_left))

    async def _report(self, work: Work, run: AllocationRun, *, already_run: bool) -> AllocationReport:
        shares = await quota_repository.list_shares(work.session, run.id)
        names = await self._roster.cards(work, [share.agent_id for share in shares])
        return report_of(run, [share_of(each, names[each.agent_id].name) for each in shares], already_run=already_run)

    async def _excluded(self, work: Work, inputs: Inputs) -> Sequence[AgentShare]:
        """Phone agents who are given nothing, and why: what they lack to telephone, or the roster."""
        served = {agent.agent_id for agent in inputs.agents}
        found = []
        for card in await self._roster.by_role(work, Role.AGENT):
            if card.id not in served:
                lacking = missing(await self._roster.fitness(work, card.id), inputs.on)
                why = lacking[0].value if lacking else OFF_ROSTER
                found.append(
                    AgentShare(agent_id=card.id, name=card.name, quota=0, part=0, carried=0, new=0, excluded=why)
                )
        return found


def _outdated() -> PlanOutdated:
    return PlanOutdated("something this plan was made from has changed since: look at the new plan")


def _reason(made: Plan) -> AssignmentReason:
    return AssignmentReason.ALLOCATED_SHORT if made.shortage else AssignmentReason.ALLOCATED


def _think(inputs: Inputs) -> tuple[Plan, str]:
    """Distributes and takes the fingerprint; in a thread, for it takes seconds with ten thousand agents."""
    made = plan(inputs.candidates, inputs.agents, inputs.seed)
    facts = {
        "campaign": inputs.rules.campaign_id,
        "on": inputs.on,
        "seed": inputs.seed,
        **{why: sorted(ids) for why, ids in inputs.returning.items()},
    }
    return made, digest_of(facts, [each.lead for each in made.assignments], inputs.agents)


def _shares_of(inputs: Inputs, made: Plan) -> Sequence[AgentShare]:
    return [
        AgentShare(
            agent_id=share.agent.agent_id,
            name=inputs.names[share.agent.agent_id],
            quota=share.agent.quota,
            part=share.agent.part,
            carried=share.agent.carried,
            new=share.new,
            by_class=share.by_class,
            by_district=share.by_district,
        )
        for share in made.shares
    ]


def share_of(found: AllocationShare, name: str) -> AgentShare:
    return AgentShare(
        agent_id=found.agent_id,
        name=name,
        quota=found.quota,
        part=found.part,
        carried=found.carried,
        new=found.new,
        by_class=found.by_class,
        by_district=found.by_district,
        returned=found.returned,
        reassigned=found.reassigned,
    )


def report_of(run: AllocationRun, shares: Sequence[AgentShare], *, already_run: bool) -> AllocationReport:
    return AllocationReport(
        run_id=run.id,
        campaign_id=run.campaign_id,
        on=run.work_on,
        made_at=run.made_at,
        seed=run.seed,
        digest=run.digest,
        quota=run.quota,
        agents=run.agents,
        assigned=run.assigned,
        carried=run.carried,
        returned=run.returned,
        shortage=run.shortage,
        stock_left=run.stock_left,
        forecast_days=run.forecast_days,
        by_class=run.by_class,
        stock_by_class=run.stock_by_class,
        already_run=already_run,
        shares=tuple(shares),
    )
