"""One lead through the whole system on the simulated switch: list, call, review, field; and a complaint called back."""

from datetime import timedelta
from uuid import UUID

import pytest

from callcenter.agents.types import AgentState, LegState, PauseCode
from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import CallCard, CallKind, CallState, Disposition, DispositionDetails, Outcome
from callcenter.campaigns.types import DialMode
from callcenter.dnc.types import DncReason, EntryDetails
from callcenter.kit.actor import Actor
from callcenter.kit.scope import ALL
from callcenter.kit.work import Work
from callcenter.people.types import RIGHTS, Role
from callcenter.quality.types import ReviewVerdict
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.conftest import Stage
from tests.support.waiting import eventually


async def go_to_work(stage: Stage, agent: int, mode: DialMode) -> None:
    """Logs on and is ready as soon as the leg is up."""
    await stage.ask(lambda work: stage.system.desk.log_on(work, agent, mode))

    async def leg_is_up() -> bool:
        return "ready" in (await stage.ask(lambda work: stage.system.desk.snapshot(work, agent))).allowed

    await eventually(leg_is_up)
    await stage.ask(lambda work: stage.system.desk.ready(work, agent))


async def wait_for(stage: Stage, agent: int, *states: AgentState, deadline: float = 20) -> AgentState:
    async def reached() -> AgentState | None:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        return seat.state if seat and seat.state in states else None

    found = await eventually(reached, deadline)
    assert found
    return found


async def current_call(stage: Stage, agent: int) -> CallCard:
    async def look(work: Work) -> CallCard:
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
        return await stage.system.calls.card(work, seat.call_id)

    return await stage.ask(look)


async def talk(stage: Stage, agent: int) -> CallCard:
    """Dials who is on the screen until somebody has been spoken to; returns that call, its disposition still open."""
    while await wait_for(stage, agent, AgentState.PREVIEW, AgentState.WRAP_UP) is AgentState.PREVIEW:
        await stage.ask(lambda work: stage.system.desk.call(work, agent))
        await wait_for(stage, agent, AgentState.READY, AgentState.PREVIEW, AgentState.WRAP_UP)
    return await current_call(stage, agent)


async def say(stage: Stage, agent: int, disposition: Disposition, details: DispositionDetails) -> None:
    await stage.ask(lambda work: stage.system.desk.dispose(work, agent, disposition, details))


async def recording_is_stored(stage: Stage, call_id: UUID) -> None:
    await eventually(lambda: stage.ask(lambda work: stage.system.recordings.listening.stored(work, call_id)), 15)


async def person(stage: Stage, role: Role) -> Actor:
    card = (await stage.ask(lambda work: stage.system.people.by_role(work, role)))[0]
    return Actor(card.id, card.name, role.value, frozenset(right.value for right in RIGHTS[role]), ALL)


