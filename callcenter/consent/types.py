"""Legal basis of a lead, the evidence for it, and its history (requirement L9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from callcenter.kit.places import Binding
from callcenter.leads.types import BasisKind

BASIS_NOTE = Binding("lead_basis.note", ("lead_id", "act", "at"))
BASIS_REASON = Binding("lead_basis.reason", ("lead_id", "act", "at"))


class BasisAct(StrEnum):
    ADDED = "added"
    """New evidence, or a renewal of the old."""
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    """New evidence, given after a withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisEvidence:
    """What proves that a customer may be called."""

    kind: BasisKind
    reference: str
    valid_until: date | None = None
    """Last day on which it is valid; None: until it is withdrawn."""
    dated_on: date
    """When the customer gave it."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisEvent:
    """One step in the history of a lead's basis."""

    id: int
    act: BasisAct
    kind: BasisKind | None
    reference: str
    valid_until: date | None
    dated_on: date | None
    note: str
    reason: str
    at: datetime
    by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisCard:
    """The current basis of one lead, with its history."""

    lead_id: int
    valid: bool
    kind: BasisKind
    reference: str
    valid_until: date | None
    withdrawn_at: datetime | None
    withdrawn_by: int | None
    withdrawn_why: str | None
    history: Sequence[BasisEvent]
    """The newest first."""
