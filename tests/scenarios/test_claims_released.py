"""Whatever an agent has claimed goes back when the agent is gone, within a stated time (law 12, ``docs/claims.md``)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from callcenter.agents.types import AgentState, PauseCode
from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackCard, CallbackKind, CallbackState
from callcenter.calls.rules import owed_until
from callcenter.calls.types import CallState, Disposition, DispositionDetails, Outcome
from callcenter.desk.errors import DispositionOwed
from callcenter.desk.types import Verb
from callcenter.dialer.scheduled import log_off_inactive
from callcenter.kit.actor import Actor
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.types import Role
from callcenter.telephony import events as tel
from tests.scenarios.acts import person, snapshot
from tests.scenarios.conftest import Stage
from tests.support.rows import Call, Lead, make_callback, make_case, make_lead

pytestmark = pytest.mark.simulation(robots=4, customers=20)


@dataclass(frozen=True)
class Shown:
    """A customer on an agent's screen, by which claim."""

    agent: int
    leg_id: str
    assignment_id: int | None = None
    callback_id: int | None = None


async def seated(stage: Stage, agent: int) -> str:
    """Logs an agent on, ready, with a leg; returns the leg's id."""
    await stage.ask(lambda work: stage.system.desk.log_on(work, agent))
    [seat] = await stage.ask(lambda work: stage.system.legs.begin(work, "n1"))
    assert seat.leg_id
    up = tel.AgentLegUp(at=stage.system.clock.now(), leg_id=seat.leg_id)
    await stage.ask(lambda work: stage.system.legs.take_signal(work, "n1", up))
    await stage.ask(lambda work: stage.system.desk.ready(work, agent))
    return seat.leg_id


async def offered(stage: Stage, agent: int, kind: CallbackKind | None) -> Shown:
    """Seats an agent and offers a lead, or a callback that is due."""
    leg_id = await seated(stage, agent)
    async with stage.system.works.begin() as work:
        if kind is not None:
            await due_callback(work, kind, agent)
        [seat] = await stage.system.agents.ready_seats(work, [agent])
        offer = await stage.system.placing.offer(work, seat)
    assert offer is not None
    assert (offer.subject.callback_id is None) is (kind is None)
    return Shown(agent, leg_id, offer.subject.assignment_id, offer.subject.callback_id)


async def due_callback(work: Work, kind: CallbackKind, agent: int) -> None:
    lead: Lead = await make_lead(work)
    due_at = work.now - timedelta(hours=1)
    if kind is CallbackKind.AGENT_PROMISE:
        await make_callback(work, lead_id=lead.id, agent_id=agent, due_at=due_at)
    else:
        case = await make_case(work, lead_id=lead.id)
        await make_callback(work, kind, lead_id=lead.id, case_id=case.id, due_at=due_at)


async def all_kinds(stage: Stage) -> list[Shown]:
    """Offers a lead to one agent, a promise to another, an obligation to a third."""
    kinds = (None, CallbackKind.AGENT_PROMISE, CallbackKind.COMPLAINT)
    return [await offered(stage, agent, kind) for agent, kind in zip(stage.agents, kinds, strict=False)]


async def callback(stage: Stage, shown: Shown) -> CallbackCard:
    return await stage.ask(lambda work: stage.system.callbacks.card(work, shown.callback_id or 0))


# --- how an agent is gone


async def leg_lost(stage: Stage, shown: Shown) -> None:
    """The tab is closed, or the phone's connection is lost: the switch reports the end of the leg."""
    down = tel.AgentLegDown(at=stage.system.clock.now(), leg_id=shown.leg_id, cause=16)
    await stage.ask(lambda work: stage.system.legs.take_signal(work, "n1", down))


async def logged_off(stage: Stage, shown: Shown) -> None:
    await stage.ask(lambda work: stage.system.desk.log_off(work, shown.agent))


async def left_the_bank(stage: Stage, shown: Shown) -> None:
    await stage.ask(lambda work: stage.system.people.leave(work, shown.agent, "has left"))


async def asleep(stage: Stage, shown: Shown) -> None:
    """Nothing happens at the desk for longer than a customer may wait on a screen."""
    stage.clock.leap(stage.system.clock.now() + timedelta(minutes=11))
    await stage.system.previews.sweep(stage.system.works)
    seat = await stage.ask(lambda work: stage.system.agents.seat(work, shown.agent))
    assert seat is not None
    assert (seat.state, seat.pause_code) == (AgentState.PAUSED, PauseCode.NOT_DIALLED)


