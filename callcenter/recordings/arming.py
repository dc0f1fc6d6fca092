"""Prepares recordings: decides before a call whether it can be recorded, creates its row, copies the call's facts."""

import os
from collections.abc import Collection
from uuid import UUID

from callcenter.kit.work import Work
from callcenter.recordings import repository
from callcenter.recordings.ports import CallReads
from callcenter.recordings.rules import recorder_verdict
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import RecorderVerdict


class ArmingService:
    """Creates the rows of one node's recordings."""

    def __init__(self, calls: CallReads, settings: RecordingSettings, node: str) -> None:
        self._calls = calls
        self._settings = settings
        self._node = node

    async def arm(self, work: Work, call_ids: Collection[UUID]) -> None:
        """Creates the rows of recordings, in the transaction that lets the calls be dialled. Safe to repeat.

        So no call is dialled without this row, and a recording that does not come is noticed (requirement C9).
        """
        await repository.arm(work, call_ids, self._node)

    def ready(self) -> RecorderVerdict:
        """Decides whether a call placed now could be recorded. Fast: two requests to the file system."""
        spool = self._settings.spool_dir
        writable = spool.is_dir() and os.access(spool, os.W_OK | os.X_OK)
        disk = os.statvfs(spool) if writable else None
        return recorder_verdict(
            writable=writable,
            free_bytes=disk.f_bavail * disk.f_frsize if disk else 0,
            min_free_bytes=self._settings.min_free_bytes,
        )

    async def copy_call_facts(self, work: Work, call_id: UUID) -> None:
        """Copies the call's present facts into its recording's row (its disposition comes after the recording)."""
        call = await self._calls.recording_facts(work, call_id)
        if call is not None:
            await repository.copy_call(work, call)

    async def count_waiting(self, work: Work) -> int:
        """Counts recordings of this node that are still being made, encoded, stored or removed from the disk."""
        return len(await repository.list_unfinished(work, self._node))
