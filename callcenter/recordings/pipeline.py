"""The engine's part: from files in the spool to objects under lock.

    raw + done ─encode─▶ FLAC ─row: captured─▶ put under lock ─read back─▶ row: stored ─▶ local files removed

A crash between any two steps loses nothing and stores nothing twice: the row says how far it came, the raw file stays
until the very last step, and before anything is put the store is asked whether it holds it already. Each recording is
worked on under a claim; a failure is tried again after a growing pause, for ever.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from callcenter.calls.types import CallCard, CallState
from callcenter.kit.actor import SYSTEM
from callcenter.kit.log import get_logger
from callcenter.kit.outbox import retry_delay
from callcenter.kit.tasks import every
from callcenter.kit.work import Work, Works
from callcenter.recordings import audio, repository
from callcenter.recordings.errors import LocalAudioLost, LockNotHeld
from callcenter.recordings.models import Recording
from callcenter.recordings.repository import Claim
from callcenter.recordings.rules import Step, has_audio, next_step
from callcenter.recordings.service import CallReads, RecordingService, object_key, write_verdict
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.spool import Spool
from callcenter.recordings.types import (
    Encoded,
    IncidentKind,
    RecordingState,
    RecordingStored,
    SpoolFiles,
    TickReport,
)
from callcenter.storage.port import ObjectDamaged, ObjectMissing, ObjectStore, StoredObject, StoreUnavailable

log = get_logger(__name__)

CONTENT_TYPE = "audio/flac"

_LONGEST_PAUSE_FOR_STORE = timedelta(seconds=30)
_ENDED_BY_STORING = (IncidentKind.STUCK, IncidentKind.DAMAGED, IncidentKind.LATE)


@dataclass
class _Round:
    """One tick."""

    counts: Counter[str] = field(default_factory=Counter)
    store_down: bool = False
    """The store did not answer in this round: the others are not sent there, only encoded."""


class _ClaimLost(Exception):  # noqa: N818 - nothing failed: another one has finished the work, or will
    """The lease ended while this one worked."""


class RecordingPipeline:
    """Moves the audio of one node. One per engine."""

    def __init__(
        self,
        works: Works,
        recordings: RecordingService,
        calls: CallReads,
        store: ObjectStore,
        settings: RecordingSettings,
        node: str,
    ) -> None:
        self._works = works
        self._recordings = recordings
        self._calls = calls
        self._store = store
        self._settings = settings
        self._node = node
        self._spool = Spool(settings.spool_dir)

    async def run(self, *, beat: float = 1.0) -> None:
        """Works until cancelled, a round every ``beat`` seconds."""
        await self.take_over()
        await every(beat, self.tick, "recordings")

    async def take_over(self) -> None:
        """Frees what a crashed engine of this node had begun. Call it while no other engine of the node runs."""
        async with self._works.begin() as work:
            await repository.make_due(work, self._node)

    async def tick(self) -> TickReport:
        """One round: looks at the spool and the rows, and does for each call what is next."""
        files = await asyncio.to_thread(self._spool.scan)
        round_ = _Round()
        due = await self._plan(files, round_)
        width = asyncio.Semaphore(self._settings.width)

        async def one(call_id: UUID, step: Step) -> None:
            async with width:
                await self._handle(call_id, step, round_)

        await asyncio.gather(*(one(call_id, step) for call_id, step in due))
        return TickReport(**round_.counts)

    async def _plan(self, files: Mapping[UUID, SpoolFiles], round_: _Round) -> list[tuple[UUID, Step]]:
        planned: list[tuple[UUID, Step]] = []
        async with self._works.begin() as work:
            rows = {row.call_id: row for row in await repository.unfinished(work, self._node)}
            rows |= await repository.of_calls(work, files.keys() - rows.keys())
            calls = await self._calls.cards(work, files.keys() | rows.keys())
            for call_id in [*rows, *(files.keys() - rows.keys())]:
                row = rows.get(call_id)
                step = self._step(row, files.get(call_id), calls.get(call_id), work.now)
                if step is Step.ADOPT:
                    await self._adopt(work, call_id, calls.get(call_id))
                    round_.counts["adopted"] += 1
                    planned.append((call_id, Step.CAPTURE))
                elif step is Step.REPORT:
                    await self._recordings.open_incident(
                        work, IncidentKind.ORPHAN, call_id, "audio appeared again after the recording was stored"
                    )
                elif step is not Step.WAIT and (row is None or row.due_at <= work.now):
                    planned.append((call_id, step))
        planned.sort(key=lambda item: item[1] is Step.STORE)  # a store that is down must not hold up the encoding
        return planned[: self._settings.batch]

    def _step(self, row: Recording | None, files: SpoolFiles | None, call: CallCard | None, now: datetime) -> Step:
        ended = call is not None and call.state is CallState.ENDED
        return next_step(
            row.state if row else None,
            files,
            removed=row is not None and row.local_removed_at is not None,
            armed_at=row.armed_at if row else None,
            call_known=call is not None,
            call_ended_at=call.ended_at if call and ended else None,
            settle=self._settings.settle,
            give_up=self._settings.give_up,
            now=now,
        )

    async def _adopt(self, work: Work, call_id: UUID, call: CallCard | None) -> None:
        """Audio nobody armed is kept like any other, and somebody must look where it came from."""
        await repository.arm(work, call_id, self._node)
        await self._recordings.open_incident(
            work,
            IncidentKind.ORPHAN,
            call_id,
            "audio of a call nobody knows" if call is None else "audio of a call whose recording was not armed",
        )

    async def _handle(self, call_id: UUID, step: Step, round_: _Round) -> None:
        if step is Step.STORE and round_.store_down:
            return
        async with self._works.begin() as work:
            claim = await repository.claim(work, call_id, self._settings.lease)
            row = await repository.find(work, call_id) if claim else None
        if claim is None or row is None:  # somebody else works on it
            return
        try:
            await self._advance(claim, row, step, round_)
        except _ClaimLost:
            log.warning("recording was finished by another", call_id=str(call_id))
        except Exception as error:
            round_.counts["failed"] += 1
            round_.store_down |= isinstance(error, StoreUnavailable)
            await self._postpone(claim, error)

    async def _advance(self, claim: Claim, row: Recording, step: Step, round_: _Round) -> None:
        """Goes as far as it can under one claim. What the row says counts, not what the plan saw."""
        state = row.state
        if step is Step.GIVE_UP and state is RecordingState.ARMED:
            round_.counts["given_up"] += await self._give_up(claim)
            return
        if step is Step.REMOVE and state is RecordingState.EMPTY:
            await self._remove_empty(claim)
            return
        if state in (RecordingState.ARMED, RecordingState.EMPTY, RecordingState.FAILED):
            state = await self._capture(claim)
            round_.counts["captured"] += state is RecordingState.CAPTURED
        if state is RecordingState.CAPTURED:
            if round_.store_down:
                await self._free(claim)
                return
            await self._put(claim)
            round_.counts["stored"] += 1
            state = RecordingState.STORED
        if state is RecordingState.STORED:
            await self._remove(claim)
            round_.counts["removed"] += 1

    # -- encode

    async def _capture(self, claim: Claim) -> RecordingState:
        """Encodes; returns the state the recording is in afterwards."""
        if not has_audio(await asyncio.to_thread(self._spool.raw_bytes, claim.call_id)):
            await self._empty(claim)
            return RecordingState.EMPTY
        await self._encode(claim)
        return RecordingState.CAPTURED

    async def _encode(self, claim: Claim) -> None:
        encoded = await asyncio.to_thread(audio.encode, self._spool.raw(claim.call_id), self._spool.flac(claim.call_id))
        async with self._works.begin() as work:
            if not await repository.move(work, claim, RecordingState.CAPTURED, _captured_values(encoded, work.now)):
                raise _ClaimLost
            await self._recordings.take_facts(work, claim.call_id)

    async def _empty(self, claim: Claim) -> None:
        async with self._works.begin() as work:
            if not await repository.move(work, claim, RecordingState.EMPTY, {}):
                raise _ClaimLost
            await self._recordings.take_facts(work, claim.call_id)
        await self._remove_empty(claim)

    async def _remove_empty(self, claim: Claim) -> None:
        """The files hold not one sample. A recording whose audio comes after all is taken as usual."""
        if not has_audio(await asyncio.to_thread(self._spool.raw_bytes, claim.call_id)):
            await asyncio.to_thread(self._spool.remove, claim.call_id)
        await self._free(claim)

    async def _give_up(self, claim: Claim) -> bool:
        async with self._works.begin() as work:
            call = (await self._calls.cards(work, [claim.call_id])).get(claim.call_id)
            unanswered = call is not None and call.answered_at is None
            to = RecordingState.EMPTY if unanswered else RecordingState.FAILED
            moved = await repository.move(work, claim, to, {"due_at": work.now})
            if moved:
                await self._recordings.take_facts(work, claim.call_id)
            if moved and call is None:
                await self._recordings.open_incident(
                    work, IncidentKind.MISSING, claim.call_id, "armed for a call nobody knows, and no file appeared"
                )
            return moved

    # -- store

    async def _put(self, claim: Claim) -> None:
        """Puts the FLAC under lock and reads it back."""
        async with self._works.begin() as work:
            row = await repository.find(work, claim.call_id, lock=True)
            assert row is not None
            write_verdict(row, self._recordings.judge(row, work.now))
        until, sha256 = row.wanted_until, row.sha256
        assert until is not None
        assert sha256 is not None
        key = object_key(row.call_id, row.armed_at)
        held = await self._held(key, row)
        if held is None:
            sha256 = await self._local_flac(claim, sha256)
            held = await self._store.put(
                key, self._spool.flac(claim.call_id), sha256=sha256, retain_until=until, content_type=CONTENT_TYPE
            )
        elif held.retain_until is None or held.retain_until < until:
            await self._store.extend(key, held.version_id, until)
            held = await self._store.stat(key, held.version_id)
        await self._read_back(claim, held, sha256)
        if held.retain_until is None or held.retain_until < until:
            raise LockNotHeld(f"the store keeps {key} without the lock that was asked for", rule="R2")
        await self._settle(claim, held)

    async def _held(self, key: str, row: Recording) -> StoredObject | None:
        """The object, if a crash came after it was put."""
        try:
            found = await self._store.stat(key)
        except ObjectMissing:
            return None
        return found if found.sha256 == row.sha256 and found.version_id not in row.discarded else None

    async def _local_flac(self, claim: Claim, sha256: str) -> str:
        """The hash of the FLAC on the disk; encoded again from the raw file if it is not the one the row knows."""
        flac = self._spool.flac(claim.call_id)
        if await asyncio.to_thread(flac.is_file) and (await asyncio.to_thread(audio.hash_file, flac))[0] == sha256:
            return sha256
        if not await asyncio.to_thread(self._spool.raw(claim.call_id).is_file):
            raise LocalAudioLost("neither the FLAC nor the raw file is on the disk any more", rule="R7")
        await self._encode(claim)
        return (await asyncio.to_thread(audio.hash_file, flac))[0]

    async def _read_back(self, claim: Claim, held: StoredObject, sha256: str) -> None:
        digest = hashlib.sha256()
        async for chunk in await self._store.get(held.key, held.version_id):
            digest.update(chunk)
        if digest.hexdigest() == sha256:
            return
        async with self._works.begin() as work:
            row = await repository.find(work, claim.call_id, lock=True)
            assert row is not None
            row.discarded = [*row.discarded, held.version_id]
            await self._recordings.open_incident(
                work, IncidentKind.DAMAGED, claim.call_id, "read back with another hash; it is stored again"
            )
        raise ObjectDamaged(f"{held.key} was read back with another hash")

    async def _settle(self, claim: Claim, held: StoredObject) -> None:
        async with self._works.begin() as work:
            moved = await repository.move(
                work,
                claim,
                RecordingState.STORED,
                {
                    "object_key": held.key,
                    "version_id": held.version_id,
                    "size_bytes": held.size,
                    "retain_until": held.retain_until,
                    "stored_at": work.now,
                    "last_error": None,
                    "due_at": work.now,
                },
            )
            if not moved:
                raise _ClaimLost
            row = await repository.find(work, claim.call_id)
            assert row is not None
            assert row.duration is not None
            await self._recordings.take_facts(work, claim.call_id)
            await repository.close_incidents(
                work, claim.call_id, _ENDED_BY_STORING, "stored and read back", SYSTEM.label
            )
            await work.announce(RecordingStored(call_id=claim.call_id, duration=row.duration, at=work.now))

    async def _remove(self, claim: Claim) -> None:
        """The row says stored, and that is committed: the local files may go (requirement R2)."""
        await asyncio.to_thread(self._spool.remove, claim.call_id)
        async with self._works.begin() as work:
            await repository.note(work, claim, {"local_removed_at": work.now, "last_error": None})

    # -- when it does not work

    async def _free(self, claim: Claim) -> None:
        async with self._works.begin() as work:
            await repository.note(work, claim, {"due_at": work.now})

    async def _postpone(self, claim: Claim, error: Exception) -> None:
        pause = retry_delay(claim.number)
        if isinstance(error, StoreUnavailable):
            pause = min(pause, _LONGEST_PAUSE_FOR_STORE)
        reason = f"{type(error).__name__}: {error}"
        log.warning("recording postponed", call_id=str(claim.call_id), error=reason, attempts=claim.number)
        async with self._works.begin() as work:
            await repository.note(work, claim, {"due_at": work.now + pause, "last_error": reason})
            if claim.number >= self._settings.stuck_after:
                await self._recordings.open_incident(work, IncidentKind.STUCK, claim.call_id, reason)


def _captured_values(encoded: Encoded, now: datetime) -> dict[str, object]:
    customer, agent = encoded.peaks
    return {
        "sha256": encoded.sha256,
        "size_bytes": encoded.size,
        "duration_ms": round(encoded.duration.total_seconds() * 1000),
        "peaks": {"customer": list(customer), "agent": list(agent)},
        "figures": asdict(encoded.figures),
        "captured_at": now,
    }
