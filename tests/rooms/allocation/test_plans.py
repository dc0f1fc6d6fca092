"""A plan is shown before it is committed: nothing is written, and exactly that plan is committed or none."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from callcenter.allocation import repository
from callcenter.allocation.errors import AlreadyAllocated, DayNotWorked, PlanOutdated
from callcenter.allocation.rules.planning import draw_of_lead
from callcenter.allocation.runs import OFF_ROSTER
from callcenter.allocation.types import AssignmentEnd, AssignmentState, PlannedRun, QuotaDraft
from callcenter.dnc.types import DncReason
from callcenter.kit.clock import FrozenClock
from callcenter.leads.types import LeadState
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, System
from tests.support.rows import AllocationRun, Assignment, Lead
from tests.support.stock import put_in_stock


async def planned(system: System, on: date = TUESDAY, seed: int | None = None) -> PlannedRun:
    async with system.works.begin() as work:
        return await system.runs.plan(work, system.campaign_id, on, seed)


async def commit(system: System, plan: PlannedRun) -> None:
    async with system.works.begin() as work:
        await system.runs.allocate(work, system.campaign_id, plan.on, plan.seed, plan.digest)


async def test_a_plan_writes_nothing_and_its_digest_commits_exactly_that_plan(system: System) -> None:
    await system.stock(100, ranked=True)
    async with system.works.begin() as work:
        plan = await system.runs.plan(work, system.campaign_id, TUESDAY)
        assert await work.session.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None, "not even a row lock"
    assert (plan.assigned, plan.shortage, plan.stock_left, plan.forecast_days) == (12, 0, 88, 7.33)
    assert sum(plan.stock_by_class.values()) == 100
    await commit(system, plan)
    async with system.works.begin() as work:
        [run] = await system.runs.list(work)
        report = await system.runs.report(work, run.run_id)
    assert (report.digest, report.shares) == (plan.digest, plan.agents)
    held = Counter((held.agent_id, held.reason_facts["class"]) for held in await system.assignments())
    for share in plan.agents:
        assert share.by_class == {kind: held[share.agent_id, kind] for kind in share.by_class}


async def test_the_same_plan_is_made_again_and_another_seed_makes_another(system: System) -> None:
    await system.stock(100)
    assert await planned(system) == await planned(system)
    assert (await planned(system, seed=1)).digest != (await planned(system, seed=2)).digest


async def test_a_plan_is_outdated_by_whatever_changes_it(system: System) -> None:
    ids = await system.stock(12)
    plan = await planned(system)
    async with system.works.begin() as work:
        await system.dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST)
    with pytest.raises(PlanOutdated):
        await commit(system, plan)
    plan = await planned(system)
    system.board.off.add((system.agents[0], TUESDAY))
    with pytest.raises(PlanOutdated):
        await commit(system, plan)
    plan = await planned(system)
    system.board.parts[system.agents[1], TUESDAY] = 50
    with pytest.raises(PlanOutdated):
        await commit(system, plan)
    assert await system.assignments() == []
    await commit(system, await planned(system))


async def test_an_import_that_changes_no_agents_leads_does_not_outdate_a_plan(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(12)
    plan = await planned(system)
    clock.advance(timedelta(minutes=5))
    await system.stock(10, first=500)
    await commit(system, plan)
    assert len(await system.assignments()) == 12


async def test_an_agent_who_is_not_eligible_changes_nothing_but_is_named_with_the_reason(system: System) -> None:
    stranger = system.agents[2]
    system.board.off.add((stranger, TUESDAY))
    await system.stock(100)
    with_stranger = await planned(system)
    assert [(agent.agent_id, agent.excluded) for agent in with_stranger.agents if agent.excluded] == [
        (stranger, OFF_ROSTER)
    ]
    system.board.agents.remove(stranger)
    without = await planned(system)
    assert with_stranger.digest == without.digest
    assert without.agents == tuple(agent for agent in with_stranger.agents if not agent.excluded)


async def test_a_day_that_has_its_run_or_is_not_worked_is_not_planned(system: System) -> None:
    await system.stock(12)
    await system.allocate()
    with pytest.raises(AlreadyAllocated):
        await planned(system)
    async with system.works.begin() as work:
        with pytest.raises(DayNotWorked):
            await system.runs.plan(work, system.campaign_id, MONDAY + timedelta(days=5))


async def test_the_highest_class_is_allocated_first_and_the_database_orders_as_the_rules_do(system: System) -> None:
    await system.stock(60, ranked=True)
    async with system.works.begin() as work:
        first = await system.leads.callable_stock(work, system.campaign_id, 20, seed=7)
        everybody = await system.leads.callable_stock(work, system.campaign_id, 1000, seed=7)
        assert [lead.id for lead in first] == [lead.id for lead in everybody[:20]]
    keys = [(lead.class_rank, lead.imported_at, draw_of_lead(7, lead.id)) for lead in everybody]
    assert keys == sorted(keys)
    assert len({lead.class_rank for lead in everybody}) == 4


async def test_a_lead_that_is_taken_between_planning_and_committing_undoes_the_plan(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody blocks a customer between planning and taking: the run plans anew; with a digest it refuses."""
    ids = await system.stock(13)
    real = system.leads.take
    blocked: list[int] = []

    async def take(work: object, wanted: object) -> int:
        if not blocked:
            blocked.append(wanted[0])  # type: ignore[index]
            async with system.works.begin() as other:
                await system.leads.close(other, [blocked[0]])
        return await real(work, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(system.leads, "take", take)
    report = await system.allocate()
    assert (report.assigned, report.shortage) == (12, 0)
    assert {assignment.lead_id for assignment in await system.assignments()} == set(ids) - set(blocked)
    assert await system.lead_states() == {LeadState.ASSIGNED: 12, LeadState.CLOSED: 1}


async def test_a_block_and_a_run_at_the_same_time_never_leave_a_blocked_customer_assigned(system: System) -> None:
    """Whichever is first; repeated, because it is a race."""
    ids = await system.stock(12)
    for round_ in range(6):
        lead_id = ids[round_]

        async def block(lead_id: int = lead_id) -> None:
            async with system.works.begin() as work:
                await system.dnc.enter_dnc(work, lead_id, DncReason.CUSTOMER_REQUEST)

        async def run() -> None:
            async with system.works.begin() as work:
                await system.runs.allocate(work, system.campaign_id, TUESDAY)

        await asyncio.gather(run(), block())
        assignments = await system.assignments()
        held = {open_.lead_id for open_ in assignments if open_.state is AssignmentState.OPEN}
        assert lead_id not in held
        async with system.works.begin() as work:
            await work.session.execute(text("DELETE FROM assignment"))
            await work.session.execute(text("DELETE FROM allocation_share"))
            await work.session.execute(text("DELETE FROM allocation_run"))
            await work.session.execute(text("UPDATE lead SET state = 'stock'"))


async def test_leads_that_cannot_stay_are_returned_first_as_planned(system: System, clock: FrozenClock) -> None:
    await system.stock(100)
    await system.allocate()
    off, part_time, other = system.agents
    system.board.off.add((off, WEDNESDAY))
    system.board.parts[part_time, WEDNESDAY] = 50
    plan = await planned(system, WEDNESDAY)
    assert plan.returned == 4 + 2
    assert {
        share.agent_id: (share.quota, share.part, share.carried, share.new) for share in plan.agents if share.quota
    } == {
        part_time: (2, 50, 2, 0),
        other: (4, 100, 4, 0),
    }
    await commit(system, plan)
    assert await system.held() == {part_time: 2, other: 4}
    assignments = await system.assignments()
    returned = Counter(ended.ended_as for ended in assignments if ended.state is AssignmentState.RETURNED)
    assert returned == {AssignmentEnd.NOT_ELIGIBLE: 4, AssignmentEnd.OVER_QUOTA: 2}
    positions = sorted(ended.position for ended in assignments if ended.ended_as is AssignmentEnd.OVER_QUOTA)
    assert positions == [3, 4], "the last of the day are returned first"


async def test_a_run_keeps_which_leads_each_agent_got_and_why(system: System) -> None:
    await system.stock(100, ranked=True)
    report = await system.allocate()
    async with system.works.begin() as work:
        cards = await system.runs.list_assignments(work, report.run_id, agent_id=system.agents[1])
    assert [card.position for card in cards] == [1, 2, 3, 4]
    facts = cards[0].reason_facts
    assert (facts["quota"], facts["new"], facts["agents"], facts["seed"]) == (4, 4, 3, TUESDAY.toordinal())
    assert cards[0].reason_code == "allocated"
    assert f"class {facts['class']} ({facts['of_class']} of this agent's 4 new)" in cards[0].reason
    assert report.by_class == {"高效客户": 12}
    async with system.works.begin() as work:
        [run] = (await work.session.scalars(select(AllocationRun))).all()
    assert run.stock_by_class == {"高效客户": 25, "高贡献客户": 25, "一般客户": 25, "休眠客户": 25}


async def test_a_crash_in_the_middle_of_a_run_leaves_nothing(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    await system.stock(20)
    real = repository.add_assignments

    async def crash(*args: object) -> None:
        await real(*args)  # type: ignore[arg-type]
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(repository, "add_assignments", crash)
    with pytest.raises(RuntimeError, match="machine stops"):
        await system.allocate()
    monkeypatch.undo()
    assert await system.lead_states() == {LeadState.STOCK: 20}
    assert (await system.allocate()).already_run is False


async def test_a_run_may_assign_more_leads_than_a_statement_has_parameters(system: System) -> None:
    async with system.works.begin() as work:
        await put_in_stock(work, system.campaign_id, 1)
        await work.session.execute(
            text(
                "INSERT INTO lead (campaign_id, list_id, line, state, name_sealed, phone_sealed, phone_index,"
                " phone_last4, address_sealed, district, occupation, name_index, carrier, city, customer_class,"
                " class_rank, basis_kind, basis_reference, imported_at)"
                " SELECT :c, (SELECT max(id) FROM lead_list), n, 'stock', '', '', 'i' || n, '0000', '', 'd', '', '',"
                " '', '', 'c', 0, 'written_consent', 'r', :at FROM generate_series(1, 40000) n"
            ),
            {"c": system.campaign_id, "at": work.now},
        )
        await system.quotas.set(
            work,
            QuotaDraft(campaign_id=system.campaign_id, staff_id=None, quota=13000, from_on=TUESDAY, reason="a test"),
        )
    report = await system.allocate()
    assert (report.assigned, report.shortage) == (39_000, 0)
    async with system.works.begin() as work:
        assigned = (await work.session.scalars(select(Lead).where(col(Lead.state) == LeadState.ASSIGNED))).all()
        assert len(assigned) == 39_000
        assert await work.session.scalar(select(col(Assignment.quota)).limit(1)) == 13000
