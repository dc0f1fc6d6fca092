"""States, cards and facts of leads and lists, for this room and others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from callcenter.kit.events import Event
from callcenter.kit.places import Binding

NUMBER = Binding("number", ("phone_index",))
WITHDRAWN_WHY = Binding("lead.basis_withdrawn_why", ("id",))
"""Wherever a number is stored: a do-not-call entry takes the sealed number of a lead, without opening it."""
LEAD_NAME = Binding("lead.name", ("list_id", "line"))
LEAD_ADDRESS = Binding("lead.address", ("list_id", "line"))
LEAD_FIELDS = Binding("lead.fields", ("list_id", "line"))

UNRANKED = 1000
"""Rank of a lead without a ranked class: after every class."""


class NumberProblem(StrEnum):
    """Why a text is no number that can be dialled (requirement L1), in the order of the checks."""

    MISSING_PHONE = "missing_phone"
    DIGITS_LOST = "digits_lost"
    """A spreadsheet has shortened it to 1.38001E+10: the column was no text when the file was saved."""
    FOREIGN = "foreign"
    LANDLINE = "landline"
    """A landline without its area code, or any landline where they are not accepted."""
    SHORT_CODE = "short_code"
    """110, 10086: an emergency number or an operator's."""
    SERVICE_NUMBER = "service_number"
    """400, 800, 95xxx, 12345: a company's or an authority's."""
    MALFORMED = "malformed"


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


class BasisKind(StrEnum):
    """Legal basis of calls to a customer (requirement L9)."""

    WRITTEN_CONSENT = "written_consent"
    RECORDED_CONSENT = "recorded_consent"
    ELECTRONIC_CONSENT = "electronic_consent"
    EXISTING_RELATION = "existing_relation"
    """A customer of the bank whose contract covers it."""


class LeadState(StrEnum):
    STOCK = "stock"
    """Not assigned: it may be allocated."""
    ASSIGNED = "assigned"
    """Assigned to one agent."""
    CLOSED = "closed"
    """Finished: success, refusal, wrong number, attempts used up."""


class BlockReason(StrEnum):
    """Why leads may not be called any more."""

    DO_NOT_CALL = "do_not_call"
    BASIS_WITHDRAWN = "basis_withdrawn"


# --- a lead ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeadCard:
    """A customer in the masked form for agents and reviewers, without number and address."""

    id: int
    campaign_id: int
    list_id: int
    name_masked: str
    phone_masked: str
    gender: Gender | None
    age: int | None
    """Full years on the business date of the work."""
    district: str
    occupation: str
    customer_class: str
    basis_kind: BasisKind


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """Facts that decide whether a lead may be called (requirement C3)."""

    lead_id: int
    campaign_id: int
    state: LeadState
    phone_index: str
    """Blind index of the number, by which caps are counted over all campaigns."""
    dnc: bool
    """An entry of the do-not-call list is in force now."""
    dnc_entry_id: int | None
    dnc_until: datetime | None
    """End of that entry; None with ``dnc`` set means for ever."""
    basis_valid: bool
    basis_until: date | None
    """Last day on which the evidence of the legal basis holds; None: until it is withdrawn."""


