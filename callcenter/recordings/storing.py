"""Second half of the pipeline: puts the FLAC under lock, reads it back, then removes the local files."""

import asyncio
import hashlib

from callcenter.kit.work import Works
from callcenter.recordings import audio, claims, repository
from callcenter.recordings.capturing import Capturing
from callcenter.recordings.errors import LocalAudioLost, LockNotHeld
from callcenter.recordings.keys import object_key
from callcenter.recordings.models import Recording
from callcenter.recordings.repository import Claim
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.spool import Spool
from callcenter.recordings.transitions import RecordingFact
from callcenter.recordings.types import Detail, DetailCode, IncidentKind, RecordingStored
from callcenter.storage.port import ObjectDamaged, ObjectMissing, ObjectStore, StoredObject

CONTENT_TYPE = "audio/flac"

_ENDED_BY_STORING = (IncidentKind.STUCK, IncidentKind.DAMAGED, IncidentKind.LATE)


class Storing:
    """Stores FLACs and removes local files. Each method works under a claim."""

    def __init__(
        self, works: Works, recordings: RecordingServices, capturing: Capturing, store: ObjectStore, spool: Spool
    ) -> None:
        self._works = works
        self._recordings = recordings
        self._capturing = capturing
        self._store = store
        self._spool = spool

    async def put(self, claim: Claim) -> None:
        """Puts the FLAC under lock until the policy's date, reads it back and writes its version into the row."""
        async with self._works.begin() as work:
            row = await repository.find(work, claim.call_id, lock=True)
            assert row is not None
            self._recordings.retention.judge_row(row, work.now)
        until, sha256 = row.wanted_until, row.sha256
        assert until is not None
        assert sha256 is not None
        key = object_key(row.call_id, row.armed_at)
        held = await self._find_earlier_put(key, row)
        if held is None:
            sha256 = await self._ensure_flac(claim, sha256)
            held = await self._store.put(
                key, self._spool.flac(claim.call_id), sha256=sha256, retain_until=until, content_type=CONTENT_TYPE
            )
        elif held.retain_until is None or held.retain_until < until:
            await self._store.extend(key, held.version_id, until)
            held = await self._store.stat(key, held.version_id)
        await self._read_back(claim, held, sha256)
        if held.retain_until is None or held.retain_until < until:
            raise LockNotHeld(f"the store keeps {key} without the requested lock", rule="R2")
        await self._note_stored(claim, held)

    async def _find_earlier_put(self, key: str, row: Recording) -> StoredObject | None:
        """Returns the object if it was put before a crash: a second, locked copy could not be deleted for years."""
        try:
            held = await self._store.stat(key)
        except ObjectMissing:
            return None
        return held if held.sha256 == row.sha256 and held.version_id not in row.discarded else None

    async def _ensure_flac(self, claim: Claim, sha256: str) -> str:
        """Returns the hash of the FLAC on the disk; encodes the raw file again if the FLAC is not that of the row."""
        flac = self._spool.flac(claim.call_id)
        if await asyncio.to_thread(flac.is_file) and (await asyncio.to_thread(audio.hash_file, flac))[0] == sha256:
            return sha256
        if not await asyncio.to_thread(self._spool.raw(claim.call_id).is_file):
            raise LocalAudioLost("both the FLAC and the raw file are missing on the disk", rule="R7")
        await self._capturing.encode(claim)
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
            # The damaged version is locked and cannot be deleted: note it, so that it is not taken for the recording.
            row.discarded = [*row.discarded, held.version_id]
            await self._recordings.incidents.open(
                work, IncidentKind.DAMAGED, claim.call_id, Detail(DetailCode.OTHER_HASH)
            )
        raise ObjectDamaged(f"{held.key} was read back with another hash")

    async def _note_stored(self, claim: Claim, held: StoredObject) -> None:
        async with self._works.begin() as work:
            values = {
                "object_key": held.key,
                "version_id": held.version_id,
                "size_bytes": held.size,
                "retain_until": held.retain_until,
                "stored_at": work.now,
                "last_error": None,
                "due_at": work.now,
            }
            await claims.move(work, claim, RecordingFact.STORED, values)
            row = await repository.find(work, claim.call_id)
            assert row is not None
            assert row.duration is not None
            await self._recordings.arming.copy_call_facts(work, claim.call_id)
            await repository.close_incidents(work, claim.call_id, _ENDED_BY_STORING, "stored and read back")
            await work.announce(RecordingStored(call_id=claim.call_id, duration=row.duration, at=work.now))

    async def remove_local_files(self, claim: Claim) -> None:
        """Removes the local files, after the commit of the row's state *stored* (requirement R2)."""
        await asyncio.to_thread(self._spool.remove, claim.call_id)
        async with self._works.begin() as work:
            await repository.note(work, claim, {"local_removed_at": work.now, "last_error": None})
