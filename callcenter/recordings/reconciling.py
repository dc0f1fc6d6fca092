"""Compares answered calls with recordings, and the rows of recordings with the objects in the store (law 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from callcenter.calls.types import RecordingFacts
from callcenter.kit.clock import at_business_time
from callcenter.kit.work import Work, Works
from callcenter.recordings import repository
from callcenter.recordings.cards import copy_call, is_about
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.keys import day_prefix
from callcenter.recordings.models import Incident, Recording
from callcenter.recordings.ports import CallReads
from callcenter.recordings.reports import Reconciliation
from callcenter.recordings.rules import find_gap
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import (
    GAP_KINDS,
    Capture,
    Detail,
    DetailCode,
    GapLimits,
    IncidentKind,
    RecordingState,
)
from callcenter.storage.port import ObjectStore, StoredObject


@dataclass
class _Tally:
    """The figures of one comparison, while it goes on."""

    complete: int = 0
    waiting: int = 0
    settled: int = 0
    opened: int = 0
    closed: int = 0
    gaps: list[UUID] = field(default_factory=list)


class ReconcilingService:
    """Compares calls with rows, and rows with objects. Every comparison is safe to repeat."""

    def __init__(
        self, calls: CallReads, store: ObjectStore, incidents: IncidentService, settings: RecordingSettings
    ) -> None:
        self._calls = calls
        self._store = store
        self._incidents = incidents
        self._reconcile_back = settings.reconcile_back
        self._limits = GapLimits(
            store_within=settings.store_within, tolerance=settings.tolerance, unflushed=settings.unflushed
        )

    async def reconcile(self, work: Work) -> Reconciliation:
        """Compares answered calls with recordings; opens incidents and closes ended ones (requirement R4)."""
        calls = await self._calls_to_compare(work)
        rows = await repository.list_by_calls(work, calls)
        final = await repository.list_final(work, calls)
        tally = _Tally()
        for call_id, call in calls.items():
            await self._compare(work, call, rows.get(call_id), final.get(call_id, ()), tally)
        return Reconciliation(
            answered=len(calls),
            complete=tally.complete,
            waiting=tally.waiting,
            settled=tally.settled,
            gaps=tuple(tally.gaps),
            opened=tally.opened,
            closed=tally.closed,
            open_incidents=len(await repository.list_open_incidents(work)),
        )

    async def _calls_to_compare(self, work: Work) -> dict[UUID, RecordingFacts]:
        """Returns the ended calls of the last days, and older ones whose incident is still open."""
        answered = await self._calls.answered_since(work, work.now - self._reconcile_back)
        calls = {call.call_id: call for call in answered if call.ended}
        for incident in await repository.list_open_incidents(work, GAP_KINDS):
            if incident.call_id not in calls and (call := await self._calls.recording_facts(work, incident.call_id)):
                calls[call.call_id] = call
        return calls

    async def _compare(
        self, work: Work, call: RecordingFacts, row: Recording | None, final: Sequence[Incident], tally: _Tally
    ) -> None:
        if row is not None:
            copy_call(row, call)
        capture = Capture(row.state, row.duration, row.stopped_at is not None) if row else None
        gap = find_gap(call, capture, self._limits, work.now)
        if gap is not None and any(is_about(incident, gap) for incident in final):
            tally.settled += 1
            tally.closed += await repository.close_incidents(work, call.call_id, GAP_KINDS, "closed for good")
        elif gap is not None:
            tally.gaps.append(call.call_id)
            others = [kind for kind in GAP_KINDS if kind is not gap.kind]
            tally.closed += await repository.close_incidents(work, call.call_id, others, f"now known as {gap.kind}")
            tally.opened += await self._incidents.open(work, gap.kind, call.call_id, gap.detail)
        elif row is not None and row.state is RecordingState.STORED:
            tally.complete += 1
            tally.closed += await repository.close_incidents(work, call.call_id, GAP_KINDS, "the recording is complete")
        else:
            tally.waiting += 1

    async def inspect_objects(self, works: Works, on: date) -> list[UUID]:
        """Compares one business day's rows with the objects in the store; returns the calls with a difference."""
        # Read the rows before asking the store: a recording that is stored in between is then skipped and not taken for
        # an extra object. Two transactions, so that none is open while the store answers.
        async with works.begin() as work:
            start = at_business_time(on, 0)
            rows = await repository.list_armed_between(work, start, start + timedelta(days=1))
        versions: dict[str, list[StoredObject]] = {}
        for version in await self._store.list_versions(day_prefix(on)):
            versions.setdefault(version.key, []).append(version)
        misfits: list[UUID] = []
        async with works.begin() as work:
            for row in rows:
                if row.state is not RecordingState.STORED or row.object_key is None:
                    continue
                if not await self._inspect(work, row, versions.get(row.object_key, [])):
                    misfits.append(row.call_id)
        return misfits

    async def _inspect(self, work: Work, row: Recording, versions: Sequence[StoredObject]) -> bool:
        """Opens or closes the incidents of one stored recording; True when the store holds exactly its version."""
        whole = any((version.version_id, version.size) == (row.version_id, row.size_bytes) for version in versions)
        accounted_for = {row.version_id, *row.discarded}
        spare = [version for version in versions if version.version_id not in accounted_for]
        for kind, is_wrong, detail in (
            (IncidentKind.OBJECT_GONE, not whole, Detail(DetailCode.OBJECT_GONE)),
            (IncidentKind.EXTRA_OBJECT, bool(spare), Detail(DetailCode.SPARE_VERSIONS, {"count": len(spare)})),
        ):
            if is_wrong:
                await self._incidents.open(work, kind, row.call_id, detail)
            else:
                await repository.close_incidents(work, row.call_id, [kind], "found right")
        return whole and not spare
