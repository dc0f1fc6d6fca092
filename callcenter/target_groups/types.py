"""States, acts, cards and events of target groups (requirement L3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from callcenter.kit.events import Event
from callcenter.kit.places import Binding
from callcenter.leads.types import ListTotals

STEP_REASON = Binding("target_step.reason", ("group_id", "act", "at"))


class TargetState(StrEnum):
    PROPOSED = "proposed"
    """The branch has proposed it; the data officer decides."""
    APPROVED = "approved"
    """Head office has to supply the customers."""
    SUPPLIED = "supplied"
    """A file has been supplied; the data officer imports it."""
    IMPORTED = "imported"
    """The customers are leads; later deliveries are added to them."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The branch no longer wants it."""


class Act(StrEnum):
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    SUPPLY = "supply"
    RETURN = "return"
    """The supplied file was discarded: another one is needed."""
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A branch's proposal."""

    campaign_id: int
    name: str
    description: str
    criteria: str
    """Which customers the branch wants called, as free text without personal data."""
    wanted: int
    """Number of customers."""
    due_on: date
    """Day by which the branch wants the customers."""


@dataclass(frozen=True, slots=True)
class View:
    """Which target groups an actor may see."""

    branch: str | None = None
    """Only this branch's; None: every branch's."""
    approved_only: bool = False
    """Only those that have ever been approved."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a target group."""

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
    """The segmentation model by which head office chooses: set by the data officer at the approval."""
    wanted: int
    due_on: date
    state: TargetState
    upload_id: int | None
    """The file waiting for import."""
    totals: ListTotals
    """Figures of the files imported for it."""
    steps: Sequence[Step]
    """The oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMoved(Event):
    """A target group was proposed, or an act moved it."""

    group_id: int
    branch: str
    act: Act
    state: TargetState
    at: datetime
