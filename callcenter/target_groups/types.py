"""What a target group is, where it stands, and what has been done about it (requirement L3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from callcenter.kit.events import Event
from callcenter.leads.types import ListTotals


class TargetState(StrEnum):
    PROPOSED = "proposed"
    """The branch has asked; the data officer decides."""
    APPROVED = "approved"
    """Head office is to supply the customers."""
    SUPPLIED = "supplied"
    """A file has been supplied; the data officer imports it."""
    IMPORTED = "imported"
    """The customers are leads; later deliveries are added to them."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The branch wants it no longer."""


class Act(StrEnum):
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    SUPPLY = "supply"
    RETURN = "return"
    """The file that was supplied was discarded: another is needed."""
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """What a branch asks for."""

    campaign_id: int
    name: str
    description: str
    criteria: str
    """Whom the branch wants called, in words; nobody's particulars."""
    wanted: int
    """Customers."""
    due_on: date
    """The branch wants to have them by this day."""


@dataclass(frozen=True, slots=True)
class View:
    """Which target groups somebody may see."""

    branch: str | None = None
    """Only this branch's; None: every branch's."""
    approved_only: bool = False
    """Only those that were approved once."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done about a target group."""

    act: Act
    at: datetime
    by: int | None
    """Staff id; None for the system."""
    reason: str
    upload_id: int | None
    list_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCard:
    id: int
    branch: str
    campaign_id: int
    name: str
    description: str
    criteria: str
    segmentation: str
    """The model by which head office is to choose: the data officer's, given with the approval."""
    wanted: int
    due_on: date
    state: TargetState
    upload_id: int | None
    """The file that waits to be imported."""
    totals: ListTotals
    """Of the files imported for it."""
    steps: Sequence[Step]
    """The oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMoved(Event):
    """A target group was proposed, or something was done about it."""

    group_id: int
    branch: str
    act: Act
    state: TargetState
    at: datetime
