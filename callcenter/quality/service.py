"""Reviews every success: queue, claim, verdict."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from callcenter.calls.service import CallService
from callcenter.calls.types import CallDisposed, SuccessVerdict
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.availability import AvailabilityService
from callcenter.people.types import Duty
from callcenter.quality import repository
from callcenter.quality.errors import (
    NotClaimed,
    OwnCall,
    RecordingNotStored,
    ReviewNotFound,
    ReviewTaken,
    VerdictInvalid,
)
from callcenter.quality.models import Review
from callcenter.quality.rules.score_card import CURRENT
from callcenter.quality.rules.verdict import disagreement
from callcenter.quality.settings import QualitySettings
from callcenter.quality.types import REVIEW_NOTE, ReviewCard, ReviewDecided, ReviewState, ReviewVerdict, ScoreCard

_SUCCESS_VERDICTS = {ReviewVerdict.PASS: SuccessVerdict.PASSED, ReviewVerdict.FAIL: SuccessVerdict.FAILED}
"""A success that was returned for correction stays open."""


class RecordingReads(Protocol):
    """Protocol of the recordings room as this room uses it; ``ListeningService`` fulfils it."""

    async def stored(self, work: Work, call_id: UUID) -> bool: ...


class QualityService:
    """Queues successes for review, and moves each review from claim to verdict."""

    def __init__(
        self,
        settings: QualitySettings,
        vault: Vault,
        recordings: RecordingReads,
        availability: AvailabilityService,
        calls: CallService,
        card: ScoreCard = CURRENT,
    ) -> None:
        self._settings = settings
        self._availability = availability
        self._vault = vault
        self._recordings = recordings
        self._calls = calls
        self.score_card = card

    async def queue(self, work: Work, event: CallDisposed) -> None:
        """Queues a success for review: every one is checked (requirement Q1). Safe to repeat."""
        await repository.add(
            work.session,
            call_id=event.call_id,
            agent_id=event.agent_id,
            lead_id=event.lead_id,
            campaign_id=event.campaign_id,
            now=work.now,
        )

    async def reviews(
        self, work: Work, state: ReviewState | None = None, *, after: int = 0, limit: int = 100
    ) -> list[ReviewCard]:
        """Returns reviews of the actor's scope, the longest waiting first; ``after``: last id of the page before."""
        return [self._card(row) for row in await repository.list_page(work, state, after=after, limit=limit)]

    async def card(self, work: Work, review_id: int) -> ReviewCard:
        """Returns one review of the actor's scope. Raises ReviewNotFound."""
        return self._card(await self._row(work, review_id))

    async def claim(self, work: Work, review_id: int) -> ReviewCard:
        """Claims a review for the actor; a claim expires, and a returned call may be claimed again.

        Raises ReviewNotFound, OwnCall, ReviewTaken, NotAvailable (rule F3).
        """
        reviewer = work.actor.id
        await self._availability.require(work, reviewer, Duty.REVIEWS)
        claimed = await repository.claim(work, review_id, reviewer, work.now + self._settings.claim_for)
        if claimed is None:
            row = await self._row(work, review_id)
            if row.agent_id == reviewer:
                raise OwnCall("you were the agent of this call: another checker must review it")
            raise ReviewTaken("another checker has claimed this review, or it is decided", state=row.state.value)
        return self._card(claimed)

    async def release(self, work: Work, review_id: int) -> ReviewCard:
        """Releases the actor's claim; does nothing when the actor has none. Raises ReviewNotFound."""
        row = await self._row(work, review_id)
        return self._card(await repository.release(work.session, review_id, work.actor.id) or row)

    async def release_all(self, work: Work, reviewer_id: int) -> int:
        """Releases what a checker has claimed who has logged out, is gone or on leave; returns how many."""
        claimed = await repository.list_claimed_by(work.session, reviewer_id)
        for review_id in claimed:
            await repository.release(work.session, review_id, reviewer_id)
        return len(claimed)

    async def release_expired(self, work: Work) -> None:
        """Releases reviews whose claim has expired: others find them among the open ones again (law 12)."""
        for review_id, reviewer_id in await repository.list_expired(work.session, work.now):
            await repository.release(work.session, review_id, reviewer_id)

    async def decide(
        self, work: Work, review_id: int, verdict: ReviewVerdict, note: str = "", failed_items: Collection[str] = ()
    ) -> ReviewCard:
        """Enters the actor's verdict on a review they have claimed. A pass needs the recording in the store.

        ``failed_items`` are keys of the score card. Raises ReviewNotFound, NotClaimed, VerdictInvalid,
        RecordingNotStored.
        """
        row = await self._row(work, review_id)
        if row.state is not ReviewState.CLAIMED or row.claimed_by != work.actor.id:
            raise NotClaimed("claim this review first", state=row.state.value)
        if problem := disagreement(verdict, failed_items, note, self.score_card):
            raise VerdictInvalid(problem)
        if verdict is ReviewVerdict.PASS and not await self._recordings.stored(work, row.call_id):
            raise RecordingNotStored("the recording is not stored yet: a success passes only with it, try again later")
        decided = await repository.decide(
            work.session,
            review_id,
            work.actor.id,
            verdict=verdict,
            note_sealed=self._vault.seal(note.strip(), REVIEW_NOTE.at(row)) if note.strip() else None,
            failed_items=sorted(set(failed_items)),
            card_version=self.score_card.version,
            decided_at=work.now,
        )
        if decided is None:
            raise NotClaimed("your claim expired and another checker has claimed this review")
        if verdict in _SUCCESS_VERDICTS:
            await self._calls.judge_success(work, decided.call_id, _SUCCESS_VERDICTS[verdict])
        await work.announce(
            ReviewDecided(
                review_id=decided.id,
                call_id=decided.call_id,
                lead_id=decided.lead_id,
                campaign_id=decided.campaign_id,
                agent_id=decided.agent_id,
                verdict=verdict,
                at=work.now,
            )
        )
        facts = {"verdict": verdict.value, "failed": decided.failed_items, "card": self.score_card.version}
        await work.announce(Noted("quality.decided", f"review:{decided.id}", facts))
        return self._card(decided)

    async def _row(self, work: Work, review_id: int) -> Review:
        row = await repository.find(work, review_id)
        if row is None:
            raise ReviewNotFound(f"there is no review {review_id}")
        return row

    def _card(self, row: Review) -> ReviewCard:
        return ReviewCard(
            id=row.id,
            call_id=row.call_id,
            agent_id=row.agent_id,
            lead_id=row.lead_id,
            campaign_id=row.campaign_id,
            state=row.state,
            claimed_by=row.claimed_by,
            claim_expires_at=row.claim_expires_at,
            verdict=row.verdict,
            note=self._vault.open(row.note_sealed, REVIEW_NOTE.at(row)) if row.note_sealed else "",
            failed_items=tuple(row.failed_items),
            card_version=row.card_version,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            created_at=row.created_at,
        )
