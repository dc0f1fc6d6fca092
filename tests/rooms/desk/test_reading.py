"""The one statement of a desk says what the rooms would say, each asked by itself."""

from datetime import timedelta

import pytest

from callcenter.agents.types import AgentState, DeskDuty, LegState
from callcenter.bootstrap import System
from callcenter.callbacks.types import CallbackKind
from callcenter.calls.types import Disposition, Outcome
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.kit.clock import at_business_time, business_date
from callcenter.people.types import Role
from tests.support.rows import (
    Lead,
    make_agent_session,
    make_assignment,
    make_call,
    make_callback,
    make_case,
    make_notice,
    make_staff,
)
from tests.support.running import running
from tests.support.statements import counted
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("role", "duty"), [(Role.AGENT, DeskDuty.MARKETING), (Role.COMPLAINT_OFFICER, DeskDuty.COMPLAINTS)]
)
async def test_a_screen_shows_the_figures_of_the_rooms(system: System, role: Role, duty: DeskDuty) -> None:
    async with system.works.begin() as work:
        agent, other = await make_staff(work, role), await make_staff(work)
        for one in (agent, agent, other):
            await make_call(work, agent_id=one.id, disposition=Disposition.REFUSED)
            await make_assignment(work, agent_id=one.id, due_at=work.now + timedelta(minutes=one.id))
        await make_callback(work, agent_id=agent.id, due_at=work.now)
        case = await make_case(work)
        await make_callback(work, CallbackKind.COMPLAINT, case_id=case.id, agent_id=None, due_at=work.now)
        call = await make_call(work, None, agent_id=agent.id)
        await make_agent_session(
            work, agent, state=AgentState.ON_CALL, leg_state=LegState.UP, call_id=call.id, duty=duty
        )
        lead = await work.session.get_one(Lead, call.lead_id)
        notice = await make_notice(work, agent, lead)
        await make_notice(work, other, lead)
    async with system.works.begin() as work:
        screen = await system.screen.of(work, agent.id)
        today = business_date(work.now)
        progress = await system.allocation.progress(work, agent.id, today)
        tally = (await system.calls.tally(work, at_business_time(today, 0)))[agent.id]
        due = await system.callbacks.count_due(work, agent.id, duty)
    shown = screen.today
    assert (shown.assigned, shown.done) == (progress.assigned, progress.done)
    assert (shown.calls, shown.answered) == (tally.dialled, tally.answered) == (3, 2)
    assert shown.callbacks_due == due
    assert screen.call
    assert screen.call.id == call.id
    assert screen.notice
    assert screen.notice.id == notice.id


async def test_a_ready_agents_screen_is_one_statement_once_calendar_and_campaigns_are_known(system: System) -> None:
    async with system.works.begin() as work:
        agent = await make_staff(work)
        await make_assignment(work, agent_id=agent.id, due_at=work.now + timedelta(hours=1))
        await make_agent_session(work, agent, state=AgentState.READY, leg_state=LegState.UP, pause_code=None)
    async with running(system.waker.run()):  # what does not change is kept as long as notifications arrive
        await eventually(lambda: system.waker.connected)
        for statements_allowed in (3, 1):
            with counted(system.works.database) as statements:
                async with system.works.begin() as work:
                    screen = await system.screen.of(work, agent.id)
            assert statements.count <= statements_allowed, statements.per_life(1)
            assert screen.waiting
            assert screen.waiting.code is WaitingCode.RESTING


async def test_the_call_before_is_named_by_its_outcome_until_the_next_one_ends(system: System) -> None:
    async with system.works.begin() as work:
        agent = await make_staff(work)
        yesterday = work.now - timedelta(days=1)
        await make_call(work, agent_id=agent.id, planned_at=yesterday, dialled_at=yesterday)
        await make_agent_session(work, agent, state=AgentState.READY, leg_state=LegState.UP, pause_code=None)
    async with system.works.begin() as work:
        assert (await system.screen.of(work, agent.id)).last_call is None, "of an earlier day"
        call = await make_call(work, Outcome.NO_ANSWER, agent_id=agent.id)
        await make_call(work, None, agent_id=agent.id, planned_at=work.now + timedelta(seconds=1))
        lead = await work.session.get_one(Lead, call.lead_id)
    async with system.works.begin() as work:
        last = (await system.screen.of(work, agent.id)).last_call
    assert last
    assert (last.phone_last4, last.outcome, last.disposition) == (lead.phone_last4, Outcome.NO_ANSWER, None)
