"""Calls and seats stay consistent with any commands and any order of the switch's signals. No engine runs here."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from callcenter.agents.errors import AlreadyLoggedOn, LegNotUp, NotNow
from callcenter.agents.types import AgentState, LegState, PauseCode
from callcenter.allocation.types import AssignmentEnd, AssignmentState, End
from callcenter.calls.errors import AlreadyOnCall, DetailsMissing, NotDisposable
from callcenter.calls.types import (
    CallCard,
    CallKind,
    CallPlan,
    CallState,
    Disposition,
    DispositionDetails,
    Divergence,
    Outcome,
    SwitchHolds,
)
from callcenter.campaigns.retries import RetryAfter
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.telephony import events as tel
from tests.scenarios.acts import follower_of
from tests.scenarios.conftest import Stage

pytestmark = pytest.mark.simulation(robots=2, customers=60)
NOTHING = SwitchHolds(frozenset(), frozenset())
PERMIT = {"allowed": True, "rule": "none", "reason": "test", "rule_set": "test", "at": "2026-11-23T05:40:00+00:00"}


async def assignments_of(stage: Stage, agent: int) -> list[tuple[int, int]]:
    """Returns (assignment, lead) of an agent, in the order of the list."""
    rows = await stage.ask(
        lambda work: work.session.execute(
            text("SELECT id, lead_id FROM assignment WHERE agent_id = :agent ORDER BY position"), {"agent": agent}
        )
    )
    return [(row.id, row.lead_id) for row in rows]


async def plan(work: Work, stage: Stage, agent: int, lead: int) -> CallCard:
    facts = await stage.system.leads.facts(work, lead)
    return await stage.system.calls.plan(
        work,
        CallPlan(
            id=uuid4(),
            kind=CallKind.LEAD,
            agent_id=agent,
            lead_id=lead,
            campaign_id=facts.campaign_id,
            assignment_id=None,
            callback_id=None,
            node="n1",
            leg_id="leg-1",
            phone_index=facts.phone_index,
            caller_id="0771955001",
            trunk="carrier",
            ring_seconds=8,
            verdict=PERMIT,
        ),
    )


async def dialled(stage: Stage, agent: int) -> UUID:
    """Plans a call and gives it to the switch; returns its id."""
    _, lead = (await assignments_of(stage, agent))[0]
    async with stage.system.works.begin() as work:
        call = await plan(work, stage, agent, lead)
        assert await stage.system.calls.begin_dialling(work, call.id, PERMIT)
    return call.id


async def dialled_for_assignment(stage: Stage, agent: int) -> tuple[UUID, int]:
    """Dials the first lead of an agent's day; returns call and assignment."""
    assignment, lead = (await assignments_of(stage, agent))[0]
    async with stage.system.works.begin() as work:
        card = await stage.system.allocation.claim_next(work, agent, stage.system_day)
        assert card
        assert card.id == assignment
        call = await plan(work, stage, agent, lead)
        await work.session.execute(
            text("UPDATE call SET assignment_id = :a WHERE id = :id"), {"a": assignment, "id": call.id}
        )
    await stage.ask(lambda work: stage.system.calls.begin_dialling(work, call.id, PERMIT))
    return call.id, assignment


async def report(stage: Stage, *signals: tel.CallSignal) -> CallCard:
    """Lets the switch report signals, one after the other; the engine remembers the calls it has dialled itself."""
    for signal in signals:
        await follower_of(stage.system, stage.switch).take(signal)
    return await stage.ask(lambda work: stage.system.calls.card(work, signals[0].call_id))


async def test_a_planned_call_is_dialled_by_one_of_many(stage: Stage) -> None:
    agent = stage.agents[0]
    _, lead = (await assignments_of(stage, agent))[0]
    call = await stage.ask(lambda work: plan(work, stage, agent, lead))

    async def claim() -> bool:
        return await stage.ask(lambda work: stage.system.calls.begin_dialling(work, call.id, PERMIT))

    assert sorted(await asyncio.gather(*(claim() for _ in range(8)))) == [False] * 7 + [True]


async def test_an_agent_and_a_customer_are_in_one_call_at_a_time(stage: Stage) -> None:
    first, second = stage.agents
    (_, lead), (_, other) = (await assignments_of(stage, first))[:2]
    await stage.ask(lambda work: plan(work, stage, first, lead))
    for agent, customer in ((first, other), (second, lead)):
        with pytest.raises(AlreadyOnCall):
            await stage.ask(lambda work, a=agent, c=customer: plan(work, stage, a, c))  # type: ignore[misc]


