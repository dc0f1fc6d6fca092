"""Places and lifts legal holds. A hold beats every other rule of the policy (requirement R3)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.recordings import repository as recordings
from callcenter.recordings.holds import repository
from callcenter.recordings.holds.errors import HoldLifted, HoldNotFound, NothingToHold
from callcenter.recordings.holds.models import LegalHold
from callcenter.recordings.holds.types import HOLD_WHY, LIFT_WHY, HoldCard, HoldDraft
from callcenter.recordings.retention import RetentionService
from callcenter.recordings.types import RecordingState


class HoldService:
    """Keeps recordings for courts, authorities and lawyers until they no longer ask for it."""

    def __init__(self, retention: RetentionService, vault: Vault) -> None:
        self._retention = retention
        self._vault = vault

    async def place(self, work: Work, draft: HoldDraft) -> HoldCard:
        """Places a hold on recordings; their locks are lengthened at once and renewed while it is in force.

        Raises ReasonMissing, NothingToHold.
        """
        reason = require_reason(draft.reason, "a legal hold", rule="R3")
        call_ids = sorted(set(draft.call_ids))
        ids: list[int] = []
        for call_id in call_ids:  # in the order of their ids, so that two holds cannot block each other
            row = await recordings.find(work, call_id, lock=True)
            if row is None or row.state in (RecordingState.DESTROYED, RecordingState.EMPTY):
                raise NothingToHold(f"the call {call_id} has no recording that could be kept", call=str(call_id))
            ids.append(row.id)
        hold = LegalHold(
            authority=draft.authority,
            number=draft.number,
            why_sealed=self._vault.seal(reason, HOLD_WHY.place(draft.number, work.now)),
            placed_by=work.actor.staff_id,
            placed_at=work.now,
        )
        await repository.add(work, hold, ids)
        for call_id in call_ids:
            await self._judge(work, call_id, held=True)
        facts = {"authority": hold.authority.value, "number": hold.number, "recordings": len(ids)}
        await work.announce(Noted("recordings.hold_placed", f"legal_hold:{hold.id}", facts))
        return self._card(hold, call_ids)

    async def lift(self, work: Work, hold_id: int, reason: str) -> None:
        """Lifts a hold; what no other hold keeps is judged by the other rules again. A lock is never shortened.

        Raises ReasonMissing, HoldNotFound, HoldLifted.
        """
        reason = require_reason(reason, "lifting a legal hold", rule="R3")
        hold = await repository.lock(work, hold_id)
        if hold is None:
            raise HoldNotFound(f"there is no legal hold {hold_id}")
        if hold.lifted_at is not None:
            raise HoldLifted("this hold is lifted already: load the list again")
        hold.lifted_at, hold.lifted_by = work.now, work.actor.staff_id
        hold.lift_why_sealed = self._vault.seal(reason, LIFT_WHY.at(hold))
        await work.session.flush()
        calls = sorted((await repository.calls_of(work, [hold_id])).get(hold_id, []))
        held = await repository.still_held(work, calls)
        for call_id in calls:
            await self._judge(work, call_id, held=call_id in held)
        facts = {"authority": hold.authority.value, "number": hold.number, "recordings": len(calls)}
        await work.announce(Noted("recordings.hold_lifted", f"legal_hold:{hold_id}", facts))

    async def list(
        self, work: Work, *, in_force: bool | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[HoldCard]:
        """Returns a page of holds, the newest first."""
        holds = await repository.list_page(work, in_force=in_force, before=before, limit=limit)
        calls = await repository.calls_of(work, [hold.id for hold in holds])
        return [self._card(hold, calls.get(hold.id, ())) for hold in holds]

    async def _judge(self, work: Work, call_id: UUID, *, held: bool) -> None:
        known = await self._retention.facts(work, call_id)
        if known.legal_hold is not held:
            await self._retention.extend_retention(work, call_id, replace(known, legal_hold=held))

    def _card(self, hold: LegalHold, call_ids: Sequence[UUID]) -> HoldCard:
        return HoldCard(
            id=hold.id,
            authority=hold.authority,
            number=hold.number,
            why=self._vault.open(hold.why_sealed, HOLD_WHY.at(hold)),
            placed_by=hold.placed_by,
            placed_at=hold.placed_at,
            lifted_by=hold.lifted_by,
            lifted_at=hold.lifted_at,
            lift_why=self._vault.open_words(hold.lift_why_sealed, LIFT_WHY.at(hold)),
            call_ids=tuple(call_ids),
        )