@pytest.mark.parametrize("gone", [leg_lost, logged_off, left_the_bank, asleep])
async def test_what_is_on_the_screen_of_an_agent_who_is_gone_is_released(
    stage: Stage, gone: Callable[[Stage, Shown], Awaitable[None]]
) -> None:
    screens = await all_kinds(stage)
    before = {shown.callback_id: await callback(stage, shown) for shown in screens[1:]}
    assert {card.state for card in before.values()} == {CallbackState.ACTIVE}
    for shown in screens:
        await gone(stage, shown)
    for shown in screens[1:]:
        card = await callback(stage, shown)
        assert (card.state, card.claimed_by, card.due_at) == (
            CallbackState.DUE,
            None,
            before[shown.callback_id].due_at,
        )
    lead = await stage.ask(lambda work: stage.system.allocation.card(work, screens[0].assignment_id or 0))
    assert lead.state is not AssignmentState.ACTIVE
    assert lead.attempts == 0
    other = stage.agents[3]
    claimed = await stage.ask(lambda work: stage.system.callbacks.claim_next(work, other))
    assert claimed is not None
    assert claimed.id == screens[2].callback_id, "another agent may call the complaining customer at once"


async def test_what_a_crash_has_left_claimed_on_no_screen_is_released(stage: Stage) -> None:
    first, second, third, _ = stage.agents
    async with stage.system.works.begin() as work:
        await due_callback(work, CallbackKind.AGENT_PROMISE, second)
        await due_callback(work, CallbackKind.COMPLAINT, third)
        lead = await stage.system.allocation.claim_next(work, first, stage.system_day)
        promise = await stage.system.callbacks.claim_next(work, second)
        obligation = await stage.system.callbacks.claim_next(work, third)
    assert lead is not None
    assert promise is not None
    assert obligation is not None
    shown = await offered(stage, stage.agents[3], None)
    stage.clock.leap(stage.system.clock.now() + timedelta(seconds=15))
    assert await stage.system.screens.run(stage.system.works) == 3
    async with stage.system.works.begin() as work:
        assert (await stage.system.allocation.card(work, lead.id)).state is AssignmentState.OPEN
        for card in (promise, obligation):
            after = await stage.system.callbacks.card(work, card.id)
            assert (after.state, after.due_at) == (CallbackState.DUE, card.due_at)
        assert (await stage.system.allocation.card(work, shown.assignment_id or 0)).state is AssignmentState.ACTIVE


# --- the disposition that is owed


async def conversation(stage: Stage, kind: CallbackKind | None, agent: int | None = None) -> tuple[Shown, UUID]:
    """Plays a conversation that has just ended; its agent is in wrap-up."""
    system = stage.system
    shown = await offered(stage, agent or stage.agents[0], kind)
    await stage.ask(lambda work: system.desk.call(work, shown.agent))
    async with system.works.begin() as work:
        seat = await system.agents.seat(work, shown.agent, lock=True)
        assert seat is not None
        assert seat.call_id is not None
        call = await work.session.get_one(Call, seat.call_id)
        call.dialled_at = call.answered_at = call.ended_at = work.now
        call.state, call.outcome = CallState.ENDED, Outcome.ANSWERED
        await system.agents.call_over(work, shown.agent, call.id)
    return shown, call.id


async def past_the_limit(stage: Stage) -> None:
    stage.clock.leap(stage.system.clock.now() + timedelta(minutes=5))
    assert await stage.system.wrap_ups.sweep(stage.system.works) == 1


async def test_a_wrap_up_ends_by_the_limit_and_its_disposition_is_owed(stage: Stage) -> None:
    system = stage.system
    shown, call_id = await conversation(stage, None)
    assert await system.wrap_ups.sweep(system.works) == 0, "not before the limit"
    await past_the_limit(stage)
    assert await system.wrap_ups.sweep(system.works) == 0, "once"
    seat = await stage.ask(lambda work: system.agents.seat(work, shown.agent))
    assert seat is not None
    assert (seat.state, seat.pause_code, seat.call_id) == (AgentState.PAUSED, PauseCode.DISPOSITION_OWED, None)
    [owed] = await stage.ask(lambda work: system.calls.owed(work))
    assert (owed.call.id, owed.call.disposition) == (call_id, None)
    lead = await stage.ask(lambda work: system.allocation.card(work, shown.assignment_id or 0))
    assert lead.state is AssignmentState.ACTIVE, "no other call is made for it"
    assert await system.screens.run(system.works) == 0

    with pytest.raises(DispositionOwed):
        await stage.ask(lambda work: system.desk.ready(work, shown.agent))
    screen = await snapshot(stage, shown.agent)
    assert Verb.DISPOSE in screen.allowed
    assert Verb.READY not in screen.allowed
    assert screen.owed_until == owed.until
    assert screen.lead is not None
    assert screen.call is not None
    assert screen.call.id == call_id
    assert screen.disposition_forms
    floor = await stage.ask(lambda work: system.floor.snapshot(work))
    assert [(one.call_id, one.agent_id, one.until) for one in floor.owed] == [(call_id, shown.agent, owed.until)]

    await stage.ask(
        lambda work: system.desk.dispose(work, shown.agent, Disposition.THINKING, DispositionDetails(note="will call"))
    )
    card = await stage.ask(lambda work: system.calls.card(work, call_id))
    assert card.disposition is Disposition.THINKING
    lead = await stage.ask(lambda work: system.allocation.card(work, lead.id))
    assert (lead.state, lead.attempts) == (AssignmentState.OPEN, 1)
    assert await stage.ask(lambda work: system.calls.owed(work)) == []
    await stage.ask(lambda work: system.desk.ready(work, shown.agent))
    assert (await snapshot(stage, shown.agent)).owed_until is None


