"""Promises are kept, obligations are met, and the database itself refuses anything else."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.agents.types import DeskDuty
from callcenter.callbacks import handlers
from callcenter.callbacks.errors import CallbackEndedAlready, ObligationStands, PromiseInThePast
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackCard, CallbackEnded, CallbackKind, CallbackState, Obligation, Promise
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind, Disposition, DispositionDetails, Outcome
from callcenter.classes.effects import ClassEffectsService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.work import Work, Works
from callcenter.leads.ordering import LeadOrdering
from callcenter.people.types import Role, StaffLeft
from tests.support.cast import Cast
from tests.support.events import listen
from tests.support.joining import joined
from tests.support.leads import availability_service, calendar_service, campaign_service
from tests.support.rows import Lead, Staff, make_leave, make_roster, make_staff

pytestmark = pytest.mark.db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = CallbackSettings(complaint_attempts=2, complaint_staff_first=timedelta())


@pytest.fixture
def callbacks(bus: Bus, vault: Vault) -> CallbackService:
    effects = ClassEffectsService(LeadOrdering())
    service = CallbackService(SETTINGS, vault, effects, availability_service(), campaign_service())
    handlers.subscribe(bus, service)
    return service


@pytest.fixture
def cast(vault: Vault) -> Cast:
    return Cast(joined(vault).get(CallService))


async def promise(
    callbacks: CallbackService, cast: Cast, work: Work, agent_id: int, lead_id: int | None = None
) -> CallbackCard:
    return await callbacks.promise(
        work,
        Promise(
            lead_id=lead_id or await cast.lead(work),
            campaign_id=await cast.campaign(work),
            agent_id=agent_id,
            due_at=work.now + HOUR,
            call_id=None,
            note="ask for 王小明",
        ),
    )


async def oblige(
    callbacks: CallbackService, work: Work, lead_id: int, *, case_id: int = 1, due_in: timedelta = timedelta()
) -> CallbackCard:
    """Owes a customer the callback of a complaint case in which nobody is excluded."""
    return await callbacks.oblige(
        work,
        Obligation(
            lead_id=lead_id,
            campaign_id=(await work.session.get_one(Lead, lead_id)).campaign_id,
            case_id=case_id,
            excluded_agent_id=None,
            due_at=work.now + due_in,
        ),
    )


async def obligation(callbacks: CallbackService, cast: Cast, work: Work, case_id: int = 1) -> CallbackCard:
    """Owes a new customer a callback."""
    return await oblige(callbacks, work, await cast.lead(work), case_id=case_id)


async def test_a_promise_belongs_to_its_agent_until_the_grace_is_over(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        mine, other = await cast.staff(work), await cast.staff(work)
        promised = await promise(callbacks, cast, work, mine)
        assert await callbacks.claim_next(work, mine) is None
        stored = await work.session.scalar(text("SELECT note_sealed FROM callback"))
        assert stored
        assert "王" not in stored
        assert promised.note == "ask for 王小明"
    clock.advance(HOUR)
    async with works.begin() as work:
        assert await callbacks.count_due(work, other) == 0
        assert await callbacks.claim_next(work, other) is None
        assert await callbacks.count_due(work, mine) == 1
        claimed = await callbacks.claim_next(work, mine)
        assert claimed
        assert (claimed.id, claimed.state, claimed.claimed_by) == (promised.id, CallbackState.ACTIVE, mine)
        await callbacks.release(work, promised.id)
    clock.advance(SETTINGS.grace)
    async with works.begin() as work:
        claimed = await callbacks.claim_next(work, other)
        assert claimed
        assert claimed.id == promised.id


async def test_two_agents_never_get_the_same_callback(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agents = [await cast.staff(work) for _ in range(6)]
        for case_id in range(1, 4):
            await obligation(callbacks, cast, work, case_id)

    async def claim(agent_id: int) -> int | None:
        async with works.begin() as work:
            card = await callbacks.claim_next(work, agent_id)
            return card.id if card else None

    claims = await asyncio.gather(*(claim(agent) for agent in agents))
    claimed = [callback_id for callback_id in claims if callback_id is not None]
    assert len(claimed) == len(set(claimed)) == 3


async def test_a_claim_does_not_wait_for_the_claim_of_another(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agents = [await cast.staff(work), await cast.staff(work)]
        await obligation(callbacks, cast, work, 1)
        await obligation(callbacks, cast, work, 2)
    async with works.begin() as first, works.begin() as second:
        await second.session.execute(text("SET LOCAL lock_timeout = '2s'"))
        cards = [await callbacks.claim_next(first, agents[0]), await callbacks.claim_next(second, agents[1])]
        assert None not in cards
        assert cards[0] != cards[1]


async def test_an_agent_who_has_claimed_a_callback_gets_the_same_one_again(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent = await cast.staff(work)
        await obligation(callbacks, cast, work, 1)
        await obligation(callbacks, cast, work, 2)
        first = await callbacks.claim_next(work, agent)
        assert await callbacks.claim_next(work, agent) == first


async def test_an_agents_own_promises_come_first_then_complaints_then_the_teams_promises(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        mine, other = await cast.staff(work), await cast.staff(work)
        teams = await promise(callbacks, cast, work, other)
    clock.advance(MINUTE)
    async with works.begin() as work:
        complaint = await obligation(callbacks, cast, work)
        own = await promise(callbacks, cast, work, mine)
    clock.advance(2 * HOUR)
    order = []
    for _ in range(3):
        async with works.begin() as work:
            card = await callbacks.claim_next(work, mine)
            assert card
            order.append(card.id)
            await callbacks.attempted(work, card.id, await cast.call(work, mine, card.lead_id), work.now + HOUR)
    assert order == [own.id, complaint.id, teams.id]


async def test_the_agent_complained_of_is_never_given_the_callback(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        blamed, other = await cast.staff(work), await cast.staff(work)
        await callbacks.oblige(
            work,
            Obligation(
                lead_id=await cast.lead(work),
                campaign_id=cast.campaign_id,
                case_id=1,
                excluded_agent_id=blamed,
                due_at=work.now,
            ),
        )
        assert await callbacks.claim_next(work, blamed) is None
        assert await callbacks.claim_next(work, other) is not None
    with pytest.raises(DBAPIError, match="no_conflict"):
        async with works.begin() as work:
            await work.session.execute(text("UPDATE callback SET claimed_by = :agent"), {"agent": blamed})


async def test_a_customer_who_asks_for_it_is_called_later(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    """The promise is promised by the disposition, tried, kept, and replaced by the next one."""
    async with works.begin() as work:
        agent, lead = await cast.staff(work), await cast.lead(work)
        call_id = await cast.call(work, agent, lead)
        at = work.now + HOUR
        await cast.dispose(work, call_id, Disposition.CALLBACK, DispositionDetails(callback_at=at, note="at one"))
    clock.set(at)
    async with works.begin() as work:
        card = await callbacks.claim_next(work, agent)
        assert card
        assert (card.kind, card.lead_id, card.due_at, card.note) == (CallbackKind.AGENT_PROMISE, lead, at, "at one")
        busy = await cast.call(work, agent, lead, Outcome.BUSY, kind=CallKind.CALLBACK, callback_id=card.id)
        await cast.dispose(work, busy, Disposition.NOT_REACHED)
        card = await callbacks.card(work, card.id)
        assert (card.state, card.attempts, card.last_call_id) == (CallbackState.DUE, 1, busy)
        assert card.due_at == at + SETTINGS.busy_retry
    clock.advance(SETTINGS.busy_retry)
    async with works.begin() as work:
        claimed = await callbacks.claim_next(work, agent)
        assert claimed
        held = await cast.call(work, agent, lead, kind=CallKind.CALLBACK, callback_id=card.id)
        tomorrow = work.now + 24 * HOUR
        await cast.dispose(work, held, Disposition.CALLBACK, DispositionDetails(callback_at=tomorrow))
        card = await callbacks.card(work, card.id)
        assert (card.state, card.done_call_id) == (CallbackState.DONE, held)
    clock.set(tomorrow)
    async with works.begin() as work:
        following = await callbacks.claim_next(work, agent)
        assert following
        assert (following.lead_id, following.attempts) == (lead, 0)


async def test_a_promise_lapses_after_its_attempts(works: Works, callbacks: CallbackService, cast: Cast) -> None:
    async with works.begin() as work:
        agent, lead = await cast.staff(work), await cast.lead(work)
        promised = await promise(callbacks, cast, work, agent, lead)
        for _ in range(SETTINGS.promise_attempts):
            assert await callbacks.claim_next(work, agent, now=work.now + 9 * HOUR)
            call = await cast.call(
                work, agent, lead, Outcome.NO_ANSWER, kind=CallKind.CALLBACK, callback_id=promised.id
            )
            await cast.dispose(work, call, Disposition.NOT_REACHED)
        card = await callbacks.card(work, promised.id)
        assert (card.state, card.attempts) == (CallbackState.LAPSED, SETTINGS.promise_attempts)


async def test_a_call_that_was_not_placed_is_no_attempt(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent = await cast.staff(work)
        owed = await obligation(callbacks, cast, work)
        await callbacks.claim_next(work, agent)
        call = await cast.call(
            work, agent, owed.lead_id, Outcome.NOT_PLACED, kind=CallKind.COMPLAINT, callback_id=owed.id
        )
        await cast.dispose(work, call, Disposition.NOT_REACHED)
        card = await callbacks.card(work, owed.id)
        assert (card.state, card.attempts) == (CallbackState.DUE, 0)


async def test_do_not_call_ends_promises_and_leaves_obligations(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent, lead = await cast.staff(work), await cast.lead(work)
        promised = await promise(callbacks, cast, work, agent, lead)
        owed = await oblige(callbacks, work, lead)
        await cast.dispose(work, await cast.call(work, agent, lead), Disposition.DO_NOT_CALL)
        assert (await callbacks.card(work, promised.id)).state is CallbackState.LAPSED
        assert (await callbacks.card(work, owed.id)).state is CallbackState.DUE


async def test_a_promise_for_a_time_in_the_past_is_refused(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent, lead = await cast.staff(work), await cast.lead(work)
        with pytest.raises(PromiseInThePast):
            await callbacks.promise(
                work, Promise(lead_id=lead, campaign_id=cast.campaign_id, agent_id=agent, due_at=work.now, call_id=None)
            )


async def test_the_promises_of_an_agent_who_leaves_pass_to_the_team(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        leaver, other = await cast.staff(work), await cast.staff(work)
        promised = await promise(callbacks, cast, work, leaver)
        await work.announce(StaffLeft(leaver))
        assert await callbacks.claim_next(work, other) is None
    clock.advance(HOUR)
    async with works.begin() as work:
        claimed = await callbacks.claim_next(work, other)
        assert claimed
        assert claimed.id == promised.id


async def test_the_team_of_a_promise_is_its_branch_and_everybody_when_nobody_is_left_there(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        north, south = await make_staff(work, branch="north"), await make_staff(work, branch="south")
        promised = await promise(callbacks, cast, work, north.id)
    clock.advance(2 * HOUR)
    async with works.begin() as work:
        assert await callbacks.count_due(work, south.id) == 0
        assert await callbacks.claim_next(work, south.id) is None
    async with works.begin() as work:
        (await work.session.get_one(Staff, north.id)).active = False
        claimed = await callbacks.claim_next(work, south.id)
        assert claimed
        assert claimed.id == promised.id


async def test_an_obligation_waits_for_its_evidence_and_without_it_the_customer_is_called_again(
    works: Works, clock: FrozenClock, bus: Bus, callbacks: CallbackService, cast: Cast
) -> None:
    ended = listen(bus, CallbackEnded)
    async with works.begin() as work:
        agent = await cast.staff(work)
        owed = await obligation(callbacks, cast, work)
        assert await oblige(callbacks, work, owed.lead_id, due_in=HOUR) == owed, "one obligation per case"
        await callbacks.claim_next(work, agent)
        first = await cast.call(work, agent, owed.lead_id, kind=CallKind.COMPLAINT, callback_id=owed.id)
        await cast.dispose(work, first, Disposition.RESOLVED)
        assert (await callbacks.card(work, owed.id)).state is CallbackState.HELD
        assert await callbacks.claim_next(work, agent) is None
        meter = await callbacks.meter(work)
        assert (meter.due, meter.done, meter.rate) == (1, 0, 0.0)
        assert [(gap.callback_id, gap.case_id) for gap in meter.gap] == [(owed.id, 1)]
    clock.advance(SETTINGS.evidence_wait)
    async with works.begin() as work:
        again = await callbacks.claim_next(work, agent)
        assert again
        assert again.id == owed.id
        # The first recording turns up while the customer is being called a second time.
        assert await callbacks.fulfil(work, owed.id, first)
        second = await cast.call(work, agent, owed.lead_id, kind=CallKind.COMPLAINT, callback_id=owed.id)
        await cast.dispose(work, second, Disposition.RESOLVED)
        assert not await callbacks.fulfil(work, owed.id, second)
        card = await callbacks.card(work, owed.id)
        assert (card.state, card.done_call_id, card.done_at) == (CallbackState.DONE, first, work.now)
        meter = await callbacks.meter(work)
        assert (meter.due, meter.done, meter.rate, meter.gap) == (1, 1, 1.0, [])
    assert [(event.callback_id, event.case_id, event.call_id) for event in ended] == [(owed.id, 1, first)]


async def test_an_obligation_is_signed_off_only_after_enough_attempts(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent, supervisor = await cast.staff(work), await cast.staff(work, Role.COMPLAINT_OFFICER)
        owed = await obligation(callbacks, cast, work)
        for attempt in range(SETTINGS.complaint_attempts):
            with pytest.raises(ObligationStands) as refusal:
                await callbacks.sign_off(work, owed.id, supervisor, "nobody there")
            assert refusal.value.params == {"attempts": attempt, "demanded": 2}
            await callbacks.claim_next(work, agent, now=work.now + 9 * HOUR)
            call = await cast.call(
                work, agent, owed.lead_id, Outcome.NO_ANSWER, kind=CallKind.COMPLAINT, callback_id=owed.id
            )
            await cast.dispose(work, call, Disposition.NOT_REACHED)
        with pytest.raises(ReasonMissing):
            await callbacks.sign_off(work, owed.id, supervisor, " ")
        card = await callbacks.sign_off(work, owed.id, supervisor, "number is dead")
        assert (card.state, card.signed_off_by, card.done_call_id) == (CallbackState.DONE, supervisor, None)
        with pytest.raises(CallbackEndedAlready):
            await callbacks.sign_off(work, owed.id, supervisor, "again")


async def test_a_call_counts_although_its_agent_has_released_the_callback(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    """The first agent's browser dies in the call; the callback is released, and a second agent claims it."""
    async with works.begin() as work:
        first, second = await cast.staff(work), await cast.staff(work)
        owed = await obligation(callbacks, cast, work)
        await callbacks.claim_next(work, first)
        calls = [
            await cast.call(work, first, owed.lead_id, Outcome.BUSY, kind=CallKind.COMPLAINT, callback_id=owed.id)
            for _ in range(2)
        ]
        await callbacks.release(work, owed.id)
        await cast.dispose(work, calls[0], Disposition.NOT_REACHED)
        card = await callbacks.card(work, owed.id)
        assert (card.state, card.attempts, card.due_at) == (CallbackState.DUE, 1, work.now + SETTINGS.busy_retry)
        await callbacks.claim_next(work, second, now=card.due_at)
        await cast.dispose(work, calls[1], Disposition.NOT_REACHED)
        card = await callbacks.card(work, owed.id)
        assert (card.state, card.attempts, card.claimed_by) == (CallbackState.ACTIVE, 2, second)