async def test_the_database_refuses_a_dialled_call_without_permission(stage: Stage) -> None:
    call_id = await dialled(stage, stage.agents[0])
    with pytest.raises(IntegrityError, match="dialled_with_permission"):
        await stage.ask(
            lambda work: work.session.execute(
                text("UPDATE call SET verdict = jsonb_set(verdict, '{allowed}', 'false') WHERE id = :id"),
                {"id": call_id},
            )
        )


async def test_signals_that_are_reported_twice_late_and_out_of_order_give_the_same_call(stage: Stage) -> None:
    """The end before the answer before the ringing, each twice: one journal row each, and the right times."""
    call_id = await dialled(stage, stage.agents[0])
    at = stage.system.clock.now()
    signals = [
        tel.CustomerDialled(at=at, call_id=call_id, channel="PJSIP/1"),
        tel.CustomerHungUp(at=at + timedelta(seconds=9), call_id=call_id, cause=16, sip_code=None),
        tel.DialFinished(at=at + timedelta(seconds=9), call_id=call_id, status=tel.DialStatus.ANSWERED, cause=None),
        tel.CustomerAnswered(at=at + timedelta(seconds=2), call_id=call_id),
        tel.CustomerRinging(at=at + timedelta(seconds=1), call_id=call_id),
    ]
    card = await report(stage, *signals, *signals)
    assert (card.state, card.outcome) == (CallState.ENDED, Outcome.ANSWERED)
    assert card.answered_at == at + timedelta(seconds=2)
    assert card.ended_at == at + timedelta(seconds=9)
    rows = await stage.ask(
        lambda work: work.session.scalar(text("SELECT count(*) FROM call_signal WHERE call_id = :id"), {"id": call_id})
    )
    assert rows == len(signals)
    later = tel.CustomerAnswered(at=at + timedelta(seconds=5), call_id=call_id)
    assert (await report(stage, later)).answered_at == at + timedelta(seconds=2)  # what was reported first stays


async def test_a_signal_about_an_unknown_call_is_no_error(stage: Stage) -> None:
    signal = tel.CustomerAnswered(at=stage.system.clock.now(), call_id=uuid4())
    await follower_of(stage.system, stage.switch).take(signal)


async def test_reconciling_ends_what_the_switch_has_lost_and_nothing_newer(stage: Stage) -> None:
    first, second = stage.agents
    old = await dialled(stage, first)
    at = stage.system.clock.now()
    await report(stage, tel.CustomerAnswered(at=at, call_id=old))
    asked_at = stage.system.clock.now()
    new = await dialled(stage, second)
    calls = await stage.ask(
        lambda work: stage.system.calls.compare(work, "n1", NOTHING, before=asked_at, channel_by=asked_at)
    )
    assert (calls.gone, calls.answered) == ((old,), ())
    await stage.ask(lambda work: stage.system.call_signals.end_lost(work, old, at + timedelta(seconds=30)))
    ended = await stage.ask(lambda work: stage.system.calls.recording_facts(work, old))
    assert ended
    assert (ended.outcome, ended.end_estimated) == (Outcome.ANSWERED, True)
    assert ended.ended_at == at + timedelta(seconds=30)  # the link was up until then: its end would have been reported
    assert (await stage.ask(lambda work: stage.system.calls.card(work, new))).state is CallState.DIALLING


async def test_a_call_commanded_a_moment_ago_without_a_channel_yet_is_not_taken_for_gone(stage: Stage) -> None:
    call_id = await dialled(stage, stage.agents[0])
    at = stage.system.clock.now()

    async def gone(channel_by: datetime) -> tuple[UUID, ...]:
        compared = await stage.ask(
            lambda work: stage.system.calls.compare(work, "n1", NOTHING, before=at, channel_by=channel_by)
        )
        return compared.gone

    assert await gone(at - timedelta(seconds=8)) == ()
    assert await gone(at) == (call_id,), "it had time enough to get a channel"
    await report(stage, tel.CustomerDialled(at=at, call_id=call_id, channel="PJSIP/1"))
    assert await gone(at - timedelta(seconds=8)) == (call_id,), "it had a channel, and has none now"


