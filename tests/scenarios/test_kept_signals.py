"""A signal that breaks our own code is kept aside and taken again when the code is mended; all others go on (law 7)."""

import asyncio
import json
from uuid import UUID

import pytest
from rich.console import Console
from sqlmodel import col, select

from callcenter.agents.types import AgentState, LegState
from callcenter.alerts.types import AlertKind
from callcenter.bootstrap import kept_signals
from callcenter.calls.types import CallAnswered, CallEnded, CallState, Outcome
from callcenter.dialer.keeping import KeptSignals
from callcenter.dialer.types import KeptSignalCard, KeptState
from callcenter.kit.events import Event
from callcenter.kit.work import Work
from callcenter.telephony import events as tel
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import (
    assign_first,
    current_call,
    dial,
    go_to_work,
    never_hangs_up,
    next_preview,
    preview,
    state_of,
    wait_for,
    wait_for_call,
)
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.bus import bus_of
from tests.support.rows import CallSignal
from tests.support.waiting import eventually

pytestmark = pytest.mark.simulation(robots=1, customers=60, first_number=STEADY_NUMBER, speed=SLOWLY)


class Fault:
    """A listener of ours that fails for the calls of one agent, until it is mended."""

    def __init__(self, stage: Stage, event: type[Event], agent: int) -> None:
        self.mended = False
        self._agent = agent
        bus_of(stage.system.works).subscribe(event, self._listen)

    async def _listen(self, _work: Work, event: Event) -> None:
        assert isinstance(event, CallAnswered | CallEnded)
        if event.agent_id == self._agent and not self.mended:
            raise ValueError("the listener has a fault")


async def kept(stage: Stage, *, settled: bool = False) -> list[KeptSignalCard]:
    cards = await stage.ask(lambda work: stage.system.kept_signals.page(work, settled=settled))
    return list(reversed(cards))


async def is_kept(stage: Stage, *kinds: type[tel.Signal]) -> list[KeptSignalCard]:
    """Waits until signals of these kinds are kept aside, in this order."""

    async def all_kept() -> list[KeptSignalCard] | None:
        cards = await kept(stage)
        return cards if [card.kind for card in cards] == [kind.__name__ for kind in kinds] else None

    cards = await eventually(all_kept)
    assert cards
    return cards


async def has_alert(stage: Stage) -> bool:
    return bool(await stage.ask(lambda work: stage.system.alerts.list_of_kinds(work, [AlertKind.SIGNAL_KEPT])))


async def take_again(stage: Stage) -> list[KeptSignalCard]:
    """Takes all signals again as ``callcenter signals --take`` does; returns those that are still kept."""
    return await kept_signals.act(stage.system, None, None, "", take=True)


async def journal_of(stage: Stage, call_id: UUID) -> list[str]:
    query = select(CallSignal.kind).where(col(CallSignal.call_id) == call_id)
    return sorted(await stage.ask(lambda work: work.session.scalars(query)))


@pytest.mark.simulation(robots=2, customers=60, first_number=STEADY_NUMBER, speed=SLOWLY)
async def test_a_signal_that_breaks_our_code_waits_aside_while_all_others_go_on(stage: Stage) -> None:
    first, second = stage.agents
    fault = Fault(stage, CallAnswered, first)
    await assign_first(stage, first, never_hangs_up)
    await preview(stage, first)
    call = await dial(stage, first)
    [card] = await is_kept(stage, tel.CustomerAnswered)
    assert (card.call_id, card.error, card.message) == (call.id, "ValueError", "the listener has a fault")
    assert await has_alert(stage)
    assert await state_of(stage, call.id) in (CallState.DIALLING, CallState.RINGING)

    await go_to_work(stage, second)  # its leg's signals come later
    await next_preview(stage, second)
    other = await dial(stage, second)
    await wait_for_call(stage, other.id, CallState.ENDED)
    assert await journal_of(stage, other.id)

    assert [card.failures for card in await take_again(stage)] == [2], "not mended yet"
    assert await has_alert(stage)
    fault.mended = True
    assert await take_again(stage) == []
    answered = await wait_for_call(stage, call.id, CallState.ANSWERED)
    assert answered.answered_at == card.at, "as the switch saw it"
    assert not await has_alert(stage)
    assert [card.state for card in await kept(stage, settled=True)] == [KeptState.TAKEN]

    stage.switch.customer_hangs_up(call.id)
    assert (await wait_for_call(stage, call.id, CallState.ENDED)).outcome is Outcome.ANSWERED
    await wait_for(stage, first, AgentState.WRAP_UP)


async def test_later_signals_of_the_same_call_are_taken_and_the_kept_one_completes_it(stage: Stage) -> None:
    [agent] = stage.agents
    fault = Fault(stage, CallAnswered, agent)
    await assign_first(stage, agent, never_hangs_up)
    await preview(stage, agent)
    call = await dial(stage, agent)
    [card] = await is_kept(stage, tel.CustomerAnswered)
    stage.switch.customer_hangs_up(call.id)
    await wait_for_call(stage, call.id, CallState.ENDED)
    assert "CustomerHungUp" in await journal_of(stage, call.id)
    fault.mended = True
    assert await take_again(stage) == []
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert (ended.outcome, ended.answered_at) == (Outcome.ANSWERED, card.at)

    before = await journal_of(stage, call.id)
    async with stage.system.works.begin() as work:  # the same fact, kept once more though it is known
        signal = tel.CustomerAnswered(at=card.at, call_id=call.id)
        await stage.system.kept_signals.keep(work, "n1", signal, ValueError("late"))
    assert await take_again(stage) == []
    assert await journal_of(stage, call.id) == before
    assert not await has_alert(stage)