async def test_a_callback_that_waits_for_its_recording_is_not_released(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    """A late release, when the agent logs off, does not have the customer called a second time."""
    async with works.begin() as work:
        agent = await cast.staff(work)
        owed = await obligation(callbacks, cast, work)
        await callbacks.claim_next(work, agent)
        call = await cast.call(work, agent, owed.lead_id, kind=CallKind.COMPLAINT, callback_id=owed.id)
        await cast.dispose(work, call, Disposition.RESOLVED)
        await callbacks.release(work, owed.id)
        assert [card.id for card in await callbacks.held(work)] == [owed.id]


async def test_an_obligation_cannot_lapse(works: Works, callbacks: CallbackService, cast: Cast) -> None:
    async with works.begin() as work:
        owed = await obligation(callbacks, cast, work)
        with pytest.raises(ObligationStands):
            await callbacks.lapse(work, owed.id, "no time")


@pytest.mark.parametrize(
    ("statement", "refused_by"),
    [
        ("DELETE FROM callback", "is not deleted"),
        ("TRUNCATE callback", "are not deleted"),
        ("UPDATE callback SET state = 'lapsed'", "obligation_never_lapses"),
        ("UPDATE callback SET kind = 'agent_promise', case_id = NULL", "stays what it is"),
        ("UPDATE callback SET case_id = 7", "stays what it is"),
        ("UPDATE callback SET state = 'done', done_at = now()", "done_has_evidence"),
        ("UPDATE callback SET state = 'done'", "done_has_evidence"),
        (
            "UPDATE callback SET state = 'done', done_at = now(), sign_off_reason_sealed = 'x',"
            " signed_off_by = (SELECT min(id) FROM staff)",
            "sign_off_after_attempts",
        ),
        ("UPDATE callback SET attempts_demanded = 0", "do not shrink"),
    ],
)
async def test_the_database_keeps_law_4(
    works: Works, callbacks: CallbackService, cast: Cast, statement: str, refused_by: str
) -> None:
    async with works.begin() as work:
        await cast.staff(work)
        await obligation(callbacks, cast, work)
    with pytest.raises(DBAPIError, match=refused_by):
        async with works.begin() as work:
            await work.session.execute(text(statement))


async def test_the_evidence_of_a_met_obligation_stays(works: Works, callbacks: CallbackService, cast: Cast) -> None:
    async with works.begin() as work:
        owed = await obligation(callbacks, cast, work)
        call: UUID = await cast.call(work, await cast.staff(work), owed.lead_id)
        assert await callbacks.fulfil(work, owed.id, call)
    for change in ("note_sealed = 'written afterwards'", "sign_off_reason_sealed = 'x'", "done_at = now()"):
        with pytest.raises(DBAPIError, match="its evidence stays"):
            async with works.begin() as work:
                await work.session.execute(text(f"UPDATE callback SET {change}"))


async def test_promises_may_be_removed(works: Works, callbacks: CallbackService, cast: Cast) -> None:
    """Law 4 guards obligations only: a promise's row can be deleted when its retention ends."""
    async with works.begin() as work:
        await promise(callbacks, cast, work, await cast.staff(work))
        await work.session.execute(text("DELETE FROM callback"))
        assert await work.session.scalar(text("SELECT count(*) FROM callback")) == 0


@pytest.mark.parametrize(("day", "hour", "minute"), [(28, 10, 0), (27, 19, 30)])
async def test_a_promise_for_saturday_or_the_evening_is_its_agents_on_monday_and_its_time_stays_readable(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast, day: int, hour: int, minute: int
) -> None:
    promised_at = at_business_time(date(2026, 11, day), hour, minute)
    monday = at_business_time(date(2026, 11, 30), 10)
    async with works.begin() as work:
        mine, other = await cast.staff(work), await cast.staff(work)
        lead, campaign = await cast.lead(work), await cast.campaign(work)
        time = await callbacks.time_of(work, lead, campaign, promised_at)
        card = await callbacks.promise(
            work, Promise(lead_id=lead, campaign_id=campaign, agent_id=mine, due_at=promised_at, call_id=None)
        )
    assert (time.call_at, time.opens_to_team_at) == (monday, monday + SETTINGS.grace)
    assert (card.promised_at, card.due_at, card.opens_to_team_at) == (promised_at, monday, time.opens_to_team_at)
    clock.set(monday)
    async with works.begin() as work:
        assert await callbacks.claim_next(work, other) is None, "another agent is ready first"
        claimed = await callbacks.claim_next(work, mine)
        assert claimed
        later = monday + HOUR
        await callbacks.release(work, claimed.id, due_at=later, keeps_grace=True)
        card = await callbacks.card(work, claimed.id)
    assert (card.promised_at, card.due_at, card.opens_to_team_at) == (promised_at, later, later + SETTINGS.grace)


async def test_a_time_that_has_passed_is_promised_to_nobody(
    works: Works, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        lead, campaign = await cast.lead(work), await cast.campaign(work)
        with pytest.raises(PromiseInThePast) as refused:
            await callbacks.time_of(work, lead, campaign, work.now)
    assert refused.value.status == 422


# --- people who are not there (law 12)


async def test_no_callback_goes_to_an_agent_who_should_not_be_there(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    """Neither an own promise nor one of the team nor an obligation; and the callback is as it was."""
    async with works.begin() as work:
        away, there = await cast.staff(work), await cast.staff(work)
        await make_leave(work, staff_id=away, last_on=business_date(work.now) + timedelta(days=1))
        promised = await promise(callbacks, cast, work, away)
        owed = await obligation(callbacks, cast, work)
    clock.advance(HOUR)
    async with works.begin() as work:
        assert await callbacks.claim_next(work, away) is None
        card = await callbacks.card(work, owed.id)
        assert (card.state, card.claimed_by, card.due_at) == (CallbackState.DUE, None, owed.due_at)
        first = await callbacks.claim_next(work, there)
    assert first is not None
    assert first.id == owed.id, "the promise is its agent's until it is opened"
    async with works.begin() as work:
        await callbacks.release(work, owed.id, due_at=work.now + HOUR)
        assert await callbacks.open_absent_to_team(work) == 1
        kept = await callbacks.claim_next(work, there)
    assert kept is not None
    assert (kept.id, kept.due_at) == (promised.id, promised.due_at), "the promise keeps its time"


async def test_promises_of_who_is_off_today_are_opened_to_the_team_each_at_its_time(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        off, there = await cast.staff(work), await cast.staff(work)
        today = business_date(work.now)
        await make_roster(work, staff_id=off, on=today, working=False)
        promised = await promise(callbacks, cast, work, off)
        tomorrow = await callbacks.promise(
            work,
            Promise(
                lead_id=await cast.lead(work),
                campaign_id=await cast.campaign(work),
                agent_id=off,
                due_at=work.now + timedelta(days=1),
                call_id=None,
            ),
        )
        await promise(callbacks, cast, work, there)
        assert await callbacks.open_absent_to_team(work) == 1
        assert (await callbacks.card(work, promised.id)).opens_to_team_at == promised.due_at
        assert (await callbacks.card(work, tomorrow.id)).opens_to_team_at == tomorrow.opens_to_team_at
        assert await callbacks.open_absent_to_team(work) == 0


# -- who calls a complaining customer back


async def test_a_complaint_is_the_complaint_staffs_first_and_every_agents_later(
    works: Works, clock: FrozenClock, vault: Vault, cast: Cast
) -> None:
    effects = ClassEffectsService(LeadOrdering())
    callbacks = CallbackService(CallbackSettings(), vault, effects, availability_service(), campaign_service())
    async with works.begin() as work:
        agent, officer = await cast.staff(work), await cast.staff(work, Role.COMPLAINT_OFFICER)
        owed = await obligation(callbacks, cast, work)
        assert owed.opens_to_team_at == owed.due_at + 2 * HOUR
        assert await callbacks.count_due(work, agent) == 0
        assert await callbacks.claim_next(work, agent) is None
        assert await callbacks.count_due(work, officer, DeskDuty.COMPLAINTS) == 1
    clock.advance(2 * HOUR)
    async with works.begin() as work:
        assert await callbacks.count_due(work, agent) == 1
        claimed = await callbacks.claim_next(work, agent)
        assert claimed is not None
        await callbacks.attempted(work, claimed.id, await cast.call(work, agent, claimed.lead_id), work.now + HOUR)
    clock.advance(HOUR)
    async with works.begin() as work:
        assert await callbacks.claim_next(work, agent) is None
        claimed = await callbacks.claim_next(work, officer, DeskDuty.COMPLAINTS)
        assert claimed is not None
        assert claimed.id == owed.id


async def test_complaint_staff_call_nobody_who_did_not_complain(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    async with works.begin() as work:
        agent, officer = await cast.staff(work), await cast.staff(work, Role.COMPLAINT_OFFICER)
        await promise(callbacks, cast, work, agent)
    clock.advance(9 * HOUR)
    async with works.begin() as work:
        assert await callbacks.claim_next(work, officer, DeskDuty.COMPLAINTS) is None
        assert await callbacks.claim_next(work, agent) is not None


async def test_a_promise_that_is_due_while_nobody_may_call_is_put_off_with_its_grace(
    works: Works, clock: FrozenClock, callbacks: CallbackService, cast: Cast
) -> None:
    """Also where no agent is ready, so that nothing is offered: at noon, or on a day that is declared off (C7)."""
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    clock.set(at_business_time(monday, 10, 45))
    async with works.begin() as work:
        agent, other, away = [await cast.staff(work) for _ in range(3)]
        mine, on_screen, teams = [await promise(callbacks, cast, work, owner) for owner in (agent, other, away)]
        await callbacks.open_to_team(work, away)
    clock.set(at_business_time(monday, 11, 50))
    async with works.begin() as work:
        await callbacks.put_off_closed(work)
        assert await callbacks.card(work, mine.id) == mine, "the window is open"
        claimed = await callbacks.claim_next(work, other)
        assert claimed
    clock.set(at_business_time(monday, 12, 1))
    async with works.begin() as work:
        await callbacks.put_off_closed(work)
        put_off = await callbacks.card(work, mine.id)
        assert (put_off.due_at, put_off.opens_to_team_at) == (
            at_business_time(monday, 13, 30),
            at_business_time(monday, 14),
        )
        assert put_off.promised_at == at_business_time(monday, 11, 45)
        assert (await callbacks.card(work, on_screen.id)).due_at == on_screen.due_at, "an agent has it"
        assert (await callbacks.card(work, teams.id)).due_at == teams.due_at, "nobody's own any more"
    clock.set(at_business_time(monday, 13, 40))
    async with works.begin() as work:
        await calendar_service().override_day(work, monday, working=False, reason="storm")
        await callbacks.put_off_closed(work)
        put_off = await callbacks.card(work, mine.id)
        assert put_off.due_at == at_business_time(tuesday, 10)
        assert put_off.opens_to_team_at == at_business_time(tuesday, 10, 30)
