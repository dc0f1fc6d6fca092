"""A customer may not be called any more while an agent has them in hand: on the screen, ringing, talking (L6, L9)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from callcenter.agents.types import AgentState
from callcenter.allocation.models import Assignment
from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import CallCard, CallKind, CallState, Disposition, DispositionDetails, Outcome
from callcenter.campaigns.types import CampaignChanges, DialMode
from callcenter.dialer.models import DeskNotice
from callcenter.dialer.schemas import NoticeView, Snapshot
from callcenter.dialer.types import NoticeCode, RuleId
from callcenter.dnc.types import DncReason
from callcenter.kit.effects import EffectState, OutboxEntry
from callcenter.kit.work import Work
from callcenter.leads.types import LeadState
from callcenter.telephony.carrier import STEADY_NUMBER, Manner, behaviour_of
from callcenter.telephony.port import DialRequest, SwitchUnavailable
from tests.scenarios.conftest import Stage
from tests.scenarios.test_working_day import current_call, go_to_work, say, talk, wait_for
from tests.support.waiting import eventually


async def snapshot(stage: Stage, agent: int) -> Snapshot:
    return await stage.ask(lambda work: stage.system.desk.snapshot(work, agent))


async def told(stage: Stage, agent: int) -> NoticeView:
    """Waits until the agent's screen shows a notice."""

    async def look() -> NoticeView | None:
        return (await snapshot(stage, agent)).notice

    found = await eventually(look)
    assert found
    return found


async def on_screen(stage: Stage, agent: int) -> tuple[int, int]:
    """Assignment and lead this agent sees."""

    async def look(work: Work) -> tuple[int, int]:
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.assignment_id
        return seat.assignment_id, (await stage.system.allocation.card(work, seat.assignment_id)).lead_id

    return await stage.ask(look)


async def deal_first(stage: Stage, agent: int, fits: Callable[[str], bool]) -> None:
    """The first customer of this agent's day is one whose number fits; taken in exchange from whoever had it."""
    async with stage.system.works.begin() as work:
        allocated = (await work.session.scalars(select(Assignment).order_by(col(Assignment.id)))).all()
        numbers = {each.id: await stage.system.leads.dial_number(work, each.lead_id) for each in allocated}
        wanted = next(each for each in allocated if fits(numbers[each.id]))
        given = next(each for each in allocated if each.agent_id == agent)
        given.agent_id, wanted.agent_id = wanted.agent_id, agent
        wanted.position = 0


def nobody_answers(number: str) -> bool:
    return behaviour_of(number).manner is Manner.NO_ANSWER


async def ring_longer_than_any_wait(stage: Stage) -> None:
    """The campaign's calls ring for 15 s of the machine's time, which no loaded machine turns into a ring-out."""
    async with stage.system.works.begin() as work:
        [campaign] = await stage.system.campaigns.list(work)
        changes = CampaignChanges(ring_seconds=90)
        await stage.system.campaigns.change(work, campaign.campaign_id, changes, "the test needs the time")


async def ringing_call(stage: Stage, agent: int) -> tuple[CallCard, int, int]:
    """The first customer of the day is dialled and does not answer; returns call, assignment and lead."""
    await deal_first(stage, agent, nobody_answers)
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assignment_id, lead_id = await on_screen(stage, agent)
    await stage.ask(lambda work: stage.system.desk.call(work, agent))
    call = await current_call(stage, agent)

    async def rings() -> bool:
        return (await stage.ask(lambda work: stage.system.calls.card(work, call.id))).state is CallState.RINGING

    await eventually(rings)
    return call, assignment_id, lead_id


async def all_effects_are_done(stage: Stage) -> None:
    async def none_open() -> bool:
        rows = await stage.ask(lambda work: work.session.scalars(select(OutboxEntry)))
        return all(row.state is EffectState.DONE for row in rows)

    await eventually(none_open)