async def test_both_ends_of_a_call_that_break_our_code_end_it_when_they_are_taken_again(stage: Stage) -> None:
    """Until then the sweep tries to end the call in vain, and the agent stays on it."""
    [agent] = stage.agents
    await assign_first(stage, agent, never_hangs_up)
    await preview(stage, agent)
    call = await dial(stage, agent)
    await wait_for_call(stage, call.id, CallState.ANSWERED)
    fault = Fault(stage, CallEnded, agent)
    stage.switch.customer_hangs_up(call.id)
    cards = await is_kept(stage, tel.CustomerHungUp, tel.DialFinished)
    assert (await current_call(stage, agent)).id == call.id
    fault.mended = True
    assert await take_again(stage) == []
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert (ended.outcome, ended.ended_at) == (Outcome.ANSWERED, cards[0].at)
    await wait_for(stage, agent, AgentState.WRAP_UP)


async def test_a_phone_or_leg_is_taken_again_as_the_switch_holds_it_now(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    take = stage.system.legs.take_signal

    async def broken(work: Work, node: str, signal: tel.Signal) -> None:
        raise ValueError("no such leg")

    monkeypatch.setattr(stage.system.legs, "take_signal", broken)
    await stage.start()
    await stage.ask(lambda work: stage.system.desk.log_on(work, agent))
    [up] = await is_kept(stage, tel.AgentLegUp)
    assert up.call_id is None
    assert await has_alert(stage)
    monkeypatch.setattr(stage.system.legs, "take_signal", take)
    async with stage.system.works.begin() as work:  # an old fact: the leg is up in the switch
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.leg_id
        down = tel.AgentLegDown(at=up.at, leg_id=seat.leg_id, cause=16)
        await stage.system.kept_signals.keep(work, "n1", down, ValueError("x"))
    assert await take_again(stage) == []
    seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
    assert seat
    assert seat.leg_state is LegState.UP
    assert not await has_alert(stage)


async def test_an_event_that_cannot_be_translated_is_kept_and_read_again(stage: Stage) -> None:
    [agent] = stage.agents
    await assign_first(stage, agent, never_hangs_up)
    await preview(stage, agent)
    stage.switch.faults.untranslated = tel.CustomerAnswered
    call = await dial(stage, agent)
    [card] = await is_kept(stage, tel.UnreadEvent)
    assert card.message == "CustomerAnswered cannot be translated"
    assert [card.failures for card in await take_again(stage)] == [2]
    stage.switch.faults.untranslated = None
    assert await take_again(stage) == []
    assert (await wait_for_call(stage, call.id, CallState.ANSWERED)).answered_at == card.at


# A connection that is being opened when its process "dies" stays open here; in reality the operating system closes it.
@pytest.mark.filterwarnings("ignore:.*Connection.__del__:pytest.PytestUnraisableExceptionWarning")
async def test_what_a_process_that_dies_before_keeping_has_lost_is_healed_from_the_switchs_state(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next engine finds the call answered in the switch, and takes that for the signal it lacks."""
    [agent] = stage.agents
    Fault(stage, CallAnswered, agent)
    about_to_keep = asyncio.Event()

    async def dies(*_: object) -> None:
        about_to_keep.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(stage.system.kept_signals, "keep", dies)
    await assign_first(stage, agent, never_hangs_up)
    await preview(stage, agent)
    call = await dial(stage, agent)
    await asyncio.wait_for(about_to_keep.wait(), 60)
    await stage.crash_engine()  # the new system has the mended code
    assert isinstance(stage.system.kept_signals, KeptSignals)
    await wait_for_call(stage, call.id, CallState.ANSWERED)
    assert await kept(stage) == []
    stage.switch.customer_hangs_up(call.id)
    assert (await wait_for_call(stage, call.id, CallState.ENDED)).outcome is Outcome.ANSWERED


async def test_the_command_lists_and_dismisses(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    async with stage.system.works.begin() as work:
        signal = tel.LinkUp(at=work.now, restarted=False)
        await stage.system.kept_signals.keep(work, "n1", signal, ValueError("[a] fault"))
    console = Console(width=200)
    cards = await kept_signals.act(stage.system, None, None, "", take=False)
    kept_signals.render(cards, console, as_json=False)
    assert "ValueError: [a] fault" in capsys.readouterr().out
    kept_signals.render(cards, console, as_json=True)
    [row] = json.loads(capsys.readouterr().out)
    assert (row["id"], row["kind"], row["state"]) == (cards[0].id, "LinkUp", "kept")
    assert await kept_signals.act(stage.system, None, cards[0].id, "the link is up", take=False) == []
    assert not await has_alert(stage)
    kept_signals.render([], console, as_json=False)
    assert "no signal is kept aside" in capsys.readouterr().out
