"""A customer is blocked while an agent has them: on the screen, ringing, in conversation (L6, L9)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from callcenter.agents.types import AgentState
from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackState, Obligation
from callcenter.calls.types import CallCard, CallKind, CallState, Disposition, DispositionDetails, Outcome
from callcenter.desk.types import NoticeCode
from callcenter.dnc.types import DncReason
from callcenter.eligibility.types import RuleId
from callcenter.kit.effects import EffectState, OutboxEntry
from callcenter.kit.work import Work
from callcenter.leads.types import LeadState
from callcenter.telephony.carrier import STEADY_NUMBER
from callcenter.telephony.port import DialRequest, SwitchUnavailable
from tests.scenarios.acts import (
    assign_first,
    block,
    conversation,
    dial,
    dispose,
    go_to_work,
    never_answers,
    never_hangs_up,
    next_preview,
    preview,
    ring_longer_than_any_wait,
    snapshot,
    state_of,
    talk,
    wait_for,
    wait_for_call,
    wait_for_notice,
)
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.rows import Assignment, DeskNotice
from tests.support.waiting import eventually


async def ringing_call(stage: Stage, agent: int) -> tuple[CallCard, int, int]:
    """Dials a customer who does not answer; returns call, assignment and lead."""
    await assign_first(stage, agent, never_answers)
    assignment_id, lead_id = await preview(stage, agent)
    call = await dial(stage, agent)
    return await wait_for_call(stage, call.id, CallState.RINGING), assignment_id, lead_id


async def wait_for_effects(stage: Stage) -> None:
    """Waits until every effect of the outbox is done."""

    async def none_open() -> bool:
        rows = await stage.ask(lambda work: work.session.scalars(select(OutboxEntry)))
        return all(row.state is EffectState.DONE for row in rows)

    await eventually(none_open)


async def notices(stage: Stage) -> list[NoticeCode]:
    """Returns all notices to agents, read or not."""
    rows = await stage.ask(lambda work: work.session.scalars(select(DeskNotice).order_by(col(DeskNotice.id))))
    return [row.code for row in rows]


async def require_in_stock(stage: Stage, assignment_id: int, lead_id: int, rule: RuleId) -> None:
    """Waits until the lead is returned; checks that it is not allocated as long as it is blocked."""

    async def returned() -> bool:
        card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
        return card.state is AssignmentState.RETURNED and card.result == rule.value

    await eventually(returned)
    async with stage.system.works.begin() as work:
        lead = await stage.system.leads.facts(work, lead_id)
        assert lead.state is LeadState.STOCK
        stock = await stage.system.leads.callable_stock(work, lead.campaign_id, 1000)
        assert lead_id not in {callable_lead.id for callable_lead in stock}


@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_blocked_customer_leaves_the_screen_at_once_and_the_next_one_comes(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    assignment_id, lead_id = await preview(stage, agent)
    await block(stage, lead_id, rule)

    notice = await wait_for_notice(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.TAKEN_OFF, rule)
    await require_in_stock(stage, assignment_id, lead_id, rule)
    assert (await next_preview(stage, agent))[1] != lead_id
    assert not await stage.ask(lambda work: stage.system.calls.open_calls(work, "n1")), "no call was placed"

    await stage.ask(lambda work: stage.system.notices.mark_read(work, agent, notice.id))
    assert (await snapshot(stage, agent)).notice is None


@pytest.mark.simulation(customers=80, speed=SLOWLY)
@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_call_that_rings_is_hung_up(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    await ring_longer_than_any_wait(stage)
    call, assignment_id, lead_id = await ringing_call(stage, agent)
    await block(stage, lead_id, rule)

    notice = await wait_for_notice(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.HUNG_UP, rule)
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert (ended.outcome, ended.answered_at) == (Outcome.CANCELLED, None)
    await require_in_stock(stage, assignment_id, lead_id, rule)
    assert (await next_preview(stage, agent))[1] != lead_id


@pytest.mark.simulation(customers=80, speed=SLOWLY)
async def test_a_call_that_rings_out_before_the_screen_is_cleared_shows_no_notice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call ended like other unanswered calls, and the customer left the screen."""
    [agent] = stage.agents
    clear = stage.system.clearing.clear

    async def clear_late(work: Work, order: dict[str, Any]) -> None:
        await wait_for_call(stage, call.id, CallState.ENDED)
        await clear(work, order)

    monkeypatch.setattr(stage.system.clearing, "clear", clear_late)
    call, assignment_id, lead_id = await ringing_call(stage, agent)
    await block(stage, lead_id, RuleId.LEGAL_BASIS)

    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert ended.outcome is not Outcome.CANCELLED
    await require_in_stock(stage, assignment_id, lead_id, RuleId.LEGAL_BASIS)
    assert (await next_preview(stage, agent))[1] != lead_id
    await wait_for_effects(stage)
    assert await notices(stage) == []


