"""Where an entry comes from, what an external list is made of, and what others may know of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.leads.types import BasisKind, DncReason


class DncSource(StrEnum):
    """Who said that the number is not to be called."""

    CALL = "call"
    OFFICE = "office"
    """Entered by a person: a letter, a visit to the branch."""
    COMPLAINT = "complaint"
    EXTERNAL_LIST = "external_list"


class EntryState(StrEnum):
    IN_FORCE = "in_force"
    LIFT_PROPOSED = "lift_proposed"
    """In force, and one person has proposed to lift it; a second one decides."""
    EXPIRED = "expired"
    LIFTED = "lifted"


class KeyKind(StrEnum):
    """What stands in an external list for a number."""

    PHONE = "phone"
    SHA256 = "sha256"
    MD5 = "md5"
    SM3 = "sm3"


class DeliveryState(StrEnum):
    UPLOADED = "uploaded"
    """A file that waits to be taken in."""
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """The list's next delivery has taken its place."""
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class LiftDecision(StrEnum):
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class BasisAct(StrEnum):
    ADDED = "added"
    """New evidence, or a renewal of the old."""
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    """New evidence, given after a withdrawal."""


@dataclass(frozen=True, slots=True)
class LiftCard:
    """One person's proposal to lift an entry, and what a second person said."""

    id: int
    entry_id: int
    proposed_at: datetime
    proposed_by: int
    why: str
    decided_at: datetime | None
    decided_by: int | None
    decision: LiftDecision | None
    decided_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCard:
    """One entry, the number masked."""

    id: int
    phone_masked: str
    reason: DncReason
    source: DncSource
    state: EntryState
    needs_second: bool
    """Lifting it takes two persons."""
    lead_id: int | None
    call_id: UUID | None
    list_name: str | None
    """Of the external list it stands on."""
    entered_at: datetime
    entered_by: int | None
    until: datetime | None
    """First instant at which the number may be called again; None: for ever."""
    lifted_at: datetime | None
    lifted_by: int | None
    lifted_why: str | None
    note: str
    lifts: Sequence[LiftCard] = ()
    """Every proposal, the newest first."""


@dataclass(frozen=True, slots=True)
class NumberFile:
    """All that is known about one number."""

    phone_masked: str
    do_not_call: bool
    entries: Sequence[EntryCard]
    on_lists: Sequence[str]
    """Names of the external lists in force that hold it."""
    leads: int
    """Customers with this number, over all campaigns."""


@dataclass(frozen=True, slots=True)
class Figures:
    in_force: int
    permanent: int
    by_reason: Mapping[DncReason, int]
    by_source: Mapping[DncSource, int]
    ending_30_days: int
    lifts_waiting: int
    list_keys: int
    """Numbers on external lists in force, whether anybody's customer or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCard:
    """One file of an external list."""

    id: int
    list_id: int | None
    file_name: str
    size: int
    state: DeliveryState
    kind: KeyKind | None
    uploaded_at: datetime
    uploaded_by: int | None
    job_id: int | None
    delivered_at: datetime | None
    until: datetime | None
    rows: int
    keys: int
    malformed: int
    reasons: Mapping[str, int]
    duplicates: int
    new: int
    known: int
    ended: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """One external list and what holds of it now."""

    id: int
    name: str
    supplier: str
    term_days: int | None
    """From each delivery on; None: for ever."""
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    in_force: DeliveryCard | None
    deliveries: int


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What a file seems to hold, from its first rows."""

    kind: KeyKind | None
    """None: nothing that could be a number or a hash."""
    kinds: Sequence[KeyKind]
    """What it may be; a person chooses where there are several (SHA-256 and SM3 look alike)."""
    column: int
    header: bool
    rows_about: int | None
    looked_at: int
    malformed: Mapping[str, int]
    sample: Sequence[str]
    """The first cells, masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisEvidence:
    """On what ground a customer may be called."""

    kind: BasisKind
    reference: str
    valid_until: date | None = None
    """Last day on which it holds; None: until it is withdrawn."""
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
    """The basis of one lead, as it stands and how it came about."""

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