async def notices(stage: Stage) -> list[NoticeCode]:
    """All that agents have been told, read or not."""
    rows = await stage.ask(lambda work: work.session.scalars(select(DeskNotice).order_by(col(DeskNotice.id))))
    return [row.code for row in rows]


def talks_for_ever(number: str) -> bool:
    return number == STEADY_NUMBER


async def bar(stage: Stage, lead_id: int, rule: RuleId) -> None:
    if rule is RuleId.DO_NOT_CALL:
        await stage.ask(lambda work: stage.system.dnc.enter_dnc(work, lead_id, DncReason.OTHER))
    else:
        await stage.ask(lambda work: stage.system.consent.withdraw_basis(work, lead_id, "by letter"))


async def is_over(stage: Stage, call_id: UUID) -> CallCard:
    async def over() -> CallCard | None:
        found = await stage.ask(lambda work: stage.system.calls.card(work, call_id))
        return found if found.state is CallState.ENDED else None

    ended = await eventually(over)
    assert ended
    return ended


async def lies_in_stock(stage: Stage, assignment_id: int, lead_id: int, rule: RuleId) -> None:
    """Out of everybody's hands, and never allocated as long as the block stands."""

    async def returned() -> bool:
        card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
        return card.state is AssignmentState.RETURNED and card.result == rule.value

    await eventually(returned)
    async with stage.system.works.begin() as work:
        lead = await stage.system.leads.facts(work, lead_id)
        assert lead.state is LeadState.STOCK
        stock = await stage.system.leads.callable_stock(work, lead.campaign_id, 1000)
        assert lead_id not in {each.id for each in stock}