SOME_TIME = datetime(2026, 11, 23, tzinfo=UTC)
RANG_OUT = (
    tel.CustomerHungUp(at=SOME_TIME, call_id=UUID(int=0), cause=None, sip_code=None),
    tel.DialFinished(at=SOME_TIME, call_id=UUID(int=0), status=tel.DialStatus.NO_ANSWER, cause=None),
)
NO_SUCH_NUMBER = (
    tel.CustomerHungUp(at=SOME_TIME, call_id=UUID(int=0), cause=1, sip_code=404),
    tel.DialFinished(at=SOME_TIME, call_id=UUID(int=0), status=tel.DialStatus.UNAVAILABLE, cause=None),
)


@pytest.mark.parametrize(("ends", "outcome"), [(RANG_OUT, Outcome.NO_ANSWER), (NO_SUCH_NUMBER, Outcome.INVALID_NUMBER)])
@pytest.mark.parametrize("turned", [False, True])
async def test_a_lead_is_settled_once_the_outcome_is_certain_whichever_end_is_reported_first(
    stage: Stage, ends: tuple[tel.CallSignal, ...], outcome: Outcome, turned: bool
) -> None:
    agent = stage.agents[0]
    call_id, assignment = await dialled_for_assignment(stage, agent)
    at = stage.system.clock.now()
    await report(
        stage,
        tel.CustomerDialled(at=at, call_id=call_id, channel="PJSIP/1"),
        tel.CustomerRinging(at=at, call_id=call_id),
    )
    later = at + timedelta(seconds=30)
    first, second = (replace(end, at=later, call_id=call_id) for end in (reversed(ends) if turned else ends))
    await report(stage, first)
    card = await report(stage, second)
    assert (card.outcome, card.ended_at) == (outcome, later)
    settled = await stage.ask(lambda work: stage.system.allocation.card(work, assignment))
    if outcome is Outcome.NO_ANSWER:
        assert (settled.state, settled.attempts) == (AssignmentState.OPEN, 1)
        assert settled.due_at >= later
        rules = await stage.ask(lambda work: stage.system.campaigns.rules(work, settled.campaign_id))
        assert settled.due_at - stage.system.clock.now() > rules.retries.rules[RetryAfter.NO_ANSWER].delay / 2
    else:
        assert settled.end == End(AssignmentEnd.OUTCOME, "invalid_number")


async def test_an_end_of_which_half_was_reported_is_found_with_what_is_known(stage: Stage) -> None:
    call_id = await dialled(stage, stage.agents[0])
    at = stage.system.clock.now()
    card = await report(
        stage,
        tel.CustomerDialled(at=at, call_id=call_id, channel="PJSIP/1"),
        tel.CustomerHungUp(at=at + timedelta(seconds=9), call_id=call_id, cause=17, sip_code=None),
    )
    assert card.state is CallState.DIALLING
    await stage.ask(lambda work: stage.system.call_signals.end_lost(work, call_id))
    ended = await stage.ask(lambda work: stage.system.calls.recording_facts(work, call_id))
    assert ended
    assert (ended.outcome, ended.ended_at) == (Outcome.BUSY, at + timedelta(seconds=9))
    assert not ended.end_estimated


async def test_a_call_that_the_switch_holds_as_answered_diverges_until_it_is_reported(stage: Stage) -> None:
    call_id = await dialled(stage, stage.agents[0])
    at, holds = stage.system.clock.now(), SwitchHolds(frozenset({call_id}), frozenset({call_id}))

    async def compared() -> Divergence:
        return await stage.ask(lambda work: stage.system.calls.compare(work, "n1", holds, before=at, channel_by=at))

    assert await compared() == Divergence(gone=(), answered=(call_id,))
    await report(stage, tel.CustomerAnswered(at=at, call_id=call_id))
    assert await compared() == Divergence(gone=(), answered=())


async def test_a_lost_call_has_an_unknown_outcome_and_its_customer_is_due_tomorrow(stage: Stage) -> None:
    call_id, assignment = await dialled_for_assignment(stage, stage.agents[0])
    await stage.ask(lambda work: stage.system.call_signals.end_lost(work, call_id))
    ended = await stage.ask(lambda work: stage.system.calls.card(work, call_id))
    assert (ended.outcome, ended.disposition) == (Outcome.UNKNOWN, Disposition.NOT_REACHED)
    retried = await stage.ask(lambda work: stage.system.allocation.card(work, assignment))
    assert business_date(retried.due_at) > stage.system_day


