"""Requests and responses of exports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.kit.paging import Page
from callcenter.people.types import StaffCard
from callcenter.recordings.exports.types import ExportCard, ExportState, Purpose, Refused

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ExportIn(BaseModel):
    """A request to give a recording out of the bank."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    call_id: UUID
    purpose: Purpose = Field(description="for whom; the insurer gets recordings of issued policies alone")
    number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = Field(
        default="", description="under which the lawful request is registered; not needed for the insurer"
    )
    reason: Words = Field(description="kept with the export, sealed")


class ExportDecision(BaseModel):
    """The decision of another person than the one who requested it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    approved: bool
    reason: Words = Field(description="kept with the export, sealed")


class RecordingExportOut(BaseModel):
    """One export, from its request to the end of its link."""

    id: int
    call_id: UUID
    purpose: Purpose
    number: str
    state: ExportState
    refused: Refused | None = Field(description="the rule that forbids it")
    why: str
    requested_by: int | None
    requested_by_name: str
    requested_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_why: str
    sha256: str | None = Field(description="of the pack, hexadecimal")
    size_bytes: int | None
    expires_at: datetime | None = Field(description="until then the pack can be taken")
    taken: int = Field(description="how often it was taken")

    @classmethod
    def of(cls, export: ExportCard, staff: Mapping[int, StaffCard]) -> "RecordingExportOut":
        requested, decided = staff.get(export.requested_by or 0), staff.get(export.decided_by or 0)
        return cls(
            id=export.id,
            call_id=export.call_id,
            purpose=export.purpose,
            number=export.number,
            state=export.state,
            refused=export.refused,
            why=export.why,
            requested_by=export.requested_by,
            requested_by_name=requested.name if requested else "",
            requested_at=export.requested_at,
            decided_by_name=decided.name if decided else None,
            decided_at=export.decided_at,
            decision_why=export.decision_why,
            sha256=export.sha256,
            size_bytes=export.size_bytes,
            expires_at=export.expires_at,
            taken=export.taken,
        )


class RecordingExportPage(Page[RecordingExportOut]):
    """Exports, the newest first."""


class SigningKey(BaseModel):
    """The public key with which receivers check packs and protocols."""

    pem: str
