"""Requests, decides, makes and gives out exports of recordings (requirement R6, law 6).

Dangerous, because what has left the bank cannot be fetched back: each step judges by ``rules.refusal`` again, a second
person decides, and every refusal is kept as a row.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Role
from callcenter.recordings import repository as recordings
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.exports import repository
from callcenter.recordings.exports.errors import (
    ExportDecided,
    ExportForbidden,
    ExportNotFound,
    OwnRequest,
    PackNotReady,
)
from callcenter.recordings.exports.models import RecordingExport
from callcenter.recordings.exports.ports import SoldPolicies
from callcenter.recordings.exports.rules import refusal
from callcenter.recordings.exports.transitions import EXPORT, ExportFact
from callcenter.recordings.exports.types import (
    DECISION_WHY,
    EXPORT_WHY,
    ExportCard,
    ExportFacts,
    ExportState,
    Pack,
    Purpose,
    Refused,
)
from callcenter.recordings.types import ACCESS_WHY, AccessAct, RecordingState
from callcenter.storage.port import ObjectLocked, ObjectMissing, ObjectStore

PACK_KIND = "recordings.pack"
_EXPIRED_AT_ONCE = 100


class ExportService:
    """Takes requests, keeps refusals, has packs made and gives them out until their links expire."""

    def __init__(self, works: Works, policies: SoldPolicies, store: ObjectStore, jobs: Jobs, vault: Vault) -> None:
        self._works = works
        self._policies = policies
        self._store = store
        self._jobs = jobs
        self._vault = vault

    async def request(self, work: Work, call_id: UUID, purpose: Purpose, number: str, reason: str) -> ExportCard:
        """Requests an export; another person decides. Raises ReasonMissing, RecordingNotFound, ExportForbidden."""
        reason = require_reason(reason, "an export of a recording", rule="R6")
        number = number.strip()
        facts = await self.facts(work, call_id, purpose, number)
        why_sealed = self._vault.seal(reason, EXPORT_WHY.place(call_id, work.now))
        export = RecordingExport(
            call_id=call_id,
            purpose=purpose,
            number=number,
            state=EXPORT.initials[0],
            why_sealed=why_sealed,
            requested_by=work.actor.staff_id,
            requested_at=work.now,
        )
        if refused := refusal(facts):
            await self._keep_refused(work, export, refused)
        await repository.add(work, export)
        noted = {"purpose": purpose.value, "number": number, "about": f"call:{call_id}"}
        await work.announce(Noted("recordings.export_requested", f"recording_export:{export.id}", noted))
        return self._card(export)

    async def facts(self, work: Work, call_id: UUID, purpose: Purpose, number: str) -> ExportFacts:
        """Returns the facts by which an export is judged now. Raises RecordingNotFound."""
        row = await recordings.find(work, call_id)
        if row is None:
            raise RecordingNotFound(f"the call {call_id} has no recording")
        return ExportFacts(
            purpose=purpose,
            number=number,
            stored=row.state is RecordingState.STORED,
            policy=await self._policies.policy_of_call(work, call_id),
            insurers_liaison=work.actor.role == Role.INSURER_LIAISON,
        )

    async def decide(self, work: Work, export_id: int, reason: str, *, approved: bool) -> ExportCard:
        """Decides on another person's request; an approved one is judged again and its pack is made by a job.

        Raises ReasonMissing, ExportNotFound, ExportDecided, OwnRequest, ExportForbidden.
        """
        reason = require_reason(reason, "deciding on an export", rule="R6")
        export = await repository.find(work, export_id)
        if export is None:
            raise ExportNotFound(f"there is no export {export_id}")
        if export.requested_by == work.actor.staff_id:
            raise OwnRequest("another person decides on your request", rule="R6")
        if approved:
            facts = await self.facts(work, export.call_id, export.purpose, export.number)
            if refused := refusal(replace(facts, insurers_liaison=False)):
                await self._mark_refused(work, export_id, refused)
        export = await repository.lock(work, export_id)
        assert export is not None
        if EXPORT.move(export, ExportFact.APPROVED if approved else ExportFact.REJECTED) is None:
            raise ExportDecided(f"the export is {export.state.value}: load the list again", state=export.state.value)
        export.decided_by, export.decided_at = work.actor.staff_id, work.now
        export.decision_why_sealed = self._vault.seal(reason, DECISION_WHY.at(export))
        act = "recordings.export_approved" if approved else "recordings.export_rejected"
        await work.announce(Noted(act, f"recording_export:{export_id}", {"about": f"call:{export.call_id}"}))
        if approved:
            await self._jobs.enqueue(work, PACK_KIND, {"export_id": export_id}, key=f"{PACK_KIND}:{export_id}")
        return self._card(export)

    async def list(
        self, work: Work, state: ExportState | None = None, *, before: int | None = None, limit: int = 50
    ) -> Sequence[ExportCard]:
        """Returns a page of exports that the actor may see, the newest first."""
        rows = await repository.list_page(work, state, before=before, limit=limit)
        return [self._card(row) for row in rows]

    async def open_pack(self, work: Work, export_id: int) -> Pack:
        """Logs that the pack is taken, and returns its place. Raises ExportNotFound, PackNotReady.

        The entry commits with the request that takes it, so no pack leaves without it.
        """
        export = await repository.lock(work, export_id)
        if export is None:
            raise ExportNotFound(f"there is no export {export_id}")
        if export.state is not ExportState.PACKED or export.expires_at is None or export.expires_at <= work.now:
            raise PackNotReady("the pack is not made yet, or its link has expired: look at the list", rule="R6")
        recording = await recordings.find(work, export.call_id)
        assert recording is not None
        assert export.object_key
        assert export.version_id
        assert export.sha256
        assert export.size_bytes is not None
        place = ACCESS_WHY.place(recording.id, work.actor.label, work.now)
        why = f"{export.purpose.value} {export.number}".strip()
        recordings.log_access(work, recording.id, AccessAct.EXPORT, self._vault.seal(why, place))
        export.taken += 1
        facts = {"sha256": export.sha256, "about": f"call:{export.call_id}"}
        await work.announce(Noted("recordings.export_taken", f"recording_export:{export_id}", facts))
        return Pack(export.id, export.object_key, export.version_id, export.size_bytes, export.sha256)

    async def read(self, pack: Pack) -> AsyncIterator[bytes]:
        """Streams an opened pack."""
        return await self._store.get(pack.object_key, pack.version_id)

    async def delete_expired(self, works: Works) -> int:
        """Deletes packs whose links have expired; one that the store still locks waits for the next time."""
        async with works.begin() as work:
            due = [
                (row.id, row.object_key, row.version_id)
                for row in await repository.list_expired(work, work.now, _EXPIRED_AT_ONCE)
            ]
        count = 0
        for export_id, key, version_id in due:
            try:
                await self._store.delete(key or "", version_id or "")
            except ObjectLocked:
                continue
            except ObjectMissing:
                pass  # a crash came between the deletion and its note
            async with works.begin() as work:
                export = await repository.lock(work, export_id)
                if export is not None and EXPORT.move(export, ExportFact.EXPIRED) is not None:
                    await work.announce(Noted("recordings.export_expired", f"recording_export:{export_id}"))
                    count += 1
        return count

    async def _keep_refused(self, work: Work, export: RecordingExport, refused: Refused) -> None:
        """Keeps a refused request in a transaction of its own, because the refusal undoes this one. Raises always."""
        async with self._works.begin(work.actor) as apart:
            row = RecordingExport(
                call_id=export.call_id,
                purpose=export.purpose,
                number=export.number,
                state=EXPORT.initials[1],
                refused=refused,
                why_sealed=export.why_sealed,
                requested_by=export.requested_by,
                requested_at=export.requested_at,
            )
            await repository.add(apart, row)
            await self._note_refused(apart, row, refused)
        raise _forbidden(refused)

    async def _mark_refused(self, work: Work, export_id: int, refused: Refused) -> None:
        """Marks a request that is forbidden by now, in a transaction of its own. Raises ExportForbidden always."""
        async with self._works.begin(work.actor) as apart:
            await self.mark_forbidden(apart, export_id, refused)
        raise _forbidden(refused)

    async def mark_forbidden(self, work: Work, export_id: int, refused: Refused) -> None:
        """Moves an export that the rules forbid by now, if it is still open."""
        export = await repository.lock(work, export_id)
        if export is not None and EXPORT.move(export, ExportFact.FORBIDDEN) is not None:
            export.refused = refused
            await self._note_refused(work, export, refused)

    async def _note_refused(self, work: Work, export: RecordingExport, refused: Refused) -> None:
        facts = {"purpose": export.purpose.value, "refused": refused.value, "about": f"call:{export.call_id}"}
        await work.announce(Noted("recordings.export_refused", f"recording_export:{export.id}", facts))

    def _card(self, export: RecordingExport) -> ExportCard:
        return ExportCard(
            id=export.id,
            call_id=export.call_id,
            purpose=export.purpose,
            number=export.number,
            state=export.state,
            refused=export.refused,
            why=self._vault.open(export.why_sealed, EXPORT_WHY.at(export)),
            requested_by=export.requested_by,
            requested_at=export.requested_at,
            decided_by=export.decided_by,
            decided_at=export.decided_at,
            decision_why=self._vault.open_words(export.decision_why_sealed, DECISION_WHY.at(export)),
            sha256=export.sha256,
            size_bytes=export.size_bytes,
            expires_at=export.expires_at,
            taken=export.taken,
        )


def _forbidden(refused: Refused) -> ExportForbidden:
    return ExportForbidden(f"this recording may not leave the bank: {refused.value}", refused=refused.value)
