"""Requests and responses of the recordings room's endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel, Field

from callcenter.calls.types import Disposition
from callcenter.kit.paging import Page
from callcenter.kit.reasons import IN_TRAIL, Reason
from callcenter.recordings.finding.types import Mark, MarkKind
from callcenter.recordings.rules import choose_range
from callcenter.recordings.types import (
    Audio,
    ByteRange,
    IncidentCard,
    IncidentKind,
    RecordingCard,
    RecordingState,
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


class Peaks(BaseModel):
    """The waveform of each side: up to 800 levels of 0..127."""

    customer: list[int]
    agent: list[int]


class MarkOut(BaseModel):
    """A moment of the call; ``at_ms`` from the beginning of the audio."""

    kind: MarkKind
    at_ms: int


class RecordingDetail(BaseModel):
    """One recording with its waveform, its figures and the moments of its call."""

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
    size_bytes: int | None
    sha256: str | None = Field(description="of the FLAC, hexadecimal")
    stored_at: datetime | None
    retain_until: datetime | None = Field(description="locked until then: it cannot be deleted earlier")
    policy_version: str | None
    policy_rule: str | None
    policy_reason: str | None
    peaks: Peaks | None
    figures: dict[str, Any] | None = Field(description="levels in dBFS; shares of talk and silence within 0..1")

    marks: list[MarkOut]

    @classmethod
    def of_card(cls, card: RecordingCard, marks: Sequence[Mark]) -> "RecordingDetail":
        peaks = None if card.peaks is None else Peaks(**dict(card.peaks))
        figures = None if card.figures is None else dict(card.figures)
        shown = {name: getattr(card, name) for name in cls.model_fields if name not in ("peaks", "figures", "marks")}
        found = [MarkOut(kind=mark.kind, at_ms=mark.at_ms) for mark in marks]
        return cls(**shown, peaks=peaks, figures=figures, marks=found)


class Hearing(BaseModel):
    """How much of a recording the player has played since it was opened for a reason."""

    reason: Reason
    heard_ms: int = Field(ge=0, le=24 * 60 * 60 * 1000)


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
    owner_id: int | None
    owner_name: str | None = Field(description="who mends it")
    due_at: datetime | None = Field(description="until when; it is late when that is past and it is open")

    @classmethod
    def of(cls, incident: IncidentCard, closed_by_name: str | None, owner_name: str | None) -> "IncidentLine":
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
            owner_id=incident.owner_id,
            owner_name=owner_name,
            due_at=incident.due_at,
        )


class IncidentPage(Page[IncidentLine]):
    """Incidents, the newest first."""


class Taking(BaseModel):
    """Until when I mend an incident."""

    due_on: date = Field(description="last day, Beijing time; not before today")


class Settlement(BaseModel):
    """The reason for closing an incident."""

    reason: str = Field(
        min_length=1, max_length=500, description=IN_TRAIL, examples=["test call of the switch's supplier"]
    )
    final: bool = Field(
        default=False, description="the fault cannot be mended: the comparison does not open the incident again"
    )
