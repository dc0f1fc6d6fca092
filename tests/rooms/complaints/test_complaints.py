"""A customer complains, is called back, and the case is decided."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from callcenter.callbacks import handlers as callback_handlers
from callcenter.callbacks.errors import ObligationStands
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackState
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind, Disposition, DispositionDetails, Outcome
from callcenter.complaints import handlers, scheduled
from callcenter.complaints.blocking import ComplaintBlocks
from callcenter.complaints.errors import (
    CaseNeedsSubject,
    CaseNotFound,
    ConflictOfInterest,
    DecidedAlready,
    NotYourCustomer,
    TextMissing,
)
from callcenter.complaints.ports import RecordingReads, Retention
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.settings import ComplaintSettings
from callcenter.complaints.types import CaseState, Category
from callcenter.dnc.service import DncService
from callcenter.dnc.types import DncReason
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.scope import ALL
from callcenter.kit.work import Work, Works
from callcenter.people.types import RIGHTS, Role
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.types import RecordingStored, RetentionFacts
from tests.support.cast import Cast
from tests.support.joining import joined
from tests.support.rows import DncEntry, Lead

pytestmark = pytest.mark.db
SETTINGS = ComplaintSettings()
RUDE = DispositionDetails(note="王小明 says the agent was rude", complaint_category="staff_attitude")


class Shelf:
    """Replaces the recordings room: knows which recordings are stored."""

    def __init__(self) -> None:
        self.calls: set[UUID] = set()

    async def stored(self, work: Work, call_id: UUID) -> bool:
        return call_id in self.calls

    async def facts(self, work: Work, call_id: UUID) -> RetentionFacts:
        raise RecordingNotFound("only stored recordings are known here")

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> object:
        raise AssertionError("there is nothing to keep")


@dataclass
class Office:
    """The complaints room with all rooms that it calls."""

    works: Works
    clock: FrozenClock
    cast: Cast
    callbacks: CallbackService
    complaints: ComplaintServices
    shelf: Shelf
    actors: dict[str, Actor] = field(default_factory=dict)

    async def store(self, work: Work, call_id: UUID) -> None:
        self.shelf.calls.add(call_id)
        await work.announce(RecordingStored(call_id=call_id, duration=timedelta(minutes=1), at=work.now))

    async def complaint(self) -> tuple[int, int, int]:
        """Lets a customer complain in a call; returns case, lead, and the agent complained of."""
        async with self.works.begin() as work:
            agent, lead = await self.cast.staff(work), await self.cast.lead(work)
            await self.cast.dispose(work, await self.cast.call(work, agent, lead), Disposition.COMPLAINT, RUDE)
            cases = await self.complaints.cases.cases(work)
        self.clock.advance(SETTINGS.first_call_after)
        return cases[0].id, lead, agent

    async def call_back(self, caller: int, outcome: Outcome = Outcome.ANSWERED) -> UUID:
        """Claims the next callback and calls; the disposition is not given yet."""
        async with self.works.begin() as work:
            card = await self.callbacks.claim_next(work, caller)
            assert card
            return await self.cast.call(
                work, caller, card.lead_id, outcome, kind=CallKind.COMPLAINT, callback_id=card.id
            )

    async def person(self, role: Role = Role.AGENT) -> Actor:
        async with self.works.begin() as work:
            rights = frozenset(right.value for right in RIGHTS[role])
            return Actor(await self.cast.staff(work, role), "somebody", role.value, rights=rights, scope=ALL)

    async def state(self, case_id: int) -> CaseState:
        async with self.works.begin() as work:
            return (await self.complaints.cases.card(work, case_id)).state


@pytest.fixture
def office(works: Works, clock: FrozenClock, bus: Bus, vault: Vault) -> Office:
    settings = CallbackSettings(complaint_attempts=2, complaint_staff_first=timedelta())
    services, shelf = joined(vault, settings, SETTINGS), Shelf()
    services.give(shelf, as_=RecordingReads)
    services.give(shelf, as_=Retention)
    calls, callbacks = services.get(CallService), services.get(CallbackService)
    complaints = services.get(ComplaintServices)
    callback_handlers.subscribe(bus, callbacks)
    handlers.subscribe(bus, complaints, calls, services.get(ComplaintBlocks))
    return Office(works, clock, Cast(calls), callbacks, complaints, shelf)


async def test_a_complaining_customer_is_called_back_and_the_case_decided(office: Office) -> None:
    case_id, lead, agent = await office.complaint()
    async with office.works.begin() as work:
        case = await office.complaints.cases.card(work, case_id)
        assert (case.state, case.category, case.text) == (CaseState.OPEN, Category.STAFF_ATTITUDE, RUDE.note)
        assert (case.agent_id, case.lead_id) == (agent, lead)
        assert case.answer_due_at == case.opened_at + timedelta(hours=24)
        assert case.callback
        assert (case.callback.state, case.callback.subject) == (CallbackState.DUE, "staff_attitude")
        meter = await office.complaints.obligations.meter(work)
        assert (meter.due, meter.done, meter.rate) == (1, 0, 0.0)
        assert [(case.gap.case_id, case.late) for case in meter.open] == [(case_id, False)]
        assert await office.callbacks.claim_next(work, agent) is None
    caller = (await office.person()).id
    call_id = await office.call_back(caller)
    async with office.works.begin() as work:
        await office.cast.dispose(work, call_id, Disposition.RESOLVED)
    assert await office.state(case_id) is CaseState.OPEN
    async with office.works.begin() as work:
        await office.store(work, call_id)
    async with office.works.begin() as work:
        case = await office.complaints.cases.card(work, case_id)
        assert (case.state, case.answered_at) == (CaseState.ANSWERED, work.now)
        assert case.callback
        assert (case.callback.state, case.callback.done_call_id) == (CallbackState.DONE, call_id)
        meter = await office.complaints.obligations.meter(work)
        assert (meter.due, meter.done, meter.rate, meter.open) == (1, 1, 1.0, [])
    officer = await office.person(Role.COMPLAINT_OFFICER)
    async with office.works.begin(officer) as work:
        case = await office.complaints.deciding.decide(work, case_id, "we apologise")
        assert (case.state, case.decision, case.decided_by) == (CaseState.CLOSED, "we apologise", officer.id)
    with pytest.raises(DecidedAlready):
        async with office.works.begin(officer) as work:
            await office.complaints.deciding.decide(work, case_id, "again")


async def test_the_recording_may_be_stored_before_the_agent_disposes(office: Office) -> None:
    case_id, *_ = await office.complaint()
    call_id = await office.call_back((await office.person()).id)
    async with office.works.begin() as work:
        await office.store(work, call_id)
    assert await office.state(case_id) is CaseState.OPEN
    async with office.works.begin() as work:
        await office.cast.dispose(work, call_id, Disposition.UNRESOLVED)
    assert await office.state(case_id) is CaseState.ANSWERED


async def test_evidence_that_was_missed_is_found_by_the_scheduled_task(office: Office) -> None:
    case_id, *_ = await office.complaint()
    call_id = await office.call_back((await office.person()).id)
    async with office.works.begin() as work:
        await office.cast.dispose(work, call_id, Disposition.RESOLVED)
    assert await scheduled.take_late_evidence(office.works, office.complaints) == 0
    office.shelf.calls.add(call_id)
    assert await scheduled.take_late_evidence(office.works, office.complaints) == 1
    assert await office.state(case_id) is CaseState.ANSWERED


async def test_a_recorded_answering_machine_is_no_callback(office: Office) -> None:
    case_id, *_ = await office.complaint()
    call_id = await office.call_back((await office.person()).id)
    async with office.works.begin() as work:
        await office.store(work, call_id)
        await office.cast.dispose(work, call_id, Disposition.MACHINE)
        case = await office.complaints.cases.card(work, case_id)
        assert case.callback
        assert (case.state, case.callback.state, case.callback.attempts) == (CaseState.OPEN, CallbackState.DUE, 1)


async def test_a_decision_does_not_end_the_obligation(office: Office) -> None:
    case_id, *_ = await office.complaint()
    async with office.works.begin(await office.person(Role.COMPLAINT_OFFICER)) as work:
        case = await office.complaints.deciding.decide(work, case_id, "we apologise")
        assert case.state is CaseState.DECIDED
        assert case.callback
        assert case.callback.state is CallbackState.DUE
    call_id = await office.call_back((await office.person()).id)
    async with office.works.begin() as work:
        await office.cast.dispose(work, call_id, Disposition.RESOLVED)
        await office.store(work, call_id)
    assert await office.state(case_id) is CaseState.CLOSED


async def test_the_agent_complained_of_does_not_decide_the_case(office: Office) -> None:
    case_id, _, agent = await office.complaint()
    with pytest.raises(ConflictOfInterest):
        async with office.works.begin(Actor(agent, "agent", "agent", scope=ALL)) as work:
            await office.complaints.deciding.decide(work, case_id, "not guilty")


async def test_a_customer_who_cannot_be_reached_is_signed_off_by_another_person(office: Office) -> None:
    case_id, _, agent = await office.complaint()
    caller, officer, supervisor = (
        await office.person(),
        await office.person(Role.COMPLAINT_OFFICER),
        await office.person(Role.COMPLAINT_OFFICER),
    )
    async with office.works.begin(officer) as work:
        await office.complaints.deciding.decide(work, case_id, "we apologise")
    for _ in range(2):
        with pytest.raises(ObligationStands):
            async with office.works.begin(supervisor) as work:
                await office.complaints.obligations.sign_off(work, case_id, "nobody there")
        call_id = await office.call_back(caller.id, Outcome.NO_ANSWER)
        async with office.works.begin() as work:
            await office.cast.dispose(work, call_id, Disposition.NOT_REACHED)
        office.clock.advance(timedelta(hours=4))
    for involved in (Actor(agent, "agent", "agent", scope=ALL), caller, officer):
        with pytest.raises(ConflictOfInterest):
            async with office.works.begin(involved) as work:
                await office.complaints.obligations.sign_off(work, case_id, "nobody there")
    async with office.works.begin(supervisor) as work:
        case = await office.complaints.obligations.sign_off(work, case_id, "nobody there")
        assert (case.state, case.answered_at) == (CaseState.CLOSED, None)
        assert case.callback
        assert (case.callback.signed_off_by, case.callback.attempts) == (supervisor.id, 2)
        assert (await office.complaints.obligations.meter(work)).rate == 1.0


async def test_the_meter_names_the_cases_that_wait_too_long(office: Office) -> None:
    case_id, *_ = await office.complaint()
    office.clock.advance(timedelta(hours=24))
    async with office.works.begin() as work:
        meter = await office.complaints.obligations.meter(work)
    assert [(case.gap.case_id, case.late) for case in meter.open] == [(case_id, True)]


async def test_a_complaint_officer_opens_a_case(office: Office) -> None:
    """By letter: only the customer is known, and no agent is excluded from calling back."""
    clerk = await office.person(Role.COMPLAINT_OFFICER)
    async with office.works.begin(clerk) as work:
        lead = await office.cast.lead(work)
        case = await office.complaints.intake.open(work, category=Category.HANDLING, text="a letter", lead_id=lead)
        assert (case.opened_by, case.agent_id, case.call_id) == (clerk.id, None, None)
        assert case.callback
        assert (case.callback.lead_id, case.callback.campaign_id) == (lead, office.cast.campaign_id)
        with pytest.raises(CaseNeedsSubject):
            await office.complaints.intake.open(work, category=Category.OTHER, text="about whom?")
        with pytest.raises(TextMissing):
            await office.complaints.intake.open(work, category=Category.OTHER, text="  ", lead_id=lead)
        with pytest.raises(CaseNotFound):
            await office.complaints.cases.card(work, 999)


async def test_a_call_has_one_case_at_most(office: Office) -> None:
    """The agent opens the case during the call and gives the disposition "complaint" afterwards."""
    async with office.works.begin() as work:
        agent, lead = await office.cast.staff(work), await office.cast.lead(work)
        call_id = await office.cast.call(work, agent, lead)
        await office.complaints.intake.open(work, category=Category.STAFF_ATTITUDE, text="first words", call_id=call_id)
        await office.cast.dispose(work, call_id, Disposition.COMPLAINT, RUDE)
        cases = await office.complaints.cases.cases(work)
        assert [case.text for case in cases] == [f"first words\n{RUDE.note}"]
        assert (await office.complaints.obligations.meter(work)).due == 1


async def test_the_same_complaint_again_makes_the_telephone_ring_no_second_time(office: Office) -> None:
    """Seen before: six complaints, six calls in 36 seconds."""
    clerk = await office.person(Role.COMPLAINT_OFFICER)
    async with office.works.begin(clerk) as work:
        lead = await office.cast.lead(work)
        for number in range(6):
            case = await office.complaints.intake.open(
                work, category=Category.HANDLING, text=f"letter {number}", lead_id=lead
            )
        assert case.text.split("\n") == [f"letter {number}" for number in range(6)]
        assert (await office.complaints.obligations.meter(work)).due == 1
        other = await office.complaints.intake.open(work, category=Category.PRODUCT, text="another", lead_id=lead)
        assert other.id != case.id
        assert (await office.complaints.obligations.meter(work)).due == 2
        await office.complaints.deciding.decide(work, case.id, "we apologise")
        again = await office.complaints.intake.open(work, category=Category.HANDLING, text="not solved", lead_id=lead)
        assert again.id not in (case.id, other.id), "what is decided is not complained of anew in the same case"


async def test_complaints_of_one_customer_at_once_are_one_case(office: Office) -> None:
    clerk = await office.person(Role.COMPLAINT_OFFICER)
    async with office.works.begin() as work:
        lead = await office.cast.lead(work)

    async def enter(number: int) -> int:
        async with office.works.begin(clerk) as work:
            opened = await office.complaints.intake.open(
                work, category=Category.HANDLING, text=f"letter {number}", lead_id=lead
            )
            return opened.id

    assert len(set(await asyncio.gather(*(enter(number) for number in range(5))))) == 1


async def test_a_dispatcher_names_customers_who_are_visited_alone(office: Office) -> None:
    async with office.works.begin() as work:
        lead = await office.cast.lead(work)
        call_id = await office.cast.call(work, await office.cast.staff(work), lead)
    for role, may in ((Role.DISPATCHER, False), (Role.DATA_OFFICER, True), (Role.COMPLAINT_OFFICER, True)):
        for named in ({"lead_id": lead}, {"call_id": call_id}):
            with nullcontext() if may else pytest.raises(NotYourCustomer):
                async with office.works.begin(await office.person(role)) as work:
                    await office.complaints.intake.open(work, category=Category.OTHER, text="words", **named)


async def test_the_customers_words_are_sealed(office: Office) -> None:
    await office.complaint()
    async with office.works.begin() as work:
        for column in ("text_sealed FROM complaint_case", "note_sealed FROM callback"):
            stored = await work.session.scalar(text(f"SELECT {column}"))
            assert "王" not in stored
            assert len(stored) > 20


async def test_a_complaint_stops_marketing_until_the_last_case_of_the_number_is_decided(
    office: Office, vault: Vault
) -> None:
    dnc = joined(vault, CallbackSettings(), SETTINGS).get(DncService)
    case_id, lead, _ = await office.complaint()
    officer = await office.person(Role.COMPLAINT_OFFICER)

    async with office.works.begin() as work:
        assert await _reasons(work, lead) == {"complaint"}
        await dnc.enter_dnc(work, lead, DncReason.OTHER)
        second = await office.complaints.intake.open(work, category=Category.OTHER, text="again", lead_id=lead)
    async with office.works.begin(officer) as work:
        await office.complaints.deciding.decide(work, case_id, "we are sorry")
    async with office.works.begin() as work:
        assert await _reasons(work, lead) == {"complaint", "other"}, "another case is undecided"
    async with office.works.begin(officer) as work:
        await office.complaints.deciding.decide(work, second.id, "sorry again")
    async with office.works.begin() as work:
        assert await _reasons(work, lead) == {"other"}, "what has another origin stays"


async def _reasons(work: Work, lead_id: int) -> set[str]:
    """Returns why the number of a lead may not be called now."""
    number = (await work.session.get_one(Lead, lead_id)).phone_index
    rows = await work.session.scalars(
        select(DncEntry).where(col(DncEntry.phone_index) == number, col(DncEntry.lifted_at).is_(None))
    )
    return {row.reason.value for row in rows}
