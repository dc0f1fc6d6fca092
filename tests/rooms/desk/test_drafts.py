"""What an agent enters is kept on the server: for this customer, from the window at work alone, until the result."""

import pytest
from sqlmodel import select

from callcenter.agents.errors import NotNow
from callcenter.agents.types import AgentLeft, AgentState, LegState
from callcenter.bootstrap import System
from callcenter.calls.types import Disposition
from callcenter.desk.errors import DeskElsewhere
from callcenter.desk.models import DeskDraft
from callcenter.desk.schemas import DraftEntries
from callcenter.people.models import Staff
from tests.support.rows import make_agent_session, make_assignment, make_call, make_staff

FIRST, SECOND = "a" * 24, "b" * 24
ENTRIES = DraftEntries(
    disposition=Disposition.THINKING, note="下周三上午再打", script_ticks=["own_name"], visit_at="2026-11-24T10:30:00"
)


async def in_call(system: System) -> Staff:
    """Returns an agent who talks to a customer."""
    async with system.works.begin() as work:
        agent = await make_staff(work)
        lead = await make_assignment(work, agent_id=agent.id)
        call = await make_call(work, None, agent_id=agent.id, assignment_id=lead.id, lead_id=lead.lead_id)
        columns = {"assignment_id": lead.id, "call_id": call.id, "pause_code": None}
        await make_agent_session(work, agent, state=AgentState.ON_CALL, leg_state=LegState.UP, **columns)
    return agent


async def test_entries_are_there_again_and_stand_nowhere_in_clear(system: System) -> None:
    agent = await in_call(system)
    async with system.works.begin() as work:
        assert (await system.desk_drafts.claim(work, agent.id, FIRST)).entries is None
        await system.desk_drafts.save(work, agent.id, FIRST, ENTRIES)
    async with system.works.begin() as work:
        stored = (await work.session.scalars(select(DeskDraft))).one()
        assert "周三" not in stored.model_dump_json()
        kept = await system.desk_drafts.claim(work, agent.id, SECOND)
    assert kept.entries == ENTRIES
    assert kept.saved_at


async def test_the_window_before_cannot_write_over_what_the_window_at_work_has_entered(system: System) -> None:
    agent = await in_call(system)
    async with system.works.begin() as work:
        await system.desk_drafts.claim(work, agent.id, FIRST)
        await system.desk_drafts.claim(work, agent.id, SECOND)
        await system.desk_drafts.save(work, agent.id, SECOND, ENTRIES)
        with pytest.raises(DeskElsewhere):
            await system.desk_drafts.save(work, agent.id, FIRST, DraftEntries(note="older"))
        assert (await system.screen.of(work, agent.id)).window == SECOND
        assert (await system.desk_drafts.claim(work, agent.id, FIRST)).entries == ENTRIES


async def test_entries_about_another_customer_are_not_shown(system: System) -> None:
    agent = await in_call(system)
    async with system.works.begin() as work:
        await system.desk_drafts.claim(work, agent.id, FIRST)
        await system.desk_drafts.save(work, agent.id, FIRST, ENTRIES)
        stored = (await work.session.scalars(select(DeskDraft))).one()
        assert stored.assignment_id
        stored.assignment_id += 1
        await work.session.flush()
        assert (await system.desk_drafts.claim(work, agent.id, FIRST)).entries is None


async def test_without_a_customer_there_is_nothing_to_enter(system: System) -> None:
    async with system.works.begin() as work:
        agent = await make_staff(work)
        await make_agent_session(work, agent, state=AgentState.READY, leg_state=LegState.UP, pause_code=None)
        await system.desk_drafts.claim(work, agent.id, FIRST)
        with pytest.raises(NotNow):
            await system.desk_drafts.save(work, agent.id, FIRST, ENTRIES)


async def test_entries_and_window_go_with_the_log_off(system: System) -> None:
    agent = await in_call(system)
    async with system.works.begin() as work:
        await system.desk_drafts.claim(work, agent.id, FIRST)
        await system.desk_drafts.save(work, agent.id, FIRST, ENTRIES)
        await work.announce(AgentLeft(agent.id, "n1", None))
        assert (await work.session.scalars(select(DeskDraft))).all() == []
