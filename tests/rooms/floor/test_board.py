"""The floor costs the same statements for any number of agents and viewers, and shows each scope its own agents."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import timedelta

from callcenter.agents.types import AgentState, LegState
from callcenter.allocation.types import AssignmentState
from callcenter.bootstrap import System
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.floor.api import FLOOR
from callcenter.floor.schemas import FloorSnapshot
from callcenter.kit.boards import Boards
from callcenter.kit.scope import ALL, Scope
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work
from tests.rooms.kit.test_boards import leader
from tests.support.rows import make_agent_session, make_assignment, make_call, make_staff
from tests.support.statements import counted
from tests.support.waiting import eventually

NORTH, SOUTH = Scope.of_branch("North"), Scope.of_branch("South")


async def seat_agents(work: Work, branch: str, count: int) -> set[int]:
    """Seats agents in a call each, with an earlier call and a lead of the day; returns their ids."""
    seated = set()
    for _ in range(count):
        agent = await make_staff(work, branch=branch)
        await make_call(work, agent_id=agent.id)
        assignment = await make_assignment(work, agent_id=agent.id)
        call = await make_call(work, None, agent_id=agent.id, assignment_id=assignment.id, lead_id=assignment.lead_id)
        await make_agent_session(work, agent, state=AgentState.ON_CALL, leg_state=LegState.UP, call_id=call.id)
        seated.add(agent.id)
    return seated


async def cost_of_a_board(system: System) -> int:
    with counted(system.works.database) as statements:
        async with system.works.begin() as work:
            await system.floor.snapshot(work)
    return statements.count


async def test_the_statements_of_a_board_do_not_grow_with_agents(system: System) -> None:
    async with system.works.begin() as work:
        await seat_agents(work, "North", 2)
    cost = await cost_of_a_board(system)
    async with system.works.begin() as work:
        await seat_agents(work, "North", 28)
    assert await cost_of_a_board(system) == cost
    async with system.works.begin() as work:
        board = await system.floor.snapshot(work)
    assert len(board.seats) == 30
    assert {(seat.today.calls, seat.today.assigned, seat.today.done) for seat in board.seats} == {(2, 1, 0)}


async def test_viewers_share_a_board_and_each_scope_sees_its_own_agents(system: System) -> None:
    async with system.works.begin() as work:
        north, south = await seat_agents(work, "North", 2), await seat_agents(work, "South", 3)
    waker = Waker("")
    boards = Boards(system.works, waker, gap=0.01)
    scopes = [NORTH, SOUTH, NORTH, ALL, SOUTH, NORTH, ALL]
    viewers = [
        boards.follow("floor", leader(number, scope), FLOOR, system.floor.snapshot)
        for number, scope in enumerate(scopes)
    ]

    async def shown() -> list[set[int]]:
        return [{seat.agent_id for seat in board.seats} for board in await boards_of(viewers)]

    expected = {NORTH: north, SOUTH: south, ALL: north | south}
    assert await shown() == [expected[scope] for scope in scopes]
    async with system.works.begin() as work:
        north |= (more := await seat_agents(work, "North", 1))
    expected |= {ALL: expected[ALL] | more}
    with counted(system.works.database) as statements:
        for topic in FLOOR:
            waker.ring(topic)
        changed = [viewer for viewer, scope in zip(viewers, scopes, strict=True) if scope is not SOUTH]
        seen = [{seat.agent_id for seat in board.seats} for board in await boards_of(changed)]
        await eventually(lambda: statements.commits >= 3)  # the South's board, which says nothing new, is made too
    assert seen == [expected[scope] for scope in scopes if scope is not SOUTH]
    assert statements.commits == 3, "one for each scope, not for each viewer"
    for viewer in viewers:
        await viewer.aclose()


async def test_a_board_names_why_a_ready_agent_waits_and_who_is_absent(system: System) -> None:
    async with system.works.begin() as work:
        later, leadless, absent, done = [await make_staff(work, branch="North") for _ in range(4)]
        due_at = work.now + timedelta(hours=1)
        await make_assignment(work, agent_id=later.id, due_at=due_at)
        await make_assignment(work, agent_id=absent.id)
        await make_assignment(work, agent_id=done.id, state=AssignmentState.DONE, done_at=work.now)
        for agent in (later, leadless):
            await make_agent_session(work, agent, state=AgentState.READY, leg_state=LegState.UP, pause_code=None)
    async with system.works.begin() as work:
        board = await system.floor.snapshot(work)
    waiting = {seat.agent_id: (seat.waiting, seat.waiting_until) for seat in board.seats}
    assert waiting == {later.id: (WaitingCode.RESTING, due_at), leadless.id: (WaitingCode.NO_LEADS, None)}
    assert [(one.agent_id, one.today.assigned) for one in board.absent] == [(absent.id, 1)]


async def boards_of(viewers: list[AsyncGenerator[str, None]]) -> list[FloorSnapshot]:
    bodies = await asyncio.wait_for(asyncio.gather(*map(anext, viewers)), 20)
    return [FloorSnapshot.model_validate(json.loads(body)) for body in bodies]
