"""An engine takes signals of calls as it remembers them; where others have changed a call, the database is right."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlmodel import col, select

from callcenter.agents.types import FLOOR_TOPIC, desk_topic
from callcenter.calls.types import HANG_UP, CallAnswered, CallState, Outcome
from callcenter.kit.effects import OutboxEntry
from callcenter.kit.work import CHANNEL, Work
from callcenter.telephony import events as tel
from tests.scenarios.acts import follower_of
from tests.scenarios.conftest import Stage
from tests.scenarios.test_calls_and_seats import dialled
from tests.support.rows import Call, CallSignal
from tests.support.statements import counted

pytestmark = pytest.mark.simulation(robots=1, customers=60)


async def call_of(stage: Stage, call_id: UUID) -> Call:
    return await stage.ask(lambda work: work.session.get_one(Call, call_id))


def ringing(stage: Stage, call_id: UUID) -> tel.CallSignal:
    return tel.CustomerRinging(at=stage.clock.now(), call_id=call_id)


def answered(stage: Stage, call_id: UUID) -> tel.CallSignal:
    return tel.CustomerAnswered(at=stage.clock.now(), call_id=call_id)


async def test_the_usual_signal_reads_nothing_and_those_together_are_one_entry_and_one_change(stage: Stage) -> None:
    engine, call_id = follower_of(stage.system, stage.switch), await dialled(stage, stage.agents[0])
    started = tel.RecordingStarted(at=stage.clock.now(), call_id=call_id)
    with counted(stage.system.works.database) as statements:
        await engine.take_all([started, ringing(stage, call_id)])
        await engine.take(ringing(stage, call_id))  # known: nothing is written
    verbs = sorted(text.split("(")[0] for text in statements.texts.elements())
    assert [verb.split()[0] for verb in verbs] == ["INSERT", "SELECT", "UPDATE"], statements.texts
    assert "SELECT count" in verbs, "that notifies the screens"
    call = await call_of(stage, call_id)
    assert call.state is CallState.RINGING
    assert call.recording_started_at == started.at


async def test_a_hang_up_requested_in_another_process_is_seen_by_the_next_signal(stage: Stage) -> None:
    engine, call_id = follower_of(stage.system, stage.switch), await dialled(stage, stage.agents[0])
    await stage.ask(lambda work: stage.system.calls.hang_up(work, call_id))
    await engine.take(tel.CustomerDialled(at=stage.clock.now(), call_id=call_id, channel="PJSIP/1"))
    ended = tel.CustomerHungUp(at=stage.clock.now(), call_id=call_id, cause=16, sip_code=None)
    over = tel.DialFinished(at=stage.clock.now(), call_id=call_id, status=tel.DialStatus.CANCELLED, cause=None)

    async def orders(work: Work) -> int:
        return len((await work.session.scalars(select(OutboxEntry).where(col(OutboxEntry.kind) == HANG_UP))).all())

    assert await stage.ask(orders) == 2, "at the request, and again when there was a channel to hang up"
    await engine.take_all([ended, over])
    assert (await call_of(stage, call_id)).outcome is Outcome.CANCELLED


async def test_two_engines_that_take_the_same_signals_write_each_once(stage: Stage) -> None:
    first, call_id = follower_of(stage.system, stage.switch), await dialled(stage, stage.agents[0])
    other = stage.build_system()
    try:
        second = follower_of(other, stage.switch)
        for signal in (ringing(stage, call_id), answered(stage, call_id)):
            await second.take(signal)
            await first.take(signal)
    finally:
        await other.close()
    entries = await stage.ask(
        lambda work: work.session.scalars(select(CallSignal.kind).where(col(CallSignal.call_id) == call_id))
    )
    assert sorted(entries) == ["CustomerAnswered", "CustomerRinging"]
    assert (await call_of(stage, call_id)).state is CallState.ANSWERED


async def test_a_signal_that_was_undone_is_taken_again_from_what_the_database_holds(stage: Stage) -> None:
    engine, call_id = follower_of(stage.system, stage.switch), await dialled(stage, stage.agents[0])
    failures = [RuntimeError("the listener fails once")]

    async def fail_once(_work: Work, _event: CallAnswered) -> None:
        if failures:
            raise failures.pop()

    stage.system.works.bus.subscribe(CallAnswered, fail_once)  # type: ignore[attr-defined]
    await engine.take(ringing(stage, call_id))
    signal = answered(stage, call_id)
    with pytest.raises(RuntimeError):
        await engine.take(signal)
    assert (await call_of(stage, call_id)).state is CallState.RINGING
    await engine.take(signal)
    call = await call_of(stage, call_id)
    assert (call.state, call.answered_at) == (CallState.ANSWERED, signal.at)


async def test_a_call_read_before_another_process_changed_it_is_locked_as_it_is_then(stage: Stage) -> None:
    """As a desk does that looks at the call, and locks it to set its disposition, while signals come."""
    engine, call_id = follower_of(stage.system, stage.switch), await dialled(stage, stage.agents[0])
    async with stage.system.works.begin() as work:
        assert (await stage.system.calls.card(work, call_id)).state is CallState.DIALLING
        await engine.take(ringing(stage, call_id))
        await stage.system.calls.hang_up(work, call_id)
    call = await call_of(stage, call_id)
    assert (call.state, call.hung_up_by_us) == (CallState.RINGING, True)


async def test_a_desk_is_notified_when_its_call_is_dialled_when_it_rings_and_when_it_is_answered(
    stage: Stage, database_url: str
) -> None:
    [agent, *_] = stage.agents
    engine, heard = follower_of(stage.system, stage.switch), asyncio.Queue[str]()
    connection = await asyncpg.connect(database_url)
    try:
        await connection.add_listener(CHANNEL, lambda *facts: heard.put_nowait(str(facts[-1])))

        async def desk_and_floor_are_woken() -> None:
            missing = {desk_topic(agent), FLOOR_TOPIC}
            while missing:
                missing.discard(await asyncio.wait_for(heard.get(), 20))

        call_id = await dialled(stage, agent)
        await desk_and_floor_are_woken()
        for signal in (ringing(stage, call_id), answered(stage, call_id)):
            await engine.take(signal)
            await desk_and_floor_are_woken()
    finally:
        await connection.close()