async def test_an_agent_who_logs_off_and_on_still_owes_and_gives_it(stage: Stage) -> None:
    system = stage.system
    shown, call_id = await conversation(stage, None)
    await past_the_limit(stage)
    await stage.ask(lambda work: system.desk.log_off(work, shown.agent))
    assert [owed.call.id for owed in await stage.ask(lambda work: system.calls.owed(work))] == [call_id]
    await stage.ask(lambda work: system.desk.log_on(work, shown.agent))
    assert (await snapshot(stage, shown.agent)).call is not None
    await stage.ask(lambda work: system.desk.dispose(work, shown.agent, Disposition.REFUSED, DispositionDetails()))
    lead = await stage.ask(lambda work: system.allocation.card(work, shown.assignment_id or 0))
    assert lead.state is AssignmentState.DONE


async def next_day(stage: Stage) -> None:
    stage.clock.leap(owed_until(stage.system.clock.now()) + timedelta(seconds=1))


async def agent_leaves(stage: Stage) -> None:
    await stage.ask(lambda work: stage.system.people.leave(work, stage.agents[0], "has left"))
    await log_off_inactive(stage.system.works, stage.system.agents, stage.system.people)


@pytest.mark.parametrize("passes", [next_day, agent_leaves])
async def test_what_is_owed_too_long_is_given_up_and_the_lead_is_free(
    stage: Stage, passes: Callable[[Stage], Awaitable[None]]
) -> None:
    system = stage.system
    shown, call_id = await conversation(stage, None)
    await past_the_limit(stage)
    assert await system.wrap_ups.give_up(system.works) == 0
    day = stage.system_day
    await passes(stage)
    assert await system.wrap_ups.give_up(system.works) == 1
    card = await stage.ask(lambda work: system.calls.card(work, call_id))
    assert card.disposition is Disposition.NOT_ENTERED
    lead = await stage.ask(lambda work: system.allocation.card(work, shown.assignment_id or 0))
    assert lead.state is not AssignmentState.ACTIVE
    assert business_date(lead.due_at) > day, "the customer was spoken to: not again on that day"


async def test_no_callback_is_being_called_by_an_agent_whose_wrap_up_is_over(stage: Stage) -> None:
    system = stage.system
    promised, promise_call = await conversation(stage, CallbackKind.AGENT_PROMISE, stage.agents[0])
    complained, _ = await conversation(stage, CallbackKind.COMPLAINT, stage.agents[1])
    stage.clock.leap(system.clock.now() + timedelta(minutes=5))
    assert await system.wrap_ups.sweep(system.works) == 2
    promise = await stage.ask(lambda work: system.callbacks.card(work, promised.callback_id or 0))
    assert (promise.state, promise.due_at) == (CallbackState.DUE, owed_until(system.clock.now()))
    obligation = await stage.ask(lambda work: system.callbacks.card(work, complained.callback_id or 0))
    assert obligation.state is CallbackState.DUE
    stage.clock.leap(obligation.due_at + timedelta(seconds=1))
    claimed = await stage.ask(lambda work: system.callbacks.claim_next(work, stage.agents[3]))
    assert claimed is not None
    assert claimed.id == obligation.id, "any other agent may call the complaining customer"
    await stage.ask(lambda work: system.desk.dispose(work, promised.agent, Disposition.THINKING, DispositionDetails()))
    kept = await stage.ask(lambda work: system.callbacks.card(work, promise.id))
    assert (kept.state, kept.done_call_id) == (CallbackState.DONE, promise_call), "the conversation counts"


async def test_a_leader_sees_what_agents_of_the_own_branch_owe(stage: Stage) -> None:
    await conversation(stage, None)
    await past_the_limit(stage)
    leader: Actor = await person(stage, Role.AGENT_LEADER)
    async with stage.system.works.begin(leader) as work:
        floor = await stage.system.floor.snapshot(work)
        seats = {seat.agent_id for seat in floor.seats}
    assert {owed.agent_id for owed in floor.owed} <= seats