async def test_a_success_is_recorded_reviewed_and_handed_to_the_region(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)

    call = await talk(stage, agent)
    assert call.outcome is Outcome.ANSWERED
    visit_at = stage.system.clock.now() + timedelta(days=2)
    await say(stage, agent, Disposition.SUCCESS, DispositionDetails(visit_at=visit_at, note="下午方便"))

    await recording_is_stored(stage, call.id)
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
async def test_a_complaint_is_called_back_by_somebody_else_and_only_the_recording_ends_it(stage: Stage) -> None:
    first, second = stage.agents
    await stage.start()
    await go_to_work(stage, first, DialMode.PREVIEW)
    call = await talk(stage, first)
    await stage.ask(lambda work: stage.system.desk.pause(work, first, PauseCode.BREAK))
    complaint = DispositionDetails(complaint_category="staff_attitude", note="客户说坐席态度不好")
    await say(stage, first, Disposition.COMPLAINT, complaint)

    [case] = await stage.ask(lambda work: stage.system.complaints.cases.cases(work))
    meter = await stage.ask(lambda work: stage.system.callbacks.meter(work))
    assert (meter.due, meter.done) == (1, 0)

    # the customer also wants no more calls: the obligation survives that (X3)
    await stage.ask(
        lambda work: stage.system.dnc.enter_dnc(
            work, call.lead_id, DncReason.CUSTOMER_REQUEST, EntryDetails(call_id=call.id)
        )
    )
    await go_to_work(stage, second, DialMode.PREVIEW)
    callback = await talk(stage, second)
    while callback.kind is not CallKind.COMPLAINT:
        await say(stage, second, Disposition.REFUSED, DispositionDetails())
        callback = await talk(stage, second)
    assert (callback.lead_id, callback.agent_id) == (call.lead_id, second)
    await say(stage, second, Disposition.RESOLVED, DispositionDetails(note="已道歉"))

    async def fulfilled() -> bool:
        found = await stage.ask(lambda work: stage.system.callbacks.of_cases(work, [case.id]))
        return found[case.id].state is CallbackState.DONE

    await eventually(fulfilled)
    assert await stage.ask(lambda work: stage.system.recordings.listening.stored(work, callback.id))
    meter = await stage.ask(lambda work: stage.system.callbacks.meter(work))
    assert (meter.due, meter.done) == (1, 1)


async def test_a_number_blocked_between_the_offer_and_the_dialling_is_not_dialled(stage: Stage) -> None:
    """The verdict is asked again in the moment of dialling (C2): here the block comes before the engine does."""
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    async with stage.system.works.begin() as work:
        await stage.system.desk.call(work, agent)
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
        call = await stage.system.calls.card(work, seat.call_id)
        await stage.system.dnc.enter_dnc(work, call.lead_id, DncReason.OTHER)
    assert call.state is CallState.PLANNED

    async def over() -> CallCard | None:
        found = await stage.ask(lambda work: stage.system.calls.card(work, call.id))
        return found if found.state is CallState.ENDED else None

    ended = await eventually(over)
    assert ended
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.dialled_at is None
    assert not list(stage.spool.glob("*.raw"))


async def test_without_a_recorder_nobody_is_dialled(stage: Stage) -> None:
    [agent] = stage.agents
    stage.switch.faults.recorder_refuses = True
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    await stage.ask(lambda work: stage.system.desk.call(work, agent))
    call = await current_call(stage, agent)

    async def over() -> CallCard | None:
        found = await stage.ask(lambda work: stage.system.calls.card(work, call.id))
        return found if found.state is CallState.ENDED else None

    ended = await eventually(over)
    assert ended
    assert ended.outcome is Outcome.NOT_PLACED
    assert ended.answered_at is None


async def test_an_agent_sees_one_customer_and_never_a_clear_number(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    snapshot = await stage.ask(lambda work: stage.system.desk.snapshot(work, agent))
    assert snapshot.lead
    seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
    assert seat
    assert seat.leg_state is LegState.UP
    subject = await stage.ask(lambda work: stage.system.placing.subject_of(work, seat))
    assert subject
    number = await stage.ask(lambda work: stage.system.leads.dial_number(work, subject.lead_id))
    assert number not in snapshot.model_dump_json()
    assert snapshot.lead.phone == f"{number[:3]}****{number[-4:]}"


async def test_what_an_agent_writes_is_sealed_and_shown_at_the_next_try(stage: Stage) -> None:
    [agent] = stage.agents
    await stage.start()
    await go_to_work(stage, agent, DialMode.PREVIEW)
    await wait_for(stage, agent, AgentState.PREVIEW)
    shown = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
    assert shown
    assert shown.assignment_id
    assignment_id = shown.assignment_id
    await stage.ask(lambda work: stage.system.desk.skip(work, agent, "与客户王演一相识"))
    card = await stage.ask(lambda work: stage.system.allocation.card(work, assignment_id))
    assert card.last_note
    assert "王演一" not in card.last_note
    assert stage.system.placing.note(card) == "与客户王演一相识"
