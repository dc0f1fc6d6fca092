"""The last day of a legal basis ends calls, promises and allocation by itself; no person has to do anything (L9)."""

from datetime import date, timedelta

from sqlmodel import col, select

from callcenter.agents.types import AgentState
from callcenter.allocation.types import AssignmentEnd, AssignmentState
from callcenter.callbacks.types import CallbackState, Promise
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.clock import at_business_time
from callcenter.kit.work import Work
from tests.scenarios.acts import go_to_work, next_preview, snapshot, wait_for
from tests.scenarios.conftest import MONDAY, Stage
from tests.support.rows import Assignment, Call, Lead
from tests.support.waiting import eventually

TUESDAY = MONDAY + timedelta(days=1)


async def end_every_basis_on(stage: Stage, last: date) -> None:
    async def write(work: Work) -> None:
        for lead in (await work.session.scalars(select(Lead))).all():
            lead.basis_valid_until = last

    await stage.ask(write)


async def test_after_the_last_day_of_the_basis_no_customer_is_called(stage: Stage) -> None:
    [agent] = stage.agents
    await end_every_basis_on(stage, MONDAY)
    await stage.start()
    await go_to_work(stage, agent)
    _, lead_id = await next_preview(stage, agent)  # the last day counts
    lead = await stage.ask(lambda work: stage.system.leads.facts(work, lead_id))
    promise = Promise(
        lead_id=lead_id,
        campaign_id=lead.campaign_id,
        agent_id=agent,
        due_at=at_business_time(TUESDAY, 10),
        call_id=None,
    )
    promised = await stage.ask(lambda work: stage.system.callbacks.promise(work, promise))
    await stage.ask(lambda work: stage.system.desk.log_off(work, agent))

    stage.clock.leap(at_business_time(TUESDAY, 10, 5))
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.READY)

    async def nothing_left() -> bool:
        waiting = (await snapshot(stage, agent)).waiting
        return waiting is not None and waiting.code is WaitingCode.NO_LEADS

    await eventually(nothing_left, 60)
    callback = await stage.ask(lambda work: stage.system.callbacks.card(work, promised.id))
    assert callback.state is CallbackState.LAPSED
    async with stage.system.works.begin() as work:
        assert (await work.session.scalars(select(Call.id))).all() == []
        held = (await work.session.scalars(select(Assignment).where(col(Assignment.agent_id) == agent))).all()
        assert {row.state for row in held} == {AssignmentState.RETURNED}
        assert {(row.ended_as, row.end_detail) for row in held} == {
            (AssignmentEnd.BASIS_WITHDRAWN, RuleId.LEGAL_BASIS.value)
        }
        assert await stage.system.leads.count_stock(work, lead.campaign_id) == 0
        report = await stage.system.runs.allocate(work, lead.campaign_id, TUESDAY + timedelta(days=1))
    assert report.assigned == 0
