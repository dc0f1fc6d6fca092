"""Purposes, states and refusals of exports, and what the room announces and shows of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.places import Binding

EXPORT_WHY = Binding("recording_export.why", ("call_id", "requested_at"))
DECISION_WHY = Binding("recording_export.decision_why", ("id",))


class Purpose(StrEnum):
    """For whom a recording leaves the bank."""

    INSURER = "insurer"
    """Only the recording of a sale whose policy the insurer has issued (requirement R6)."""
    CUSTOMER = "customer"
    """The customer's own copy, on a registered request."""
    REGULATOR = "regulator"
    COURT = "court"
    POLICE = "police"


class ExportState(StrEnum):
    REQUESTED = "requested"
    """Waits for the decision of another person."""
    APPROVED = "approved"
    """The pack is being made."""
    PACKED = "packed"
    """The pack can be taken until its link expires."""
    REJECTED = "rejected"
    """The other person decided against it."""
    REFUSED = "refused"
    """The rules forbid it; kept, so that every refusal is known (law 6)."""
    EXPIRED = "expired"
    """The link has expired and the pack is deleted."""


class Refused(StrEnum):
    """Why the rules forbid an export."""

    NOT_SOLD = "not_sold"
    """No application was signed for this call."""
    NOT_ISSUED = "not_issued"
    """The insurer has not issued the policy, or it was refused or cancelled."""
    NOT_STORED = "not_stored"
    """There is no recording in the store."""
    NO_NUMBER = "no_number"
    """A lawful request was not registered."""
    NOT_ENTITLED = "not_entitled"
    """The insurer's liaison requests for the insurer alone."""


@dataclass(frozen=True, slots=True)
class SoldPolicy:
    """What the field room knows of the policy that was sold in a call."""

    issued: bool
    number: str
    """The insurer's; empty until it is issued."""
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """The facts by which an export is judged."""

    purpose: Purpose
    number: str
    """Under which the lawful request is registered; empty for the insurer."""
    stored: bool
    policy: SoldPolicy | None
    insurers_liaison: bool
    """The actor acts for the insurer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCard:
    """One export as it is shown."""

    id: int
    call_id: UUID
    purpose: Purpose
    number: str
    state: ExportState
    refused: Refused | None
    why: str
    requested_by: int | None
    requested_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    decision_why: str
    sha256: str | None
    size_bytes: int | None
    expires_at: datetime | None
    taken: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in the store that the actor may take now; the access has been logged."""

    id: int
    object_key: str
    version_id: str
    size: int
    sha256: str
