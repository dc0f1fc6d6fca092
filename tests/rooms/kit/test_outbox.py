"""Effects are performed after the commit: at most once, or until they have succeeded."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.effects import Delivery, Effect, EffectFailed, EffectLost, EffectState, OutboxEntry
from callcenter.kit.outbox import Executor, OutboxRunner, retry_delay
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from tests.support.events import listen
from tests.support.running import running
from tests.support.waiting import eventually

Start = Callable[[Mapping[str, Executor]], AbstractAsyncContextManager[None]]


@pytest.fixture
def start(works: Works, waker: Waker) -> Start:
    """Starts a runner of the queue ``q`` that is killed at the end of the block."""

    @asynccontextmanager
    async def run(executors: Mapping[str, Executor]) -> AsyncIterator[None]:
        runner = OutboxRunner(works, waker, "q", executors)
        async with running(runner.run()):
            # Until then it takes what another runner of the queue has begun for the remains of a crash.
            await eventually(lambda: "queue:q" in waker._wakes and not runner._unsure)
            yield

    return run


async def enqueue(works: Works, *numbers: int, delivery: Delivery = Delivery.AT_MOST_ONCE) -> None:
    async with works.begin() as work:
        for number in numbers:
            await work.enqueue(Effect("q", "act", {"n": number}, delivery))


async def rows(works: Works) -> list[OutboxEntry]:
    async with works.begin() as work:
        return list(await work.session.scalars(select(OutboxEntry).order_by(col(OutboxEntry.id))))


async def states(works: Works) -> list[EffectState]:
    return [row.state for row in await rows(works)]


async def test_an_effect_follows_its_commit_well_within_a_second(works: Works, start: Start) -> None:
    happened: asyncio.Queue[tuple[int, float]] = asyncio.Queue()

    async def act(payload: dict[str, Any]) -> None:
        happened.put_nowait((payload["n"], time.monotonic()))

    async with start({"act": act}):
        delays = []
        for number in range(5):
            await enqueue(works, number)
            enqueued_at = time.monotonic()
            done, at = await asyncio.wait_for(happened.get(), 5)
            assert done == number
            delays.append(at - enqueued_at)
        assert sorted(delays)[2] < 0.5, delays
        await wait_for_all(works, EffectState.DONE)


async def wait_for_all(works: Works, state: EffectState) -> None:
    """Waits until every effect is in this state."""
    async with asyncio.timeout(10):
        while True:
            if set(await states(works)) == {state}:
                return
            await asyncio.sleep(0.02)


async def test_an_effect_of_a_transaction_that_is_undone_never_happens(works: Works, start: Start) -> None:
    happened: list[int] = []

    async def act(payload: dict[str, Any]) -> None:
        happened.append(payload["n"])

    async def roll_back() -> None:
        async with works.begin() as work:
            await work.enqueue(Effect("q", "act", {"n": 1}))
            raise RuntimeError("undone")

    async with start({"act": act}):
        with pytest.raises(RuntimeError):
            await roll_back()
        await enqueue(works, 2)
        await eventually(lambda: bool(happened))
    assert happened == [2]


async def test_a_crash_in_the_middle_loses_an_at_most_once_effect_and_announces_it(
    works: Works, start: Start, bus: Bus
) -> None:
    lost = listen(bus, EffectLost)
    begun = asyncio.Event()
    calls = 0

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        begun.set()
        await asyncio.Event().wait()

    async with start({"act": act}):
        await enqueue(works, 1)
        await asyncio.wait_for(begun.wait(), 5)
    assert await states(works) == [EffectState.STARTED]
    async with start({"act": act}):
        await wait_for_all(works, EffectState.LOST)
        assert lost == [EffectLost("q", "act", {"n": 1})]
    assert calls == 1


async def test_a_crash_in_the_middle_repeats_an_at_least_once_effect(works: Works, start: Start) -> None:
    begun, calls = asyncio.Event(), 0

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        begun.set()
        if calls == 1:
            await asyncio.Event().wait()

    async with start({"act": act}):
        await enqueue(works, 1, delivery=Delivery.AT_LEAST_ONCE)
        await asyncio.wait_for(begun.wait(), 5)
    async with start({"act": act}):
        await wait_for_all(works, EffectState.DONE)
    assert calls == 2


async def test_a_failed_at_most_once_effect_is_not_tried_again(works: Works, start: Start, bus: Bus) -> None:
    failed = listen(bus, EffectFailed)
    calls = 0

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        raise OSError("no answer from 13800001234")

    async with start({"act": act}):
        await enqueue(works, 1)
        await wait_for_all(works, EffectState.FAILED)
        assert (await rows(works))[0].error == "OSError: no answer from 138****1234"
        assert failed == [EffectFailed("q", "act", {"n": 1}, "OSError: no answer from 138****1234")]
    assert calls == 1


async def test_an_at_least_once_effect_is_tried_until_it_succeeds(
    works: Works, start: Start, clock: FrozenClock
) -> None:
    calls = 0

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OSError("the store does not answer")

    async with start({"act": act}):
        await enqueue(works, 1, delivery=Delivery.AT_LEAST_ONCE)
        for attempt in (1, 2):
            row = await waiting(works, attempt)
            assert row.due_at == clock.now() + retry_delay(attempt)
            assert calls == attempt
            clock.advance(retry_delay(attempt))
        await wait_for_all(works, EffectState.DONE)
        assert (await rows(works))[0].error is None
    assert calls == 3


async def waiting(works: Works, attempts: int) -> OutboxEntry:
    """Waits until the one effect is to be tried again after so many attempts, and returns it."""
    async with asyncio.timeout(10):
        while True:
            (row,) = await rows(works)
            if row.state is EffectState.PENDING and row.attempts == attempts:
                return row
            await asyncio.sleep(0.02)


def test_delays_grow_and_are_capped() -> None:
    assert [retry_delay(n) for n in (1, 2, 3)] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert retry_delay(50) == timedelta(minutes=5)


async def test_two_runners_of_a_queue_perform_each_effect_once(works: Works, start: Start) -> None:
    happened: list[tuple[str, int]] = []

    def actor(name: str) -> Executor:
        async def act(payload: dict[str, Any]) -> None:
            happened.append((name, payload["n"]))
            await asyncio.sleep(0.005)

        return act

    async with start({"act": actor("left")}), start({"act": actor("right")}):
        for first in range(0, 120, 10):
            await enqueue(works, *range(first, first + 10))
        await eventually(lambda: len(happened) >= 120)
        await wait_for_all(works, EffectState.DONE)
    assert sorted(number for _, number in happened) == list(range(120))
    assert {name for name, _ in happened} == {"left", "right"}


async def test_the_end_of_an_effect_is_written_although_the_database_is_away_for_a_moment(
    works: Works, start: Start, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    refuse = 0
    session = database.session

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls, refuse
        calls += 1
        refuse = 1

    def sometimes() -> Any:
        nonlocal refuse
        if refuse:
            refuse -= 1
            raise ConnectionError("the database is away")
        return session()

    monkeypatch.setattr(database, "session", sometimes)
    async with start({"act": act}):
        async with works.begin() as work:
            await work.enqueue(Effect("q", "act"))
        await eventually(lambda: calls)
        await wait_for_all(works, EffectState.DONE)
    assert calls == 1


class LostAnswers:
    """Connections that die: refused before a statement is sent, or after the commit and before its answer."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refuse = 0
        self.lose = 0
        self.refused = 0
        self._session = database.session
        monkeypatch.setattr(database, "session", self.session)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Any]:
        if self.refuse:
            self.refuse -= 1
            self.refused += 1
            raise ConnectionError("the database is away")
        async with self._session() as session:
            yield session
        if self.lose:
            self.lose -= 1
            raise ConnectionError("the connection is lost")


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_a_claim_that_fails_leaves_effects_under_way_alone(
    works: Works, start: Start, database: Database, monkeypatch: pytest.MonkeyPatch, delivery: Delivery
) -> None:
    connections = LostAnswers(database, monkeypatch)
    begun, may_end, calls = asyncio.Event(), asyncio.Event(), 0

    async def act(_payload: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        begun.set()
        await may_end.wait()

    async with start({"act": act}):
        await enqueue(works, 1, delivery=delivery)
        await asyncio.wait_for(begun.wait(), 5)
        connections.refuse = 2  # the next look for work, and the one after it
        await eventually(lambda: connections.refused == 2)
        may_end.set()
        await wait_for_all(works, EffectState.DONE)
        await enqueue(works, 2, delivery=delivery)
        await eventually(lambda: calls == 2)
        await wait_for_all(works, EffectState.DONE)
    assert calls == 2


async def test_effects_claimed_by_a_commit_without_an_answer_are_taken_up(
    works: Works, start: Start, bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, done = listen(bus, EffectLost), []

    async def act(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    await enqueue(works, 1, delivery=Delivery.AT_LEAST_ONCE)
    await enqueue(works, 2)
    connections = LostAnswers(database, monkeypatch)
    taken = OutboxRunner._take_over

    async def take_over(runner: OutboxRunner) -> None:
        await taken(runner)
        if not connections.refused:
            connections.refused, connections.lose = 1, 1  # the claim that follows

    monkeypatch.setattr(OutboxRunner, "_take_over", take_over)
    async with start({"act": act}):
        await eventually(lambda: done and lost)
    assert done == [1]
    assert lost == [EffectLost("q", "act", {"n": 2})]
