"""Moves the audio of one node: from files in the spool to objects under lock.

    raw + done ─encode─▶ FLAC ─row: captured─▶ put under lock ─read back─▶ row: stored ─▶ local files removed

A crash between any two steps loses no audio and stores none twice: the row shows the last finished step, the raw file
stays until the last one, and before an object is put the store is asked whether it holds it already. Each recording is
processed under a claim; a failed step is tried again after a growing pause, without limit.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from callcenter.calls.types import CallCard, CallState
from callcenter.kit.log import get_logger
from callcenter.kit.outbox import retry_delay
from callcenter.kit.tasks import every
from callcenter.kit.work import Work, Works
from callcenter.recordings import claims, repository
from callcenter.recordings.capturing import Capturing
from callcenter.recordings.claims import ClaimLost
from callcenter.recordings.models import Recording
from callcenter.recordings.ports import CallReads
from callcenter.recordings.reports import TickReport
from callcenter.recordings.repository import Claim
from callcenter.recordings.rules import Step, next_step
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.spool import Spool
from callcenter.recordings.storing import Storing
from callcenter.recordings.types import (
    Detail,
    DetailCode,
    IncidentKind,
    KnownCall,
    Patience,
    RecordingRow,
    RecordingState,
    SpoolFiles,
)
from callcenter.storage.port import ObjectStore, StoreUnavailable

log = get_logger(__name__)

_LONGEST_PAUSE_FOR_STORE = timedelta(seconds=30)
"""A store that is back is used soon: the failure was the store's, so this recording need not wait longer."""


@dataclass
class _Round:
    """One tick."""

    counts: Counter[str] = field(default_factory=Counter)
    store_down: bool = False
    """The store did not answer in this round: the other recordings are encoded and not uploaded."""


