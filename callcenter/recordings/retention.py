"""Retention of recordings: writes the policy's verdict into the row and lengthens the lock in the store to match.

Dangerous, because a lock in COMPLIANCE mode can never be undone: only the policy decides its date, and the row states
it only after the store has confirmed it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from callcenter.kit.errors import Refusal
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.recordings import repository
from callcenter.recordings.cards import copy_verdict
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.models import Recording
from callcenter.recordings.types import RetentionFacts
from callcenter.storage.port import ObjectStore
from recordings_policy import Facts, Policy, Verdict, decide

log = get_logger(__name__)


class RetentionService:
    """Judges recordings by the signed policy and lengthens their locks."""

    def __init__(self, store: ObjectStore, policy: Policy) -> None:
        self._store = store
        self._policy = policy

    async def facts(self, work: Work, call_id: UUID) -> RetentionFacts:
        """Returns the facts that decide a recording's retention. Raises RecordingNotFound."""
        row = await repository.find(work, call_id)
        if row is None:
            raise _not_found(call_id)
        return RetentionFacts.from_json(row.retention_facts)

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> Verdict:
        """Stores the facts (a contract, a dispute, a hold) and judges the recording again. Raises RecordingNotFound.

        ``keep_locked`` then lengthens the lock; it never shortens one.
        """
        row = await self._locked_row(work, call_id)
        row.retention_facts = facts.to_json()
        verdict = self.judge_row(row, work.now)
        await work.announce(
            Noted(
                "recordings.retention_judged",
                f"call:{call_id}",
                {"rule": verdict.rule.value, "retain_until": verdict.retain_until.isoformat()},
            )
        )
        return verdict

    def judge_row(self, row: Recording, now: datetime) -> Verdict:
        """Judges a locked row by the present facts and writes the verdict into it. Only for this room."""
        known = RetentionFacts.from_json(row.retention_facts)
        verdict = decide(
            Facts(
                recorded_at=row.ended_at or row.armed_at,
                contract=known.contract,
                dispute_open=known.dispute_open,
                dispute_ended_on=known.dispute_ended_on,
                legal_hold=known.legal_hold,
            ),
            self._policy,
            now,
        )
        copy_verdict(row, verdict)
        return verdict

    async def keep_locked(self, works: Works, *, limit: int = 200) -> int:
        """Lengthens and renews locks in the store. Returns how many; a lock that fails is due again next time."""
        async with works.begin() as work:
            renew_before = work.now + timedelta(days=self._policy.renew_before_days)
            due = [row.call_id for row in await repository.list_to_lengthen(work, renew_before, limit)]
        lengthened = 0
        for call_id in due:
            lengthened += await self._lengthen(works, call_id)
        return lengthened

    async def _lengthen(self, works: Works, call_id: UUID) -> bool:
        # Three steps, so that no transaction is open while the store is asked: judge and commit, ask, write down.
        async with works.begin() as work:
            row = await self._locked_row(work, call_id)
            self.judge_row(row, work.now)
            key, version_id, wanted, held = row.object_key, row.version_id, row.wanted_until, row.retain_until
        if key is None or version_id is None or wanted is None or held is None or wanted <= held:
            return False
        try:
            await self._store.extend(key, version_id, wanted)
            confirmed = (await self._store.stat(key, version_id)).retain_until
        except Refusal as refusal:
            log.warning("lock not lengthened", call_id=str(call_id), error=refusal.code)
            return False
        if confirmed is None:
            return False
        async with works.begin() as work:
            await repository.set_lock(work, call_id, confirmed)
        return True

    async def _locked_row(self, work: Work, call_id: UUID) -> Recording:
        row = await repository.find(work, call_id, lock=True)
        if row is None:
            raise _not_found(call_id)
        return row


def _not_found(call_id: UUID) -> RecordingNotFound:
    return RecordingNotFound(f"the call {call_id} has no recording")
