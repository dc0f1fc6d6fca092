"""What the API of the recordings room takes and gives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from callcenter.calls.types import Disposition
from callcenter.recordings.models import Incident, Recording
from callcenter.recordings.types import IncidentKind, RecordingState


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
    def of(cls, row: Recording) -> "RecordingLine":
        return cls.model_validate(row, from_attributes=True)


class RecordingPage(BaseModel):
    items: list[RecordingLine]
    next: str | None = Field(description="give it back as ``cursor`` to read on; null at the end")


class RecordingDetail(RecordingLine):
    """One recording with its waveform and figures."""

    size_bytes: int | None
    sha256: str | None = Field(description="of the FLAC, hexadecimal")
    stored_at: datetime | None
    retain_until: datetime | None = Field(description="nobody can delete it before")
    policy_version: str | None
    policy_rule: str | None
    policy_reason: str | None
    peaks: dict[str, list[int]] | None = Field(description="customer, agent: up to 800 levels of 0..127")
    figures: dict[str, Any] | None = Field(description="levels in dBFS; shares of talk and silence within 0..1")

    @classmethod
    def of(cls, row: Recording) -> "RecordingDetail":
        return cls.model_validate(row, from_attributes=True)


class IncidentLine(BaseModel):
    """Something that is wrong with a call's recording, and not settled."""

    id: int
    kind: IncidentKind
    call_id: UUID
    opened_at: datetime
    detail: str

    @classmethod
    def of(cls, row: Incident) -> "IncidentLine":
        return cls.model_validate(row, from_attributes=True)


class Settlement(BaseModel):
    reason: str = Field(min_length=1, max_length=500, examples=["test call of the switch's supplier"])
