"""Retention of recordings: writes the policy's verdict into the row and lengthens the lock in the store to match.

Dangerous, because a lock in COMPLIANCE mode can never be undone: only the policy decides its date, and the row states
it only after the store has confirmed it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.clock import business_date
from callcenter.kit.errors import Refusal
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.recordings import repository
from callcenter.recordings.cards import copy_verdict, facts_of
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.models import Recording
from callcenter.recordings.types import Detail, DetailCode, IncidentKind, RetentionFacts
from callcenter.storage.port import ObjectStore, StoreUnavailable
from recordings_policy import Policy, Verdict, decide

log = get_logger(__name__)

_STORE = "store:recordings"


class RetentionService:
    """Judges recordings by the signed policy and lengthens their locks."""

    def __init__(self, store: ObjectStore, policy: Policy, incidents: IncidentService, alerts: AlertService) -> None:
        self._store = store
        self._policy = policy
        self._incidents = incidents
        self._alerts = alerts

    @property
    def policy_version(self) -> str:
        return self._policy.version

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
        verdict = decide(facts_of(row), self._policy, now)
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
        except StoreUnavailable as error:  # the watch of the store raises an alert; the lock is due again
            log.warning("lock not lengthened", call_id=str(call_id), error=error.code)
            return False
        except Refusal as refusal:
            await self._note_refused(works, call_id, wanted, refusal.code)
            return False
        if confirmed is None or confirmed < wanted:
            await self._note_refused(works, call_id, wanted, "lock_not_held")
            return False
        async with works.begin() as work:
            await repository.set_lock(work, call_id, confirmed)
            if await repository.close_incidents(work, call_id, [IncidentKind.LOCK_REFUSED], "the lock was lengthened"):
                await self._count_refused(work, "")
        return True

    async def _note_refused(self, works: Works, call_id: UUID, wanted: datetime, error: str) -> None:
        """Opens an incident and raises the alert: the recording could be lost before its time."""
        async with works.begin() as work:
            facts = {"until": f"{business_date(wanted):%Y-%m-%d}", "error": error}
            await self._incidents.open(work, IncidentKind.LOCK_REFUSED, call_id, Detail(DetailCode.LOCK_REFUSED, facts))
            await self._count_refused(work, error)

    async def _count_refused(self, work: Work, error: str) -> None:
        count = await repository.count_open(work, IncidentKind.LOCK_REFUSED)
        if count:
            await self._alerts.raise_(work, AlertKind.LOCK_REFUSED, _STORE, {"count": count, "error": error})
        else:
            await self._alerts.clear(work, AlertKind.LOCK_REFUSED, _STORE)

    async def _locked_row(self, work: Work, call_id: UUID) -> Recording:
        row = await repository.find(work, call_id, lock=True)
        if row is None:
            raise _not_found(call_id)
        return row


def _not_found(call_id: UUID) -> RecordingNotFound:
    return RecordingNotFound(f"the call {call_id} has no recording")
