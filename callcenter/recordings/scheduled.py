"""Scheduled tasks of the recordings room; safe when late, doubled or missed."""

from datetime import timedelta

from callcenter.kit.clock import business_date
from callcenter.kit.work import Works
from callcenter.recordings.exports.service import ExportService
from callcenter.recordings.rehashing import RehashingService
from callcenter.recordings.reports import Reconciliation
from callcenter.recordings.service import RecordingServices


async def reconcile(works: Works, recordings: RecordingServices) -> Reconciliation:
    """Compares answered calls with recordings, every half minute."""
    async with works.begin() as work:
        return await recordings.reconciling.reconcile(work)


async def keep_locked(works: Works, recordings: RecordingServices) -> None:
    """Lengthens the locks that are due, every minute."""
    await recordings.retention.keep_locked(works)


async def rehash(works: Works, rehashing: RehashingService) -> None:
    """Reads a part of the stored recordings again, every night."""
    await rehashing.run(works, business_date(works.clock.now()))


async def delete_expired_packs(works: Works, exports: ExportService) -> None:
    """Deletes the packs of exports whose links have expired, every ten minutes."""
    await exports.delete_expired(works)


async def inspect_objects(works: Works, recordings: RecordingServices) -> None:
    """Compares rows with objects every night, for today and the two days before."""
    today = business_date(works.clock.now())
    for back in range(3):
        await recordings.reconciling.inspect_objects(works, today - timedelta(days=back))
