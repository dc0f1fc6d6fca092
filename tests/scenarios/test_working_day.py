"""One lead through the whole system on the simulated switch: list, call, review, field; and a complaint called back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from callcenter.agents.types import LegState, PauseCode
from callcenter.callbacks.types import CallbackState
from callcenter.calls.errors import VisitInThePast, VisitTimeUnconfirmed
from callcenter.calls.types import CallKind, CallState, Disposition, DispositionDetails, Outcome
from callcenter.customers.types import ChangeSource, Correction, FileField
from callcenter.dnc.types import DncReason, EntryDetails
from callcenter.kit.clock import at_business_time
from callcenter.people.types import Role
from callcenter.quality.types import ReviewVerdict
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import (
    dial,
    dispose,
    go_to_work,
    person,
    preview,
    snapshot,
    talk,
    wait_for_call,
    wait_for_recording,
)
from tests.scenarios.conftest import Stage
from tests.support.waiting import eventually

WEDNESDAY, NEW_YEAR = date(2026, 11, 25), date(2027, 1, 1)


async def test_a_success_is_recorded_reviewed_and_handed_over_to_the_region(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent)

    call = await talk(stage, agent)
    assert call.outcome is Outcome.ANSWERED
    learned = Correction({FileField.OCCUPATION: "退休教师"}, "客户告知", ChangeSource.DESK)
    await stage.ask(lambda work: stage.system.desk_corrections.correct(work, agent, learned))
    assert (await stage.ask(lambda work: stage.system.leads.card(work, call.lead_id))).occupation == "退休教师"
    visit_at = stage.system.clock.now() + timedelta(days=2)
    for past in (datetime(2020, 5, 6, 6, tzinfo=UTC), stage.system.clock.now()):
        with pytest.raises(VisitInThePast):
            await dispose(stage, agent, Disposition.SUCCESS, DispositionDetails(visit_at=past))
    for unusual, concern in ((at_business_time(WEDNESDAY, 3), "night"), (at_business_time(NEW_YEAR, 14), "holiday")):
        with pytest.raises(VisitTimeUnconfirmed) as refused:
            await dispose(stage, agent, Disposition.SUCCESS, DispositionDetails(visit_at=unusual))
        assert refused.value.params["concerns"] == [concern]
    await dispose(stage, agent, Disposition.SUCCESS, DispositionDetails(visit_at=visit_at, note="下午方便"))

    await wait_for_recording(stage, call.id)
    recording = await stage.ask(lambda work: stage.system.recordings.listening.find(work, call.id))
    assert recording.object_key
    held = await stage.store.stat(recording.object_key, recording.version_id)
    assert held.sha256 == recording.sha256
    assert held.retain_until
    assert held.retain_until > stage.system.clock.now() + timedelta(days=30)

    async with stage.system.works.begin(await person(stage, Role.QA)) as work:
        [review] = await stage.system.quality.reviews(work)
        assert review.call_id == call.id
        await stage.system.quality.claim(work, review.id)
        await stage.system.quality.decide(work, review.id, ReviewVerdict.PASS, note="合格")

    lead = await stage.ask(lambda work: stage.system.leads.card(work, call.lead_id))
    [hand_over] = await stage.ask(lambda work: stage.system.field.hand_overs.hand_overs(work))
    regions = await stage.ask(stage.system.field.regions.regions)
    serving: list[int | None] = [region.id for region in regions if lead.district in region.districts]
    assert hand_over.lead_id == call.lead_id
    assert [hand_over.region_id] == (serving or [None])
    assert (hand_over.field_agent_id is not None) is bool(serving)


@pytest.mark.simulation(robots=2, first_number=STEADY_NUMBER)
async def test_a_complaint_is_called_back_by_another_agent_and_only_the_recording_ends_it(stage: Stage) -> None:
    first, second = stage.agents
    await stage.start()
    await go_to_work(stage, first)
    call = await talk(stage, first)
    await stage.ask(lambda work: stage.system.desk.pause(work, first, PauseCode.BREAK))
    complaint = DispositionDetails(complaint_category="staff_attitude", note="客户说坐席态度不好")
    await dispose(stage, first, Disposition.COMPLAINT, complaint)

    [case] = await stage.ask(lambda work: stage.system.complaints.cases.cases(work))
    meter = await stage.ask(lambda work: stage.system.callbacks.meter(work))
    assert (meter.due, meter.done) == (1, 0)

    # The customer also asks for no more calls: the obligation survives that (X3).
    await stage.ask(
        lambda work: stage.system.dnc.enter_dnc(
            work, call.lead_id, DncReason.CUSTOMER_REQUEST, EntryDetails(call_id=call.id)
        )
    )
    await go_to_work(stage, second)
    callback = await talk(stage, second)
    while callback.kind is not CallKind.COMPLAINT:
        await dispose(stage, second, Disposition.REFUSED)
        callback = await talk(stage, second)
    assert (callback.lead_id, callback.agent_id) == (call.lead_id, second)
    await dispose(stage, second, Disposition.RESOLVED, DispositionDetails(note="已道歉"))

    async def fulfilled() -> bool:
        callbacks = await stage.ask(lambda work: stage.system.callbacks.of_cases(work, [case.id]))
        return callbacks[case.id].state is CallbackState.DONE

    await eventually(fulfilled)
    assert await stage.ask(lambda work: stage.system.recordings.listening.stored(work, callback.id))
    meter = await stage.ask(lambda work: stage.system.callbacks.meter(work))
    assert (meter.due, meter.done) == (1, 1)


async def test_a_number_that_is_blocked_between_preview_and_dialling_is_not_dialled(stage: Stage) -> None:
    """The verdict is given again when the call is dialled (C2): here the block comes before the engine."""
    [agent] = stage.agents
    await preview(stage, agent)
    async with stage.system.works.begin() as work:
        await stage.system.desk.call(work, agent)
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
        call = await stage.system.calls.card(work, seat.call_id)
        await stage.system.dnc.enter_dnc(work, call.lead_id, DncReason.OTHER)
    assert call.state is CallState.PLANNED
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.dialled_at is None
    assert not list(stage.spool.glob("*.raw"))


async def test_without_a_recorder_no_call_is_dialled(stage: Stage) -> None:
    [agent] = stage.agents
    stage.switch.faults.recorder_refuses = True
    await preview(stage, agent)
    call = await dial(stage, agent)
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.answered_at is None


async def test_an_agent_sees_one_customer_and_never_a_clear_number(stage: Stage) -> None:
    [agent] = stage.agents
    await preview(stage, agent)
    shown = await snapshot(stage, agent)
    assert shown.lead
    seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
    assert seat
    assert seat.leg_state is LegState.UP
    subject = await stage.ask(lambda work: stage.system.queue.subject_of(work, seat))
    assert subject
    number = (await stage.ask(lambda work: stage.system.leads.dial_numbers(work, [subject.lead_id])))[subject.lead_id]
    assert number not in shown.model_dump_json()
    assert shown.lead.phone == f"{number[:3]}****{number[-4:]}"


async def test_a_note_of_an_agent_is_sealed_and_shown_at_the_next_attempt(stage: Stage) -> None:
    [agent] = stage.agents
    assignment_id, _ = await preview(stage, agent)
    await stage.ask(lambda work: stage.system.desk.skip(work, agent, "与客户王演一相识"))
    card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
    assert card.last_note
    assert "王演一" not in card.last_note
    assert stage.system.settling.note_of(card) == "与客户王演一相识"
