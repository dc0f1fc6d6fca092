"""A success is reviewed before it goes to the field."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.calls.service import CallService
from callcenter.calls.types import Disposition, DispositionDetails, Successes
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.scope import Scope
from callcenter.kit.work import Work, Works
from callcenter.people.errors import NotAvailable
from callcenter.people.types import LoggedOut, Role, StaffAway, StaffLeft
from callcenter.quality import handlers
from callcenter.quality.errors import (
    NotClaimed,
    OwnCall,
    RecordingNotStored,
    ReviewNotFound,
    ReviewTaken,
    VerdictInvalid,
)
from callcenter.quality.rules.score_card import CURRENT
from callcenter.quality.service import QualityService
from callcenter.quality.settings import QualitySettings
from callcenter.quality.types import ReviewDecided, ReviewState, ReviewVerdict
from tests.support.cast import Cast
from tests.support.events import listen
from tests.support.joining import joined
from tests.support.leads import availability_service
from tests.support.rows import make_leave

pytestmark = pytest.mark.db
SETTINGS = QualitySettings()


class Shelf:
    """Replaces the recordings room: knows which recordings are stored."""

    def __init__(self) -> None:
        self.calls: set[UUID] = set()

    async def stored(self, work: Work, call_id: UUID) -> bool:
        return call_id in self.calls


@dataclass
class Checkers:
    """The quality room and two people who work in it."""

    works: Works
    clock: FrozenClock
    cast: Cast
    quality: QualityService
    shelf: Shelf
    first: Actor
    second: Actor
    announced: list[ReviewDecided]

    async def success(self, disposition: Disposition = Disposition.SUCCESS) -> tuple[int, UUID, int]:
        """Plays a call with this disposition and stores its recording; returns review (0: none), call and agent."""
        async with self.works.begin() as work:
            agent, lead = await self.cast.staff(work), await self.cast.lead(work)
            call_id = await self.cast.call(work, agent, lead)
            details = DispositionDetails(
                note="agreed", visit_at=work.now + timedelta(days=1), callback_at=work.now + timedelta(days=1)
            )
            await self.cast.dispose(work, call_id, disposition, details)
            self.shelf.calls.add(call_id)
            reviews = await self.quality.reviews(work)
            return (reviews[-1].id if reviews else 0), call_id, agent


@pytest.fixture
async def checkers(works: Works, clock: FrozenClock, bus: Bus, vault: Vault) -> Checkers:
    calls, shelf = joined(vault).get(CallService), Shelf()
    cast = Cast(calls)
    quality = QualityService(SETTINGS, vault, shelf, availability_service(), calls)
    handlers.subscribe(bus, quality)
    async with works.begin() as work:
        first = Actor(await cast.staff(work, Role.QA), "first checker", "qa", scope=Scope.of_branch("main"))
        second = Actor(await cast.staff(work, Role.QA), "second checker", "qa", scope=Scope.of_branch("main"))
    return Checkers(works, clock, cast, quality, shelf, first, second, listen(bus, ReviewDecided))


async def test_a_success_is_claimed_reviewed_and_passed(checkers: Checkers) -> None:
    review_id, call_id, agent = await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        claimed = await checkers.quality.claim(work, review_id)
        assert (claimed.state, claimed.claimed_by) == (ReviewState.CLAIMED, checkers.first.id)
        assert claimed.claim_expires_at == work.now + SETTINGS.claim_for
    async with checkers.works.begin(checkers.first) as work:
        decided = await checkers.quality.decide(work, review_id, ReviewVerdict.PASS, "王小明 was clear", ["courtesy"])
        assert (decided.state, decided.verdict, decided.claimed_by) == (ReviewState.DECIDED, ReviewVerdict.PASS, None)
        assert (decided.note, decided.failed_items) == ("王小明 was clear", ("courtesy",))
        assert (decided.decided_by, decided.card_version) == (checkers.first.id, CURRENT.version)
        assert "王" not in (await work.session.scalar(text("SELECT note_sealed FROM review")))
    assert checkers.announced == [
        ReviewDecided(
            review_id=review_id,
            call_id=call_id,
            lead_id=decided.lead_id,
            campaign_id=checkers.cast.campaign_id,
            agent_id=agent,
            verdict=ReviewVerdict.PASS,
            at=checkers.clock.now(),
        )
    ]


async def test_only_successes_are_reviewed(checkers: Checkers) -> None:
    for disposition in (Disposition.CALLBACK, Disposition.THINKING, Disposition.REFUSED, Disposition.DO_NOT_CALL):
        assert (await checkers.success(disposition))[0] == 0
    assert (await checkers.success())[0] != 0


async def test_two_checkers_never_hold_the_same_review(checkers: Checkers) -> None:
    review_id, *_ = await checkers.success()

    async def claim(actor: Actor) -> bool:
        try:
            async with checkers.works.begin(actor) as work:
                await checkers.quality.claim(work, review_id)
        except ReviewTaken:
            return False
        return True

    assert sorted(await asyncio.gather(claim(checkers.first), claim(checkers.second))) == [False, True]


async def test_a_claim_is_released_or_expires(checkers: Checkers) -> None:
    review_id, *_ = await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        assert (await checkers.quality.release(work, review_id)).state is ReviewState.OPEN
        await checkers.quality.claim(work, review_id)
    async with checkers.works.begin(checkers.second) as work:
        assert (await checkers.quality.release(work, review_id)).claimed_by == checkers.first.id
    checkers.clock.advance(SETTINGS.claim_for)
    async with checkers.works.begin(checkers.second) as work:
        assert (await checkers.quality.claim(work, review_id)).claimed_by == checkers.second.id
    with pytest.raises(NotClaimed):
        async with checkers.works.begin(checkers.first) as work:
            await checkers.quality.decide(work, review_id, ReviewVerdict.PASS)


async def test_nobody_reviews_their_own_call(checkers: Checkers) -> None:
    review_id, _, agent = await checkers.success()
    with pytest.raises(OwnCall):
        async with checkers.works.begin(Actor(agent, "agent", "agent", scope=Scope.of_branch("main"))) as work:
            await checkers.quality.claim(work, review_id)
    with pytest.raises(DBAPIError, match="ck_review_own"):
        async with checkers.works.begin() as work:
            await work.session.execute(text("UPDATE review SET state = 'claimed', claimed_by = agent_id"))


async def test_a_success_passes_only_when_its_recording_is_stored(checkers: Checkers) -> None:
    review_id, *_ = await checkers.success()
    checkers.shelf.calls.clear()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
    with pytest.raises(RecordingNotStored):
        async with checkers.works.begin(checkers.first) as work:
            await checkers.quality.decide(work, review_id, ReviewVerdict.PASS)
    assert checkers.announced == []
    async with checkers.works.begin(checkers.first) as work:
        assert (await checkers.quality.card(work, review_id)).state is ReviewState.CLAIMED
        decided = await checkers.quality.decide(work, review_id, ReviewVerdict.FAIL, "", ["identity"])
        assert decided.verdict is ReviewVerdict.FAIL
    assert [event.verdict for event in checkers.announced] == [ReviewVerdict.FAIL]


async def test_a_verdict_that_contradicts_the_card_is_refused(checkers: Checkers) -> None:
    review_id, *_ = await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        with pytest.raises(VerdictInvalid):
            await checkers.quality.decide(work, review_id, ReviewVerdict.PASS, "", ["misleading"])
        with pytest.raises(ReviewNotFound):
            await checkers.quality.claim(work, 999)


async def test_a_returned_call_is_reviewed_again_and_a_passed_one_is_not(checkers: Checkers) -> None:
    review_id, *_ = await checkers.success()
    for actor, verdict in ((checkers.first, ReviewVerdict.RETURN), (checkers.second, ReviewVerdict.PASS)):
        async with checkers.works.begin(actor) as work:
            await checkers.quality.claim(work, review_id)
            await checkers.quality.decide(work, review_id, verdict, "confirm the address")
    with pytest.raises(ReviewTaken):
        async with checkers.works.begin(checkers.first) as work:
            await checkers.quality.claim(work, review_id)
    assert [event.verdict for event in checkers.announced] == [ReviewVerdict.RETURN, ReviewVerdict.PASS]


async def test_reviews_are_listed_page_by_page_the_longest_waiting_first(checkers: Checkers) -> None:
    ids = [(await checkers.success())[0] for _ in range(3)]
    async with checkers.works.begin(checkers.first) as work:
        page = await checkers.quality.reviews(work, ReviewState.OPEN, limit=2)
        rest = await checkers.quality.reviews(work, ReviewState.OPEN, after=page[-1].id, limit=2)
        assert [review.id for review in [*page, *rest]] == ids
        assert await checkers.quality.reviews(work, ReviewState.DECIDED) == []


async def test_a_success_counts_until_quality_has_refused_it(checkers: Checkers) -> None:
    async def successes(agent: int) -> Successes:
        async with checkers.works.begin() as work:
            return (await checkers.cast.calls.tally(work, work.now - timedelta(hours=1)))[agent].successes

    review_id, _, agent = await checkers.success()
    assert await successes(agent) == Successes(open=1)
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        await checkers.quality.decide(work, review_id, ReviewVerdict.RETURN, "say the time again")
    assert await successes(agent) == Successes(open=1)
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        await checkers.quality.decide(work, review_id, ReviewVerdict.FAIL, "no identity", ["identity"])
    assert await successes(agent) == Successes(failed=1)
    review_id, _, agent = await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        await checkers.quality.decide(work, review_id, ReviewVerdict.PASS)
    assert await successes(agent) == Successes(passed=1)


async def test_a_checker_on_leave_claims_no_review(checkers: Checkers) -> None:
    review_id, _, _ = await checkers.success()
    async with checkers.works.begin() as work:
        await make_leave(work, staff_id=checkers.first.id)
    async with checkers.works.begin(checkers.first) as work:
        with pytest.raises(NotAvailable, match="on_leave"):
            await checkers.quality.claim(work, review_id)


@pytest.mark.parametrize("leaves_the_bank", [True, False])
async def test_what_a_checker_has_claimed_who_leaves_is_free_at_once(checkers: Checkers, leaves_the_bank: bool) -> None:
    (review_id, _, _), (returned, _, _) = await checkers.success(), await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, returned)
        await checkers.quality.decide(work, returned, ReviewVerdict.RETURN, "ask again", [])
        for one in (review_id, returned):
            await checkers.quality.claim(work, one)
        today = business_date(work.now)
        gone = StaffLeft(checkers.first.id) if leaves_the_bank else StaffAway(checkers.first.id, today, today)
        await work.announce(gone)
        assert (await checkers.quality.card(work, review_id)).state is ReviewState.OPEN
        assert (await checkers.quality.card(work, returned)).state is ReviewState.DECIDED, "its last verdict stands"
    async with checkers.works.begin(checkers.second) as work:
        assert (await checkers.quality.claim(work, review_id)).claimed_by == checkers.second.id


async def test_what_a_checker_has_claimed_who_logs_out_is_free_at_once(checkers: Checkers) -> None:
    review_id, _, _ = await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, review_id)
        await work.announce(LoggedOut(checkers.first.id))
    async with checkers.works.begin(checkers.second) as work:
        assert [one.id for one in await checkers.quality.reviews(work, ReviewState.OPEN)] == [review_id]


async def test_a_review_whose_claim_has_expired_is_listed_as_open_again(checkers: Checkers) -> None:
    """The list of open reviews is where others look: an expired claim must not hide a review from them."""
    (review_id, _, _), (returned, _, _) = await checkers.success(), await checkers.success()
    async with checkers.works.begin(checkers.first) as work:
        await checkers.quality.claim(work, returned)
        await checkers.quality.decide(work, returned, ReviewVerdict.RETURN, "ask again", [])
        for one in (review_id, returned):
            await checkers.quality.claim(work, one)
        await checkers.quality.release_expired(work)
        assert await checkers.quality.reviews(work, ReviewState.OPEN) == []
    checkers.clock.advance(SETTINGS.claim_for)
    async with checkers.works.begin(checkers.second) as work:
        await checkers.quality.release_expired(work)
        assert [one.id for one in await checkers.quality.reviews(work, ReviewState.OPEN)] == [review_id]
        assert [one.id for one in await checkers.quality.reviews(work, ReviewState.DECIDED)] == [returned]