@dataclass(frozen=True, slots=True)
class DncBlock:
    """The longest do-not-call entry in force on a number."""

    entry_id: int
    until: datetime | None
    """First instant at which the number may be called again; None: for ever."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The current legal basis of a lead (requirement L9)."""

    kind: BasisKind
    reference: str
    """Reference of the evidence: number of the consent or of the contract."""
    valid_until: date | None
    """Last day on which the evidence is valid; None: until it is withdrawn."""
    withdrawn_at: datetime | None
    withdrawn_by: int | None
    """Staff id."""
    withdrawn_why_sealed: str | None
    """Opens at ``WITHDRAWN_WHY``."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """A customer in clear, for example for a field agent. Returning one is an audited act (requirement L7)."""

    name: str
    phone: str
    address: str
    district: str
    age: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounts:
    """How many leads of a campaign there are, and how many of them may be allocated."""

    listed: int
    """In any state."""
    in_stock: int
    without_basis: int
    """Of the stock: the legal basis has ended or was withdrawn."""
    callable: int
    """Of the stock: with a legal basis, and on no do-not-call list."""


@dataclass(frozen=True, slots=True)
class StockLead:
    """A lead in the form that the allocation needs."""

    id: int
    customer_class: str
    district: str
    imported_at: datetime
    class_rank: int = UNRANKED
    """Leads with a smaller rank are allocated earlier."""
    list_id: int = 0


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """The sealed number of a lead, with its blind index."""

    lead_id: int
    phone_index: str
    """Blind index of the normalised number."""
    phone_sealed: str


@dataclass(frozen=True, slots=True)
class SealedFields:
    """The sealed further fields of a lead."""

    lead_id: int
    list_id: int
    line: int
    fields_sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLead:
    """All columns of one lead; personal data stays sealed (requirement L7)."""

    id: int
    campaign_id: int
    list_id: int
    line: int
    """Line of the customer in the list's file."""
    state: LeadState
    name_sealed: str
    phone_sealed: str
    phone_index: str
    address_sealed: str
    gender: Gender | None
    birth_on: date | None
    age: int | None
    """Full years on the business date of the work."""
    district: str
    occupation: str
    carrier: str
    city: str
    customer_class: str
    basis: Basis
    fields_sealed: str | None
    """Further fields as sealed JSON."""
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedLead:
    """The columns of a lead that staff may correct; personal data is sealed (requirement L4)."""

    name_sealed: str
    name_index: str
    gender: Gender | None
    birth_on: date | None
    district: str
    address_sealed: str
    occupation: str
    fields_sealed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCriteria:
    """Criteria of a search in the stored form: names and numbers by blind index. None does not filter."""

    name_index: str | None
    phone_index: str | None
    phone_last4: str | None
    id_number_index: str | None
    list_id: int | None
    campaign_id: int | None
    customer_class: str | None
    state: LeadState | None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Narrows leads by the list they came with."""

    ids: frozenset[int]
    others: bool = False
    """The leads of all lists but these."""


@dataclass(frozen=True, slots=True)
class LeadScope:
    """A selection of leads; without any field set, all leads."""

    list_id: int | None = None
    campaign_id: int | None = None
    lead_id: int | None = None


# --- a list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """A list at the start of its import."""

    campaign_id: int
    name: str
    file_name: str
    sha256: str
    source: str = ""
    branch: str = ""
    target_group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListResult:
    """The result of a list's import. ``rows == good + rejected``; ``reasons`` adds up to ``rejected``."""

    rows: int
    good: int
    rejected: int
    reasons: Mapping[str, int]
    """Reject reason → rows."""
    warnings: Mapping[str, int]
    """What was odd about rows that were taken nevertheless → rows."""
    fields: Sequence[Mapping[str, Any]]
    """Further fields: key, title, kind, required, choices."""
    mapping: Mapping[str, str]
    """Known column → title in the file."""
    titles: Sequence[str]
    """Titles of the columns that were read, in their order."""


@dataclass(frozen=True, slots=True)
class LeadListCard:
    """One imported list."""

    id: int
    name: str
    campaign_id: int
    imported_at: datetime
    rows: int
    good: int
    rejected: int
    reasons: Mapping[str, int]
    """Reject reason → rows."""
    file_name: str = ""
    source: str = ""
    """Who supplied it."""
    branch: str = ""
    target_group_id: int | None = None
    imported_by: int | None = None
    """Staff id; None for the system."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Known column → title in the file."""
    fields: tuple[Mapping[str, Any], ...] = ()
    """The list's further fields, as declared: key, title, kind, required, choices."""
    titles: tuple[str, ...] = ()
    """The file's column titles in their order."""
    warnings: Mapping[str, int] = field(default_factory=dict)
    """What was odd about rows that were taken nevertheless → rows."""


@dataclass(frozen=True, slots=True)
class ListTotals:
    """Figures of several lists added up."""

    lists: int = 0
    good: int = 0
    rejected: int = 0


# --- events ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListImported(Event):
    list_id: int
    campaign_id: int
    good: int


@dataclass(frozen=True, slots=True)
class LeadsBlocked(Event):
    """These leads may not be called any more: do-not-call, or the legal basis was withdrawn (requirements L6, L9)."""

    lead_ids: tuple[int, ...]
    why: str
    """A ``BlockReason``."""
