"""Protocols of the recordings room below and of the field room beside, as the complaints room uses them."""

from typing import Protocol
from uuid import UUID

from callcenter.kit.work import Work
from callcenter.recordings.types import RetentionFacts


class Visits(Protocol):
    """Returns whether a customer is visited within the actor's scope: by a field agent, or in a leader's region."""

    async def has_customer(self, work: Work, lead_id: int) -> bool: ...


class RecordingReads(Protocol):
    """Returns whether the recording that proves a callback is stored."""

    async def stored(self, work: Work, call_id: UUID) -> bool: ...


class Retention(Protocol):
    """Extends the retention of a dispute's recordings."""

    async def facts(self, work: Work, call_id: UUID) -> RetentionFacts: ...

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> object: ...