async def test_a_disposition_must_fit_the_call_and_is_given_once(stage: Stage) -> None:
    call_id = await dialled(stage, stage.agents[0])
    at = stage.system.clock.now()
    calls = stage.system.calls
    with pytest.raises(NotDisposable):
        await stage.ask(lambda work: calls.dispose(work, call_id, Disposition.REFUSED, DispositionDetails()))
    await report(
        stage,
        tel.CustomerDialled(at=at, call_id=call_id, channel="PJSIP/1"),
        tel.CustomerAnswered(at=at, call_id=call_id),
        tel.CustomerHungUp(at=at + timedelta(seconds=5), call_id=call_id, cause=16, sip_code=None),
    )
    with pytest.raises(DetailsMissing):
        await stage.ask(lambda work: calls.dispose(work, call_id, Disposition.SUCCESS, DispositionDetails()))
    await stage.ask(lambda work: calls.dispose(work, call_id, Disposition.REFUSED, DispositionDetails(note="忙")))
    with pytest.raises(NotDisposable):
        await stage.ask(lambda work: calls.dispose(work, call_id, Disposition.REFUSED, DispositionDetails()))
    stored = await stage.ask(
        lambda work: work.session.scalar(text("SELECT details::text FROM call WHERE id = :id"), {"id": call_id})
    )
    assert "忙" not in str(stored)  # notes about a customer are sealed
    card = await stage.ask(lambda work: calls.card(work, call_id))
    facts = await stage.ask(lambda work: stage.system.leads.facts(work, card.lead_id))
    assert facts.dnc, "every refusal is entered (L6)"
    assert facts.dnc_until is not None
    assert facts.dnc_until >= at + timedelta(days=183), "for six months at least"


async def connect(stage: Stage, agent: int) -> str:
    """Brings the leg of a logged-on agent up, who is ready then; returns the leg's id."""
    system = stage.system
    [seat] = await stage.ask(lambda work: system.legs.begin(work, "n1"))
    assert seat.leg_id
    up = tel.AgentLegUp(at=system.clock.now(), leg_id=seat.leg_id)
    await stage.ask(lambda work: system.legs.take_signal(work, "n1", up))
    await stage.ask(lambda work: system.desk.ready(work, agent))
    return seat.leg_id


async def test_a_seat_moves_from_log_on_to_log_off(stage: Stage) -> None:
    agent, system = stage.agents[0], stage.system
    await stage.ask(lambda work: system.desk.log_on(work, agent))
    with pytest.raises(AlreadyLoggedOn):
        await stage.ask(lambda work: system.desk.log_on(work, agent))
    with pytest.raises(LegNotUp):
        await stage.ask(lambda work: system.desk.ready(work, agent))
    leg_id = await connect(stage, agent)
    down = tel.AgentLegDown(at=system.clock.now(), leg_id=leg_id, cause=16)
    await stage.ask(lambda work: system.legs.take_signal(work, "n1", down))
    paused = await stage.ask(lambda work: system.agents.seat(work, agent))
    assert paused
    assert (paused.state, paused.pause_code, paused.leg_state) == (AgentState.PAUSED, PauseCode.SYSTEM, LegState.NONE)
    with pytest.raises(NotNow):
        await stage.ask(lambda work: system.desk.hang_up(work, agent))
    await stage.ask(lambda work: system.desk.log_off(work, agent))
    assert await stage.ask(lambda work: system.agents.seat(work, agent)) is None


async def test_logging_off_with_a_customer_on_the_screen_releases_the_customer(stage: Stage) -> None:
    agent, system = stage.agents[0], stage.system
    await stage.ask(lambda work: system.desk.log_on(work, agent))
    await connect(stage, agent)
    async with system.works.begin() as work:
        assert (await system.agents.waiting(work, "n1")).for_customer == [agent]
        [ready] = await system.agents.ready_seats(work, [agent])
        assert await system.placing.offer(work, ready)
    shown = await stage.ask(lambda work: system.agents.seat(work, agent))
    assert shown
    assert shown.state is AgentState.PREVIEW
    assert shown.assignment_id
    assignment_id = shown.assignment_id
    await stage.ask(lambda work: system.desk.log_off(work, agent))
    card = await stage.ask(lambda work: system.allocation.card(work, assignment_id))
    assert card.state.value == "open"
