"""Timed work of this room; safe when late, doubled or missed."""

from datetime import timedelta

from callcenter.kit.clock import business_date
from callcenter.kit.work import Works
from callcenter.recordings.service import RecordingService
from callcenter.recordings.types import Reconciliation


async def reconcile(works: Works, recordings: RecordingService) -> Reconciliation:
    """Every half minute."""
    async with works.begin() as work:
        return await recordings.reconcile(work)


async def keep_locked(works: Works, recordings: RecordingService) -> None:
    """Every few minutes."""
    await recordings.keep_locked(works)


async def inspect_objects(works: Works, recordings: RecordingService) -> None:
    """Nightly: today and the two days before."""
    today = business_date(works.clock.now())
    for back in range(3):
        await recordings.inspect_objects(works, today - timedelta(days=back))
