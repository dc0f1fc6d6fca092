"""The link to the switch is lost at the worst moments: each test forces its order of events."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from uuid import UUID

import pytest

from callcenter.agents.types import AgentState, LegState
from callcenter.calls.types import CallState, Outcome, RecordingFacts
from callcenter.kit.work import Work
from callcenter.telephony.carrier import STEADY_NUMBER
from callcenter.telephony.events import CustomerAnswered, CustomerHungUp, DialFinished, Signal
from callcenter.telephony.port import DialRequest, SwitchState, SwitchUnavailable
from tests.scenarios.acts import (
    assign_first,
    conversation,
    current_call,
    dial,
    go_to_work,
    never_answers,
    never_hangs_up,
    preview,
    ring_longer_than_any_wait,
    wait_for,
    wait_for_call,
)
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.simulation(first_number=STEADY_NUMBER, customers=80, speed=SLOWLY)


async def facts(stage: Stage, call_id: UUID) -> RecordingFacts:
    known = await stage.ask(lambda work: stage.system.calls.recording_facts(work, call_id))
    assert known
    return known


def lose_link(stage: Stage) -> tuple[datetime, datetime]:
    """Cuts the link; returns two instants between which that was."""
    before = stage.system.clock.now()
    stage.switch.lose_link()
    return before, stage.system.clock.now()


def when_state_is_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *acts: Callable[[Callable[[], Awaitable[SwitchState]]], object]
) -> list[int]:
    """Replaces the first readings of the switch's state; returns a list that grows with every reading."""
    read = stage.switch.read_state
    readings: list[int] = []

    async def read_state() -> SwitchState:
        readings.append(len(readings))
        if len(readings) > len(acts):
            return await read()
        state = await acts[len(readings) - 1](read)  # type: ignore[misc]
        assert isinstance(state, SwitchState)
        return state

    monkeypatch.setattr(stage.switch, "read_state", read_state)
    return readings


async def wait_for_end(stage: Stage, call_id: UUID) -> RecordingFacts:
    async def over() -> RecordingFacts | None:
        known = await facts(stage, call_id)
        return known if known.ended else None

    call = await eventually(over)
    assert call
    return call


