"""Tables of the recordings room."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, false
from sqlmodel import Field, SQLModel

from callcenter.calls.types import CallKind, Disposition
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check
from callcenter.recordings.types import (
    ACCESS_WHY,
    INCIDENT_WORDS,
    NOTE_TEXT,
    AccessAct,
    IncidentKind,
    RecordingState,
)


class Recording(SQLModel, table=True):
    """The recording of one call, from before the call is dialled (requirement C9)."""

    __tablename__ = "recording"
    __table_args__ = (
        values_check("state", RecordingState),
        values_check("disposition", Disposition),
        values_check("kind", CallKind),
        CheckConstraint(
            "state <> 'stored' OR (object_key IS NOT NULL AND version_id IS NOT NULL AND sha256 IS NOT NULL"
            " AND retain_until IS NOT NULL AND stored_at IS NOT NULL)",
            name="stored_is_known_whole",
        ),
        CheckConstraint(
            "local_removed_at IS NULL OR state IN ('stored', 'destroyed')", name="removed_only_when_stored"
        ),
        CheckConstraint("(state = 'destroyed') = (destroyed_at IS NOT NULL)", name="destroyed_has_time"),
        Index("ix_recording_unfinished", "node", "due_at", postgresql_where="local_removed_at IS NULL"),
        Index("ix_recording_agent_armed", "agent_id", "armed_at"),
        Index("ix_recording_kind_armed", "kind", "armed_at"),
        Index("ix_recording_disposition_armed", "disposition", "armed_at"),
        Index("ix_recording_campaign_armed", "campaign_id", "armed_at"),
        Index("ix_recording_length", "duration_ms", "armed_at"),
        Index("ix_recording_open_ended", "retain_until", postgresql_where="open_ended"),
    )

    id: int = id_field()
    call_id: UUID = Field(unique=True)
    """No foreign key: audio of an unknown call is registered too."""
    node: str
    """The engine whose disk holds the raw file."""
    state: RecordingState = enum_field(RecordingState, RecordingState.ARMED)

    agent_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """This and the next six are copied from the call for searching; the call's own row is authoritative."""
    lead_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    campaign_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    kind: CallKind | None = enum_field(CallKind, nullable=True)
    disposition: Disposition | None = enum_field(Disposition, nullable=True)
    answered_at: datetime | None = instant_field(nullable=True)
    ended_at: datetime | None = instant_field(nullable=True)

    object_key: str | None = None
    version_id: str | None = None
    sha256: str | None = None
    """Of the FLAC, hexadecimal."""
    size_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    duration_ms: int | None = None
    peaks: dict[str, list[int]] | None = json_field(nullable=True)
    """``customer`` and ``agent``: up to 800 levels of 0..127, for the waveform."""
    figures: dict[str, Any] | None = json_field(nullable=True)
    """See types.Figures."""
    discarded: list[str] = json_field(list)
    """Versions in the store that were read back damaged. They are locked too and stay until their date."""

    retain_until: datetime | None = instant_field(nullable=True)
    """End of the lock, as the store confirmed it."""
    wanted_until: datetime | None = instant_field(nullable=True, index=True)
    """End of the lock by the policy's last verdict; where it is later than ``retain_until`` the lock is lengthened."""
    open_ended: bool = False
    """The end is not known yet: the lock is renewed before it ends."""
    policy_version: str | None = None
    policy_rule: str | None = None
    policy_reason: str | None = None
    retention_facts: dict[str, Any] = json_field()
    """The facts of the last verdict besides the call itself: contract, dispute, legal hold."""

    armed_at: datetime = instant_field(index=True)
    captured_at: datetime | None = instant_field(nullable=True)
    stored_at: datetime | None = instant_field(nullable=True)
    stopped_at: datetime | None = instant_field(nullable=True)
    """When the recorder was seen to have stopped during the conversation (requirement C9)."""
    local_removed_at: datetime | None = instant_field(nullable=True)
    destroyed_at: datetime | None = instant_field(nullable=True)
    attempts: int = 0
    """Counts claims; a worker may finish only the claim it made."""
    due_at: datetime = instant_field()
    """No worker claims the row earlier: end of the lease, or of the pause after a failure."""
    last_error: str | None = None

    @property
    def duration(self) -> timedelta | None:
        return None if self.duration_ms is None else timedelta(milliseconds=self.duration_ms)


class Incident(SQLModel, table=True):
    """A fault of a call's recording. Open until ``closed_at``."""

    __tablename__ = "recording_incident"
    __table_args__ = (
        values_check("kind", IncidentKind),
        Index("uq_recording_incident_open", "call_id", "kind", unique=True, postgresql_where="closed_at IS NULL"),
    )

    id: int = id_field()
    kind: IncidentKind = enum_field(IncidentKind)
    call_id: UUID
    opened_at: datetime = instant_field(index=True)
    detail: str
    """A ``DetailCode``; of incidents from before there were codes, a sentence."""
    facts: dict[str, Any] = json_field()
    closed_at: datetime | None = instant_field(nullable=True)
    closed_by: str | None = None
    """The actor's label; the system's when a comparison found the fault gone."""
    closing_reason: str | None = None
    """What the comparison found when it closed the incident."""
    closing_words_sealed: str | None = sealed_field(INCIDENT_WORDS, nullable=True)
    """Why a person closed it."""
    final: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Closed for good: the fault cannot be mended, and the comparison does not open it again."""
    owner_id: int | None = ref_field("staff.id", nullable=True)
    """Who mends it."""
    due_at: datetime | None = instant_field(nullable=True)
    """Until when it is to be mended."""


class RecordingAccess(SQLModel, table=True):
    """One hearing or export of a recording, with actor, instant and reason (requirement R5)."""

    __tablename__ = "recording_access"
    __table_args__ = (values_check("act", AccessAct),)

    id: int = id_field()
    recording_id: int = ref_field("recording.id")
    staff_id: int | None = ref_field("staff.id", nullable=True)
    actor: str
    """The actor's label; the system has no staff id."""
    act: AccessAct = enum_field(AccessAct)
    at: datetime = instant_field(index=True)
    why_sealed: str = sealed_field(ACCESS_WHY)
    heard_ms: int | None = None
    """How much of the recording was played, as the player reported it; the greatest report counts."""


class RecordingNote(SQLModel, table=True):
    """What a listener wrote at a moment of a recording (requirement R5)."""

    __tablename__ = "recording_note"
    __table_args__ = (CheckConstraint("at_ms >= 0", name="after_the_start"),)

    id: int = id_field()
    recording_id: int = ref_field("recording.id")
    staff_id: int = ref_field("staff.id", index=False)
    at_ms: int
    """The moment, from the beginning of the audio."""
    text_sealed: str = sealed_field(NOTE_TEXT)
    at: datetime = instant_field()
    removed_at: datetime | None = instant_field(nullable=True)
    """When its author removed it."""
