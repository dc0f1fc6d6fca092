"""What a do-not-call entry and an external list are, and what others may know of both (requirement L6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.files.types import AS_FOUND, Delimiter, Encoding, Sheet, TextChoice
from callcenter.kit.places import Binding

DNC_NOTE = Binding("dnc_entry.note", ("phone_index", "entered_at"))
LIFTED_WORDS = Binding("dnc_entry.lifted_words", ("id",))
LIFT_WHY = Binding("dnc_lift.why", ("entry_id", "proposed_at"))
LIFT_DECIDED_WHY = Binding("dnc_lift.decided_why", ("id",))
LIST_WITHDRAWN_WHY = Binding("dnc_list.withdrawn_why", ("id",))
PIECE = Binding("dnc_delivery", ("delivery_id", "number"))

INDUSTRY_DAYS = 730
"""An industry list holds for two years unless its supplier says otherwise (requirement L6)."""


class DncReason(StrEnum):
    CUSTOMER_REQUEST = "customer_request"
    """Asked never to be called again."""
    REFUSED = "refused"
    COMPLAINT = "complaint"
    WRONG_PERSON = "wrong_person"
    INDUSTRY_LIST = "industry_list"
    OTHER = "other"


class DncSource(StrEnum):
    """Where an entry comes from."""

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
    """The file waits to be imported."""
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """The list's next delivery has taken its place."""
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class LiftReason(StrEnum):
    """Why the system has lifted an entry; of one that a person lifts, that person says why."""

    COMPLAINT_DECIDED = "complaint_decided"
    NOT_DELIVERED_AGAIN = "not_delivered_again"
    """It is not on the list's next delivery."""
    LIST_WITHDRAWN = "list_withdrawn"
    """A person has withdrawn the whole list, and said why there."""


class LiftDecision(StrEnum):
    CONFIRMED = "confirmed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDetails:
    """How an entry is made, for the number of a lead as for any other."""

    permanent: bool = False
    """For ever; else until ``until_on``, else for the term in the settings."""
    until_on: date | None = None
    """First day on which the number may be called again."""
    source: DncSource | None = None
    """None: the call, where there is one; else the office."""
    call_id: UUID | None = None
    """The call in which it was said."""
    note: str = ""
    """Kept sealed."""


AS_USUAL = EntryDetails()
"""For the term in the settings, without a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are listed; None does not narrow."""

    reason: DncReason | None = None
    source: DncSource | None = None
    state: EntryState | None = None
    list_id: int | None = None


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a person says about how a file is read; None: as it is found."""

    text: TextChoice = AS_FOUND
    sheet: str | None = None


AS_IT_IS = FileReading()


@dataclass(frozen=True, slots=True)
class DeliveryReject:
    """A row of a file that held no number or hash of the list's kind."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """As what a file is imported: the next delivery of a list, or the first of a new one."""

    list_id: int | None = None
    """None: a new list, of this name and supplier."""
    name: str = ""
    supplier: str = ""
    term_days: int | None = INDUSTRY_DAYS
    """How long each delivery holds; None: for ever."""
    kind: KeyKind | None = None
    """None: as recognised."""
    reading: FileReading = AS_IT_IS
    may_end: int = 0
    """How many numbers of the delivery before may be missing here, and so be called again: a person has seen it."""


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
class EntryFacts:
    """One entry of a number, without the number."""

    id: int
    reason: DncReason
    source: DncSource
    entered_at: datetime
    entered_by: int | None
    """Staff id; None for the system."""
    until: datetime | None
    """First instant at which the number may be called again; None: for ever."""
    lifted_at: datetime | None
    lifted_by: int | None
    lifted_why: LiftReason | None
    lifted_words_sealed: str | None
    """Why a person lifted it; opens at ``LIFTED_WORDS``."""
    in_force: bool


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
    """Numbers on external lists in force, with or without a lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFigures:
    """What the import of one file of an external list gave. ``rows == keys + malformed + duplicates``."""

    rows: int
    """Rows below the header that hold anything."""
    keys: int
    """Different numbers or hashes."""
    malformed: int
    """Rows without a number or hash of the list's kind."""
    reasons: Mapping[str, int]
    """Why a row is malformed → rows."""
    duplicates: int
    """Rows whose number stands in the file before."""
    new: int
    """Numbers that are not on the delivery before."""
    known: int
    """Numbers that are on the delivery before, too."""
    ended: int
    """Numbers on the delivery before that are not on this one."""
    matched: int
    """Leads whose number it keeps from being called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCard(DeliveryFigures):
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
    """First instant at which it does not hold any more; None: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """One external list and the delivery of it that is in force."""

    id: int
    name: str
    supplier: str
    term_days: int | None
    """From each delivery on; None: for ever."""
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    in_force: DeliveryCard | None
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePreview:
    """What a file seems to hold, judged by its first rows."""

    kind: KeyKind | None = None
    """None: nothing that could be a number or a hash."""
    kinds: Sequence[KeyKind] = ()
    """What it may be; a person chooses where there are several (SHA-256 and SM3 look alike)."""
    column: int = 0
    header: int | None = None
    """The line of the column's title; None: the first row is a number."""
    rows_about: int | None
    looked_at: int
    malformed: Mapping[str, int] = field(default_factory=dict)
    sample: Sequence[str] = ()
    """The first cells, masked."""
    encoding: Encoding | None
    """None for a workbook."""
    delimiter: Delimiter | None
    """None for a workbook."""
    sheets: Sequence[Sheet]
    sheet: str | None
    """None for a text."""
    hidden_rows: int
    """Among those looked at; they are read too."""
