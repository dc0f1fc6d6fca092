"""Lists recordings whose time is over, has a second person decide, and destroys them (requirement R3).

Dangerous, because what is destroyed cannot be brought back. Contained by: a list that a second person approves; each
recording is judged again, under its lock in the database, at the moment of its deletion; the store itself refuses while
its own lock holds; the row stays with its hash, and a protocol names every recording.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.recordings import repository as recordings
from callcenter.recordings.destruction import repository
from callcenter.recordings.destruction.errors import NothingOver, OwnProposal, RunDecided, RunNotFound, RunOpen
from callcenter.recordings.destruction.models import DestructionItem, DestructionRun
from callcenter.recordings.destruction.protocol import protocol_of
from callcenter.recordings.destruction.rules import keep_reason
from callcenter.recordings.destruction.transitions import ITEM, RUN, ItemFact, RunFact
from callcenter.recordings.destruction.types import (
    RUN_DECISION_WHY,
    RUN_WHY,
    ItemCard,
    ItemFacts,
    ItemState,
    Kept,
    RunCard,
    RunState,
)
from callcenter.recordings.exports.signing import Signer
from callcenter.recordings.models import Recording
from callcenter.recordings.retention import RetentionService
from callcenter.recordings.transitions import RECORDING, RecordingFact
from callcenter.recordings.types import RecordingState
from callcenter.storage.port import ObjectLocked, ObjectMissing, ObjectStore, StoreUnavailable

KIND = "recordings.destroy"


class DestructionService:
    """Proposes, decides and carries out destruction runs, and makes their protocols."""

    def __init__(
        self, store: ObjectStore, retention: RetentionService, jobs: Jobs, vault: Vault, signer: Signer
    ) -> None:
        self._store = store
        self._retention = retention
        self._jobs = jobs
        self._vault = vault
        self._signer = signer

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns job kind → job handler."""

        async def perform(job: JobCard, report: Report) -> Mapping[str, Any]:
            return await self._destroy(works, job, report)

        return {KIND: perform}

    async def propose(self, work: Work, reason: str) -> RunCard:
        """Lists the recordings whose time is over; another person decides.

        Raises ReasonMissing, RunOpen, NothingOver.
        """
        reason = require_reason(reason, "a list for destruction", rule="R3")
        await work.lock("recordings.destruction")
        if (open_id := await repository.find_open(work)) is not None:
            raise RunOpen(f"run {open_id} is not over yet: decide on it first", run=open_id)
        over = await repository.list_over(work)
        if not over:
            raise NothingOver("there is no recording whose term and lock are over")
        run = DestructionRun(
            state=RUN.initial,
            policy_version=self._retention.policy_version,
            why_sealed=self._vault.seal(reason, RUN_WHY.place(work.now)),
            proposed_by=work.actor.staff_id,
            proposed_at=work.now,
        )
        await repository.add(work, run, over)
        facts = {"listed": len(over), "policy": run.policy_version}
        await work.announce(Noted("recordings.destruction_proposed", f"destruction_run:{run.id}", facts))
        return (await self._cards(work, [run]))[0]

    async def decide(self, work: Work, run_id: int, reason: str, *, approved: bool) -> RunCard:
        """Decides on another person's list; an approved one is destroyed by a job.

        Raises ReasonMissing, RunNotFound, OwnProposal, RunDecided.
        """
        reason = require_reason(reason, "deciding on a destruction", rule="R3")
        run = await repository.find(work, run_id, lock=True)
        if run is None:
            raise RunNotFound(f"there is no destruction run {run_id}")
        if run.proposed_by == work.actor.staff_id:
            raise OwnProposal("another person decides on your list", rule="R3")
        if RUN.move(run, RunFact.APPROVED if approved else RunFact.REJECTED) is None:
            raise RunDecided(f"the run is {run.state.value}: load the list again", state=run.state.value)
        run.decided_by, run.decided_at = work.actor.staff_id, work.now
        run.decision_why_sealed = self._vault.seal(reason, RUN_DECISION_WHY.at(run))
        act = "recordings.destruction_approved" if approved else "recordings.destruction_rejected"
        await work.announce(Noted(act, f"destruction_run:{run_id}"))
        if approved:
            await self._jobs.enqueue(work, KIND, {"run_id": run_id}, key=f"{KIND}:{run_id}")
        await work.session.flush()
        return (await self._cards(work, [run]))[0]

    async def runs(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[RunCard]:
        """Returns a page of runs, the newest first."""
        return await self._cards(work, await repository.list_page(work, before=before, limit=limit))

    async def items(self, work: Work, run_id: int, *, after: int = 0, limit: int = 100) -> Sequence[ItemCard]:
        """Returns a page of what a run lists. Raises RunNotFound."""
        if await repository.find(work, run_id) is None:
            raise RunNotFound(f"there is no destruction run {run_id}")
        return [_item(row) for row in await repository.list_items(work, run_id, after=after, limit=limit)]

    async def protocol(self, work: Work, run_id: int) -> dict[str, Any]:
        """Returns the signed protocol of a run that is done. Raises RunNotFound, ProtocolNotReady."""
        run = await repository.find(work, run_id)
        if run is None:
            raise RunNotFound(f"there is no destruction run {run_id}")
        (card,) = await self._cards(work, [run])
        return protocol_of(card, [_item(row) for row in await repository.list_items(work, run_id)], self._signer)

    # -- the job

    async def _destroy(self, works: Works, job: JobCard, report: Report) -> Mapping[str, Any]:
        run_id, done = int(job.params["run_id"]), 0
        while await self._destroy_next(works, job, run_id):
            done += 1
            await report(done)
        async with works.begin(job.actor) as work:
            run = await repository.find(work, run_id, lock=True)
            assert run is not None
            (card,) = await self._cards(work, [run])
            if RUN.move(run, RunFact.FINISHED) is not None:
                run.done_at = work.now
                await work.session.flush()
                sha256 = (await self.protocol(work, run_id))["sha256"]
                facts = {"destroyed": card.destroyed, "kept": card.kept, "sha256": sha256}
                await work.announce(Noted("recordings.destruction_done", f"destruction_run:{run_id}", facts))
        return {"run_id": run_id, "destroyed": card.destroyed, "kept": card.kept}

    async def _destroy_next(self, works: Works, job: JobCard, run_id: int) -> bool:
        """Destroys or keeps the next listed recording; False when none is left.

        The recording's row stays locked while the store deletes it: a hold that is placed in this moment waits, and is
        then refused because there is nothing to keep.
        """
        async with works.begin(job.actor) as work:
            run = await repository.find(work, run_id)
            item = await repository.next_listed(work, run_id)
            if run is None or run.state is not RunState.APPROVED or item is None:
                return False
            row = await recordings.find(work, item.call_id, lock=True)
            kept = await self._keep_reason(work, row)
            if kept is None:
                assert row is not None
                kept = await self._delete(row)
            item.at = work.now
            if kept is not None:
                ITEM.move(item, ItemFact.KEPT)
                item.kept = kept
                return True
            assert row is not None
            ITEM.move(item, ItemFact.DESTROYED)
            RECORDING.move(row, RecordingFact.DESTROYED)
            row.destroyed_at, row.peaks, row.figures = work.now, None, None
            await repository.delete_notes(work, row.id)
            facts = {"sha256": item.sha256, "about": f"destruction_run:{run_id}"}
            await work.announce(Noted("recordings.destroyed", f"call:{item.call_id}", facts))
            return True

    async def _keep_reason(self, work: Work, row: Recording | None) -> Kept | None:
        if row is None:
            return Kept.GONE
        self._retention.judge_row(row, work.now)
        facts = ItemFacts(
            stored=row.state is RecordingState.STORED,
            held=await repository.is_held(work, row.id),
            open_ended=row.open_ended,
            wanted_until=row.wanted_until,
            retain_until=row.retain_until,
            open_export=await repository.is_awaited(work, row.id),
        )
        return keep_reason(facts, work.now)

    async def _delete(self, row: Recording) -> Kept | None:
        """Deletes the object and its damaged versions; returns why they are still there, if they are."""
        try:
            for version_id in (*row.discarded, row.version_id):
                try:
                    await self._store.delete(row.object_key or "", version_id or "")
                except ObjectMissing:
                    continue  # a crash came between the deletion and its note
        except ObjectLocked:
            return Kept.LOCKED
        except StoreUnavailable:
            return Kept.STORE
        return None

    async def _cards(self, work: Work, runs: Sequence[DestructionRun]) -> list[RunCard]:
        tallies = await repository.tallies(work, [run.id for run in runs])
        return [
            RunCard(
                id=run.id,
                state=run.state,
                policy_version=run.policy_version,
                listed=tallies[run.id].listed,
                destroyed=tallies[run.id].destroyed,
                kept=tallies[run.id].kept,
                size_bytes=tallies[run.id].size_bytes,
                why=self._vault.open(run.why_sealed, RUN_WHY.at(run)),
                proposed_by=run.proposed_by,
                proposed_at=run.proposed_at,
                decided_by=run.decided_by,
                decided_at=run.decided_at,
                decision_why=self._vault.open_words(run.decision_why_sealed, RUN_DECISION_WHY.at(run)),
                done_at=run.done_at,
            )
            for run in runs
        ]


def _item(row: DestructionItem) -> ItemCard:
    return ItemCard(
        id=row.id,
        call_id=row.call_id,
        state=ItemState(row.state),
        kept=row.kept,
        rule=row.rule,
        retain_until=row.retain_until,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        at=row.at,
    )
