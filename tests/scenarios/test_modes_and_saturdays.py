"""A campaign's mode decides who dials; complaints are answered on a Saturday, when marketing is closed."""

from datetime import date, datetime, time
from uuid import UUID

import pytest
from sqlmodel import col, select

from callcenter.agents.types import AgentState
from callcenter.audit.certificate.types import Result, SectionId
from callcenter.calls.types import CallKind, CallState, Disposition, DispositionDetails
from callcenter.campaigns.types import CampaignChanges, CampaignState, DialMode, ServiceDays, ServiceHours, Shift
from callcenter.complaints.types import Category
from callcenter.desk.types import Verb
from callcenter.eligibility.types import RULE_SET
from callcenter.kit.clock import at_business_time
from callcenter.people.types import Role
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import (
    assign_first,
    change_campaign,
    current_call,
    dial,
    dial_at_once,
    dispose,
    go_to_work,
    never_answers,
    never_hangs_up,
    person,
    preview,
    ring_longer_than_any_wait,
    snapshot,
    wait_for,
    wait_for_call,
    wait_for_recording,
)
from tests.scenarios.conftest import MONDAY, SLOWLY, Stage
from tests.support.rows import Assignment, Call, Staff
from tests.support.waiting import eventually

SATURDAY = date(2026, 11, 28)
pytestmark = pytest.mark.timeout(200)


async def verdict_of(stage: Stage, call_id: UUID) -> dict[str, object]:
    async with stage.system.works.begin() as work:
        return dict((await work.session.get_one(Call, call_id)).verdict)


async def first_lead_of(stage: Stage, agent: int) -> int:
    async with stage.system.works.begin() as work:
        held = select(Assignment).where(col(Assignment.agent_id) == agent).order_by(col(Assignment.position)).limit(1)
        return (await work.session.scalars(held)).one().lead_id


async def complain(stage: Stage, lead_id: int) -> int:
    """Takes a complaint in about no agent; returns the case."""
    case = await stage.ask(
        lambda work: stage.system.complaints.intake.open(
            work, category=Category.PRODUCT, text="太多电话", lead_id=lead_id
        )
    )
    return case.id


# -- who dials


@pytest.mark.simulation(speed=SLOWLY)
async def test_in_a_preview_campaign_nobody_is_dialled_before_the_agent_says_so(stage: Stage) -> None:
    [agent] = stage.agents
    await preview(stage, agent)
    shown = await snapshot(stage, agent)
    assert shown.lead
    assert shown.lead.mode is DialMode.PREVIEW
    assert Verb.CALL in shown.allowed
    await stage.ask(lambda work: stage.system.desk.skip(work, agent, "wrong data"))
    await wait_for(stage, agent, AgentState.PREVIEW)
    assert (await stage.ask(stage.system.floor.snapshot)).totals.placed == 0
    call = await dial(stage, agent)
    assert (await verdict_of(stage, call.id))["campaign_version"] == 3


@pytest.mark.simulation(customers=80, speed=SLOWLY)
async def test_in_a_progressive_campaign_the_next_customer_is_dialled_when_the_agent_is_ready(stage: Stage) -> None:
    [agent] = stage.agents
    await dial_at_once(stage)
    await ring_longer_than_any_wait(stage)
    await assign_first(stage, agent, never_answers)
    await stage.start()
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.ON_CALL)
    shown = await snapshot(stage, agent)
    assert shown.lead
    assert shown.lead.mode is DialMode.PROGRESSIVE
    call = await current_call(stage, agent)
    await wait_for_call(stage, call.id, CallState.RINGING)
    await change_campaign(stage, CampaignChanges(mode=DialMode.PREVIEW))
    await stage.ask(lambda work: stage.system.desk.hang_up(work, agent))
    await wait_for(stage, agent, AgentState.PREVIEW)  # the next one waits for the agent


@pytest.mark.simulation(speed=SLOWLY)
async def test_a_complaint_is_read_before_it_is_dialled_also_in_a_progressive_campaign(stage: Stage) -> None:
    [agent] = stage.agents
    lead = await first_lead_of(stage, agent)
    await dial_at_once(stage)
    case_id = await complain(stage, lead)
    await stage.start()
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.PREVIEW)
    shown = await snapshot(stage, agent)
    assert shown.lead
    assert shown.lead.case
    assert (shown.lead.case.id, shown.lead.mode) == (case_id, DialMode.PREVIEW)


# -- a Saturday

JUDGED = (SectionId.PERMISSION, SectionId.WINDOW, SectionId.COMPLAINTS)


async def judged(stage: Stage, until: datetime) -> dict[SectionId, Result]:
    """Certifies the days until an instant, with the sections that depend on settings."""
    certificate = await stage.ask(
        lambda work: stage.system.certificates.certify(work, at_business_time(MONDAY, 0), until)
    )
    return {section: certificate.section(section).result for section in JUDGED}


@pytest.mark.simulation(first_number=STEADY_NUMBER, speed=SLOWLY)
async def test_on_a_saturday_the_complaint_staff_call_back_while_marketing_is_closed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_CALLBACKS_COMPLAINT_STAFF_FIRST", "PT2H")
    stage.system = stage.build_system()
    [agent] = stage.agents
    await assign_first(stage, agent, never_hangs_up)
    lead = await first_lead_of(stage, agent)
    stage.clock.leap(at_business_time(date(2026, 11, 27), 20))
    await complain(stage, lead)
    stage.clock.leap(at_business_time(SATURDAY, 9))
    officer = (await person(stage, Role.COMPLAINT_OFFICER)).id
    async with stage.system.works.begin() as work:
        (await work.session.get_one(Staff, officer)).robot_number = "9001"
    await stage.start()
    await go_to_work(stage, officer)
    await wait_for(stage, officer, AgentState.PREVIEW)
    call = await dial(stage, officer)
    assert call.kind is CallKind.COMPLAINT
    await wait_for_call(stage, call.id, CallState.ANSWERED)
    verdict = await verdict_of(stage, call.id)
    assert (verdict["allowed"], verdict["rule_set"], verdict["service_hours"]) == (True, RULE_SET, 0)
    await stage.ask(lambda work: stage.system.desk.hang_up(work, officer))
    await wait_for(stage, officer, AgentState.WRAP_UP)
    await dispose(stage, officer, Disposition.RESOLVED, DispositionDetails(note="已致歉"))
    await wait_for_recording(stage, call.id)

    async def called_back() -> bool:
        meter = await stage.ask(stage.system.complaints.obligations.meter)
        return (meter.due, meter.done, meter.overdue) == (1, 1, 0)

    await eventually(called_back)
    await go_to_work(stage, agent)

    async def waits() -> str | None:
        waiting = (await snapshot(stage, agent)).waiting
        return waiting.code if waiting else None

    assert await eventually(waits) == "outside_window"
    until = stage.clock.now()
    assert await judged(stage, until) == dict.fromkeys(JUDGED, Result.HOLDS)
    stage.clock.leap(at_business_time(SATURDAY, 20))
    weekdays = ServiceHours(time(9), time(17), ServiceDays.WORKING_DAYS)
    await stage.ask(lambda work: stage.system.service_hours.change(work, weekdays, "no Saturdays any more"))
    await change_campaign(stage, CampaignChanges(shifts=(Shift(time(9), time(10)),), state=CampaignState.CLOSED))
    assert await judged(stage, until) == dict.fromkeys(JUDGED, Result.HOLDS)
