"""Protocol of the calls room as the recordings room uses it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from callcenter.calls.types import CallCard, CallTimes, RecordingFacts
from callcenter.kit.work import Work


class CallReads(Protocol):
    """Reads calls; ``CallService`` fulfils it."""

    async def cards(self, work: Work, call_ids: Iterable[UUID]) -> dict[UUID, CallCard]: ...

    async def recording_facts(self, work: Work, call_id: UUID) -> RecordingFacts | None: ...

    async def times(self, work: Work, call_id: UUID) -> CallTimes | None: ...

    async def answered_since(self, work: Work, since: datetime) -> list[RecordingFacts]: ...