@pytest.mark.simulation(first_number=STEADY_NUMBER, speed=SLOWLY)
async def test_a_call_that_is_answered_before_the_screen_is_cleared_is_a_conversation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    clear = stage.system.clearing.clear

    async def answered() -> bool:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        assert seat
        assert seat.call_id
        return await state_of(stage, seat.call_id) is CallState.ANSWERED

    async def clear_late(work: Work, order: dict[str, Any]) -> None:
        await eventually(answered)
        await clear(work, order)

    monkeypatch.setattr(stage.system.clearing, "clear", clear_late)
    switch_dial, blocked = stage.switch.dial, asyncio.Event()

    async def dial_late(request: DialRequest) -> None:
        await blocked.wait()
        await switch_dial(request)

    monkeypatch.setattr(stage.switch, "dial", dial_late)
    await assign_first(stage, agent, never_hangs_up)
    _, lead_id = await preview(stage, agent)
    call = await dial(stage, agent)

    await wait_for_call(stage, call.id, CallState.DIALLING)
    await block(stage, lead_id, RuleId.DO_NOT_CALL)
    blocked.set()
    assert (await wait_for_notice(stage, agent)).code is NoticeCode.IN_CONVERSATION
    assert await answered()


@pytest.mark.simulation(customers=80, speed=SLOWLY)
async def test_a_hang_up_that_the_switch_does_not_take_is_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    hang_up = stage.switch.hang_up
    refused: list[UUID] = []

    async def refuses_twice(call_id: UUID) -> None:
        if len(refused) < 2:
            refused.append(call_id)
            raise SwitchUnavailable("no answer in time")
        await hang_up(call_id)

    monkeypatch.setattr(stage.switch, "hang_up", refuses_twice)
    await ring_longer_than_any_wait(stage)
    call, assignment_id, lead_id = await ringing_call(stage, agent)
    await block(stage, lead_id, RuleId.DO_NOT_CALL)

    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert refused == [call.id] * 2
    assert (ended.outcome, ended.answered_at) == (Outcome.CANCELLED, None)
    await require_in_stock(stage, assignment_id, lead_id, RuleId.DO_NOT_CALL)


