"""A board is made once for all viewers of one scope, and only when something has changed."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from sqlalchemy import text

from callcenter.kit.actor import Actor
from callcenter.kit.boards import Boards
from callcenter.kit.db import Database
from callcenter.kit.scope import ALL, OWN, Scope
from callcenter.kit.snapshots import Snapshot
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from tests.support.statements import counted
from tests.support.waiting import eventually

NORTH, SOUTH = Scope.of_branch("North"), Scope.of_branch("South")


def leader(staff_id: int, scope: Scope) -> Actor:
    return Actor(staff_id=staff_id, name=f"leader {staff_id}", role="leader", rights=frozenset({"watch"}), scope=scope)


class Board:
    """A board that counts how often it was made, and shows for whom."""

    def __init__(self) -> None:
        self.made = 0
        self.value = 1
        self.actors: list[Actor] = []

    async def produce(self, work: Work) -> Snapshot:
        self.made += 1
        self.actors.append(work.actor)
        await work.session.execute(text("SELECT 1"))
        return {"now": work.now, "value": self.value, "scope": str(work.actor.scope), "staff": work.actor.staff_id}


@pytest.fixture
def waker() -> Waker:
    return Waker("")


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def boards(works: Works, waker: Waker) -> Boards:
    return Boards(works, waker, gap=0.01)


@asynccontextmanager
async def watching(boards: Boards, board: Board, *actors: Actor) -> AsyncIterator[list[AsyncGenerator[str, None]]]:
    viewers = [boards.follow("floor", actor, ("seats",), board.produce) for actor in actors]
    try:
        yield viewers
    finally:
        for viewer in viewers:
            await viewer.aclose()


async def next_of(*viewers: AsyncGenerator[str, None]) -> list[dict[str, object]]:
    return [json.loads(body) for body in await asyncio.wait_for(asyncio.gather(*map(anext, viewers)), 20)]


async def test_viewers_of_one_scope_share_one_computation(boards: Boards, board: Board, waker: Waker) -> None:
    """However many watch, a change costs the same statements."""
    async with watching(boards, board, *(leader(number, NORTH) for number in range(50))) as viewers:
        assert {shown["value"] for shown in await next_of(*viewers)} == {1}
        before = board.made
        for value in (2, 3, 4):
            board.value = value
            waker.ring("seats")
            assert [shown["value"] for shown in await next_of(*viewers)] == [value] * 50
        assert board.made - before == 3


async def test_statements_do_not_grow_with_viewers(
    boards: Boards, board: Board, waker: Waker, database: Database
) -> None:
    async def cost_of_a_change(viewers: int) -> int:
        async with watching(boards, board, *(leader(number, ALL) for number in range(viewers))) as watched:
            await next_of(*watched)
            with counted(database) as statements:
                board.value += 1
                waker.ring("seats")
                await next_of(*watched)
        return statements.count

    assert await cost_of_a_change(1) == await cost_of_a_change(30) == 1


async def test_each_scope_has_a_board_of_its_own(boards: Boards, board: Board) -> None:
    actors = [leader(1, NORTH), leader(2, SOUTH), leader(3, NORTH), leader(4, ALL), leader(5, OWN), leader(6, OWN)]
    async with watching(boards, board, *actors) as viewers:
        shown = await next_of(*viewers)
    assert [(one["scope"], one["staff"]) for one in shown] == [
        ("branch:North", None),
        ("branch:South", None),
        ("branch:North", None),
        ("all", None),
        ("own", 5),
        ("own", 6),
    ]
    assert {actor.rights for actor in board.actors} == {frozenset()}, "made with the right of none of the viewers"


async def test_what_says_nothing_new_is_not_sent(boards: Boards, board: Board, waker: Waker) -> None:
    async with watching(boards, board, leader(1, ALL)) as [viewer]:
        await next_of(viewer)
        following = asyncio.ensure_future(anext(viewer))
        before = board.made
        waker.ring("seats")
        await eventually(lambda: board.made > before)
        await asyncio.sleep(0)
        assert not following.done()
        board.value = 2
        waker.ring("seats")
        assert json.loads(await asyncio.wait_for(following, 20))["value"] == 2


async def test_who_comes_later_is_shown_a_new_snapshot_at_once(boards: Boards, board: Board) -> None:
    async with watching(boards, board, leader(1, ALL)) as [first]:
        await next_of(first)
        before = board.made
        async with watching(boards, board, leader(2, ALL)) as [second]:
            await next_of(second)
        assert board.made == before + 1


async def test_a_board_that_is_not_watched_is_not_made(boards: Boards, board: Board, waker: Waker) -> None:
    async with watching(boards, board, leader(1, ALL), leader(2, ALL)) as viewers:
        await next_of(*viewers)
    assert not boards._broadcasts
    await eventually(lambda: not waker._wakes)
    async with watching(boards, board, leader(1, ALL)) as [viewer]:
        assert len(await next_of(viewer)) == 1


async def test_a_failure_reaches_every_viewer_and_the_next_one_begins_anew(boards: Boards, waker: Waker) -> None:
    failing = True

    async def produce(_: Work) -> Snapshot:
        if failing:
            raise ConnectionError
        return {"value": 1}

    async def watch(staff_id: int) -> str:
        async with aclosing(boards.follow("floor", leader(staff_id, ALL), ("seats",), produce)) as bodies:
            return await asyncio.wait_for(anext(bodies), 20)

    results = await asyncio.gather(watch(1), watch(2), return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionError, ConnectionError]
    failing = False
    assert await watch(3) == '{"value":1}'
