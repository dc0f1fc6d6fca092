"""One number is one person (law 2): no second call to a number while one is open, whatever its campaign, kind or node.

A promise waits for the end of the other call and keeps its time; a lead is looked at again a little later.
"""

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.errors import AlreadyOnCall
from callcenter.calls.rules import owed_until
from callcenter.calls.types import CallKind, CallPlan, CallState, Outcome
from callcenter.dialer.queue import Claimed
from callcenter.eligibility.types import RuleId, Subject
from callcenter.kit.work import Work
from callcenter.rehearsal.cast import CALLER_ID
from tests.scenarios.conftest import Stage
from tests.support.calls import calls_to
from tests.support.rows import (
    Assignment,
    Call,
    Lead,
    make_call,
    make_callback,
    make_campaign,
    make_case,
    make_lead,
    make_lead_list,
    make_open_call,
)

pytestmark = pytest.mark.simulation(robots=2, customers=20)


async def twin_of(work: Work, lead: Lead) -> Lead:
    """Makes the same number a customer of another campaign."""
    campaign = await make_campaign(work, caller_id=CALLER_ID)
    other_list = await make_lead_list(work, campaign_id=campaign.id)
    return await make_lead(
        work,
        list_id=other_list.id,
        state=lead.state,
        phone_index=lead.phone_index,
        phone_sealed=lead.phone_sealed,
    )


async def first_lead(work: Work, agent: int) -> tuple[Assignment, Lead]:
    """Returns the lead an agent would be offered next."""
    query = select(Assignment).where(col(Assignment.agent_id) == agent, col(Assignment.state) == AssignmentState.OPEN)
    assignment = (await work.session.scalars(query.order_by(col(Assignment.position)).limit(1))).one()
    return assignment, await work.session.get_one(Lead, assignment.lead_id)


async def offer(stage: Stage, agent: int) -> Claimed | None:
    return await stage.ask(lambda work: stage.system.queue.claim_next(work, agent))


async def end(stage: Stage, call_id: UUID, *, disposed: bool = True) -> None:
    """Ends a call as answered."""
    async with stage.system.works.begin() as work:
        call = await work.session.get_one(Call, call_id)
        call.state, call.outcome, call.ended_at = CallState.ENDED, Outcome.ANSWERED, work.now
        call.disposed_at = work.now if disposed else None


@pytest.mark.parametrize("kind", CallKind)
async def test_a_lead_whose_number_is_in_a_call_elsewhere_is_passed_over(stage: Stage, kind: CallKind) -> None:
    agent, other = stage.agents
    async with stage.system.works.begin() as work:
        assignment, lead = await first_lead(work, agent)
        twin = await twin_of(work, lead)
        call = await make_open_call(work, kind=kind, agent_id=other, lead_id=twin.id, node="n2")
    offered = await offer(stage, agent)
    assert offered is not None
    assert offered.subject.assignment_id != assignment.id, "the next of the same campaign is offered"
    async with stage.system.works.begin() as work:
        after = await work.session.get_one(Assignment, assignment.id)
        assert (after.state, after.attempts) == (AssignmentState.OPEN, 0)
        assert timedelta(0) < after.due_at - work.now <= timedelta(minutes=5)
    await end(stage, call.id)


async def make_waiting(work: Work, kind: CallbackKind, lead: Lead, owner: int) -> int:
    """Makes a callback that is due since an hour; returns its id."""
    due_at = work.now - timedelta(hours=1)
    if kind is CallbackKind.AGENT_PROMISE:
        return (await make_callback(work, lead_id=lead.id, agent_id=owner, due_at=due_at)).id
    case = await make_case(work, lead_id=lead.id)
    return (await make_callback(work, kind, lead_id=lead.id, case_id=case.id, due_at=due_at)).id


@pytest.mark.parametrize("waiting", CallbackKind)
async def test_a_callback_waits_for_the_end_of_another_call_and_keeps_its_time(
    stage: Stage, waiting: CallbackKind
) -> None:
    agent, other = stage.agents
    async with stage.system.works.begin() as work:
        _, lead = await first_lead(work, agent)
        twin = await twin_of(work, lead)
        callback = await make_waiting(work, waiting, lead, agent)
        before = await stage.system.callbacks.card(work, callback)
        call = await make_open_call(work, agent_id=other, lead_id=twin.id, node="n2")
    offered = await offer(stage, agent)
    assert offered is not None
    assert offered.subject.callback_id is None, "the agent goes on with the leads meanwhile"
    async with stage.system.works.begin() as work:
        assert await stage.system.callbacks.card(work, callback) == before
        assert offered.subject.assignment_id is not None
        await stage.system.allocation.release(work, offered.subject.assignment_id)
    await end(stage, call.id)
    offered = await offer(stage, agent)
    assert offered is not None
    assert offered.subject.callback_id == callback
    async with stage.system.works.begin() as work:
        card = await stage.system.callbacks.card(work, callback)
        assert (card.state, card.due_at, card.attempts) == (CallbackState.ACTIVE, before.due_at, 0)