@pytest.mark.simulation(customers=80, speed=SLOWLY)
async def test_a_screen_that_is_cleared_twice_shows_one_notice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the act and its record repeats the clearing; here the call still rings then."""
    [agent] = stage.agents
    ended, hang_up = asyncio.Event(), stage.switch.hang_up

    async def hang_up_late(call_id: UUID) -> None:
        await ended.wait()
        await hang_up(call_id)

    monkeypatch.setattr(stage.switch, "hang_up", hang_up_late)
    await ring_longer_than_any_wait(stage)
    call, _, lead_id = await ringing_call(stage, agent)
    await block(stage, lead_id, RuleId.DO_NOT_CALL)
    await wait_for_notice(stage, agent)
    await stage.ask(lambda work: stage.system.clearing.clear(work, {"agent_id": agent, "lead_ids": [lead_id]}))
    assert await notices(stage) == [NoticeCode.HUNG_UP]
    ended.set()
    await wait_for_call(stage, call.id, CallState.ENDED)


async def test_a_call_that_is_planned_when_its_customer_is_blocked_is_not_dialled(stage: Stage) -> None:
    """Whichever is first, the engine with the call or the clearing of the screen: no telephone rings."""
    [agent] = stage.agents
    assignment_id, lead_id = await preview(stage, agent)
    async with stage.system.works.begin() as work:
        await stage.system.desk.call(work, agent)
        await stage.system.dnc.enter_dnc(work, lead_id, DncReason.OTHER)
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
    ended = await wait_for_call(stage, seat.call_id, CallState.ENDED)
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.dialled_at is None
    await require_in_stock(stage, assignment_id, lead_id, RuleId.DO_NOT_CALL)


@pytest.mark.simulation(first_number=STEADY_NUMBER, speed=SLOWLY)
@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_conversation_goes_on_and_the_agent_sees_a_notice(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    call, assignment_id, lead_id = await conversation(stage, agent)
    await block(stage, lead_id, rule)

    notice = await wait_for_notice(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.IN_CONVERSATION, rule)
    assert await state_of(stage, call.id) is CallState.ANSWERED, "the conversation is not cut off"
    await stage.ask(lambda work: stage.system.desk.hang_up(work, agent))
    assert (await wait_for_call(stage, call.id, CallState.ENDED)).outcome is Outcome.ANSWERED
    await wait_for(stage, agent, AgentState.WRAP_UP)
    await dispose(stage, agent, Disposition.THINKING)
    card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
    assert (card.state, card.result) == (AssignmentState.DONE, "thinking"), "not planned again"
    assert (await snapshot(stage, agent)).notice is None, "it was about that conversation"


async def test_a_promise_ends_with_the_block_and_an_obligation_does_not(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent)
    call = await talk(stage, agent)
    promised_at = stage.system.clock.now() + timedelta(hours=2)
    await dispose(stage, agent, Disposition.CALLBACK, DispositionDetails(callback_at=promised_at))
    async with stage.system.works.begin() as work:
        promise = await stage.system.callbacks.open_of(work, call.lead_id)
        assert promise
        owed = await stage.system.callbacks.oblige(
            work,
            Obligation(
                lead_id=call.lead_id,
                campaign_id=call.campaign_id,
                case_id=4711,
                excluded_agent_id=agent,
                due_at=promised_at,
            ),
        )
    await block(stage, call.lead_id, RuleId.DO_NOT_CALL)
    async with stage.system.works.begin() as work:
        assert (await stage.system.callbacks.card(work, promise.id)).state is CallbackState.LAPSED
        assert (await stage.system.callbacks.card(work, owed.id)).state is CallbackState.DUE


async def test_a_blocked_customers_promise_leaves_the_screen_too(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent)
    call = await talk(stage, agent)
    due_at = stage.system.clock.now() + timedelta(seconds=6)
    await dispose(stage, agent, Disposition.CALLBACK, DispositionDetails(callback_at=due_at))

    async def callback_on_screen() -> int | None:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        if seat and seat.state is AgentState.PREVIEW and seat.callback_id is None:
            await stage.ask(lambda work: stage.system.desk.skip(work, agent, "later"))
        return seat.callback_id if seat else None

    callback_id = await eventually(callback_on_screen)
    assert callback_id
    await block(stage, call.lead_id, RuleId.DO_NOT_CALL)
    assert (await wait_for_notice(stage, agent)).code is NoticeCode.TAKEN_OFF
    card = await stage.ask(lambda work: stage.system.callbacks.card(work, callback_id))
    assert card.state is CallbackState.LAPSED


async def test_a_complaint_callback_stays_on_the_screen(stage: Stage) -> None:
    """Do-not-call does not take a complaining customer's callback away (requirement X3)."""
    [agent] = stage.agents
    async with stage.system.works.begin() as work:
        lead_id = (await work.session.scalars(select(col(Assignment.lead_id)).limit(1))).one()
        campaign_id = (await stage.system.leads.facts(work, lead_id)).campaign_id
        owed = await stage.system.callbacks.oblige(
            work,
            Obligation(lead_id=lead_id, campaign_id=campaign_id, case_id=4711, excluded_agent_id=None, due_at=work.now),
        )
    await stage.start()
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.PREVIEW)
    await block(stage, lead_id, RuleId.DO_NOT_CALL)
    await stage.ask(lambda work: stage.system.clearing.clear(work, {"agent_id": agent, "lead_ids": [lead_id]}))
    shown = await snapshot(stage, agent)
    assert (shown.lead and shown.lead.kind, shown.notice) == (CallKind.COMPLAINT, None)
    assert shown.verdict
    assert shown.verdict.allowed
    assert (await stage.ask(lambda work: stage.system.callbacks.card(work, owed.id))).state is CallbackState.ACTIVE
