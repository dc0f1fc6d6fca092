"""An agent closes the browser in wrap-up: after the campaign's limit nothing waits for that agent any more."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.agents.types import AgentState, LegState, PauseCode
from callcenter.allocation.types import AssignmentEnd, AssignmentState, End
from callcenter.calls.types import CallState, Disposition
from callcenter.campaigns.types import CampaignChanges
from callcenter.kit.clock import business_date
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import conversation, wait_for, wait_for_call
from tests.scenarios.conftest import MONDAY, SLOWLY, Stage
from tests.support.waiting import eventually

LIMIT = 30


@pytest.mark.simulation(first_number=STEADY_NUMBER, customers=60, speed=SLOWLY)
async def test_a_closed_browser_in_wrap_up_frees_seat_and_lead_after_the_limit(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    system = stage.system
    async with system.works.begin() as work:
        [campaign] = await system.campaigns.list(work)
        changes = CampaignChanges(wrap_up_seconds=LIMIT)
        await system.campaigns.change(work, campaign.campaign_id, changes, "a trial")
    call, assignment, _ = await conversation(stage, agent)
    stage.switch.customer_hangs_up(call.id)
    await wait_for_call(stage, call.id, CallState.ENDED)
    await wait_for(stage, agent, AgentState.WRAP_UP)

    async def no_new_leg(leg_id: str, number: str, trunk: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(stage.switch, "connect_robot", no_new_leg)
    seat = await stage.ask(lambda work: system.agents.seat(work, agent))
    assert seat
    assert seat.leg_id
    await stage.switch.disconnect_agent(seat.leg_id)  # the browser is closed

    async def leg_is_gone() -> bool:
        now = await stage.ask(lambda work: system.agents.seat(work, agent))
        return now is not None and now.leg_state is not LegState.UP

    await eventually(leg_is_gone)
    since = seat.since

    async def over() -> bool:
        await system.wrap_ups.sweep(system.works)
        now = await stage.ask(lambda work: system.agents.seat(work, agent))
        return now is not None and now.state is not AgentState.WRAP_UP

    await eventually(over)
    freed = await stage.ask(lambda work: system.agents.seat(work, agent))
    assert freed
    assert (freed.state, freed.pause_code, freed.call_id) == (AgentState.PAUSED, PauseCode.DISPOSITION_OWED, None)
    assert freed.since >= since + timedelta(seconds=LIMIT), "not before the limit"
    [owed] = await stage.ask(lambda work: system.calls.owed(work))
    assert owed.call.id == call.id
    stage.clock.leap(owed.until)
    assert await system.wrap_ups.give_up(system.works) == 1
    card = await stage.ask(lambda work: system.calls.card(work, call.id))
    assert card.disposition is Disposition.NOT_ENTERED
    lead = await stage.ask(lambda work: system.allocation.card(work, assignment))
    assert (lead.state, lead.attempts) == (AssignmentState.OPEN, 1)
    assert business_date(lead.due_at) > MONDAY, "the customer was spoken to: not again on that day"
    # the leader can act: the lead is on no screen, and the agent can be logged off
    async with system.works.begin() as work:
        await system.returns.drop(work, [lead.lead_id], End(AssignmentEnd.RETURNED_LEADS))
        await system.desk.log_off(work, agent)
    returned = await stage.ask(lambda work: system.allocation.card(work, assignment))
    assert returned.state is AssignmentState.RETURNED
