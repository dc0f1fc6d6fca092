"""Requests and responses of the recordings room's endpoints."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from pydantic import BaseModel, Field

from callcenter.calls.types import Disposition
from callcenter.kit.clock import at_business_time
from callcenter.kit.paging import Page
from callcenter.kit.reasons import IN_TRAIL
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
    """Query parameters by which a list of recordings is filtered; parameters left out do not filter."""

    agent_id: int | None = None
    lead_id: int | None = None
    disposition: Disposition | None = None
    state: RecordingState | None = None
    first_on: Annotated[date | None, Query(description="first day, Beijing time")] = None
    last_on: Annotated[date | None, Query(description="last day, included")] = None

    def search(self) -> RecordingSearch:
        """Returns the filter with instants instead of days."""
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
    """Request headers by which a player asks for a part of the audio (RFC 9110)."""

    range_: Annotated[str | None, Header(alias="Range")] = None
    if_range: Annotated[str | None, Header()] = None

    def part(self, audio: Audio) -> ByteRange | None:
        """Returns the part to send; None for the whole audio, also when the player holds parts of another version."""
        return choose_range(self.range_, audio.size) if self.if_range in (None, entity_tag(audio)) else None


def entity_tag(audio: Audio) -> str:
    """Returns the ETag of an audio: its hash, because the same hash means the same bytes."""
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
    retain_until: datetime | None = Field(description="locked until then: it cannot be deleted earlier")
    policy_version: str | None
    policy_rule: str | None
    policy_reason: str | None
    peaks: Peaks | None
    figures: dict[str, Any] | None = Field(description="levels in dBFS; shares of talk and silence within 0..1")

    @classmethod
    def of_card(cls, card: RecordingCard) -> "RecordingDetail":
        return cls.model_validate(card, from_attributes=True)


class IncidentLine(BaseModel):
    """An incident of a call's recording."""

    id: int
    kind: IncidentKind
    call_id: UUID
    opened_at: datetime
    detail: str = Field(description="a code; of old incidents a sentence", examples=["too_short"])
    facts: dict[str, str | int]
    closed_at: datetime | None = Field(description="null while it is open")
    closed_by_name: str | None = Field(description="null: a comparison found the fault gone")
    closing_reason: str | None
    final: bool = Field(description="closed for good: the comparison does not open it again")

    @classmethod
    def of(cls, incident: IncidentCard, closed_by_name: str | None) -> "IncidentLine":
        return cls(
            id=incident.id,
            kind=incident.kind,
            call_id=incident.call_id,
            opened_at=incident.opened_at,
            detail=incident.detail,
            facts=dict(incident.facts),
            closed_at=incident.closed_at,
            closed_by_name=closed_by_name,
            closing_reason=incident.closing_reason,
            final=incident.final,
        )


class IncidentPage(Page[IncidentLine]):
    """Incidents, the newest first."""


class Settlement(BaseModel):
    """The reason for closing an incident."""

    reason: str = Field(
        min_length=1, max_length=500, description=IN_TRAIL, examples=["test call of the switch's supplier"]
    )
    final: bool = Field(
        default=False, description="the fault cannot be mended: the comparison does not open the incident again"
    )
