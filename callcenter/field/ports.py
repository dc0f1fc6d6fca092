"""Protocol of the recordings room below, as the field room uses it."""

from typing import Protocol
from uuid import UUID

from callcenter.kit.work import Work
from callcenter.recordings.types import RetentionFacts


class SoldRecordings(Protocol):
    """Judges the retention of a recording by the contract that was sold."""

    async def facts(self, work: Work, call_id: UUID) -> RetentionFacts: ...

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> object: ...
