"""Reads complaint cases as rows and as cards, and keeps the recordings of a dispute as long as the case requires."""

from collections.abc import Sequence
from dataclasses import replace

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard
from callcenter.complaints import repository
from callcenter.complaints.errors import CaseNotFound
from callcenter.complaints.models import Case
from callcenter.complaints.ports import Retention
from callcenter.complaints.types import CASE_DECISION, CASE_TEXT, CaseCard, CaseState
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.recordings.errors import RecordingNotFound


class CaseService:
    """Reads cases, and updates what depends on them after each change."""

    def __init__(self, vault: Vault, callbacks: CallbackService, retention: Retention) -> None:
        self._vault = vault
        self._callbacks = callbacks
        self._retention = retention

    async def cases(
        self, work: Work, state: CaseState | None = None, *, before: int | None = None, limit: int = 100
    ) -> list[CaseCard]:
        """Returns cases of the actor's scope, the newest first; ``before``: the last id of the page before."""
        return await self._cards(work, await repository.list_page(work, state, before=before, limit=limit))

    async def card(self, work: Work, case_id: int) -> CaseCard:
        """Returns one case. Raises CaseNotFound."""
        return await self.card_of(work, await self.row(work, case_id))

    async def callback(self, work: Work, case_id: int) -> CallbackCard:
        """Returns the obligation of a case; the transaction that opens a case always creates one (law 4)."""
        return (await self._callbacks.of_cases(work, [case_id]))[case_id]

    # -- for the other services of this room

    async def row(self, work: Work, case_id: int, *, lock: bool = False) -> Case:
        """Returns a case's row, with ``lock`` held until the transaction ends. Raises CaseNotFound."""
        case = await repository.find(work.session, case_id, lock=lock)
        if case is None:
            raise CaseNotFound(f"there is no case {case_id}")
        return case

    async def require_within(self, work: Work, case_id: int) -> None:
        """Refuses a case beyond the actor's scope as if it did not exist. Raises CaseNotFound."""
        if not await repository.is_within(work, case_id):
            raise CaseNotFound(f"there is no case {case_id}")

    async def card_of(self, work: Work, case: Case) -> CaseCard:
        """Flushes a changed row and returns its card."""
        await work.session.flush()
        return (await self._cards(work, [case]))[0]

    async def keep_recordings(self, work: Work, case: Case) -> None:
        """Keeps the recordings of complaint and answer while the case is open, and for a time after it (R3)."""
        callback = await self.callback(work, case.id)
        ended_on = business_date(work.now) if case.state is CaseState.CLOSED else None
        for call_id in filter(None, (case.call_id, callback.done_call_id)):
            try:
                known = await self._retention.facts(work, call_id)
            except RecordingNotFound:  # the call was not answered, or is older than this system: nothing to keep
                continue
            # Retention takes all facts at once: those of other rooms (a contract, a hold) must be passed on.
            facts = replace(known, dispute_open=ended_on is None, dispute_ended_on=ended_on)
            await self._retention.extend_retention(work, call_id, facts)

    async def _cards(self, work: Work, cases: Sequence[Case]) -> list[CaseCard]:
        callbacks = await self._callbacks.of_cases(work, [case.id for case in cases])
        return [
            CaseCard(
                id=case.id,
                lead_id=case.lead_id,
                call_id=case.call_id,
                agent_id=case.agent_id,
                category=case.category,
                text=self._vault.open(case.text_sealed, CASE_TEXT.at(case)),
                state=case.state,
                opened_at=case.opened_at,
                opened_by=case.opened_by,
                answer_due_at=case.answer_due_at,
                decide_due_at=case.decide_due_at,
                answered_at=case.answered_at,
                decision=(
                    self._vault.open(case.decision_sealed, CASE_DECISION.at(case)) if case.decision_sealed else ""
                ),
                decided_at=case.decided_at,
                decided_by=case.decided_by,
                callback=callbacks.get(case.id),
            )
            for case in cases
        ]
