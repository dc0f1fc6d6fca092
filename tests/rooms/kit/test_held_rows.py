"""Rows that a transaction holds are written before any statement that could miss their changes, and once."""

from sqlalchemy import select
from sqlmodel import col

from callcenter.agents import repository
from callcenter.agents.models import AgentSession, AgentSpan
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, PauseCode
from callcenter.kit.work import Works
from tests.support.rows import make_agent_session, make_staff
from tests.support.statements import counted


async def seated(works: Works) -> int:
    async with works.begin() as work:
        agent = await make_staff(work)
        await make_agent_session(work, agent)
    return agent.id


async def test_a_statement_of_the_session_sees_what_was_changed_before(works: Works) -> None:
    agent = await seated(works)
    async with works.begin() as work:
        await AgentService().pause(work, agent, PauseCode.MEAL)
        found = await work.session.scalar(
            select(col(AgentSession.pause_code)).where(col(AgentSession.agent_id) == agent)
        )
    assert found is PauseCode.MEAL


async def test_a_prepared_statement_sees_it_too(works: Works) -> None:
    agent = await seated(works)
    async with works.begin() as work:
        await AgentService().pause(work, agent, PauseCode.MEAL)
        [seat] = await repository.open_sessions(work)
    assert seat.pause_code is PauseCode.MEAL


async def test_several_changes_of_a_row_are_one_statement(works: Works) -> None:
    agent, service = await seated(works), AgentService()
    with counted(works.database) as statements:
        async with works.begin() as work:
            for code in (PauseCode.MEAL, PauseCode.BREAK, PauseCode.MEETING):
                await service.pause(work, agent, code)
    assert statements.count == 3, "locked, written with its spans, notified"
    async with works.begin() as work:
        spans = (await work.session.scalars(select(AgentSpan).order_by(col(AgentSpan.id)))).all()
    assert [span.pause_code for span in spans] == [PauseCode.LOGIN, PauseCode.MEAL, PauseCode.BREAK]


async def test_what_was_not_changed_is_not_written(works: Works) -> None:
    agent = await seated(works)
    with counted(works.database) as statements:
        async with works.begin() as work:
            await repository.open_session(work, agent, lock=True)
    assert statements.count == 1


async def test_a_transaction_that_fails_writes_nothing(works: Works) -> None:
    agent = await seated(works)
    try:
        async with works.begin() as work:
            await AgentService().pause(work, agent, PauseCode.MEAL)
            raise RuntimeError
    except RuntimeError:
        pass
    async with works.begin() as work:
        session = await repository.open_session(work, agent)
    assert session is not None
    assert (session.state, session.pause_code) == (AgentState.PAUSED, PauseCode.LOGIN)