@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_blocked_customer_leaves_the_screen_at_once_and_the_next_one_comes(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assignment_id, lead_id = await on_screen(stage, agent)
    await bar(stage, lead_id, rule)

    notice = await told(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.TAKEN_OFF, rule)
    await lies_in_stock(stage, assignment_id, lead_id, rule)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assert (await on_screen(stage, agent))[1] != lead_id
    assert not await stage.ask(lambda work: stage.system.calls.open_calls(work, "n1")), "nobody was dialled"

    await stage.ask(lambda work: stage.system.desk.read_notice(work, agent, notice.id))
    assert (await snapshot(stage, agent)).notice is None


@pytest.mark.simulation(customers=80)
@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_call_that_rings_is_hung_up(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    await ring_longer_than_any_wait(stage)
    call, assignment_id, lead_id = await ringing_call(stage, agent)
    await bar(stage, lead_id, rule)

    notice = await told(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.HUNG_UP, rule)
    ended = await is_over(stage, call.id)
    assert (ended.outcome, ended.answered_at) == (Outcome.CANCELLED, None)
    await lies_in_stock(stage, assignment_id, lead_id, rule)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assert (await on_screen(stage, agent))[1] != lead_id


@pytest.mark.simulation(customers=80)
async def test_a_call_that_rings_out_before_the_screen_is_cleared_leaves_nothing_to_explain(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was done to the call: it ended as unanswered calls end, and the customer is gone all the same."""
    [agent] = stage.agents
    clear = stage.system.clearing.clear

    async def clear_late(work: Work, order: dict[str, Any]) -> None:
        await is_over(stage, call.id)
        await clear(work, order)

    monkeypatch.setattr(stage.system.clearing, "clear", clear_late)
    call, assignment_id, lead_id = await ringing_call(stage, agent)
    await bar(stage, lead_id, RuleId.LEGAL_BASIS)

    ended = await is_over(stage, call.id)
    assert ended.outcome is not Outcome.CANCELLED
    await lies_in_stock(stage, assignment_id, lead_id, RuleId.LEGAL_BASIS)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assert (await on_screen(stage, agent))[1] != lead_id
    await all_effects_are_done(stage)
    assert await notices(stage) == []


@pytest.mark.simulation(first_number=STEADY_NUMBER)
async def test_a_call_that_is_answered_before_the_screen_is_cleared_is_a_conversation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    clear = stage.system.clearing.clear

    async def answered() -> bool:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        assert seat
        assert seat.call_id
        call_id = seat.call_id
        return (await stage.ask(lambda work: stage.system.calls.card(work, call_id))).state is CallState.ANSWERED

    async def clear_late(work: Work, order: dict[str, Any]) -> None:
        await eventually(answered)
        await clear(work, order)

    monkeypatch.setattr(stage.system.clearing, "clear", clear_late)
    dial, do_not_call = stage.switch.dial, asyncio.Event()

    async def dial_late(request: DialRequest) -> None:
        await do_not_call.wait()
        await dial(request)

    monkeypatch.setattr(stage.switch, "dial", dial_late)
    await deal_first(stage, agent, talks_for_ever)
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    _, lead_id = await on_screen(stage, agent)
    await stage.ask(lambda work: stage.system.desk.call(work, agent))
    call = await current_call(stage, agent)

    async def on_its_way() -> bool:
        return (await stage.ask(lambda work: stage.system.calls.card(work, call.id))).state is CallState.DIALLING

    await eventually(on_its_way)
    await bar(stage, lead_id, RuleId.DO_NOT_CALL)
    do_not_call.set()
    assert (await told(stage, agent)).code is NoticeCode.IN_CONVERSATION
    assert await answered()


@pytest.mark.simulation(customers=80)
async def test_a_hang_up_that_the_switch_does_not_take_is_ordered_again(
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
    await bar(stage, lead_id, RuleId.DO_NOT_CALL)

    ended = await is_over(stage, call.id)
    assert refused == [call.id] * 2
    assert (ended.outcome, ended.answered_at) == (Outcome.CANCELLED, None)
    await lies_in_stock(stage, assignment_id, lead_id, RuleId.DO_NOT_CALL)


@pytest.mark.simulation(customers=80)
async def test_an_order_to_clear_that_comes_twice_tells_the_agent_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the act and its record repeats the order; here the call still rings then."""
    [agent] = stage.agents
    ended, hang_up = asyncio.Event(), stage.switch.hang_up

    async def hang_up_late(call_id: UUID) -> None:
        await ended.wait()
        await hang_up(call_id)

    monkeypatch.setattr(stage.switch, "hang_up", hang_up_late)
    await ring_longer_than_any_wait(stage)
    call, _, lead_id = await ringing_call(stage, agent)
    await bar(stage, lead_id, RuleId.DO_NOT_CALL)
    await told(stage, agent)
    await stage.ask(lambda work: stage.system.clearing.clear(work, {"agent_id": agent, "lead_ids": [lead_id]}))
    assert await notices(stage) == [NoticeCode.HUNG_UP]
    ended.set()
    await is_over(stage, call.id)


async def test_a_call_that_is_only_just_planned_is_not_dialled(stage: Stage) -> None:
    """Whoever comes first, the engine with the call or the order to clear the screen: nobody's telephone rings."""
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assignment_id, lead_id = await on_screen(stage, agent)
    async with stage.system.works.begin() as work:
        await stage.system.desk.call(work, agent)
        await stage.system.dnc.enter_dnc(work, lead_id, DncReason.OTHER)
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
    ended = await is_over(stage, seat.call_id)
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.dialled_at is None
    await lies_in_stock(stage, assignment_id, lead_id, RuleId.DO_NOT_CALL)


@pytest.mark.simulation(first_number=STEADY_NUMBER)
@pytest.mark.parametrize("rule", [RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS])
async def test_a_conversation_goes_on_and_the_agent_is_told(stage: Stage, rule: RuleId) -> None:
    [agent] = stage.agents
    await deal_first(stage, agent, talks_for_ever)
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    assignment_id, lead_id = await on_screen(stage, agent)
    await stage.ask(lambda work: stage.system.desk.call(work, agent))
    call = await current_call(stage, agent)

    async def answered() -> bool:
        return (await stage.ask(lambda work: stage.system.calls.card(work, call.id))).state is CallState.ANSWERED

    await eventually(answered)
    await bar(stage, lead_id, rule)

    notice = await told(stage, agent)
    assert (notice.code, notice.rule) == (NoticeCode.IN_CONVERSATION, rule)
    assert await answered(), "nobody is cut off in the middle of a sentence"
    await stage.ask(lambda work: stage.system.desk.hang_up(work, agent))
    assert (await is_over(stage, call.id)).outcome is Outcome.ANSWERED
    await wait_for(stage, agent, AgentState.WRAP_UP)
    await say(stage, agent, Disposition.THINKING, DispositionDetails())
    card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
    assert (card.state, card.result) == (AssignmentState.DONE, "thinking"), "not planned again"
    assert (await snapshot(stage, agent)).notice is None, "it was about that conversation"


async def test_a_promise_ends_with_the_block_and_an_obligation_does_not(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    call = await talk(stage, agent)
    promised_at = stage.system.clock.now() + timedelta(hours=2)
    await say(stage, agent, Disposition.CALLBACK, DispositionDetails(callback_at=promised_at))
    async with stage.system.works.begin() as work:
        promise = await stage.system.callbacks.open_of(work, call.lead_id)
        assert promise
        owed = await stage.system.callbacks.oblige(
            work,
            lead_id=call.lead_id,
            campaign_id=call.campaign_id,
            case_id=4711,
            excluded_agent_id=agent,
            due_at=promised_at,
        )
    await bar(stage, call.lead_id, RuleId.DO_NOT_CALL)
    async with stage.system.works.begin() as work:
        assert (await stage.system.callbacks.card(work, promise.id)).state is CallbackState.LAPSED
        assert (await stage.system.callbacks.card(work, owed.id)).state is CallbackState.DUE


async def test_a_promise_on_the_screen_is_taken_off_too(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    call = await talk(stage, agent)
    due_at = stage.system.clock.now() + timedelta(seconds=6)
    await say(stage, agent, Disposition.CALLBACK, DispositionDetails(callback_at=due_at))

    async def callback_on_screen() -> int | None:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        if seat and seat.state is AgentState.PREVIEW and seat.callback_id is None:
            await stage.ask(lambda work: stage.system.desk.skip(work, agent, "later"))
        return seat.callback_id if seat else None

    callback_id = await eventually(callback_on_screen, 20)
    assert callback_id
    await bar(stage, call.lead_id, RuleId.DO_NOT_CALL)
    assert (await told(stage, agent)).code is NoticeCode.TAKEN_OFF
    card = await stage.ask(lambda work: stage.system.callbacks.card(work, callback_id))
    assert card.state is CallbackState.LAPSED


async def test_an_owed_callback_stays_on_the_screen(stage: Stage) -> None:
    """Do-not-call does not take a complaining customer's callback away (requirement X3)."""
    [agent] = stage.agents
    async with stage.system.works.begin() as work:
        lead_id = (await work.session.scalars(select(col(Assignment.lead_id)).limit(1))).one()
        campaign_id = (await stage.system.leads.facts(work, lead_id)).campaign_id
        owed = await stage.system.callbacks.oblige(
            work, lead_id=lead_id, campaign_id=campaign_id, case_id=4711, excluded_agent_id=None, due_at=work.now
        )
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    await bar(stage, lead_id, RuleId.DO_NOT_CALL)
    await stage.ask(lambda work: stage.system.clearing.clear(work, {"agent_id": agent, "lead_ids": [lead_id]}))
    shown = await snapshot(stage, agent)
    assert (shown.lead and shown.lead.kind, shown.notice) == (CallKind.COMPLAINT, None)
    assert shown.verdict
    assert shown.verdict.allowed
    assert (await stage.ask(lambda work: stage.system.callbacks.card(work, owed.id))).state is CallbackState.ACTIVE