async def test_a_link_lost_again_before_the_state_is_read_does_not_lengthen_the_call(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    call_id = (await conversation(stage, agent))[0].id

    async def lost_again(read: Callable[[], Awaitable[SwitchState]]) -> SwitchState:
        stage.switch.lose_link()
        return await read()

    readings = when_state_is_read(stage, monkeypatch, lost_again, lost_again)
    first, latest = lose_link(stage)
    stage.switch.customer_hangs_up(call_id)

    call = await wait_for_end(stage, call_id)
    assert len(readings) >= 3
    assert (call.outcome, call.end_estimated) == (Outcome.ANSWERED, True)
    assert call.ended_at
    assert first <= call.ended_at <= latest, "until the first loss its end would have been reported, afterwards not"


async def test_a_state_that_cannot_be_read_is_read_again_though_the_link_stays_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    call_id = (await conversation(stage, agent))[0].id

    async def no_answer(_read: Callable[[], Awaitable[SwitchState]]) -> SwitchState:
        raise SwitchUnavailable("no answer in time")

    readings = when_state_is_read(stage, monkeypatch, no_answer, no_answer)
    first, latest = lose_link(stage)
    stage.switch.customer_hangs_up(call_id)

    call = await wait_for_end(stage, call_id)
    assert len(readings) >= 3
    assert call.ended_at
    assert first <= call.ended_at <= latest, "reconciled with the loss, not swept up later"
    await wait_for(stage, agent, AgentState.WRAP_UP)


async def test_a_signal_waits_until_the_older_state_has_been_processed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    await conversation(stage, agent)

    async def leg_state() -> LegState:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        assert seat
        return seat.leg_state

    async def no_answer(_read: Callable[[], Awaitable[SwitchState]]) -> SwitchState:
        raise SwitchUnavailable("no answer in time")

    async def leg_ends_meanwhile(read: Callable[[], Awaitable[SwitchState]]) -> SwitchState:
        state = await read()
        [leg_id] = state.legs
        await stage.switch.disconnect_agent(leg_id)
        assert [await leg_state() for _ in range(20)] == [LegState.UP] * 20, "the signal waits"
        return state

    async def no_new_leg(leg_id: str, number: str, trunk: str) -> None:
        await asyncio.Event().wait()

    readings = when_state_is_read(stage, monkeypatch, no_answer, leg_ends_meanwhile)
    monkeypatch.setattr(stage.switch, "connect_robot", no_new_leg)
    lose_link(stage)
    await eventually(lambda: len(readings) >= 2)

    async def leg_is_gone() -> bool:
        return await leg_state() is not LegState.UP

    await eventually(leg_is_gone)


async def test_a_call_whose_command_is_on_its_way_is_not_taken_for_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    await assign_first(stage, agent, never_hangs_up)
    await preview(stage, agent)
    switch_dial, reached, go_on = stage.switch.dial, asyncio.Event(), asyncio.Event()

    async def slow_dial(request: DialRequest) -> None:
        reached.set()
        await go_on.wait()
        await switch_dial(request)

    monkeypatch.setattr(stage.switch, "dial", slow_dial)
    call = await dial(stage, agent)
    await asyncio.wait_for(reached.wait(), 10)

    readings = when_state_is_read(stage, monkeypatch)
    lose_link(stage)
    # the sweep reads the state too: once it has, the reconciliation before it is over
    await eventually(lambda: len(readings) >= 2)
    assert not (await facts(stage, call.id)).ended
    go_on.set()
    await wait_for_call(stage, call.id, CallState.ANSWERED)


@pytest.mark.simulation(robots=2, first_number=STEADY_NUMBER, customers=80, speed=SLOWLY)
async def test_a_call_that_raises_an_error_delays_no_other_call(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stage.agents
    calls: dict[int, UUID] = {}
    allocated: set[str] = set()

    def rings_and_is_free(number: str) -> bool:
        if not never_answers(number) or number in allocated:
            return False
        allocated.add(number)
        return True

    await ring_longer_than_any_wait(stage)
    for agent in stage.agents:
        await assign_first(stage, agent, rings_and_is_free)
    await stage.start()
    for agent in stage.agents:
        await go_to_work(stage, agent)
        await wait_for(stage, agent, AgentState.PREVIEW)
        await stage.ask(lambda work, a=agent: stage.system.desk.call(work, a))  # type: ignore[misc]
        calls[agent] = (await current_call(stage, agent)).id
    end_lost = stage.system.call_signals.end_lost

    async def breaks(work: Work, call_id: UUID, alive_at: datetime | None = None) -> None:
        if calls[first] == call_id:
            raise RuntimeError("a fault of ours")
        await end_lost(work, call_id, alive_at)

    monkeypatch.setattr(stage.system.call_signals, "end_lost", breaks)
    stage.switch.crash()
    await wait_for_end(stage, calls[second])
    assert not (await facts(stage, calls[first])).ended

    async def has_a_leg_again() -> bool:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, second))
        return seat is not None and seat.leg_state is LegState.UP

    await eventually(has_a_leg_again)  # seats are served: the link counts as reconciled


async def test_a_call_whose_end_waits_among_older_signals_is_not_swept_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine lags behind: between two batches it seems idle, and the switch has forgotten the call long since."""
    run, read = stage.switch.run, stage.switch.read_state
    older: list[Signal] = []
    ask, answered_again, sweeps = asyncio.Event(), asyncio.Event(), 0
    holding = False

    async def lagging() -> AsyncGenerator[list[Signal], None]:
        nonlocal holding
        async with aclosing(run()) as batches:
            async for batch in batches:
                older.extend(signal for signal in batch if isinstance(signal, CustomerAnswered))
                holding = any(isinstance(signal, CustomerHungUp | DialFinished) for signal in batch) and sweeps < 5
                while holding:
                    await ask.wait()
                    ask.clear()
                    yield older[:1]
                    answered_again.set()
                    holding = sweeps < 5
                yield batch

    async def read_between_two_batches() -> SwitchState:
        nonlocal sweeps
        if holding:
            sweeps += 1
            ask.set()
            await answered_again.wait()
            answered_again.clear()
        return await read()

    monkeypatch.setattr(stage.switch, "run", lagging)
    monkeypatch.setattr(stage.switch, "read_state", read_between_two_batches)
    [agent] = stage.agents
    spoken, _, _ = await conversation(stage, agent)
    call_id = spoken.id
    stage.switch.customer_hangs_up(call_id)

    call = await wait_for_end(stage, call_id)
    assert sweeps == 5
    assert not call.end_estimated, "its end was signalled"
    await wait_for(stage, agent, AgentState.WRAP_UP)
