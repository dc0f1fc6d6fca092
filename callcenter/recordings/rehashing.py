"""Reads stored recordings again and compares their hashes: what lies in the store for years must still be what was put.

Every night another part is read, so that each recording is read once within ``CALLCENTER_RECORDINGS_REHASH_WITHIN``
nights; ``callcenter verify --recordings --deep`` reads all at once.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from callcenter.kit.work import Works
from callcenter.recordings import repository
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import Detail, DetailCode, IncidentKind
from callcenter.storage.port import ObjectMissing, ObjectStore

_PORTION = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Every ``every``-th stored recording, beginning with number ``turn``."""

    every: int = 1
    turn: int = 0

    @classmethod
    def of_night(cls, on: date, every: int) -> "Part":
        """Returns the part of one night: within ``every`` nights each recording comes once."""
        return cls(every, on.toordinal() % every)


@dataclass
class Rehash:
    """What reading again has shown."""

    read: int = 0
    changed: list[UUID] = field(default_factory=list)
    """Their objects have another hash than when they were stored."""
    gone: list[UUID] = field(default_factory=list)
    """Their objects are not in the store."""

    @property
    def whole(self) -> bool:
        return not self.changed and not self.gone


async def rehash(works: Works, store: ObjectStore, part: Part) -> Rehash:
    """Reads a part of the stored recordings. Raises StoreUnavailable."""
    found = Rehash()
    async for call_id, sha256, seen in _hashes(works, store, part):
        found.read += 1
        if seen is None:
            found.gone.append(call_id)
        elif seen != sha256:
            found.changed.append(call_id)
    return found


async def _hashes(works: Works, store: ObjectStore, part: Part) -> AsyncIterator[tuple[UUID, str, str | None]]:
    """Yields each recording's call, its hash by the row, and by the store; None: the object is gone."""
    after = 0
    while True:
        async with works.begin() as work:
            rows = await repository.list_stored(work, after=after, limit=_PORTION, every=part.every, turn=part.turn)
        for row in rows:
            digest: str | None = None
            try:
                seen = hashlib.sha256()
                async for chunk in await store.get(row.object_key or "", row.version_id):
                    seen.update(chunk)
                digest = seen.hexdigest()
            except ObjectMissing:
                pass
            yield row.call_id, row.sha256 or "", digest
        if len(rows) < _PORTION:
            return
        after = rows[-1].id


class RehashingService:
    """Opens an incident for each recording that is not what was stored."""

    def __init__(self, store: ObjectStore, incidents: IncidentService, settings: RecordingSettings) -> None:
        self._store = store
        self._incidents = incidents
        self._within = settings.rehash_within

    async def run(self, works: Works, on: date) -> Rehash:
        """Reads the part of one night."""
        found = await rehash(works, self._store, Part.of_night(on, self._within))
        async with works.begin() as work:
            for call_id in found.changed:
                await self._incidents.open(work, IncidentKind.CHANGED, call_id, Detail(DetailCode.CHANGED))
            for call_id in found.gone:
                await self._incidents.open(work, IncidentKind.OBJECT_GONE, call_id, Detail(DetailCode.OBJECT_GONE))
        return found
