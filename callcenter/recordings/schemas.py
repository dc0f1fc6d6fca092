"""What the API of the recordings room takes and returns."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from pydantic import BaseModel, Field

from callcenter.calls.types import Disposition
from callcenter.kit.clock import at_business_time
from callcenter.kit.paging import Page
from callcenter.recordings.rules import choose_range
from callcenter.recordings.types import (
    Audio,
    ByteRange,
    IncidentCard,
    IncidentKind,
    RecordingCard,
    RecordingSearch,
    RecordingState,
    RecordingSummary,
)


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """Which recordings a list shows; what is not given does not matter. A group of query parameters."""

    agent_id: int | None = None
    lead_id: int | None = None
    disposition: Disposition | None = None
    state: RecordingState | None = None
    first_on: Annotated[date | None, Query(description="first day, Beijing time")] = None
    last_on: Annotated[date | None, Query(description="last day, included")] = None

    def search(self) -> RecordingSearch:
        """Returns the same by instants."""
        return RecordingSearch(
            agent_id=self.agent_id,
            lead_id=self.lead_id,
            disposition=self.disposition,
            state=self.state,
            since=at_business_time(self.first_on, 0) if self.first_on else None,
            until=at_business_time(self.last_on + timedelta(days=1), 0) if self.last_on else None,
        )


@dataclass(frozen=True, slots=True)
class PartHeaders:
    """Which part of the audio a player asks for (RFC 9110). A group of headers."""

    range_: Annotated[str | None, Header(alias="Range")] = None
    if_range: Annotated[str | None, Header()] = None

    def part(self, audio: Audio) -> ByteRange | None:
        """Returns the part to send; None for the whole, also when the player holds parts of another version."""
        return choose_range(self.range_, audio.size) if self.if_range in (None, entity_tag(audio)) else None


def entity_tag(audio: Audio) -> str:
    """Returns the ETag of an audio: its bytes never change under one hash."""
    return f'"{audio.sha256}"'


class RecordingLine(BaseModel):
    """One recording in a list."""

    call_id: UUID
    state: RecordingState
    agent_id: int | None
    lead_id: int | None
    campaign_id: int | None
    disposition: Disposition | None
    armed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None = Field(description="length of the audio")

    @classmethod
    def of(cls, line: RecordingSummary) -> "RecordingLine":
        return cls.model_validate(line, from_attributes=True)


class RecordingPage(Page[RecordingLine]):
    """Recordings, the newest first."""


class Peaks(BaseModel):
    """The waveform of each side: up to 800 levels of 0..127."""

    customer: list[int]
    agent: list[int]


class RecordingDetail(RecordingLine):
    """One recording with its waveform and figures."""

    size_bytes: int | None
    sha256: str | None = Field(description="of the FLAC, hexadecimal")
    stored_at: datetime | None
    retain_until: datetime | None = Field(description="nobody can delete it before")
    policy_version: str | None
    policy_rule: str | None
    policy_reason: str | None
    peaks: Peaks | None
    figures: dict[str, Any] | None = Field(description="levels in dBFS; shares of talk and silence within 0..1")

    @classmethod
    def of_card(cls, card: RecordingCard) -> "RecordingDetail":
        return cls.model_validate(card, from_attributes=True)


class IncidentLine(BaseModel):
    """Something that is wrong with a call's recording and not settled."""

    id: int
    kind: IncidentKind
    call_id: UUID
    opened_at: datetime
    detail: str

    @classmethod
    def of(cls, incident: IncidentCard) -> "IncidentLine":
        return cls.model_validate(incident, from_attributes=True)


class Settlement(BaseModel):
    """Why an incident needs no more attention."""

    reason: str = Field(min_length=1, max_length=500, examples=["test call of the switch's supplier"])