async def test_a_callback_that_met_a_call_after_it_was_claimed_is_put_back_as_it_was(stage: Stage) -> None:
    """The claim sees no call, and the verdict of the same transaction does: it began in between."""
    agent, other = stage.agents
    async with stage.system.works.begin() as work:
        _, lead = await first_lead(work, agent)
        callback = await make_waiting(work, CallbackKind.AGENT_PROMISE, lead, agent)
        before = await stage.system.callbacks.card(work, callback)
        claimed = await stage.system.callbacks.claim_next(work, agent)
        assert claimed is not None
        await make_open_call(work, agent_id=other, lead_id=(await twin_of(work, lead)).id)
    offered = await offer(stage, agent)
    assert offered is not None
    assert offered.subject.callback_id is None
    assert await stage.ask(lambda work: stage.system.callbacks.card(work, callback)) == before


async def test_a_promise_waits_for_the_disposition_of_the_last_conversation_and_an_obligation_does_not(
    stage: Stage,
) -> None:
    agent, other = stage.agents
    async with stage.system.works.begin() as work:
        _, lead = await first_lead(work, agent)
        twin = await twin_of(work, lead)
        promise = await make_waiting(work, CallbackKind.AGENT_PROMISE, lead, agent)
        await make_call(work, agent_id=other, lead_id=twin.id, disposed_at=None, kind=CallKind.CALLBACK)
        assert await stage.system.callbacks.claim_next(work, agent) is None
        subject = Subject(
            kind=CallKind.CALLBACK, agent_id=agent, lead_id=lead.id, campaign_id=lead.campaign_id, callback_id=promise
        )
        verdict = await stage.system.eligibility.verdict(work, subject)
        assert (verdict.rule, verdict.passes_at) == (RuleId.DISPOSED, owed_until_opening(work.now))
        obligation = await make_waiting(work, CallbackKind.COMPLAINT, lead, agent)
        claimed = await stage.system.callbacks.claim_next(work, agent)
        assert claimed is not None
        assert claimed.id == obligation


def owed_until_opening(now: datetime) -> datetime:
    """Returns when the campaign opens after the day of ``now``."""
    return owed_until(now) + timedelta(hours=10)


async def plan_of(work: Work, agent: int, lead: Lead, node: str) -> CallPlan:
    return CallPlan(
        id=uuid4(),
        kind=CallKind.LEAD,
        agent_id=agent,
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        assignment_id=None,
        callback_id=None,
        node=node,
        leg_id=f"leg-{agent}",
        phone_index=lead.phone_index,
        caller_id=CALLER_ID,
        trunk="carrier",
        ring_seconds=30,
        verdict={"allowed": True},
        is_probe=False,
    )


async def test_of_two_engines_that_judge_at_the_same_moment_one_calls(stage: Stage) -> None:
    """Both have read that the number is free, and both write: the database refuses the second."""
    async with stage.system.works.begin() as work:
        _, lead = await first_lead(work, stage.agents[0])
        leads = [lead, await twin_of(work, lead)]
    judged = asyncio.Barrier(2)

    async def engine(agent: int, lead: Lead, node: str) -> str:
        try:
            async with stage.system.works.begin() as work:
                calls = await calls_to(work, lead.phone_index, work.now - timedelta(days=7))
                assert not calls.is_open
                await judged.wait()
                await stage.system.calls.plan(work, await plan_of(work, agent, lead, node))
        except AlreadyOnCall:
            return "refused"
        return "planned"

    rivals = zip(stage.agents, leads, ("n1", "n2"), strict=True)
    outcomes = await asyncio.gather(*(engine(*rival) for rival in rivals))
    assert sorted(outcomes) == ["planned", "refused"]
    async with stage.system.works.begin() as work:
        query = select(Call).where(col(Call.phone_index) == lead.phone_index, col(Call.state) != CallState.ENDED)
        assert len((await work.session.scalars(query)).all()) == 1


async def test_the_call_that_is_judged_does_not_stand_against_itself(stage: Stage) -> None:
    agent = stage.agents[0]
    async with stage.system.works.begin() as work:
        assignment, lead = await first_lead(work, agent)
        call = await make_open_call(work, CallState.PLANNED, agent_id=agent, lead_id=lead.id)
        subject = Subject(
            kind=CallKind.LEAD,
            agent_id=agent,
            lead_id=lead.id,
            campaign_id=lead.campaign_id,
            assignment_id=assignment.id,
        )
        assert (await stage.system.eligibility.verdict(work, subject)).rule is RuleId.NO_CALL
        own = Subject(**{**asdict(subject), "call_id": call.id})
        assert (await stage.system.eligibility.verdict(work, own)).allowed


async def test_the_database_refuses_two_open_calls_of_one_number_whatever_the_code_does(stage: Stage) -> None:
    async with stage.system.works.begin() as work:
        _, lead = await first_lead(work, stage.agents[0])
        twin = await twin_of(work, lead)
        await make_open_call(work, agent_id=stage.agents[0], lead_id=lead.id)
        with pytest.raises(IntegrityError, match="uq_call_open_number"):
            async with work.session.begin_nested():
                await make_open_call(work, kind=CallKind.COMPLAINT, agent_id=stage.agents[1], lead_id=twin.id)