class RecordingPipeline:
    """Moves the audio of one node. Only one works at a time."""

    def __init__(
        self,
        works: Works,
        recordings: RecordingServices,
        calls: CallReads,
        store: ObjectStore,
        settings: RecordingSettings,
        node: str,
    ) -> None:
        self._works = works
        self._recordings = recordings
        self._calls = calls
        self._settings = settings
        self._node = node
        self._patience = Patience(settle=settings.settle, give_up=settings.give_up)
        self._spool = Spool(settings.spool_dir)
        self._capturing = Capturing(works, recordings, calls, self._spool)
        self._storing = Storing(works, recordings, self._capturing, store, self._spool)

    async def run(self, *, beat: float = 1.0) -> None:
        """Works until cancelled, a round every ``beat`` seconds."""
        await self.take_over()
        await every(beat, self.tick, "recordings")

    async def take_over(self) -> None:
        """Frees the claims of a crashed recorder of this node. Call it while no other recorder of the node runs."""
        async with self._works.begin() as work:
            await repository.make_due(work, self._node)

    async def tick(self) -> TickReport:
        """Runs one round: reads the spool and the rows, and carries out the next step of each recording."""
        files = await asyncio.to_thread(self._spool.scan)
        round_ = _Round()
        due = await self._plan(files, round_)
        width = asyncio.Semaphore(self._settings.width)

        async def handle(call_id: UUID, step: Step) -> None:
            async with width:
                await self._handle(call_id, step, round_)

        await asyncio.gather(*(handle(call_id, step) for call_id, step in due))
        return TickReport(**round_.counts)

    async def _plan(self, files: Mapping[UUID, SpoolFiles], round_: _Round) -> list[tuple[UUID, Step]]:
        planned: list[tuple[UUID, Step]] = []
        async with self._works.begin() as work:
            rows = {row.call_id: row for row in await repository.list_unfinished(work, self._node)}
            rows |= await repository.list_by_calls(work, files.keys() - rows.keys())
            calls = await self._calls.cards(work, files.keys() | rows.keys())
            for call_id in [*rows, *(files.keys() - rows.keys())]:
                row = rows.get(call_id)
                step = self._step(row, files.get(call_id), calls.get(call_id), work.now)
                if step is Step.ADOPT:
                    await self._adopt(work, call_id, calls.get(call_id))
                    round_.counts["adopted"] += 1
                    planned.append((call_id, Step.CAPTURE))
                elif step is Step.REPORT:
                    await self._recordings.incidents.open(
                        work, IncidentKind.ORPHAN, call_id, Detail(DetailCode.AUDIO_AGAIN)
                    )
                elif step is not Step.WAIT and (row is None or row.due_at <= work.now):
                    planned.append((call_id, step))
        planned.sort(key=lambda item: item[1] is Step.STORE)  # a store that is down must not delay the encoding
        return planned[: self._settings.batch]

    def _step(self, row: Recording | None, files: SpoolFiles | None, call: CallCard | None, now: datetime) -> Step:
        return next_step(
            RecordingRow(row.state, row.armed_at, removed=row.local_removed_at is not None) if row else None,
            files,
            KnownCall(call.ended_at if call.state is CallState.ENDED else None) if call else None,
            self._patience,
            now,
        )

    async def _adopt(self, work: Work, call_id: UUID, call: CallCard | None) -> None:
        """Creates a row for audio that was not armed: it is kept like any other, with an incident for staff."""
        await repository.arm(work, [call_id], self._node)
        await self._recordings.incidents.open(
            work,
            IncidentKind.ORPHAN,
            call_id,
            Detail(DetailCode.UNKNOWN_CALL if call is None else DetailCode.AUDIO_NOT_ARMED),
        )

    async def _handle(self, call_id: UUID, step: Step, round_: _Round) -> None:
        if step is Step.STORE and round_.store_down:
            return
        # The claim commits before the work begins: a crash leaves a lease that ends, not a lock that is held.
        async with self._works.begin() as work:
            claim = await repository.claim(work, call_id, self._settings.lease)
            row = await repository.find(work, call_id) if claim else None
        if claim is None or row is None:  # another worker has it
            return
        try:
            await self._advance(claim, row, step, round_)
        except ClaimLost:
            log.warning("recording was finished by another worker", call_id=str(call_id))
        except Exception as error:
            round_.counts["failed"] += 1
            round_.store_down |= isinstance(error, StoreUnavailable)
            await self._postpone(claim, error)

    async def _advance(self, claim: Claim, row: Recording, step: Step, round_: _Round) -> None:
        """Carries out as many steps as possible under one claim, by the row as it is now and not as the plan saw it."""
        state = row.state
        if step is Step.GIVE_UP and state is RecordingState.ARMED:
            round_.counts["given_up"] += await self._capturing.give_up(claim)
            return
        if step is Step.REMOVE and state is RecordingState.EMPTY:
            await self._capturing.remove_empty(claim)
            return
        if state in (RecordingState.ARMED, RecordingState.EMPTY, RecordingState.FAILED):
            state = await self._capturing.capture(claim)
            round_.counts["captured"] += state is RecordingState.CAPTURED
        if state is RecordingState.CAPTURED:
            if round_.store_down:
                await claims.free(self._works, claim)
                return
            await self._storing.put(claim)
            round_.counts["stored"] += 1
            state = RecordingState.STORED
        if state is RecordingState.STORED:
            await self._storing.remove_local_files(claim)
            round_.counts["removed"] += 1

    async def _postpone(self, claim: Claim, error: Exception) -> None:
        pause = retry_delay(claim.number)
        if isinstance(error, StoreUnavailable):
            pause = min(pause, _LONGEST_PAUSE_FOR_STORE)
        reason = f"{type(error).__name__}: {error}"
        log.warning("recording postponed", call_id=str(claim.call_id), error=reason, attempts=claim.number)
        async with self._works.begin() as work:
            await repository.note(work, claim, {"due_at": work.now + pause, "last_error": reason})
            if claim.number >= self._settings.stuck_after:
                detail = Detail(DetailCode.FAILING, {"reason": reason})
                await self._recordings.incidents.open(work, IncidentKind.STUCK, claim.call_id, detail)
