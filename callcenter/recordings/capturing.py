"""First half of the pipeline: makes one verified FLAC of the recorder's raw file, or finds that no audio came."""

import asyncio
from dataclasses import asdict
from datetime import datetime

from callcenter.kit.work import Works
from callcenter.recordings import audio, claims, repository
from callcenter.recordings.ports import CallReads
from callcenter.recordings.repository import Claim
from callcenter.recordings.rules import has_audio
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.spool import Spool
from callcenter.recordings.transitions import RecordingFact
from callcenter.recordings.types import Detail, DetailCode, Encoded, IncidentKind, RecordingState


class Capturing:
    """Encodes raw files and ends the wait for missing ones. Each method works under a claim."""

    def __init__(self, works: Works, recordings: RecordingServices, calls: CallReads, spool: Spool) -> None:
        self._works = works
        self._recordings = recordings
        self._calls = calls
        self._spool = spool

    async def capture(self, claim: Claim) -> RecordingState:
        """Encodes the raw file if it holds audio; returns the recording's new state."""
        if not has_audio(await asyncio.to_thread(self._spool.raw_bytes, claim.call_id)):
            await self._empty(claim)
            return RecordingState.EMPTY
        await self.encode(claim)
        return RecordingState.CAPTURED

    async def encode(self, claim: Claim) -> None:
        """Makes the FLAC, then writes its hash and figures into the row: a row never names an unfinished FLAC."""
        encoded = await asyncio.to_thread(audio.encode, self._spool.raw(claim.call_id), self._spool.flac(claim.call_id))
        async with self._works.begin() as work:
            await claims.move(work, claim, RecordingFact.ENCODED, _captured_values(encoded, work.now))
            await self._recordings.arming.copy_call_facts(work, claim.call_id)

    async def _empty(self, claim: Claim) -> None:
        async with self._works.begin() as work:
            await claims.move(work, claim, RecordingFact.SILENT)
            await self._recordings.arming.copy_call_facts(work, claim.call_id)
        await self.remove_empty(claim)

    async def remove_empty(self, claim: Claim) -> None:
        """Removes files without a single sample. If audio arrives later it is captured as usual."""
        # Look again: the recorder may have written since the step was chosen.
        if not has_audio(await asyncio.to_thread(self._spool.raw_bytes, claim.call_id)):
            await asyncio.to_thread(self._spool.remove, claim.call_id)
        await claims.free(self._works, claim)

    async def give_up(self, claim: Claim) -> bool:
        """Ends the wait for a file: *empty* when the call was not answered, else *failed*. False: the claim is lost."""
        async with self._works.begin() as work:
            call = (await self._calls.cards(work, [claim.call_id])).get(claim.call_id)
            unanswered = call is not None and call.answered_at is None
            fact = RecordingFact.SILENT if unanswered else RecordingFact.FILE_MISSING
            moved = await repository.move(work, claim, fact, {"due_at": work.now})
            if moved:
                await self._recordings.arming.copy_call_facts(work, claim.call_id)
            if moved and call is None:
                await self._recordings.incidents.open(
                    work, IncidentKind.MISSING, claim.call_id, Detail(DetailCode.NO_FILE_OF_UNKNOWN_CALL)
                )
            return moved


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
